"""What was selected on the map, handed on to a campaign: the same rows under the same filters."""

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Person
from infra.spatial.metres import WGS84
from inspections.selectors.picking import CannotPick, Pick
from inspections.selectors.targets import INSIDE_MAX
from maps.queries.filters import Circle, Filters, WrongParameterError, refuse_unknown
from maps.queries.reader import Reader
from maps.tiles.selection import select
from maps.tiles.sources.installations import INSTALLATIONS

#: sides of the polygon that is kept for a circle
SIDES = 48
ARRIVAL = frozenset({"from"})


def picked_on_map(person: Person, query: QueryDict) -> Pick:
    """Return the installations that a selection of the console holds. Raises CannotPick."""
    try:
        refuse_unknown(query, ARRIVAL)
        filters = Filters.parse(query)
    except WrongParameterError as error:
        raise CannotPick(f"{error.parameter}: {error.message}") from None
    selection = select(INSTALLATIONS, Reader.of(person), filters, timezone.localdate())
    if len(selection) > INSIDE_MAX:
        message = _("More than %(most)s installations are selected. Select fewer.")
        raise CannotPick(message % {"most": INSIDE_MAX})
    return Pick(selection.ids().tolist(), _corners(filters))


def _corners(filters: Filters) -> tuple[tuple[float, float], ...]:
    if filters.area:
        return filters.area.corners
    return _ring(filters.near) if filters.near else ()


def _ring(circle: Circle) -> tuple[tuple[float, float], ...]:
    turns = [360.0 * side / SIDES for side in range(SIDES)]
    east, north, _back = WGS84.fwd([circle.lon] * SIDES, [circle.lat] * SIDES, turns, [circle.metres] * SIDES)
    return tuple(zip(east, north, strict=True))
