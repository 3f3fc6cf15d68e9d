"""A list as a file: CSV that opens in a spreadsheet, XLSX, GeoJSON. The same rows as on the screen, streamed.

Texts come from operators' files. A text that a spreadsheet would run as a formula is written behind an apostrophe in
CSV and as plain text in XLSX.
"""

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from io import StringIO
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.http import FileResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from infra.pages.columns import Column, Value

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
#: a workbook is built before it is sent; larger lists leave as CSV
XLSX_ROWS = 100_000
COORDINATE_DIGITS = 6
CHUNK_CHARACTERS = 32_768
WIDEST_COLUMN = 48

Geometry = Callable[[Any], GEOSGeometry | None]


def file_name(stem: str, extension: str) -> str:
    return f"{stem}-{timezone.localdate():%Y%m%d}.{extension}"


def harmless(text: str) -> str:
    """Return *text* so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_value(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if timezone.is_aware(value) else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value).replace(".", "," if get_language() == "vi" else ".")
    return harmless(value)


def as_csv(rows: Iterable[Any], columns: Sequence[Column], stem: str) -> HttpResponseBase:
    """Stream *rows* as CSV with a byte order mark; semicolons where the language's decimal mark is a comma."""
    delimiter = ";" if get_language() == "vi" else ","

    def lines() -> Iterator[str]:
        buffer = StringIO()
        writer = csv.writer(buffer, delimiter=delimiter)
        writer.writerow([str(column.title) for column in columns])
        yield BYTE_ORDER_MARK + buffer.getvalue()
        for row in rows:
            buffer.seek(0)
            buffer.truncate()
            writer.writerow([csv_value(column.value(row)) for column in columns])
            yield buffer.getvalue()

    return _stream(lines(), "text/csv; charset=utf-8", file_name(stem, "csv"))


def as_geojson(rows: Iterable[Any], columns: Sequence[Column], stem: str, geometry: Geometry) -> HttpResponseBase:
    """Stream *rows* as a GeoJSON feature collection (RFC 7946: longitude, latitude, WGS 84)."""

    def parts() -> Iterator[str]:
        yield '{"type":"FeatureCollection","features":['
        between = ""
        for row in rows:
            feature = {
                "type": "Feature",
                "geometry": _shape(geometry(row)),
                "properties": {column.name: _json_value(column.value(row)) for column in columns},
            }
            yield between + json.dumps(feature, ensure_ascii=False, separators=(",", ":"))
            between = ",\n"
        yield "]}"

    return _stream(parts(), "application/geo+json; charset=utf-8", file_name(stem, "geojson"))


def _json_value(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _shape(geometry: Any) -> dict[str, Any] | None:
    if geometry is None:
        return None
    return {"type": geometry.geom_type, "coordinates": _rounded(geometry.coords)}


def _rounded(coordinates: Any) -> Any:
    if isinstance(coordinates, float):
        return round(coordinates, COORDINATE_DIGITS)
    return [_rounded(part) for part in coordinates]


def as_xlsx(
    rows: Iterable[Any], columns: Sequence[Column], stem: str, about: Sequence[tuple[str, str]]
) -> HttpResponseBase:
    """Send *rows* as a workbook; a second sheet says what was asked for (*about*: pairs of words)."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(stem[:31])
    sheet.freeze_panes = "B2"
    for place, column in enumerate(columns, start=1):
        width = min(max(len(str(column.title)) + 2, 14), WIDEST_COLUMN)
        sheet.column_dimensions[_letters(place)].width = width
    sheet.append([_bold(sheet, str(column.title)) for column in columns])
    for row in rows:
        sheet.append([_xlsx_cell(sheet, column.value(row)) for column in columns])
    notes = book.create_sheet(_("About this file"))
    notes.column_dimensions["A"].width = 28
    notes.column_dimensions["B"].width = WIDEST_COLUMN
    for name, value in about:
        notes.append([_bold(notes, name), _xlsx_cell(notes, value)])
    file = tempfile.TemporaryFile()  # noqa: SIM115 -- the response closes it
    book.save(file)
    file.seek(0)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(file, as_attachment=True, filename=file_name(stem, "xlsx"), content_type=kind)


def _letters(place: int) -> str:
    letters = ""
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _bold(sheet: Any, text: str) -> Any:
    cell = WriteOnlyCell(sheet, text)
    cell.font = Font(bold=True)
    return cell


def _xlsx_cell(sheet: Any, value: Value) -> Any:
    if isinstance(value, datetime):
        value = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        return _dated(sheet, value, "dd/mm/yyyy hh:mm")
    if isinstance(value, date):
        return _dated(sheet, value, "dd/mm/yyyy")
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        cell = WriteOnlyCell(sheet, value)
        cell.data_type = "s"
        return cell
    return value


def _dated(sheet: Any, value: date, form: str) -> Any:
    cell = WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
    cell.number_format = form
    return cell


def _stream(parts: Iterator[str], kind: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(_chunks(parts, get_language() or "vi"), content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Accel-Buffering"] = "no"
    return response


def _chunks(parts: Iterator[str], language: str) -> Iterator[bytes]:
    """Gather *parts* into chunks worth sending; the server may draw them where no language is set any more."""
    while True:
        gathered: list[str] = []
        size = 0
        with override(language):
            for part in parts:
                gathered.append(part)
                size += len(part)
                if size >= CHUNK_CHARACTERS:
                    break
        if not gathered:
            return
        yield "".join(gathered).encode()
