"""Base stations: by site in a box, and counted by unit with operators and safety states."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from infra.models import InstallationKind
from infra.spatial.places import Box
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.tiles.columns import Kept, Rows, TextColumn, rows_of
from maps.tiles.counting import Counts, counted
from maps.tiles.register import table_of
from maps.tiles.selection import Selection, select
from maps.tiles.sources.installations import INSTALLATIONS
from maps.tiles.sources.places import SITES

KINDS = (str(InstallationKind.BASE_STATION),)


@dataclass
class SiteStations:
    """The stations at one site that match: how many, whose, in which state."""

    code: str
    name: str
    lon: float
    lat: float
    states: Counter[str] = field(default_factory=Counter)
    operators: Counter[str] = field(default_factory=Counter)
    technologies: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)


def newest(technologies: str) -> str:
    """Return the newest of technologies written with commas: that of the highest generation."""
    return max(technologies.split(","))


def stations(reader: Reader, filters: Filters, today: date) -> Selection:
    """Return the stations that *reader* may see and *filters* leave."""
    return select(INSTALLATIONS, reader, filters, today, KINDS)


def stations_in_view(
    reader: Reader, filters: Filters, box: Box, today: date, *, most_sites: int, most_rows: int
) -> list[SiteStations] | None:
    """Return the sites in *box* with their stations, or None where there are more than a map should draw."""
    chosen = stations(reader, filters, today).within(box)
    if len(chosen) > most_rows:
        return None
    table = chosen.table
    codes, names = table.columns["site"], site_names(table, chosen.rows, filters, today)
    assert isinstance(codes, TextColumn)
    operators, states = table.codes("organization"), table.codes("safety")
    technologies, statuses = table.codes("technologies"), table.codes("status")
    newest_of = [newest(label) for label in technologies.labels]
    lons, lats = (np.round(place, 7).tolist() for place in table.lonlat(chosen.rows))
    found: dict[str, SiteStations] = {}
    for row, name, lon, lat in zip(chosen.rows.tolist(), names, lons, lats, strict=True):
        code = codes.text(row)
        one = found.get(code) or found.setdefault(code, SiteStations(code, name, lon, lat))
        state = int(states.places[row])
        one.states[states.labels[state] if state >= 0 and not reader.public else "unknown"] += 1
        one.operators[operators.labels[operators.places[row]]] += 1
        one.statuses[statuses.labels[statuses.places[row]]] += 1
        if technologies.places[row] >= 0:
            one.technologies[newest_of[technologies.places[row]]] += 1
    return list(found.values()) if len(found) <= most_sites else None


def site_names(table: Kept, rows: Rows, filters: Filters, today: date) -> list[str]:
    """Return the names of the sites on which the installations in *rows* of *table* stand."""
    sites = table_of(SITES, filters.as_of, today)
    names = sites.columns["name"]
    assert isinstance(names, TextColumn)
    at = rows_of(sites, table.numbers("site_id")[rows])
    return [names.text(place) if place >= 0 else "" for place in at.tolist()]


def stations_by_unit(reader: Reader, filters: Filters, today: date) -> dict[int | None, Counts]:
    """Return unit id (None: outside every unit) -> what stands there by "operator".

    Staff are told also by "safety", "technologies" and "status".
    """
    classes = {"organization": "operator"}
    if not reader.public:
        classes |= {"safety": "safety", "technologies": "technologies", "status": "status"}
    return counted(stations(reader, filters, today), classes, frozenset(), "site_id", by="unit")
