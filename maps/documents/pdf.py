"""The periodic report as PDF, typeset here: no other program, no font of the system."""

import json
from pathlib import Path

import typst

from maps.documents.content import Content

TEMPLATE = Path(__file__).parent / "periodic.typ"


def pdf(content: Content) -> bytes:
    """Return the report as PDF."""
    data = {
        "keeper": content.keeper,
        "above": content.above,
        "title": content.title,
        "subject": content.subject,
        "dateline": content.dateline,
        "notes": content.notes,
        "language": content.language[:2],
        "picture": None if content.picture is None else vars(content.picture),
        "tables": [
            {
                "title": table.title,
                "columns": list(table.columns),
                "rows": [list(row) for row in table.rows],
                "figures": sorted(table.figures),
                "note": table.note,
            }
            for table in content.tables
        ],
    }
    made: bytes = typst.compile(TEMPLATE.read_bytes(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)})
    return made
