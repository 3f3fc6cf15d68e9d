"""Pages of a list without OFFSET: where one page ended, the next one starts, at the same cost for page 1 and 1,000."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, Q, QuerySet

SEPARATOR = "~"
#: counting stops here: nobody reads on, and counting a country costs more than showing it
COUNT_CAP = 10_000
#: rows that a filter leaves are picked by their keys where they are not more than this
FEW = 2_000


class BadPlaceError(ValueError):
    """The place in the list, given in the address, cannot be one."""


@dataclass(frozen=True)
class Order:
    """What a list is ordered by. ``field`` must be filled in every row; the primary key settles ties.

    ``read`` makes a value of the field from its text in an address; fields are dates where nothing else is said.
    ``tie`` names the primary key as the table of the field has it, so that one index of it gives the whole order.
    """

    field: str = "pk"
    descending: bool = False
    read: Callable[[str], Any] | None = None
    tie: str = "pk"

    def names(self, backwards: bool = False) -> list[str]:
        sign = "-" if self.descending != backwards else ""
        return [f"{sign}pk"] if self.field == "pk" else [f"{sign}{self.field}", f"{sign}{self.tie}"]

    def place(self, row: Model) -> str:
        """Return the place of *row*, for an address."""
        if self.field == "pk":
            return str(row.pk)
        return f"{getattr(row, self.field)}{SEPARATOR}{row.pk}"

    def beyond(self, place: str, backwards: bool = False) -> Q:
        """Return the condition for the rows after *place* (before it, if *backwards*)."""
        sign = "lt" if self.descending != backwards else "gt"
        if self.field == "pk":
            return Q(**{f"pk__{sign}": _number(place)})
        text, _, last = place.partition(SEPARATOR)
        value = (self.read or _day)(text)
        ties = Q(**{self.field: value, f"{self.tie}__{sign}": _number(last)})
        return Q(**{f"{self.field}__{sign}": value}) | ties


@dataclass(frozen=True)
class Page:
    """One page of rows with the places of its neighbours."""

    rows: list[Any]
    previous: str | None
    next: str | None


def number(text: str) -> int:
    """Read a whole number of an address. Raises BadPlaceError."""
    return _number(text)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadPlaceError(text)
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadPlaceError(text) from error


def page_of(rows: QuerySet[Any], order: Order, size: int, after: str = "", before: str = "") -> Page:
    """Return *size* rows after (or before) a place. Raises BadPlaceError for a place that cannot be."""
    backwards = bool(before) and not after
    place = after or before
    if place:
        rows = rows.filter(order.beyond(place, backwards))
    found = list(rows.order_by(*order.names(backwards))[: size + 1])
    more = len(found) > size
    found = found[:size]
    if backwards:
        found.reverse()
    if not found:
        return Page([], None, None)
    has_previous = more if backwards else bool(place)
    has_next = bool(place) if backwards else more
    return Page(
        found,
        order.place(found[0]) if has_previous else None,
        order.place(found[-1]) if has_next else None,
    )


def keys_of_few(rows: QuerySet[Any]) -> list[Any] | None:
    """Return the keys of *rows*, in no order, where they are few; None where they are many.

    A list that walks the index of its order until a page is full walks all of it for a filter that leaves few rows.
    """
    keys = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return keys if len(keys) <= FEW else None


def count_of(rows: QuerySet[Any]) -> tuple[int, bool]:
    """Return how many rows there are, and whether there are more than that (counting stops at ``COUNT_CAP``)."""
    counted = rows.order_by().values("pk")[: COUNT_CAP + 1].count()
    return min(counted, COUNT_CAP), counted > COUNT_CAP
