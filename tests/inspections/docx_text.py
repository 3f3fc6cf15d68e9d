"""What a word processor shows of a paper."""

from io import BytesIO

from docx import Document


def docx_text(content: bytes) -> str:
    """All text of a DOCX: paragraphs and tables, in order of the body, with the head of the pages."""
    document = Document(BytesIO(content))
    blocks = [block for block in document.element.body.iter() if block.tag.endswith("}p")]
    body = ["".join(node.text or "" for node in block.iter() if node.tag.endswith("}t")) for block in blocks]
    return "\n".join([paragraph.text for paragraph in document.sections[0].header.paragraphs] + body)
