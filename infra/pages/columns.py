"""Columns of a list, declared once: the table, the cards of a narrow screen and every export read the same ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext

from infra import formats

#: where a cell stands on a narrow screen: the card's title, beside it, a line of its own, behind "Details"
Card = Literal["title", "aside", "line", "hidden"]
Value = str | int | float | date | datetime | bool | None
EMPTY = "–"


@dataclass(frozen=True)
class Column:
    """One column. ``value`` gives the plain value that exports write; the rest says how a screen shows it.

    ``second`` is a smaller line under the value, ``state`` a pair (safety state, words) drawn with its symbol instead
    of the value, ``url`` makes the cell the link. A column with ``screen`` false is written to exports only.
    """

    name: str
    title: str | Promise
    value: Callable[[Any], Value]
    card: Card = "line"
    figure: bool = False
    digits: int | None = None
    url: Callable[[Any], str | None] | None = None
    second: Callable[[Any], Value] | None = None
    state: Callable[[Any], tuple[str, str] | None] | None = None
    screen: bool = True


@dataclass(frozen=True)
class RowAct:
    """What can be done with one row of a list: a link, or with ``posts`` a button that does it."""

    label: str | Promise
    url: str
    icon: str
    posts: bool = False


@dataclass(frozen=True)
class Cell:
    """A cell ready to be drawn."""

    title: str
    text: str
    second: str
    url: str | None
    state: tuple[str, str] | None
    card: Card
    figure: bool
    act: RowAct | None = None


def act_cell(title: str, act: RowAct | None) -> Cell:
    """Return the cell that holds what can be done with a row."""
    return Cell(title, "", "", None, None, "line", figure=False, act=act)


def written(value: Value, digits: int | None = None) -> str:
    """Return *value* as the language writes it; nothing is an empty text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int | float):
        return formats.number(value, digits)
    return str(value)


def cells_of(row: Any, columns: Sequence[Column]) -> list[Cell]:
    """Return the cells of *row* for the columns that a screen shows."""
    return [_cell(row, column) for column in columns if column.screen]


def _cell(row: Any, column: Column) -> Cell:
    second = written(column.second(row)) if column.second else ""
    return Cell(
        title=str(column.title),
        text=written(column.value(row), column.digits) or EMPTY,
        second=second,
        url=column.url(row) if column.url else None,
        state=column.state(row) if column.state else None,
        card=column.card,
        figure=column.figure,
    )
