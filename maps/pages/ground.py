"""What every map of ours stands on: where it opens, the deployment's labels, the script's words, the inset."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import shapely
from django.conf import settings
from django.core.cache import cache as shared
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra.access import Scope
from infra.models import AdministrativeUnit, BoundaryKind
from infra.spatial.places import Box
from maps.layers import schematic_note
from maps.pages.folium import Bounds
from maps.queries.counts import last_change
from maps.queries.units import territory_bounds, unit_shapes
from maps.selectors.operators import Operator

#: shown where no authority has a territory yet: mainland Southeast Asia
FALLBACK_BOUNDS: Bounds = (102.0, 8.0, 110.0, 23.5)
#: the inset shows the country with what lies far off its coast, in units of its drawing
INSET_BOX = Box(101.8, 6.4, 118.2, 23.6)
INSET_WIDTH = 150.0


def bounds_for(scope: Scope) -> Bounds:
    """Return the territory of the person's authority; of all authorities for everybody else."""
    authorities = [grant.authority_id for grant in scope.grants if grant.authority_id is not None]
    key = f"map:bounds:{'_'.join(map(str, authorities))}:{last_change()}"
    found: Bounds | None = shared.get(key)
    if found is None:
        found = territory_bounds(authorities or None) or FALLBACK_BOUNDS
        shared.set(key, found)
    return found


@cache
def _labels_file() -> dict[str, Any]:
    """Read the deployment's labels; no file, no labels."""
    if not settings.MAP_LABELS_FILE.is_file():
        return {"labels": []}
    found: dict[str, Any] = json.loads(settings.MAP_LABELS_FILE.read_text("utf-8"))
    return found


def _in_language(row: dict[str, Any]) -> str:
    return str(row.get(get_language() or "", "") or row["vi"])


def ground_settings() -> dict[str, Any]:
    """Return where the base map comes from and the labels of the deployment."""
    labels = [{**row, "text": _in_language(row)} for row in _labels_file()["labels"]]
    kept = ("text", "lon", "lat", "zooms")
    return {
        "url": tiles_address("units"),
        "bare": bool(settings.BASEMAP_URL),
        "labels": [{name: label[name] for name in kept} for label in labels],
    }


def tiles_address(layer: str) -> str:
    """Return the address of a layer's tiles with gaps for zoom, column and row."""
    return reverse("maps:tile", kwargs={"layer": layer, "z": 0, "x": 0, "y": 0}).replace("0/0/0", "{z}/{x}/{y}")


def operators_setting(operators: list[Operator]) -> dict[str, dict[str, Any]]:
    return {one.code: {"name": one.name, "colour": one.colour} for one in operators}


def words() -> dict[str, str]:
    """Return what the maps' scripts say."""
    return {
        "map": _("Map: move with the arrow keys, zoom with + and −; the list holds the same"),
        "in_view": _("%(n)s stations at %(sites)s sites in view"),
        "in_all": _("%(n)s in all"),
        "failed": _("Could not be loaded: %(layers)s."),
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "units": _("%(n)s communes: click to come nearer"),
        "count": _("%(layer)s: %(n)s"),
        "here": _("%(n)s things at this point"),
        "several": _("%(n)s chosen"),
        "close": _("Close"),
        "loading": _("Loading…"),
        "no_sheet": _("The sheet could not be loaded."),
        "copied": _("The link to this view was copied."),
        "no_location": _("The browser does not say where you are."),
        "nothing": _("Nothing found. Try part of the name, or a code."),
    }


def source_note() -> str:
    """Return where the base map comes from: whose background, and that boundaries are our own schematic ones if so."""
    key = f"map:source:{last_change()}:{get_language()}"
    found: str | None = shared.get(key)
    if found is None:
        schematic = AdministrativeUnit.objects.filter(boundary_kind=BoundaryKind.SCHEMATIC, valid_to__isnull=True)
        found = schematic_note() if schematic.exists() else ""
        shared.set(key, found)
    return " · ".join(part for part in (settings.BASEMAP_ATTRIBUTION if settings.BASEMAP_URL else "", found) if part)


@dataclass(frozen=True)
class InsetPlace:
    """A label of the deployment in the inset."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Inset:
    """A small drawing of the country for maps that do not reach the places the deployment names."""

    title: str
    width: float
    height: float
    land: str
    places: list[InsetPlace]


def inset() -> Inset | None:
    """Return the inset, None where the deployment names no labels."""
    content = _labels_file()
    if not content["labels"]:
        return None
    height = INSET_WIDTH * (INSET_BOX.north - INSET_BOX.south) / (INSET_BOX.east - INSET_BOX.west)
    places = []
    for row in content["labels"]:
        x, y = _place(row["lon"], row["lat"], height)
        places.append(InsetPlace(x, y, str(row["short"])))
    return Inset(_in_language(content["inset_title"]), INSET_WIDTH, round(height, 1), _land(height), places)


def _place(lon: float, lat: float, height: float) -> tuple[float, float]:
    x = (lon - INSET_BOX.west) / (INSET_BOX.east - INSET_BOX.west) * INSET_WIDTH
    y = (INSET_BOX.north - lat) / (INSET_BOX.north - INSET_BOX.south) * height
    return round(x, 1), round(y, 1)


def _land(height: float) -> str:
    """Return the country's outline as one path, from the provinces in force."""
    key = f"map:inset:{last_change()}"
    found: str | None = shared.get(key)
    if found is not None:
        return found
    shapes = [one.boundary for one in unit_shapes(INSET_BOX, 3, timezone.localdate())]
    outline = shapely.simplify(shapely.union_all(shapes), 0.08) if shapes else None
    found = svg_path(outline, lambda lon, lat: _place(lon, lat, height)) if outline is not None else ""
    shared.set(key, found)
    return found


def svg_path(shape: shapely.Geometry, place: Any) -> str:
    """Return the areas of *shape* as an SVG path; *place* turns lon, lat into x, y."""
    parts = []
    for polygon in shapely.get_parts(shape):
        if polygon.geom_type != "Polygon":
            continue
        for ring in (polygon.exterior, *polygon.interiors):
            points = [place(lon, lat) for lon, lat in shapely.get_coordinates(ring)]
            parts.append("M" + "L".join(f"{x:g} {y:g}" for x, y in points[:-1]) + "Z")
    return "".join(parts)
