"""The ground around a phone's tasks: what else stands there, the units with their borders, cable routes, labels.

Small enough for a phone: few members, coordinates rounded to a metre, borders of neighbours simplified together.
"""

import json
from functools import cache
from typing import Any

import shapely
from django.conf import settings
from django.contrib.gis.db.models.functions import AsWKB
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra.models import AdministrativeUnit, Installation, InstallationKind, Site, UnitLevel, User
from infra.spatial.box import InBox
from infra.spatial.places import Box, WrongPlaceError

#: degrees; a day's tasks lie within a province
SIDE_MAX = 1.5
SITES_MAX = 3_000
ROUTES_MAX = 400
#: degrees by which a border or a line may move: what a phone's map shows as one pixel
TOLERANCE = {UnitLevel.PROVINCE: 0.004, UnitLevel.COMMUNE: 0.0003}
LINE_TOLERANCE = 0.00005
DECIMALS = 5


def check_box(box: Box) -> None:
    """Raise WrongPlaceError for a box that no day's work needs."""
    if box.east - box.west > SIDE_MAX or box.north - box.south > SIDE_MAX:
        raise WrongPlaceError("bbox", _("The box may be %(most)s° wide and high.") % {"most": SIDE_MAX})


def surroundings_of(person: User, box: Box) -> dict[str, Any]:
    """Return what lies in *box* as far as *person* may see it."""
    sites = _sites(person, box)
    return {
        "sites": sites[:SITES_MAX],
        "truncated": len(sites) > SITES_MAX,
        "units": _units(box),
        "routes": _routes(person, box),
        "labels": _labels(),
    }


def _sites(person: User, box: Box) -> list[dict[str, Any]]:
    rows = list(
        Site.objects.visible_to(person)
        .filter(InBox("position", box), merged_into__isnull=True)
        .order_by("code")
        .only("code", "name", "position")[: SITES_MAX + 1]
    )
    operators: dict[int, set[str]] = {}
    standing = Installation.objects.visible_to(person).filter(InBox("position", box), site__isnull=False)
    for site, code in standing.order_by().values_list("site_id", "organization__code").distinct():
        operators.setdefault(site, set()).add(code)
    return [
        {
            "code": row.code,
            "name": row.name,
            "lon": round(row.position.x, 6),
            "lat": round(row.position.y, 6),
            "operators": sorted(operators.get(row.pk, ())),
        }
        for row in rows
    ]


def _units(box: Box) -> list[dict[str, Any]]:
    """Return the communes that meet the box, and the provinces: nearby ones finely enough, the others for far zooms."""
    units = AdministrativeUnit.objects.in_force(timezone.localdate()).filter(boundary__isnull=False)
    communes = units.filter(InBox("boundary", box), level=UnitLevel.COMMUNE)
    provinces = units.filter(level=UnitLevel.PROVINCE)
    return [*_shapes(provinces, UnitLevel.PROVINCE), *_shapes(communes, UnitLevel.COMMUNE)]


def _shapes(units: models.QuerySet[AdministrativeUnit], level: str) -> list[dict[str, Any]]:
    names = ("code", "name", "centroid", "wkb")
    rows = list(units.annotate(wkb=AsWKB("boundary")).order_by("code").values_list(*names))
    if not rows:
        return []
    shapes = shapely.coverage_simplify([shapely.from_wkb(bytes(row[3])) for row in rows], TOLERANCE[UnitLevel(level)])
    return [
        {
            "code": code,
            "name": name,
            "level": level,
            "at": None if centroid is None else [round(centroid.x, DECIMALS), round(centroid.y, DECIMALS)],
            "rings": _rings(shape),
        }
        for (code, name, centroid, _wkb), shape in zip(rows, shapes, strict=True)
    ]


def _rings(shape: shapely.Geometry) -> list[list[list[float]]]:
    polygons = [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    return [_points(ring) for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]


def _points(line: shapely.Geometry) -> list[list[float]]:
    rounded: list[list[float]] = shapely.get_coordinates(line).round(DECIMALS).tolist()
    return rounded


def _routes(person: User, box: Box) -> list[dict[str, Any]]:
    rows = (
        Installation.objects.visible_to(person)
        .filter(InBox("cable_route__line", box), kind=InstallationKind.CABLE_ROUTE)
        .annotate(wkb=AsWKB("cable_route__line"))
        .order_by("registry_number")
        .values_list("registry_number", "wkb")[:ROUTES_MAX]
    )
    lines = [(ref, shapely.simplify(shapely.from_wkb(bytes(wkb)), LINE_TOLERANCE)) for ref, wkb in rows]
    return [{"ref": ref, "line": _points(line)} for ref, line in lines]


@cache
def _labels_file() -> list[dict[str, Any]]:
    """Read the names that the deployment wants on its maps; no file, no names."""
    if not settings.MAP_LABELS_FILE.is_file():
        return []
    found: list[dict[str, Any]] = json.loads(settings.MAP_LABELS_FILE.read_text("utf-8"))["labels"]
    return found


def _labels() -> list[dict[str, Any]]:
    language = get_language() or "vi"
    return [
        {"text": row.get(language) or row["vi"], **{name: row[name] for name in ("lon", "lat", "zooms")}}
        for row in _labels_file()
    ]
