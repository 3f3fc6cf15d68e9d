"""A report as a text document that the office goes on writing in."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from inspections.documents.reports.as_pdf import MOTTO, printable, raster_of
from inspections.documents.reports.blocks import (
    INKS,
    Cell,
    Drawing,
    Facts,
    Pictures,
    Report,
    Signatures,
    Signed,
    Table,
    Words,
)

FONT = "Times New Roman"
WIDTH_CM = 16.5


def docx_of(report: Report) -> bytes:
    """Return *report* as DOCX."""
    document = Document()
    for name, size in (("Normal", 12), ("Heading 1", 14), ("Heading 2", 12)):
        _dress(document.styles[name], size)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.7), Cm(1.8)
    section.top_margin = section.bottom_margin = Cm(2)
    document.core_properties.title = f"{report.title} · {report.subject}"
    _head(document, report)
    for block in report.blocks:
        _LAID[type(block)](document, block)
    for note in report.notes:
        _line(document, note, size=9, italic=True)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _dress(style: Any, size: int) -> None:
    """Write a style in the one font, black: headings bring a theme's font and colour of their own."""
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), FONT)
    fonts.set(qn("w:cs"), FONT)


def _line(
    place: Any, text: str, *, bold: bool = False, italic: bool = False, size: int = 12, centred: bool = False
) -> None:
    paragraph = place.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.paragraph_format.space_after = Pt(3)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _fill(cell: Any, lines: Sequence[tuple[str, bool, bool]], size: int = 11) -> None:
    """Write centred lines (text, bold, italic) into a cell."""
    for number, (text, bold, italic) in enumerate(lines):
        paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.bold, run.italic, run.font.size = bold, italic, Pt(size)
        paragraph.paragraph_format.space_after = Pt(0)


def _head(document: Any, report: Report) -> None:
    grid = document.add_table(rows=1, cols=2)
    _widths(grid, (7, WIDTH_CM - 7))
    left = [(report.superior.upper(), False, False)] if report.superior else []
    _fill(grid.rows[0].cells[0], [*left, (report.authority.upper(), True, False), (report.number, False, False)])
    _fill(grid.rows[0].cells[1], [(MOTTO[0], True, False), (MOTTO[1], True, False), (report.dateline, False, True)])
    document.add_paragraph()
    document.add_heading(report.title.upper(), 1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(document, report.subject, centred=True)
    if report.mark:
        _line(document, report.mark, bold=True, centred=True)


def _widths(grid: Any, widths: Sequence[float]) -> None:
    """Set the widths of columns: of the grid, which some programs go by, and of every cell, which others go by."""
    grid.autofit = False
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(width)
    for row in grid.rows:
        for cell, width in zip(row._tr.tc_lst, widths, strict=False):  # noqa: SLF001 -- one look at each cell, not n²
            cell.width = Cm(width) if cell.grid_span == 1 else Cm(sum(widths))


def _facts(document: Any, block: Facts) -> None:
    if block.title:
        document.add_heading(block.title, 2)
    grid = document.add_table(rows=0, cols=2)
    for name, value in block.rows:
        cells = grid.add_row().cells
        _write(cells[0], Cell(name), 11)
        _write(cells[1], Cell(value), 11)
    _widths(grid, (4.6, WIDTH_CM - 4.6))


def _write(cell: Any, content: Cell, size: int = 10, *, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(content.text)
    run.font.size, run.bold = Pt(size), content.strong or content.state in ("overdue", "unsafe")
    if content.state in INKS:
        run.font.color.rgb = RGBColor.from_string(INKS[content.state])
    paragraph.paragraph_format.space_after = Pt(1)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(document: Any, block: Table) -> None:
    document.add_heading(block.title, 2)
    if not block.rows:
        _line(document, block.empty, italic=True)
        return
    grid = document.add_table(rows=1, cols=len(block.columns))
    grid.style = "Table Grid"
    for place, column in enumerate(block.columns):
        _write(grid.rows[0].cells[place], Cell(column, strong=True), right=place in block.figures)
    _mark(grid.rows[0], "tblHeader")
    for row in block.rows:
        line = grid.add_row()
        _mark(line, "cantSplit")
        cells = line.cells
        if len(row) == 1:
            _write(cells[0].merge(cells[-1]), Cell(row[0].text, strong=True))
            cells[0].paragraphs[0].paragraph_format.keep_with_next = True
            continue
        for place, content in enumerate(row):
            _write(cells[place], content, right=place in block.figures)
    whole = sum(block.widths)
    _widths(grid, [WIDTH_CM * width / whole for width in block.widths])


def _mark(row: Any, name: str) -> None:
    """Give a row a mark: "tblHeader" stands on every page, "cantSplit" is not broken between two."""
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 -- the library has no word for it
    mark = OxmlElement(f"w:{name}")
    mark.set(qn("w:val"), "true")
    properties.append(mark)


def _words(document: Any, block: Words) -> None:
    document.add_heading(block.title, 2)
    for paragraph in block.paragraphs:
        _line(document, paragraph)


def _drawing(document: Any, block: Drawing) -> None:
    document.add_heading(block.title, 2)
    document.add_picture(BytesIO(raster_of(block.svg)), width=Cm(WIDTH_CM))
    document.paragraphs[-1].paragraph_format.keep_with_next = bool(block.caption)
    if block.caption:
        _line(document, block.caption, size=9)


def _pictures(document: Any, block: Pictures) -> None:
    document.add_heading(block.title, 2)
    found = [(content, one.caption) for one in block.pictures if (content := printable(one.path)) is not None]
    grid = document.add_table(rows=0, cols=2)
    for start in range(0, len(found), 2):
        line = grid.add_row()
        _mark(line, "cantSplit")
        cells = line.cells
        for cell, (content, caption) in zip(cells, found[start : start + 2], strict=False):
            cell.paragraphs[0].add_run().add_picture(BytesIO(content), width=Cm(7.8))
            _line(cell, caption, size=9)


def _signatures(document: Any, block: Signatures) -> None:
    """Write whom each signs for, the signatures, the names: each in a row of its own, so that names stand in line."""
    document.add_paragraph().paragraph_format.keep_with_next = True
    grid = document.add_table(rows=3, cols=len(block.people))
    for row in grid.rows:
        _mark(row, "cantSplit")
    for place, person in enumerate(block.people):
        above, middle, below = (row.cells[place] for row in grid.rows)
        _fill(above, [(person.role.upper(), True, False), (person.title, False, True)])
        _sign(middle, person)
        _fill(below, [(person.name, True, False)])
        for paragraph in (*above.paragraphs, *middle.paragraphs):
            paragraph.paragraph_format.keep_with_next = True


def _sign(cell: Any, person: Signed) -> None:
    content = printable(person.image) if person.image else None
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if content is not None:
        paragraph.add_run().add_picture(BytesIO(content), height=Cm(1.8))
        return
    run = paragraph.add_run(f"\n{person.words}\n" if person.words else "\n\n\n")
    run.italic, run.font.size = True, Pt(10)


_LAID: dict[type, Callable[[Any, Any], None]] = {
    Facts: _facts,
    Table: _table,
    Words: _words,
    Drawing: _drawing,
    Pictures: _pictures,
    Signatures: _signatures,
}
