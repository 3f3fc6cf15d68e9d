"""A workbook under the columns of one kind: empty to fill in, or with the register's rows to edit and hand in again."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra.submissions.columns.declaration import Column, ColumnTable, Type
from infra.submissions.columns.places import REGISTRY_NUMBER
from infra.submissions.lists import choices_of

#: drop-downs reach at least so far down
_ROWS = 5_000
_WIDTH = 18
_AS_TEXT = (Type.TEXT, Type.UNIT, Type.CHOICES, Type.DATE, Type.TIME, Type.COORDINATE, Type.LINE)
_FLAGS = ("có", "không")

Row = Sequence[Any]


def language() -> str:
    """Return the language of headers and names: that of the request where it is one of ours."""
    return "en" if get_language() == "en" else "vi"


def offered(table: ColumnTable) -> list[Column]:
    """Return the columns that a template shows: every one that is read, and the first way of giving a place."""
    others = {name for group in table.positions[1:] for name in group}
    return [column for column in table.read() if column.name not in others]


def template(table: ColumnTable) -> bytes:
    """Return the workbook (XLSX) to fill in for one kind of file, in the language of the request."""
    return workbook(table, offered(table), ())


def workbook(table: ColumnTable, columns: Sequence[Column], rows: Iterable[Row]) -> bytes:
    """Return *rows* as a workbook with headers, notes and drop-downs, an example and the guide on sheets beside it."""
    out = io.BytesIO()
    # Texts stay texts: nothing that looks like a formula, number or address is taken for one.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, {**options, "constant_memory": True})
    sheet = book.add_worksheet(str(_("Data")))
    count = _write_data(book, sheet, table, columns, rows)
    _write_lists(book, sheet, columns, max(count + 1_000, _ROWS))
    _write_example(book, columns)
    _write_guide(book, columns)
    book.close()
    return out.getvalue()


def _write_data(book: Any, sheet: Any, table: ColumnTable, columns: Sequence[Column], rows: Iterable[Row]) -> int:
    head = {"bold": True, "text_wrap": True, "valign": "vcenter"}
    plain, needed = book.add_format(head), book.add_format({**head, "bg_color": "#E7EEF9"})
    as_text = book.add_format({"num_format": "@"})
    place = table.positions[0] if table.positions else ()
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _WIDTH, as_text if column.type in _AS_TEXT else None)
    sheet.freeze_panes(1, 0)
    for index, column in enumerate(columns):
        is_needed = column.required or column.name in place
        sheet.write_string(0, index, column.header(language()), needed if is_needed else plain)
        words = _words(column)
        if words:
            sheet.write_comment(0, index, words, {"author": "Sổ Trạm", "x_scale": 2.2, "y_scale": 1.2})
    count = 0
    for count, row in enumerate(rows, start=1):
        for index, value in enumerate(row):
            _write(sheet, count, index, value, as_text)
    return count


def _write(sheet: Any, row: int, index: int, value: Any, as_text: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_string(row, index, _FLAGS[0] if value else _FLAGS[1])
    elif isinstance(value, int | float):
        sheet.write_number(row, index, value)
    else:
        sheet.write_string(row, index, str(value), as_text)


def _words(column: Column) -> str:
    parts = [str(column.note)] if column.note else []
    if column.low is not None or column.high is not None:
        parts.append(_("Allowed: %s.") % column.range_text())
    if column.example:
        parts.append(_("Example: %s") % column.example)
    return "\n".join(parts)


def _write_lists(book: Any, sheet: Any, columns: Sequence[Column], rows: int) -> None:
    """Write the drop-downs: their values stand on a hidden sheet, so that a long list fits."""
    lists = [
        (index, list(choices_of(column.choices).names.values()) if column.choices else list(_FLAGS))
        for index, column in enumerate(columns)
        if column.type in (Type.CHOICE, Type.FLAG)
    ]
    if not lists:
        return
    hidden = book.add_worksheet("lists")
    hidden.hide()
    for row in range(max(len(names) for _index, names in lists)):
        for where, (_index, names) in enumerate(lists):
            if row < len(names):
                hidden.write_string(row, where, names[row])
    for where, (index, names) in enumerate(lists):
        letter = xlsxwriter.utility.xl_col_to_name(where)
        source = f"=lists!${letter}$1:${letter}${len(names)}"
        sheet.data_validation(1, index, rows, index, {"validate": "list", "source": source, "error_type": "warning"})


def _write_example(book: Any, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(str(_("Example")))
    for index, column in enumerate(columns):
        sheet.set_column(index, index, _WIDTH)
        sheet.write_string(0, index, column.header(language()))
    for index, column in enumerate(columns):
        if column.example and column is not REGISTRY_NUMBER:  # the example is new to the register
            sheet.write_string(1, index, column.example)


def _write_guide(book: Any, columns: Sequence[Column]) -> None:
    sheet = book.add_worksheet(str(_("Guide")))
    for index, width in enumerate((28, 10, 40, 24, 60)):
        sheet.set_column(index, index, width)
    lines: list[tuple[str, ...]] = [(_("Column"), _("Required"), _("Allowed"), _("Example"), _("Note"))]
    for column in columns:
        allowed = choices_of(column.choices).words(20) if column.choices else column.range_text()
        required = _("yes") if column.required else ""
        lines.append((column.header(language()), required, allowed, column.example, str(column.note)))
    for row, line in enumerate(lines):
        for index, text in enumerate(line):
            sheet.write_string(row, index, text)
