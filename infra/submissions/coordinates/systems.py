"""Coordinate reference systems: the candidates of a territory, and the way from each to longitude and latitude."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.database import query_crs_info
from pyproj.enums import PJType
from pyproj.exceptions import CRSError

Points = NDArray[np.float64]

#: the register's own system: longitude, latitude on WGS 84
REGISTER_SRID = 4326
AUTO = "auto"
_WGS_UTM = "WGS 84 / UTM zone"
#: zones so far from the territory (degrees of longitude) still occur in files that carry a neighbour's meridian
_REACH_DEGREES = 7.0


class UnknownSystem(ValueError):
    """No such coordinate reference system, or none that can be used for a position on the ground."""


@dataclass(frozen=True)
class System:
    """A coordinate reference system by its EPSG code; ``meridian`` is the central one in degrees, None without."""

    srid: int
    name: str
    is_metric: bool
    meridian: float | None = None

    @property
    def code(self) -> str:
        return f"EPSG:{self.srid}"

    @property
    def label(self) -> str:
        """Return the code with the central meridian as surveyors write it: "EPSG:9209 (105°30′)"."""
        if self.meridian is None:
            return self.code
        minutes = round(self.meridian * 60)
        return f"{self.code} ({minutes // 60}°{minutes % 60:02d}′)"


@cache
def system(srid: int) -> System:
    """Return the system with EPSG code *srid*; raise UnknownSystem for none or for one without a plane or globe."""
    try:
        crs = CRS.from_epsg(srid)
    except CRSError as error:
        raise UnknownSystem(f"EPSG:{srid}") from error
    if not (crs.is_geographic or crs.is_projected):
        raise UnknownSystem(f"EPSG:{srid}")
    return System(srid, crs.name, crs.is_projected, _meridian(crs))


def of_code(code: str) -> System:
    """Return the system that "EPSG:9209" names; raise UnknownSystem otherwise."""
    authority, _, number = code.strip().upper().rpartition(":")
    if authority not in ("", "EPSG") or not number.isascii() or not number.isdigit() or len(number) > 6:
        raise UnknownSystem(code)
    return system(int(number))


def _meridian(crs: CRS) -> float | None:
    if not crs.is_projected or crs.coordinate_operation is None:
        return None
    names = {parameter.name: parameter.value for parameter in crs.coordinate_operation.params}
    value = names.get("Longitude of natural origin")
    return None if value is None else float(value)


@lru_cache(maxsize=64)
def candidates(metric_srid: int, west: float, south: float, east: float, north: float) -> tuple[System, ...]:
    """Return the metric systems that files of a territory may use, its own first, then by distance of the meridian.

    They are those of the same national datum as *metric_srid* around the box (degrees), and UTM on WGS 84; so the
    country's zones come from the EPSG database, not from a list of ours.
    """
    own = system(metric_srid)
    family = own.name.partition(" / ")[0] + " / "
    middle = (west + east) / 2
    hemisphere = "N" if south + north > 0 else "S"
    rows = query_crs_info(auth_name="EPSG", pj_types=[PJType.PROJECTED_CRS])
    national = [int(row.code) for row in rows if row.name.startswith(family) and not row.deprecated]
    zones = {
        f"{_WGS_UTM} {zone}{hemisphere}" for zone in range(1, 61) if abs(6 * zone - 183 - middle) <= _REACH_DEGREES
    }
    worldwide = [int(row.code) for row in rows if row.name in zones and not row.deprecated]
    others = [system(srid) for srid in dict.fromkeys((*national, *worldwide)) if srid != metric_srid]

    def distance(one: System) -> float:
        return abs((one.meridian or 0.0) - middle)

    near = [one for one in others if distance(one) <= _REACH_DEGREES]
    return (own, *sorted(near, key=lambda one: (not one.name.startswith(family), distance(one), one.srid)))


@lru_cache(maxsize=64)
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(CRS.from_epsg(source), CRS.from_epsg(target), always_xy=True)


def to_lonlat(points: Points, srid: int) -> Points:
    """Return *points* (n×2: easting, northing, or longitude, latitude in *srid*) as lon, lat; NaN where impossible."""
    if srid == REGISTER_SRID or not len(points):
        return points
    return _converted(points, _transformer(srid, REGISTER_SRID))


def from_lonlat(points: Points, srid: int) -> Points:
    """Return *points* (n×2: lon, lat) in *srid* (easting, northing, or longitude, latitude)."""
    if srid == REGISTER_SRID or not len(points):
        return points
    return _converted(points, _transformer(REGISTER_SRID, srid))


def _converted(points: Points, transformer: Transformer) -> Points:
    x, y = transformer.transform(points[:, 0], points[:, 1], errcheck=False)
    result = np.column_stack([x, y])
    result[~np.isfinite(result).all(axis=1)] = np.nan
    return result
