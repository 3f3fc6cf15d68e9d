"""The periodic report as a workbook: a sheet for each table, figures as written."""

from io import BytesIO

import xlsxwriter

from maps.documents.content import Content

WIDEST, LEAST = 60, 10
SHEET_NAME = 31
FORBIDDEN = str.maketrans("", "", "[]:*?/\\")


def workbook(content: Content) -> bytes:
    """Return the report as XLSX. Text is written as text: no cell is taken for a formula."""
    stream = BytesIO()
    with xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        title = book.add_format({"bold": True, "font_size": 14})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        right = book.add_format({"align": "right", "valign": "top"})
        first = book.add_worksheet(_sheet_name(content.title, set()))
        for line, text in enumerate((content.keeper, content.title, content.subject, content.dateline, *content.notes)):
            first.write_string(line, 0, text, title if line == 1 else plain)
        first.set_column(0, 0, 100)
        taken = {first.get_name().casefold()}
        for table in content.tables:
            sheet = book.add_worksheet(_sheet_name(table.title, taken))
            taken.add(sheet.get_name().casefold())
            sheet.freeze_panes(1, 1)
            for place, column in enumerate(table.columns):
                cells = [column, *(row[place] for row in table.rows)]
                sheet.set_column(place, place, min(WIDEST, max(LEAST, *(len(cell) + 2 for cell in cells))))
                sheet.write_string(0, place, column, head)
            for number, row in enumerate(table.rows, start=1):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell, right if place in table.figures else plain)
            if table.note:
                sheet.write_string(len(table.rows) + 2, 0, table.note, plain)
    return stream.getvalue()


def _sheet_name(title: str, taken: set[str]) -> str:
    name = title.translate(FORBIDDEN)[:SHEET_NAME].strip("' ") or "1"
    number = 2
    while name.casefold() in taken:
        name = f"{name[: SHEET_NAME - 3]} {number}"
        number += 1
    return name
