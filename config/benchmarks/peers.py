"""The peers: bare SQL by the driver itself, and what GeoDjango's lookups make of the same questions."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import psycopg
from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point, Polygon
from django.db import connection

from config.benchmarks.questions import Place
from infra.models import Installation
from infra.spatial.places import SRID

GIST_BOX = "SELECT id FROM infra_installation WHERE position && ST_MakeEnvelope(%s, %s, %s, %s, 4326)"
RTREE_BOX = (
    "SELECT s.id FROM idx_infra_installation_position i JOIN infra_installation s ON s.id = i.pkid "
    "WHERE i.xmin <= ? AND i.xmax >= ? AND i.ymin <= ? AND i.ymax >= ?"
)


class Bare(Protocol):
    """Bare SQL through the spatial index, as tight as the driver allows."""

    def box(self, place: Place) -> int: ...


class BareGist:
    """psycopg alone: prepared statement, binary rows."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def box(self, place: Place) -> int:
        return len(self.driver.execute(GIST_BOX, tuple(place.box.edges().values()), binary=True).fetchall())


class BareRtree:
    """sqlite3 alone, on the connection that Django holds: a second one would start with a cold cache."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def box(self, place: Place) -> int:
        west, south, east, north = place.box.edges().values()
        return len(self.driver.execute(RTREE_BOX, (east, west, north, south)).fetchall())


@contextmanager
def bare() -> Iterator[Bare]:
    """Open the driver's own connection to the database that is measured."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        yield BareRtree(connection.connection)
        return
    settings = connection.settings_dict
    with psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=settings["NAME"],
        options=settings["OPTIONS"].get("options"),
        autocommit=True,
    ) as driver:
        yield BareGist(driver)


def geodjango_box(place: Place) -> int:
    """``bboverlaps``: ids of the rows whose bounding box meets the box."""
    box = place.box
    area = Polygon.from_bbox((box.west, box.south, box.east, box.north))
    area.srid = SRID
    return len(Installation.objects.filter(position__bboverlaps=area).values_list("id", flat=True))


def geodjango_nearest(place: Place) -> int:
    """``Distance`` in ``order_by``: the ten nearest."""
    point = Point(place.lon, place.lat, srid=SRID)
    rows = Installation.objects.annotate(metres=Distance("position", point)).order_by("metres")
    return len(rows.values_list("id", flat=True)[:10])
