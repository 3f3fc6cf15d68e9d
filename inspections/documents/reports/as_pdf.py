"""A report as PDF, typeset here: no other program, no font of the system."""

import json
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import typst
from PIL import Image, ImageOps

from inspections.documents.reports.blocks import (
    INKS,
    Block,
    Drawing,
    Facts,
    Pictures,
    Report,
    Signatures,
    Table,
    Words,
)

TEMPLATE = Path(__file__).parent / "report.typ"
#: photos are printed no larger than half a line: more pixels would only weigh
PRINT_EDGE, PRINT_QUALITY = 1_000, 78
MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")


def pdf_of(report: Report) -> bytes:
    """Return *report* as PDF."""
    with tempfile.TemporaryDirectory(prefix="sotram-report-") as name:
        folder = Path(name)
        data = {
            **{key: getattr(report, key) for key in (
                "authority", "superior", "number", "dateline", "title", "subject", "notes", "mark", "language",
            )},
            "motto": MOTTO,
            "blocks": [_plain(block, folder) for block in report.blocks],
        }  # fmt: skip
        (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        (folder / "report.typ").write_bytes(TEMPLATE.read_bytes())
        made: bytes = typst.compile(str(folder / "report.typ"), root=str(folder), ignore_system_fonts=True)
    return made


def _plain(block: Block, folder: Path) -> dict[str, Any]:
    """Return *block* as data; its pictures are laid into *folder*."""
    if isinstance(block, Facts):
        return {"kind": "facts", "title": block.title, "rows": [list(row) for row in block.rows]}
    if isinstance(block, Words):
        return {"kind": "words", "title": block.title, "paragraphs": list(block.paragraphs)}
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, Drawing):
        file = _name(folder, "svg")
        (folder / file).write_text(block.svg, encoding="utf-8")
        return {"kind": "drawing", "title": block.title, "file": file, "caption": block.caption}
    if isinstance(block, Pictures):
        laid = [{"file": _laid(picture.path, folder), "caption": picture.caption} for picture in block.pictures]
        return {"kind": "pictures", "title": block.title, "pictures": [row for row in laid if row["file"]]}
    return {"kind": "signatures", "people": list(_people(block, folder))}


def _table(block: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": block.title,
        "columns": list(block.columns),
        "widths": list(block.widths),
        "figures": sorted(block.figures),
        "empty": block.empty,
        "rows": [
            [{"text": cell.text, "ink": INKS.get(cell.state, ""), "strong": cell.strong} for cell in row]
            for row in block.rows
        ],
    }


def _people(block: Signatures, folder: Path) -> Iterator[dict[str, Any]]:
    for person in block.people:
        file = _laid(person.image, folder) if person.image else ""
        yield {
            "role": person.role, "name": person.name, "title": person.title, "file": file, "words": person.words,
        }  # fmt: skip


def _name(folder: Path, suffix: str) -> str:
    return f"p{len(list(folder.iterdir()))}.{suffix}"


def _laid(path: Path, folder: Path) -> str:
    """Lay a picture into *folder*, as small as it is printed; return its name, empty where it cannot be read."""
    content = printable(path)
    if content is None:
        return ""
    file = _name(folder, "jpg")
    (folder / file).write_bytes(content)
    return file


def printable(path: Path) -> bytes | None:
    """Return the picture at *path* upright, as small as it is printed, as JPEG; None where it cannot be read."""
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (PRINT_EDGE, PRINT_EDGE))
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((PRINT_EDGE, PRINT_EDGE))
            paper = Image.new("RGB", upright.size, "white")
            layer = upright.convert("RGBA")
            paper.paste(layer, mask=layer.getchannel("A"))
            stream = BytesIO()
            paper.save(stream, "JPEG", quality=PRINT_QUALITY)
            return stream.getvalue()
    except (OSError, ValueError, SyntaxError):
        return None


def raster_of(svg: str) -> bytes:
    """Return a drawing as PNG, for documents that hold no vectors."""
    with tempfile.TemporaryDirectory(prefix="sotram-drawing-") as name:
        folder = Path(name)
        (folder / "drawing.svg").write_text(svg, encoding="utf-8")
        page = '#set page(width: 16cm, height: auto, margin: 0cm)\n#image("drawing.svg", width: 100%)'
        (folder / "page.typ").write_text(page, encoding="utf-8")
        made: Any = typst.compile(
            str(folder / "page.typ"), root=str(folder), format="png", ppi=150, ignore_system_fonts=True
        )
    return made if isinstance(made, bytes) else bytes(made[0])
