"""The operators on a map, each with a colour of its own that stays the same everywhere."""

from dataclasses import dataclass
from datetime import date

from infra.models import Organization
from maps.queries.counts import station_counts, total_of
from maps.queries.filters import Filters
from maps.queries.reader import Reader

#: colours of the palette in static/maps/map.css; the last one is shared by all further operators
COLOURS = 10


@dataclass(frozen=True)
class Operator:
    """``colour`` is the number of a colour of the palette."""

    code: str
    name: str
    colour: int


def operators_for(reader: Reader, today: date) -> list[Operator]:
    """Return the operators of the stations that the reader sees, in order of their number of stations."""
    counts: dict[str, int] = total_of(station_counts(reader, Filters(), today)).get("operators", {})
    colours = {code: min(place, COLOURS - 1) for place, code in enumerate(_coloured())}
    names = {one.code: one.display_name for one in Organization.objects.filter(code__in=counts)}
    ranked = sorted(names, key=lambda code: (-counts[code], code))
    return [Operator(code, names[code], colours.get(code, COLOURS - 1)) for code in ranked]


def _coloured() -> list[str]:
    """Return the codes of those who may own stations in order of entry: a colour never moves to another one."""
    return list(
        Organization.objects.filter(kind__in=("telecom_operator", "tower_company"), owns_stations=True)
        .order_by("id")
        .values_list("code", flat=True)
    )
