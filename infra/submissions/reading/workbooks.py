"""Workbooks: XLSX, XLS, ODS, by the columnar reader (calamine)."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import fastexcel
from django.utils.translation import gettext_lazy as _

from infra.submissions.columns.headers import index_of
from infra.submissions.problems import Unreadable
from infra.submissions.reading.formats import COLUMNS_MAX
from infra.submissions.reading.grids import Grid, tidy

_LETTERS = re.compile(rb'<c\b[^>]*?\br="([A-Z]{1,3})\d+"')
_HEAD_BYTES = 1 << 20
_DAMAGED = (
    fastexcel.CalamineError,
    fastexcel.CalamineCellError,
    fastexcel.CannotRetrieveCellDataError,
    fastexcel.ArrowError,
)


def sheet_names(path: Path) -> list[str]:
    """Return the names of the workbook's sheets in order; raise Unreadable where it is none."""
    return list(_open(path).sheet_names)


def grids(path: Path, sheet: str = "") -> Iterator[Grid]:
    """Yield the sheets of a workbook, or the one called *sheet*; raise Unreadable for a damaged file."""
    reader = _open(path)
    names = [sheet] if sheet else reader.sheet_names
    if sheet and sheet not in reader.sheet_names:
        raise Unreadable(
            "file.unreadable", why=str(_("It has no sheet called “%s”.") % sheet), sheets=list(reader.sheet_names)
        )
    for name in names:
        yield _grid(reader, path, name)


def _open(path: Path) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(path)
    except (*_DAMAGED, OSError) as error:
        words = str(error).lower()
        why = _("It is protected by a password. Remove the password.") if "password" in words else _("It is damaged.")
        raise Unreadable("file.unreadable", why=str(why)) from error


def _grid(reader: fastexcel.ExcelReader, path: Path, name: str) -> Grid:
    try:
        # header_row=None with skip_rows=0 keeps empty rows, so that row numbers stay the spreadsheet's.
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        frame = sheet.to_polars()
    except _DAMAGED as error:
        raise Unreadable("file.unreadable", why=str(_("Its sheet “%s” is damaged.") % name)) from error
    if frame.width > COLUMNS_MAX:
        raise Unreadable("file.unreadable", why=str(_("It has more than %d columns.") % COLUMNS_MAX))
    return Grid(name, tidy(frame), _first_column(path, reader.sheet_names.index(name)), sheet.visible == "visible")


def _first_column(path: Path, position: int) -> int:
    """Return the index of the leftmost used column: the reader leaves empty columns on the left out.

    Only a sheet whose first cells name it is looked at (XLSX); 0 elsewhere.
    """
    if not zipfile.is_zipfile(path):
        return 0
    with zipfile.ZipFile(path) as archive:
        member = _member(archive, position)
        if member is None:
            return 0
        with archive.open(member) as stream:
            letters = set(_LETTERS.findall(stream.read(_HEAD_BYTES)))
    return min((index_of(text.decode()) for text in letters), default=0)


def _member(archive: zipfile.ZipFile, position: int) -> str | None:
    """Return the archive's name of the sheet at *position* of the workbook."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    targets = {
        str(node.get("Id")): str(node.get("Target"))
        for node in _elements(archive, "xl/_rels/workbook.xml.rels", "Relationship")
    }
    sheets = _elements(archive, "xl/workbook.xml", "sheet")
    if position >= len(sheets):
        return None
    key = next((value for name, value in sheets[position].attrib.items() if name.endswith("}id")), "")
    target = targets.get(key, "")
    member = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return member if member in names else None


def _elements(archive: zipfile.ZipFile, member: str, tag: str) -> list[ET.Element]:
    """Return the elements called *tag* of a small part; a document type declaration is refused (entity bombs)."""
    text = archive.read(member)
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Unreadable("file.unreadable", why=str(_("It is damaged.")))
    try:
        root = ET.fromstring(text)  # noqa: S314 -- no document type, hence no entities, passed the line above
    except ET.ParseError as error:
        raise Unreadable("file.unreadable", why=str(_("It is damaged."))) from error
    return [node for node in root.iter() if node.tag.rpartition("}")[2] == tag]
