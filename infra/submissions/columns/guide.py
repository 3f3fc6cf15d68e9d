"""The published guide: every column of a kind with what it takes, and every problem with its words."""

from typing import Any

from infra.submissions.columns.declaration import Column, ColumnTable, Type
from infra.submissions.lists import choices_of
from infra.submissions.problems import TEXTS, severity_of

_BY_TYPE: dict[Type, tuple[str, ...]] = {
    Type.TEXT: ("value.length",),
    Type.NUMBER: ("value.type", "value.range"),
    Type.INTEGER: ("value.type", "value.range"),
    Type.DATE: ("value.date", "value.order"),
    Type.TIME: ("value.type",),
    Type.FLAG: ("value.choice",),
    Type.CHOICE: ("value.choice",),
    Type.CHOICES: ("value.choice",),
    Type.ORGANIZATION: ("reference.unknown",),
    Type.UNIT: ("unit.unknown", "unit.superseded", "coordinate.unit_mismatch"),
    Type.COORDINATE: tuple(code for code in TEXTS if code.startswith("coordinate.")),
    Type.LINE: ("coordinate.missing", "coordinate.unparsable", "coordinate.outside_territory"),
    Type.IGNORED: (),
}


#: codes of reports of outages, which are no submissions
_OF_OUTAGES = "outage."


def codes_of(column: Column, table: ColumnTable) -> list[str]:
    """Return the codes of the problems that a cell of *column* can have."""
    codes = list(_BY_TYPE[column.type])
    if column.required:
        codes.insert(0, "value.required")
    if column.name == table.identifier:
        codes.append("identifier.duplicate")
    if column.name == "certificate_number":
        codes += ["certificate.undated", "certificate.unnumbered"]
    if column.name == "registry_number":
        codes += ["reference.unknown", "identifier.foreign", "identifier.duplicate"]
    return codes


def describe(column: Column, table: ColumnTable) -> dict[str, Any]:
    """Return one column of the guide."""
    choices = choices_of(column.choices) if column.choices else None
    return {
        "name": column.name,
        "header_vi": column.header("vi"),
        "header_en": column.header("en"),
        "aliases": list(column.aliases),
        "type": str(column.type),
        "unit": column.unit,
        "required": column.required,
        "low": column.low,
        "high": column.high,
        "low_excluded": column.above,
        "max_length": column.max_length or None,
        "choices": [{"code": code, "name": name} for code, name in choices.names.items()] if choices else [],
        "example": column.example,
        "note": str(column.note),
        "problems": [{"code": code, "severity": severity_of(code)} for code in codes_of(column, table)],
    }


def guide(table: ColumnTable) -> dict[str, Any]:
    """Return the guide of one kind of file."""
    return {
        "kind": str(table.kind),
        "identifier": table.identifier,
        "positions": [list(group) for group in table.positions],
        "columns": [describe(column, table) for column in table.columns],
        "problems": [
            {"code": code, "severity": severity_of(code), "title": str(title), "text": str(text)}
            for code, (title, text) in TEXTS.items()
            if not code.startswith(_OF_OUTAGES)
        ],
    }
