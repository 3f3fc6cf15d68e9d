"""One figure, and what it is asked for."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from infra.access import Person
from maps.queries.filters import Filters
from maps.queries.reader import Reader

LIST = _("List")
OPERATING = "operating"
PERCENT, RATIO = 100.0, 1.0


@dataclass(frozen=True)
class Asked:
    """Whose figures: what *person* may see, of a unit and an organization where they are named, on a day."""

    person: Person
    reader: Reader
    unit: str
    organization: str
    day: date
    is_past: bool = False

    @property
    def filters(self) -> Filters:
        """The operating installations of the unit and the organization, of the day."""
        return Filters(
            organization=(self.organization,) if self.organization else (),
            unit=(self.unit,) if self.unit else (),
            status=(OPERATING,),
            as_of=self.day if self.is_past else None,
        )

    def url(self, name: str, **more: str) -> str:
        """Return the address of a page with the filters of the figure and *more*."""
        pairs = [*((key, value) for key, value in self.filters.pairs() if key != "as_of"), *more.items()]
        return f"{reverse(name)}?{urlencode(pairs)}"

    def plain_url(self, name: str, **more: str) -> str:
        """Return the address of a list that knows unit and organization, but no status of installations."""
        pairs = {"unit": self.unit, "organization": self.organization, **more}
        query = urlencode({key: value for key, value in pairs.items() if value})
        return f"{reverse(name)}?{query}" if query else reverse(name)


@dataclass(frozen=True)
class Figure:
    """One figure. ``numerator`` and ``denominator`` are counts; ``factor`` makes their quotient the value (100: per
    cent; None: the value is the numerator), ``limit`` is what the law asks of the value. ``better`` says in which
    direction it should go: "up", "down" or "".
    """

    name: str
    title: str | Promise
    sentence: str | Promise
    numerator: int
    denominator: int
    unit: str
    as_of: date
    factor: float | None = None
    better: str = ""
    list_url: str | None = None
    map_url: str | None = None
    list_words: str | Promise = LIST
    digits: int | None = None
    limit: float | None = None
    trend: float | None = None
    compared_to: date | None = None
    history: tuple[tuple[date, float], ...] = ()

    @property
    def value(self) -> float | None:
        """The percentage, the quotient or the count; a share of nothing is not known."""
        return value_of(self.numerator, self.denominator, self.factor)

    @property
    def is_share(self) -> bool:
        return self.factor == PERCENT and self.unit == "%"

    def as_json(self) -> dict[str, Any]:
        """Return the figure as the contract of the API has it."""
        return {
            "name": self.name,
            "value": self.value,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "unit": self.unit,
            "as_of": self.as_of.isoformat(),
            "compared_to": self.compared_to.isoformat() if self.compared_to else None,
            "trend": self.trend,
            "list_url": self.list_url,
            "map_url": self.map_url,
        }


def value_of(numerator: int, denominator: int, factor: float | None) -> float | None:
    """Return what a figure says, None where it is a share of nothing."""
    if factor is None:
        return numerator
    return round(factor * numerator / denominator, 1) if denominator else None
