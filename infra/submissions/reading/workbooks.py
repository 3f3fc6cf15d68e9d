"""Workbooks: XLSX, XLS, ODS, by the columnar reader (calamine)."""

import zipfile
from collections.abc import Iterator
from pathlib import Path

import fastexcel
from django.utils.translation import gettext_noop as _

from infra.submissions.problems import Unreadable, said
from infra.submissions.reading.formats import COLUMNS_MAX
from infra.submissions.reading.grids import Grid, tidy

#: parts of a workbook that are small, whatever it holds
_CONTENTS = frozenset(("xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
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
    _refuse_entities(path)
    reader = _open(path)
    names = [sheet] if sheet else reader.sheet_names
    if sheet and sheet not in reader.sheet_names:
        raise Unreadable(
            "file.unreadable", why=said(_("It has no sheet called “%s”."), sheet), sheets=list(reader.sheet_names)
        )
    for name in names:
        yield _grid(reader, name)


def _open(path: Path) -> fastexcel.ExcelReader:
    try:
        return fastexcel.read_excel(path)
    except (*_DAMAGED, OSError) as error:
        words = str(error).lower()
        why = _("It is protected by a password. Remove the password.") if "password" in words else _("It is damaged.")
        raise Unreadable("file.unreadable", why=said(why)) from error


def _grid(reader: fastexcel.ExcelReader, name: str) -> Grid:
    try:
        # header_row=None with skip_rows=0 keeps empty rows, so that row numbers stay the spreadsheet's.
        sheet = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        frame = sheet.to_polars()
    except _DAMAGED as error:
        raise Unreadable("file.unreadable", why=said(_("Its sheet “%s” is damaged."), name)) from error
    if frame.width > COLUMNS_MAX:
        raise Unreadable("file.unreadable", why=said(_("It has more than %d columns."), COLUMNS_MAX))
    # The reader leaves empty columns on the left out.
    first_column = sheet.selected_columns[0].absolute_index if frame.width else 0
    return Grid(name, tidy(frame), first_column, sheet.visible == "visible")


def _refuse_entities(path: Path) -> None:
    """Refuse a workbook whose table of contents declares a document type: no spreadsheet writes one (entity bombs)."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for member in _CONTENTS & set(archive.namelist()):
            text = archive.read(member)
            if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                raise Unreadable("file.unreadable", why=said(_("It is damaged.")))
