"""Squares as units: made quickly, easy to reason about."""

from datetime import date
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry

from infra.models import AdministrativeUnit, BoundaryKind, UnitLevel, UnitType

REFORM = date(2025, 7, 1)
TYPES = {
    "tinh": ("Tỉnh", "province"),
    "xa": ("Xã", "commune"),
    "phuong": ("Phường", "commune"),
    "huyen": ("Huyện", "district"),
}


def unit_type(code: str) -> UnitType:
    name, level = TYPES[code]
    found, _made = UnitType.objects.get_or_create(
        code=code, defaults={"name_vi": name, "level": level, "valid_from": date(2000, 1, 1), "aliases": [name.lower()]}
    )
    return found


def square(west: float, south: float, side: float = 0.1) -> shapely.Polygon:
    return shapely.box(west, south, west + side, south + side)


def as_boundary(shape: shapely.Geometry) -> GEOSGeometry:
    parts = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return GEOSGeometry(memoryview(shapely.to_wkb(shapely.MultiPolygon(parts))), srid=4326)


def make_unit(code: str, shape: shapely.Geometry | None = None, **values: Any) -> AdministrativeUnit:
    """Insert a commune (another *level* and *type_code* on request), bypassing the ledger."""
    kind = unit_type(values.pop("type_code", "xa"))
    given = {
        "level": UnitLevel.COMMUNE,
        "name": f"Số {code}",
        "full_name": f"{kind.name_vi} Số {code}",
        "valid_from": REFORM,
        "boundary_kind": BoundaryKind.NONE if shape is None else BoundaryKind.OFFICIAL,
        "boundary": None if shape is None else as_boundary(shape),
        **values,
    }
    return AdministrativeUnit.objects.create(code=code, type=kind, **given)
