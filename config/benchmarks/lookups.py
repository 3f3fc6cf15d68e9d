"""Box and nearest: ours against bare SQL through the index and against GeoDjango."""

from collections.abc import Iterator

from config.benchmarks import peers
from config.benchmarks.measuring import Ask, Line, paired
from config.benchmarks.questions import Place, places, stations
from infra.access import Scope, scope_of
from infra.models import User
from infra.spatial.box import installation_ids
from infra.spatial.nearest import nearest
from infra.spatial.tables import installation

#: the index keeps 32-bit floats, so that SQL on the index alone may answer a row too much at the edge
AT_THE_EDGE = 0.01
BARE, BBOVERLAPS, DISTANCE = "bare SQL through the index", "GeoDjango bboverlaps", "GeoDjango Distance in order_by"


def measure(manager: User) -> Iterator[Line]:
    """Measure boxes of about 1,000 hits and the ten nearest, asked by a manager within the scope of the role."""
    asked = places(stations())
    scope = scope_of(manager)
    with peers.bare() as bare:
        yield paired("box.ids", _box(scope), BARE, bare.box, asked, differ=AT_THE_EDGE)
    yield paired("box.ids", _box(scope), BBOVERLAPS, peers.geodjango_box, asked, differ=AT_THE_EDGE)
    yield paired("nearest.ten", _nearest(scope), DISTANCE, peers.geodjango_nearest, asked)


def _box(scope: Scope) -> Ask:
    return lambda place: len(installation_ids(place.box, scope))


def _nearest(scope: Scope) -> Ask:
    def ask(place: Place) -> int:
        return len(nearest(installation, (installation.c.id,), place.lon, place.lat, 10, scope=scope))

    return ask
