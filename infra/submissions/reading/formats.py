"""What a file is by its bytes, never by its name, and whether it is safe to open."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from django.utils.translation import gettext_noop as _

from infra.submissions.columns.headers import index_of
from infra.submissions.problems import Unreadable, said


class Format(StrEnum):
    """Formats by what reads them."""

    WORKBOOK = "workbook"
    DELIMITED = "delimited"
    FEATURES = "features"


#: what an archive may unpack to; the sheet of 200,000 stations is about 200 MB
UNPACKED_MAX_BYTES = 1024**3
#: a sheet is laid out as a full rectangle in memory, whatever of it is filled
CELLS_MAX = 40_000_000
COLUMNS_MAX = 500
#: characters of one cell: room for a route of many thousand points
CELL_MAX = 1_000_000
ROWS_MAX = 600_000
MEMBERS_MAX = 5_000

_CHUNK = 1 << 20
_SAMPLE_BYTES = 4096
#: deflate cannot pack denser than this, so a small archive needs no second look
_DENSEST = 1032
_FAR_COLUMN = re.compile(rb'\br="([A-Z]{2,})\d')
_FAR_ROW = re.compile(rb'\br="[A-Z]+(\d{6,})"')
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_TOO_LARGE = _("It unpacks to more than can be read. Split the file.")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", _("It is a PDF document. Send the workbook it was made from.")),
    (b"\x89PNG", _("It is a picture.")),
    (b"\xff\xd8\xff", _("It is a picture.")),
    (b"GIF8", _("It is a picture.")),
    (b"Rar!", _("It is a RAR archive. Send the workbook itself.")),
    (b"7z\xbc\xaf", _("It is a 7-Zip archive. Send the workbook itself.")),
    (b"\x1f\x8b", _("It is a gzip archive. Send the file itself.")),
    (b"MZ", _("It is a program.")),
    (b"\x7fELF", _("It is a program.")),
)


def recognise(path: Path) -> Format:
    """Return what *path* is; raise Unreadable with one plain sentence where it is nothing we read."""
    with path.open("rb") as file:
        start = file.read(_SAMPLE_BYTES)
    if not start.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise Unreadable("file.empty")
    for signature, why in _SIGNATURES:
        if start.startswith(signature):
            raise Unreadable("file.unreadable", why=said(why))
    if start.startswith(b"PK\x03\x04"):
        return _archive(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(path)
    if start.startswith(b"SQLite format 3\x00"):
        return Format.FEATURES
    return _text(start)


def _text(start: bytes) -> Format:
    head = in_utf_8(start).lstrip(b"\xef\xbb\xbf \t\r\n")
    if head[:1] == b"{" or (head[:1] == b"<" and b"<kml" in head):
        return Format.FEATURES
    if head[:1] == b"<":
        raise Unreadable("file.unreadable", why=said(_("It is a web page or XML. Save it as an Excel workbook.")))
    if b"\x00" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff")) and not utf_16_of(start):
        raise Unreadable("file.unreadable", why=said(_("It is not a table we know.")))
    return Format.DELIMITED


def in_utf_8(content: bytes) -> bytes:
    """Return text in UTF-16 as UTF-8, so that it can be looked at; anything else as it is."""
    is_marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    encoding = "utf-16" if is_marked else utf_16_of(content[:_SAMPLE_BYTES])
    return content.decode(encoding, "ignore").encode("utf-8", "ignore") if encoding else content


def utf_16_of(start: bytes) -> str:
    """Return the encoding of text in UTF-16 that bears no mark: most letters' upper bytes are zero; "" for other."""
    even, odd = start[0::2].count(0), start[1::2].count(0)
    most = len(start) // 4
    if min(even, odd) or max(even, odd) < max(most, 1):
        return ""
    return "utf-16-le" if odd else "utf-16-be"


def _compound(path: Path) -> Format:
    """Tell an old workbook from an encrypted new one: both come in Microsoft's compound format."""
    content = path.read_bytes()
    if _ENCRYPTED in content:
        raise Unreadable("file.unreadable", why=said(_("It is protected by a password. Remove the password.")))
    if "Workbook".encode("utf-16-le") not in content and "Book".encode("utf-16-le") not in content:
        raise Unreadable("file.unreadable", why=said(_("It is not a workbook.")))
    return Format.WORKBOOK


def _archive(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            _refuse_bombs(archive)
            if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
                _refuse_macros(names)
                _refuse_vast_sheets(archive)
                return Format.WORKBOOK
            if "content.xml" in names and "mimetype" in names:
                return Format.WORKBOOK
            if any(name.lower().endswith((".shp", ".kml", ".gpkg")) for name in names):
                return Format.FEATURES
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise Unreadable("file.unreadable", why=said(_("The archive is damaged."))) from error
    raise Unreadable("file.unreadable", why=said(_("The archive holds no table we know.")))


def _refuse_macros(names: list[str]) -> None:
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Unreadable(
            "file.unreadable", why=said(_("It holds macros. Save it as a workbook without macros (.xlsx)."))
        )


def _refuse_bombs(archive: zipfile.ZipFile) -> None:
    """Refuse what unpacks beyond bounds; sizes written in the archive are only believed where they cannot lie."""
    members = archive.infolist()
    stated = sum(member.file_size for member in members)
    if len(members) > MEMBERS_MAX or stated > UNPACKED_MAX_BYTES:
        raise Unreadable("file.unreadable", why=said(_TOO_LARGE))
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable("file.unreadable", why=said(_("It is protected by a password. Remove the password.")))
    if sum(member.compress_size for member in members) * _DENSEST <= UNPACKED_MAX_BYTES:
        return
    total = 0
    for member in members:
        for piece in _unpacked(archive, member):
            total += len(piece)
            if total > UNPACKED_MAX_BYTES:
                raise Unreadable("file.unreadable", why=said(_TOO_LARGE))


def _unpacked(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(member) as stream:
        while piece := stream.read(_CHUNK):
            yield piece


def _refuse_vast_sheets(archive: zipfile.ZipFile) -> None:
    """Refuse a sheet whose outermost cells span a rectangle that would not fit into memory."""
    for member in archive.infolist():
        if member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml"):
            columns, rows = _extent(archive, member)
            if columns > COLUMNS_MAX:
                raise Unreadable("file.unreadable", why=said(_("It has more than %d columns."), COLUMNS_MAX))
            if rows * columns > CELLS_MAX:
                raise Unreadable("file.unreadable", why=said(_TOO_LARGE))


def _extent(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[int, int]:
    """Return an upper bound of the sheet's columns and rows: cells beyond column Z and row 99,999 are looked at."""
    columns, rows, tail = 26, 100_000, b""
    for piece in _unpacked(archive, member):
        text = tail + piece
        for letters in set(_FAR_COLUMN.findall(text)):
            columns = max(columns, index_of(letters[:4].decode()) + 1)
        far = _FAR_ROW.findall(text)
        if far:
            rows = max(rows, *(int(number[:9]) for number in set(far)))
        tail = text[-64:]
    return columns, rows
