"""Communes by an indicator: what each holds, put into five classes, so that a map can colour them.

An indicator counts a layer's things under the filters of the map, alone, as a share of all, or for each 10,000 people.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra import formats
from infra.models import Authority, InstallationKind, UnitLevel
from infra.spatial import sql
from infra.spatial.tables import core, unit
from maps.layers import BY_NAME
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.tiles.columns import Codes
from maps.tiles.counting import Counts, counted
from maps.tiles.declared import PointTiles

CLASSES = 5
#: a share of fewer things than this says nothing: such communes are hatched
FEWEST = 10
PEOPLE = 10_000
#: lower edges of the classes of a share of what is wrong, in per cent, as on the overview
WRONG_EDGES = (10.0, 6.0, 3.0, 0.001)
_territory = core(Authority.territory.through)


@dataclass(frozen=True)
class Indicator:
    """``part`` says how many of a commune's things are meant; ``per`` is "", "share" or "people"."""

    code: str
    title: str | Promise
    layer: str
    part: Callable[[Counts], float]
    per: str = ""
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class Shades:
    """``units``: code of a commune → class (0 the highest, None: too few) and words; ``classes``: their words."""

    title: str
    classes: list[str]
    units: dict[str, tuple[int | None, str]]

    @property
    def has_few(self) -> bool:
        return any(step is None for step, _words in self.units.values())

    def as_json(self) -> dict[str, Any]:
        units = {code: list(one) for code, one in self.units.items()}
        few = _("fewer than %(n)s") % {"n": FEWEST} if self.has_few else ""
        return {"title": self.title, "classes": self.classes, "few": few, "units": units}


def _all(counts: Counts) -> float:
    return counts.n


def _of(name: str, *codes: str) -> Callable[[Counts], float]:
    return lambda counts: sum(counts.classes.get(name, Counter())[code] for code in codes)


INDICATORS: tuple[Indicator, ...] = (
    Indicator("stations", gettext_lazy("Stations"), "installations", _all),
    Indicator("stations_people", gettext_lazy("Stations for 10,000 people"), "installations", _all, "people"),
    Indicator(
        "wrong",
        gettext_lazy("Overdue or unsafe stations (%)"),
        "installations",
        _of("safety", "overdue", "unsafe"),
        "share",
        WRONG_EDGES,
    ),
    Indicator("with_5g", gettext_lazy("Stations with 5G (%)"), "installations", _of("technology", "5G"), "share"),
    Indicator("shared", gettext_lazy("Sites shared by operators"), "sites", lambda counts: counts.shared),
    Indicator("postal_people", gettext_lazy("Postal points for 10,000 people"), "postal", _all, "people"),
    Indicator("findings", gettext_lazy("Findings not remedied"), "findings", _all),
    Indicator("cases", gettext_lazy("Open cases"), "cases", _all),
    Indicator("incidents", gettext_lazy("Incidents of two years"), "incidents", _all),
)
BY_CODE = {one.code: one for one in INDICATORS}


def indicators_for(reader: Reader) -> list[Indicator]:
    """Return the indicators whose layer *reader* may open."""
    return [one for one in INDICATORS if BY_NAME[one.layer].open_to(reader)]


def shades_of(indicator: Indicator, reader: Reader, filters: Filters, today: date) -> Shades:
    """Return the communes of the authorities' territories by *indicator*, as *reader* may count."""
    people = _communes(filters.as_of or today)
    counts = _counts(indicator, reader, filters, today)
    values = {
        code: _value(indicator, counts.get(pk, Counts()), population) for pk, (code, population) in people.items()
    }
    edges = indicator.edges or _edges([value for value, *_rest in values.values() if value])
    units = {code: (_step(value, edges, indicator, total), words) for code, (value, total, words) in values.items()}
    return Shades(str(indicator.title), _class_words(edges, indicator), units)


def _communes(day: date) -> dict[int, tuple[str, int | None]]:
    owned = sa.select(_territory.c.administrativeunit_id)
    rows = sql.read(
        sa.select(unit.c.id, unit.c.code, unit.c.population).where(
            unit.c.level == str(UnitLevel.COMMUNE),
            unit.c.valid_from <= day,
            sa.or_(unit.c.valid_to.is_(None), unit.c.valid_to > day),
            sa.or_(unit.c.id.in_(owned), unit.c.parent_id.in_(owned)),
        )
    )
    return {pk: (code, population) for pk, code, population in rows}


def _counts(indicator: Indicator, reader: Reader, filters: Filters, today: date) -> dict[Any, Counts]:
    tiles = BY_NAME[indicator.layer].tiles
    assert isinstance(tiles, PointTiles)
    shown = tiles.shown(reader)
    if indicator.layer == "installations":
        filters = replace(filters, kind=(str(InstallationKind.BASE_STATION),))
    selection = tiles.selection(reader, filters, today)
    classes = {
        column: prefix for column, prefix in shown.classes.items() if isinstance(selection.column(column), Codes)
    }
    found = counted(selection, classes, tiles.lists, tiles.group, by="unit")
    if indicator.layer == "sites":
        for one in found.values():
            one.shared = one.classes.get("shared", Counter({"1": one.shared}))["1"]
    return found


def _value(indicator: Indicator, counts: Counts, people: int | None) -> tuple[float | None, int, str]:
    """Return the value (None where nobody can say it), how many things it rests on, and the words of the tip."""
    part = indicator.part(counts)
    if indicator.per == "people":
        if not people:
            return None, counts.n, _("population not known")
        value = part * PEOPLE / people
        words = _("%(value)s · %(n)s for %(people)s people")
        return (
            value,
            counts.n,
            words
            % {
                "value": formats.number(value, 1),
                "n": formats.number(part),
                "people": formats.number(people),
            },
        )
    if indicator.per == "share":
        value = 100 * part / counts.n if counts.n else 0.0
        share = formats.quantity(value, "%", 1)
        words = _("%(share)s · %(n)s of %(all)s")
        return (
            value,
            counts.n,
            words
            % {
                "share": share if counts.n else "–",
                "n": formats.number(part),
                "all": formats.number(counts.n),
            },
        )
    return part, counts.n, formats.number(part)


def _edges(values: list[float | None]) -> tuple[float, ...]:
    """Return the lower edges of the classes but the lowest, from the highest on: equally many communes in each."""
    known = np.array([value for value in values if value], dtype=float)
    if not len(known):
        return ()
    found = np.quantile(known, [0.8, 0.6, 0.4, 0.2])
    return tuple(sorted({_round(edge) for edge in found.tolist()}, reverse=True))


def _round(value: float) -> float:
    """Round to two figures that people can read."""
    return float(f"{value:.2g}")


def _step(value: float | None, edges: tuple[float, ...], indicator: Indicator, total: int) -> int | None:
    if value is None or (indicator.per == "share" and total < FEWEST):
        return None
    if not value:
        return CLASSES - 1
    return next((place for place, edge in enumerate(edges) if value >= edge), CLASSES - 1)


def _class_words(edges: tuple[float, ...], indicator: Indicator) -> list[str]:
    """Return the words of each class, the highest first, "" for one that nothing falls into; the lowest holds none."""
    if not edges:
        return [""] * (CLASSES - 1) + [_("none")]
    unit_of = "%" if indicator.per == "share" else ""

    def write(value: float) -> str:
        digits = 0 if value == int(value) else 1
        return formats.quantity(value, unit_of, digits) if unit_of else formats.number(value, digits)

    words = [_("%(edge)s and more") % {"edge": write(edges[0])}]
    for upper, lower in pairwise(edges):
        low = "0" if lower < 0.01 else write(lower)
        words.append(f"{low} – {write(upper)}")
    lowest = _("none") if edges[-1] < 0.01 else _("below %(edge)s") % {"edge": write(edges[-1])}
    return [*words, *[""] * (CLASSES - 1 - len(words)), lowest]
