"""Features at points, put together from PostgreSQL's values while it makes the next rows.

A page waits for the database, and there for text above all, most of which is the same in every row. So the database
tells the values of a row alone, as one text with a control character between them, and the JSON is put around all
values of some hundred rows here, by one formatting of bytes. Rows with a text that holds such a character itself are
not written here.
"""

from collections.abc import Sequence
from json import dumps

import sqlalchemy as sa

from infra.spatial import sql
from maps.features.collection import Column, Element
from maps.features.reading import Question, geometry_columns, json_value
from maps.features.systems import DEGREE_DECIMALS

BETWEEN = ",\n"
#: between the values of a row; in the place of a text or a day that there is none of, which no text is
PART, NULL = "\x1f", "\x1d"
_PART, _NULL = PART.encode(), NULL.encode()
#: what JSON writes in another way, the backslash first
ESCAPED = ((b"\\", b"\\\\"), (b'"', b'\\"'), (b"\n", b"\\n"), (b"\r", b"\\r"), (b"\t", b"\\t"))
CONTROLS = bytes(range(32))


class Form:
    """How the rows of a question become features: ``told`` is what the database tells of a row."""

    def __init__(self, question: Question) -> None:
        drawn, columns = question.drawn, question.columns
        place = [rounded(number) for number in geometry_columns(question.collection, drawn)]
        values = [_told(drawn.values[column.name], column) for column in columns]
        self.told: Element = sa.func.concat_ws(_control(PART), drawn.key, *place, *values, type_=sa.Text())
        properties = ",".join(f"{dumps(column.name)}:{_room(column)}" for column in columns)
        self._one = (
            '{"type":"Feature","id":%s,"geometry":{"type":"Point","coordinates":[%s,%s]},"properties":{'
            f"{properties}}}}}"
        ).encode()
        self._width = 3 + len(columns)

    def written(self, rows: Sequence[bytes]) -> bytes | None:
        """Return *rows* as features; None where a text holds a character that stands between values or for none."""
        whole = _PART.join(rows)
        for mark, escaped in ESCAPED:
            if mark in whole:
                whole = whole.replace(mark, escaped)
        values = whole.split(_PART)
        nulls = values.count(_NULL) if _NULL in whole else 0
        controls = len(whole) - len(whole.translate(None, CONTROLS))
        if len(values) != self._width * len(rows) or controls != len(values) - 1 + nulls:
            return None
        text = BETWEEN.encode().join([self._one] * len(rows)) % tuple(values)
        return text.replace(b'"' + _NULL + b'"', b"null") if nulls else text


def rounded(degrees: Element) -> Element:
    """Return degrees to a centimetre, as the number nearest to so few decimals."""
    if sql.vendor() == "postgresql":
        many: Element = sa.literal_column(f"1e{DEGREE_DECIMALS}::float8", sa.Double())
        return sa.func.round(degrees * many) / many
    return sa.func.round(degrees, DEGREE_DECIMALS)


def _is_quoted(column: Column) -> bool:
    return column.kind in ("string", "date", "date-time")


def _room(column: Column) -> str:
    return '"%s"' if _is_quoted(column) else "%s"


def _told(value: Element, column: Column) -> Element:
    """Return a value as the text that JSON has for it, without quotes."""
    text = sa.cast(json_value(value, column, is_postgresql=True), sa.Text())
    return sa.func.coalesce(text, _control(NULL) if _is_quoted(column) else sa.literal_column("'null'", sa.Text()))


def _control(character: str) -> Element:
    return sa.literal_column(f"E'\\x{ord(character):02x}'", sa.Text())
