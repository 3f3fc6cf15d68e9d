"""What a column is: one declaration drives reading, cleaning, the column guide, the error texts and the export."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import get_language


class Type(StrEnum):
    """How the cells of a column are read."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"
    TIME = "time"
    FLAG = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    ORGANIZATION = "organization"
    UNIT = "unit"
    COORDINATE = "coordinate"
    LINE = "line"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Column:
    """A column of a file.

    ``name`` is used in the API and in problems; ``header_vi`` and ``header_en`` are what templates and exports write;
    ``aliases`` are other headers, written without accents. ``low`` and ``high`` bound a number in ``unit`` (``low``
    itself excluded where ``above`` is set). ``choices`` names a lookup model or a set of choices of
    :mod:`infra.models`. ``field`` is where the value stands in the register, as "noun.field"; "" where it does not.
    """

    name: str
    type: Type
    header_vi: str
    header_en: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    unit: str = ""
    low: float | None = None
    high: float | None = None
    above: bool = False
    choices: str = ""
    example: str = ""
    max_length: int = 0
    field: str = ""
    note: Any = ""

    @property
    def title(self) -> str:
        """The header in the reader's language, without the unit."""
        return self.header_en if get_language() == "en" else self.header_vi

    def header(self, language: str) -> str:
        """Return the header in *language* ("vi" or "en") with the unit."""
        words = self.header_en if language == "en" else self.header_vi
        return f"{words} ({self.unit})" if self.unit else words

    def range_text(self) -> str:
        """Return the allowed range in words of numbers ("0 – 500 m")."""
        low = "" if self.low is None else f"{self.low:g}"
        high = "" if self.high is None else f"{self.high:g}"
        return f"{low} – {high} {self.unit}".strip()


@dataclass(frozen=True)
class ColumnTable:
    """The columns of one kind of file.

    ``identifier`` is the column that names a row's object. ``positions`` lists the alternatives in which a place may
    be given; a file needs the columns of one of them (no alternative: the kind has no place of its own).
    """

    kind: str
    columns: tuple[Column, ...]
    identifier: str
    positions: tuple[tuple[str, ...], ...] = ()

    def __post_init__(self) -> None:
        names = [column.name for column in self.columns]
        if len(set(names)) != len(names):
            raise ValueError(f"A column of {self.kind} is declared twice.")

    def column(self, name: str) -> Column:
        """Return the column *name*; raise KeyError where the kind has none."""
        return self._by_name()[name]

    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    def read(self) -> tuple[Column, ...]:
        """Return the columns whose cells mean something."""
        return tuple(column for column in self.columns if column.type is not Type.IGNORED)

    def position_columns(self) -> frozenset[str]:
        """Return the names of all columns that give a place."""
        return frozenset(name for group in self.positions for name in group)
