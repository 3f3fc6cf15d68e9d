"""A position as an authority measures and prints it: easting and northing in its metric system."""

from dataclasses import dataclass
from functools import cache

from django.contrib.gis.geos import Point
from pyproj import CRS, Transformer

WGS84 = 4326


@dataclass(frozen=True)
class MetricPosition:
    """Easting and northing in metres; ``name`` is the reference system's own name."""

    easting_m: float
    northing_m: float
    srid: int
    name: str


@cache
def _system(srid: int) -> tuple[Transformer, str]:
    return Transformer.from_crs(WGS84, srid, always_xy=True), CRS.from_epsg(srid).name


def metric_position(position: Point, srid: int) -> MetricPosition:
    """Return *position* (EPSG:4326) in the metric system *srid*."""
    transformer, name = _system(srid)
    easting, northing = transformer.transform(position.x, position.y)
    return MetricPosition(easting, northing, srid, name)
