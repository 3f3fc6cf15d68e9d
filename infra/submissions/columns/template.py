"""A workbook to fill in: headers, notes, drop-downs, an example and the guide."""

import io

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from infra.submissions.columns.declaration import Column, ColumnTable, Type
from infra.submissions.lists import choices_of

_HEAD = Font(bold=True)
_REQUIRED = PatternFill("solid", fgColor="E7EEF9")
_ROWS = 5_000
_WIDTH = 18
_TEXT_FORMAT = "@"


def template(table: ColumnTable) -> bytes:
    """Return the workbook (XLSX) for one kind of file in the language of the request."""
    language = "en" if get_language() == "en" else "vi"
    book = Workbook()
    sheet: Worksheet = book.create_sheet(str(_("Data")), 0)
    del book[book.sheetnames[1]]
    columns = [column for column in table.columns if column.type is not Type.IGNORED and _is_offered(column, table)]
    for place, column in enumerate(columns, start=1):
        _write_head(sheet, place, column, language, table)
    sheet.freeze_panes = "A2"
    _write_lists(book, sheet, columns)
    _write_example(book, columns, language)
    _write_guide(book, columns, language)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _is_offered(column: Column, table: ColumnTable) -> bool:
    """Leave out the alternatives to the first way of giving a place."""
    others = {name for group in table.positions[1:] for name in group}
    return column.name not in others


def _write_head(sheet: Worksheet, place: int, column: Column, language: str, table: ColumnTable) -> None:
    cell = sheet.cell(1, place, column.header(language))
    cell.font = _HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    if column.required or column.name in (table.positions[0] if table.positions else ()):
        cell.fill = _REQUIRED
    words = _words(column)
    if words:
        cell.comment = Comment(words, "Sổ Trạm", width=320, height=90)
    letter = get_column_letter(place)
    sheet.column_dimensions[letter].width = _WIDTH
    if column.type in (Type.TEXT, Type.UNIT, Type.CHOICES, Type.DATE, Type.COORDINATE):
        sheet.column_dimensions[letter].number_format = _TEXT_FORMAT


def _words(column: Column) -> str:
    parts = [str(column.note)] if column.note else []
    if column.low is not None or column.high is not None:
        parts.append(_("Allowed: %s.") % column.range_text())
    if column.example:
        parts.append(_("Example: %s") % column.example)
    return "\n".join(parts)


def _write_lists(book: Workbook, sheet: Worksheet, columns: list[Column]) -> None:
    """Write the drop-downs: their values stand on a hidden sheet, so that a long list fits."""
    lists: Worksheet = book.create_sheet("lists")
    lists.sheet_state = "hidden"
    for place, column in enumerate(columns, start=1):
        if column.type is not Type.CHOICE:
            continue
        names = list(choices_of(column.choices).names.values())
        where = lists.max_column + 1 if lists.max_row > 1 or lists.cell(1, 1).value else 1
        for row, name in enumerate(names, start=1):
            lists.cell(row, where, name)
        letter, target = get_column_letter(where), get_column_letter(place)
        validation = DataValidation("list", f"lists!${letter}$1:${letter}${len(names)}", allow_blank=True)
        sheet.add_data_validation(validation)
        validation.add(f"{target}2:{target}{_ROWS}")


def _write_example(book: Workbook, columns: list[Column], language: str) -> None:
    sheet: Worksheet = book.create_sheet(str(_("Example")))
    sheet.append([column.header(language) for column in columns])
    sheet.append([column.example or None for column in columns])


def _write_guide(book: Workbook, columns: list[Column], language: str) -> None:
    sheet: Worksheet = book.create_sheet(str(_("Guide")))
    sheet.append([_("Column"), _("Required"), _("Allowed"), _("Example"), _("Note")])
    for column in columns:
        allowed = choices_of(column.choices).words(20) if column.choices else column.range_text()
        required = _("yes") if column.required else ""
        sheet.append([column.header(language), required, allowed, column.example, str(column.note)])
    for letter, width in zip("ABCDE", (28, 10, 40, 24, 60), strict=True):
        sheet.column_dimensions[letter].width = width
