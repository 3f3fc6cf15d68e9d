"""The periodic report as a text document that an office goes on writing in."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from maps.documents.content import Content, Table

FONT = "Times New Roman"
#: tables with more columns than this need the page turned
MOST_UPRIGHT = 7


def text_document(content: Content) -> bytes:
    """Return the report as DOCX."""
    document = Document()
    for name, size in (("Normal", 12), ("Heading 1", 14), ("Heading 2", 12)):
        _dress(document.styles[name], size)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin, section.right_margin = Cm(3), Cm(1.5)
        section.top_margin = section.bottom_margin = Cm(2)
    _line(document, content.above, size=11)
    _line(document, content.keeper.upper(), bold=True)
    document.add_heading(content.title.upper(), 1).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _line(document, content.subject, centred=True)
    _line(document, content.dateline, centred=True, italic=True)
    for table in content.tables:
        _table(document, table)
    for note in content.notes:
        _line(document, note, size=10, italic=True)
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
    document: Any, text: str, *, bold: bool = False, italic: bool = False, size: int = 12, centred: bool = False
) -> None:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    paragraph.paragraph_format.space_after = Pt(4)
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _table(document: Any, table: Table) -> None:
    wide = len(table.columns) > MOST_UPRIGHT
    if wide:
        _turn(document)
    document.add_heading(table.title, 2)
    if table.rows:
        grid = document.add_table(rows=1, cols=len(table.columns))
        grid.style = "Table Grid"
        for place, column in enumerate(table.columns):
            _cell(grid.rows[0].cells[place], column, bold=True)
        for row in table.rows:
            cells = grid.add_row().cells
            for place, text in enumerate(row):
                _cell(cells[place], text, right=place in table.figures)
    if table.note:
        _line(document, table.note, italic=True)
    if wide:
        _turn(document)
    else:
        document.add_paragraph()


def _turn(document: Any) -> None:
    """Begin a section with the page turned the other way."""
    section = document.add_section()
    section.page_width, section.page_height = section.page_height, section.page_width
    upright = section.page_width < section.page_height
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE


def _cell(cell: Any, text: str, *, bold: bool = False, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    run = paragraph.add_run(text)
    run.bold, run.font.size = bold, Pt(10)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
