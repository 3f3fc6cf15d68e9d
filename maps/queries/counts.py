"""Counts by unit, kept until the register changes: the rings of low zooms and the totals of the legend."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.cache import cache
from django.utils.translation import gettext as _

from maps.queries.centres import Centre, centres_of
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp
from maps.queries.stations import newest, stations_by_unit
from maps.queries.things import things_by_unit
from maps.tiles.counting import Counts

KEPT_SECONDS = 3600


@dataclass(frozen=True)
class Counted:
    """A unit with what was counted in it; ``parent`` is the unit above, None at the top."""

    code: str
    name: str
    lon: float
    lat: float
    parent: Centre | None
    properties: dict[str, Any]


def last_change() -> str:
    """Return the state of the register: whatever it answers was true then, and only then."""
    return register_stamp()


def kept(name: str, reader: Reader, filters: Filters, today: date, compute: Callable[[], Any]) -> Any:
    """Return what *compute* gives, kept under layer, reader, filters, day and the register's last change."""
    parts = f"{name}|{reader.key}|{filters.key}|{today}|{register_stamp()}"
    key = f"map:{hashlib.sha256(parts.encode()).hexdigest()[:40]}"
    found = cache.get(key)
    if found is None:
        found = compute()
        cache.set(key, found, KEPT_SECONDS)
    return found


def station_counts(reader: Reader, filters: Filters, today: date) -> list[Counted]:
    """Return the stations by commune: n, sites, shared, states, operators."""

    def compute() -> list[Counted]:
        return placed({key: _station_properties(one) for key, one in stations_by_unit(reader, filters, today).items()})

    result: list[Counted] = kept("stations", reader, filters, today, compute)
    return result


def thing_counts(kind: str, reader: Reader, filters: Filters, today: date) -> list[Counted]:
    """Return the installations of *kind* by commune: n."""

    def compute() -> list[Counted]:
        return placed({key: {"n": n} for key, n in things_by_unit(kind, reader, filters, today).items()})

    result: list[Counted] = kept(str(kind), reader, filters, today, compute)
    return result


def _station_properties(one: Counts) -> dict[str, Any]:
    return {
        "n": one.n,
        "sites": one.sites,
        "shared": one.shared,
        "states": dict(one.classes.get("safety", {})),
        "operators": dict(one.classes["operator"]),
        "technologies": _by_newest(one.classes.get("technologies", {})),
        "statuses": dict(one.classes.get("status", {})),
    }


def _by_newest(counts: Mapping[str, int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for technologies, n in counts.items():
        if technologies:
            found[newest(technologies)] = found.get(newest(technologies), 0) + n
    return found


def placed(counts: dict[int | None, dict[str, Any]]) -> list[Counted]:
    """Give each count its unit's centre; what lies in no unit is kept without a place, so that totals stay true."""
    centres = centres_of(key for key in counts if key is not None)
    found = []
    for key, properties in counts.items():
        centre = centres.get(key) if key is not None else None
        parent = centres.get(centre.parent_id) if centre and centre.parent_id else None
        if centre is None or centre.lon is None or centre.lat is None:
            found.append(Counted("", _("outside every commune"), float("nan"), float("nan"), parent, properties))
        else:
            found.append(Counted(centre.code, centre.name, centre.lon, centre.lat, parent, properties))
    return found


def counted(counts: list[Counted], level: str) -> list[Counted]:
    """Return the counts by commune as they are, or added up to provinces."""
    if level == "commune":
        return counts
    above: dict[str, list[Counted]] = {}
    parents: dict[str, Centre] = {}
    for one in counts:
        if one.parent is not None and one.parent.lon is not None:
            above.setdefault(one.parent.code, []).append(one)
            parents[one.parent.code] = one.parent
    return [
        Counted(code, parent.name, float(parent.lon or 0), float(parent.lat or 0), None, _sum(above[code]))
        for code, parent in parents.items()
    ]


def _sum(counts: Iterable[Counted]) -> dict[str, Any]:
    """Add up properties: numbers by name, tables of numbers by their keys."""
    total: dict[str, Any] = {}
    for one in counts:
        for name, value in one.properties.items():
            if isinstance(value, dict):
                table = total.setdefault(name, {})
                for key, n in value.items():
                    table[key] = table.get(key, 0) + n
            else:
                total[name] = total.get(name, 0) + value
    return total


def total_of(counts: Iterable[Counted]) -> dict[str, Any]:
    """Return everything added up: the totals beside a legend."""
    return _sum(counts)
