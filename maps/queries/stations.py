"""Base stations: by site in a box, and counted by unit with operators and safety states."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from infra.models import InstallationKind
from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.tables import organization, site
from maps.queries.filters import Filters
from maps.queries.installations import Source, in_scope, in_view
from maps.queries.reader import Reader
from maps.queries.safety import states_of

KIND = InstallationKind.BASE_STATION
#: more stations than this are counted without their safety states: judging one takes 0.2 ms
MOST_JUDGED = 20_000


@dataclass
class SiteStations:
    """The stations at one site that match: how many, whose, in which state."""

    code: str
    name: str
    lon: float
    lat: float
    states: Counter[str] = field(default_factory=Counter)
    operators: Counter[str] = field(default_factory=Counter)


@dataclass
class UnitStations:
    """The stations of one unit that match; ``shared`` counts sites with stations of several operators."""

    n: int = 0
    sites: int = 0
    shared: int = 0
    states: Counter[str] = field(default_factory=Counter)
    operators: Counter[str] = field(default_factory=Counter)

    def add(self, other: "UnitStations") -> None:
        self.n += other.n
        self.sites += other.sites
        self.shared += other.shared
        self.states += other.states
        self.operators += other.operators


def states_by_id(ids: list[int], reader: Reader, filters: Filters) -> dict[int, str]:
    """Return the states of today; the public gets none, and neither does a map of the past: nobody judged it then."""
    if reader.public or filters.as_of is not None:
        return {}
    return states_of(ids)


def stations_in_view(
    reader: Reader, filters: Filters, box: Box, today: date, *, most_sites: int, most_rows: int
) -> list[SiteStations] | None:
    """Return the sites in *box* with their stations, or None where there are more than a map should draw."""
    source = Source.of(KIND, filters.as_of)
    main = source.main
    columns = (
        source.number,
        site.c.code,
        site.c.name,
        organization.c.code,
        sa.func.ST_X(main.c.position),
        sa.func.ST_Y(main.c.position),
    )
    rows = in_view(source, columns, reader, filters, box, today, limit=most_rows + 1)
    if len(rows) > most_rows:
        return None
    states = states_by_id([row[0] for row in rows], reader, filters)
    found: dict[str, SiteStations] = {}
    for number, code, name, operator, lon, lat in rows:
        state = states.get(number, "unknown")
        if filters.safety and state not in filters.safety:
            continue
        one = found.setdefault(code, SiteStations(code, name, lon, lat))
        one.states[state] += 1
        one.operators[operator] += 1
    if filters.shared:
        found = {code: one for code, one in found.items() if len(one.operators) > 1}
    return list(found.values()) if len(found) <= most_sites else None


def keep_shared(rows: list[sql.Row], *, site: int, operator: int) -> list[sql.Row]:
    """Keep the rows of sites with several operators; *site* and *operator* are the places of their columns."""
    operators: dict[Any, set[Any]] = defaultdict(set)
    for row in rows:
        operators[row[site]].add(row[operator])
    return [row for row in rows if len(operators[row[site]]) > 1]


def stations_by_unit(reader: Reader, filters: Filters, today: date) -> dict[int | None, UnitStations]:
    """Return unit id (None: outside every unit) -> what stands there, for everything the reader may see."""
    source = Source.of(KIND, filters.as_of)
    main = source.main
    columns = (source.number, main.c.unit_id, main.c.site_id, organization.c.code)
    statement = in_scope(source, columns, reader, filters, today)
    rows = sql.read(statement.join(organization, organization.c.id == main.c.organization_id))
    is_judged = len(rows) <= MOST_JUDGED or bool(filters.safety)
    states = states_by_id([row[0] for row in rows], reader, filters) if is_judged else {}
    if filters.shared:
        rows = keep_shared(rows, site=2, operator=3)
    found: dict[int | None, UnitStations] = defaultdict(UnitStations)
    operators: dict[tuple[int | None, int], set[str]] = defaultdict(set)
    for number, unit_id, site_id, operator in rows:
        state = states.get(number, "unknown")
        if filters.safety and state not in filters.safety:
            continue
        one = found[unit_id]
        one.n += 1
        if is_judged:
            one.states[state] += 1
        one.operators[operator] += 1
        operators[unit_id, site_id].add(operator)
    for (unit_id, _site), names in operators.items():
        found[unit_id].sites += 1
        found[unit_id].shared += len(names) > 1
    return dict(found)
