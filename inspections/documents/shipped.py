"""The shipped templates: a DOCX made of a form's text in ``fixtures/forms`` (its README says what the lines mean)."""

import re
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

FONT = "Times New Roman"
BODY_PT, TITLE_PT, SMALL_PT = 13, 14, 12
#: margins of administrative papers (30/2020/NĐ-CP), mm: top, right, bottom, left
MARGINS = (20, 15, 20, 30)
BOLD = re.compile(r"(\*\*.+?\*\*)")
ENFORCEMENT, RECORD = "MQDCC", "MBB"
#: which text serves the forms that have none of their own
FALLBACKS = (("MQD", ENFORCEMENT), ("MBB", RECORD))


def folder() -> Path:
    return Path(settings.BASE_DIR) / "fixtures" / "forms"


def text_of(code: str) -> str | None:
    """Return the shipped text of the form *code*, None where there is none."""
    if not re.fullmatch(r"[A-Z0-9]{2,16}", code):
        return None
    names = [code, *(name for start, name in FALLBACKS if code.startswith(start))]
    for name in names:
        path = folder() / f"{name}.txt"
        if path.is_file():
            return path.read_text(encoding="utf-8")
    return None


@lru_cache(maxsize=64)
def template_of(code: str) -> bytes | None:
    """Return the shipped template of the form *code* as DOCX."""
    text = text_of(code)
    return None if text is None else made_of(text)


def made_of(text: str) -> bytes:
    """Return the DOCX of a form's text."""
    document = Document()
    _page(document)
    _mark(document)
    for line in text.splitlines():
        _line(document, line.strip())
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    top, right, bottom, left = MARGINS
    section.top_margin, section.right_margin = Mm(top), Mm(right)
    section.bottom_margin, section.left_margin = Mm(bottom), Mm(left)
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(4)
    style.paragraph_format.line_spacing = 1.15


def _mark(document: Any) -> None:
    """Say in the head of every page what is no original."""
    paragraph = document.sections[0].header.paragraphs[0]
    paragraph.alignment = ALIGN.RIGHT
    run = paragraph.add_run("{{ mark }}")
    run.font.size, run.italic = Pt(10), True


def _line(document: Any, line: str) -> None:
    if not line:
        return
    if line.startswith("@"):
        command, _, rest = line[1:].partition(" ")
        BLOCKS[command](document, rest)
    elif line.startswith("== "):
        _write(document.add_paragraph(), line[3:], align=ALIGN.CENTER, bold=True)
    elif line.startswith("= "):
        _write(document.add_paragraph(), line[2:], align=ALIGN.CENTER, bold=True, size=TITLE_PT)
    elif line.startswith("~"):
        _write(document.add_paragraph(), line[1:], align=ALIGN.CENTER, italic=True)
    elif line.startswith("- "):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.left_indent = Mm(10)
        paragraph.paragraph_format.first_line_indent = Mm(-4)
        _write(paragraph, line, align=ALIGN.JUSTIFY)
    else:
        paragraph = document.add_paragraph()
        if not line.startswith("{%p"):
            paragraph.paragraph_format.first_line_indent = Mm(10)
        _write(paragraph, line, align=ALIGN.JUSTIFY)


def _write(
    paragraph: Any, text: str, *, align: Any = None, bold: bool = False, italic: bool = False, size: int = 0
) -> None:
    """Write *text* into a paragraph; ``**words**`` are bold. A tag of the template never spans two runs."""
    if align is not None:
        paragraph.alignment = align
    for part in BOLD.split(text):
        if not part:
            continue
        strong = part.startswith("**") and part.endswith("**") and len(part) > 4
        run = paragraph.add_run(part[2:-2] if strong else part)
        run.bold, run.italic = bold or strong or None, italic or None
        if size:
            run.font.size = Pt(size)


def _letterhead(document: Any, _rest: str) -> None:
    left, _, right = (folder() / "letterhead.txt").read_text(encoding="utf-8").partition("|")
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for cell, text, width in zip(table.rows[0].cells, (left, right), (Mm(70), Mm(95)), strict=True):
        cell.width = width
        lines = [line for line in text.splitlines() if line.strip()]
        for number, line in enumerate(lines):
            paragraph = cell.paragraphs[0] if number == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(0)
            italic = line.startswith("~")
            _write(paragraph, line.lstrip("~"), align=ALIGN.CENTER, italic=italic, size=SMALL_PT)


def _include(document: Any, name: str) -> None:
    for line in (folder() / f"{name.strip()}.txt").read_text(encoding="utf-8").splitlines():
        _line(document, line.strip())


def _signatures(document: Any, rest: str) -> None:
    titles = [part.strip() for part in rest.split("|")]
    table = document.add_table(rows=1, cols=len(titles))
    for cell, title in zip(table.rows[0].cells, titles, strict=True):
        _write(cell.paragraphs[0], title, align=ALIGN.CENTER, bold=True, size=SMALL_PT)
        _write(cell.add_paragraph(), "(Ký, ghi rõ họ tên)", align=ALIGN.CENTER, italic=True, size=SMALL_PT)
        for _ in range(3):
            cell.add_paragraph()


def _close(document: Any, rest: str) -> None:
    recipients, title, name = (part.strip() for part in rest.split("|"))
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    _write(left.paragraphs[0], "**Nơi nhận:**", size=SMALL_PT, italic=True)
    for recipient in recipients.split(";"):
        _write(left.add_paragraph(), f"- {recipient.strip()};", size=11)
    _write(right.paragraphs[0], title, align=ALIGN.CENTER, bold=True)
    _write(right.add_paragraph(), "(Ký, đóng dấu, ghi rõ họ tên)", align=ALIGN.CENTER, italic=True, size=SMALL_PT)
    for _ in range(3):
        right.add_paragraph()
    _write(right.add_paragraph(), name, align=ALIGN.CENTER, bold=True)


BLOCKS = {"letterhead": _letterhead, "include": _include, "signatures": _signatures, "close": _close}
