"""What a layer holds, in numbers: in a view or an area, by unit, and at one point."""

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra.models import UnitLevel
from infra.spatial import sql
from infra.spatial.metres import metres_between
from infra.spatial.places import Box, latitude, longitude
from infra.spatial.tables import unit
from maps.api.door import known_visitor
from maps.api.layers import etag_of, in_words, json_answer, kept_by_browser
from maps.api.problems import not_found
from maps.layers import LAYERS, Layer
from maps.queries.filters import Circle, Filters, WrongParameterError, refuse_unknown
from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp
from maps.tiles.asking import Asked, asked_of
from maps.tiles.columns import NO_DAY, Codes, TextColumn
from maps.tiles.counting import Counts, counted
from maps.tiles.declared import PointTiles, told
from maps.tiles.selection import Selection

FORM = 1
LEVELS = (str(UnitLevel.PROVINCE), str(UnitLevel.COMMUNE))
#: things that are listed at a point, and how far from it they may stand
MOST_HERE, MOST_METRES_HERE = 200, 5_000.0


def _points_of(request: HttpRequest, layer: str, known: tuple[str, ...]) -> tuple[Asked, PointTiles] | None:
    asked = asked_of(request, layer, known)
    if asked is None or not isinstance(asked.tiles, PointTiles):
        return None
    return asked, asked.tiles


def _no_counts(request: HttpRequest, name: str) -> HttpResponseBase:
    message = _("There is no layer “%(name)s” here whose things are counted.")
    return not_found(request.path, message % {"name": name[:64]})


def _counts_of(selection: Selection, tiles: PointTiles, reader: Reader, by: str = "") -> dict[Any, Counts]:
    shown = tiles.shown(reader)
    classes = {
        column: prefix for column, prefix in shown.classes.items() if isinstance(selection.column(column), Codes)
    }
    return counted(selection, classes, tiles.lists, tiles.group, by)


@require_safe
@known_visitor
@in_words
def counts(request: HttpRequest, layer: str) -> HttpResponseBase:
    """Return ``{n, sites, shared, classes}`` of a layer under the filters, of ``bbox`` where it is given."""
    found = _points_of(request, layer, ("bbox",))
    if found is None:
        return _no_counts(request, layer)
    asked, tiles = found
    box = Box.parse(request.GET["bbox"]) if request.GET.get("bbox") else None
    etag = etag_of(FORM, *asked.key, "counts", request.GET.get("bbox", ""))

    def make() -> HttpResponse:
        selection = tiles.selection(asked.reader, asked.filters, asked.today)
        inside = selection if box is None else selection.within(box)
        return json_answer(_counts_of(inside, tiles, asked.reader)[None].as_json(), "application/json")

    return kept_by_browser(request, etag, make, public=asked.reader.public)


@require_safe
@known_visitor
@in_words
def units(request: HttpRequest, layer: str) -> HttpResponseBase:
    """Return ``{level, units: {code: {n, sites, shared, classes}}, outside}``: a layer counted by commune or province.

    For maps of units by any of these numbers, or by their ratio to the population that the units' tiles carry.
    """
    found = _points_of(request, layer, ("level",))
    if found is None:
        return _no_counts(request, layer)
    asked, tiles = found
    level = request.GET.get("level", LEVELS[1])
    if level not in LEVELS:
        raise WrongParameterError("level", _("Choose from: %(choices)s.") % {"choices": ", ".join(LEVELS)})
    etag = etag_of(FORM, *asked.key, "units", level)

    def make() -> HttpResponse:
        selection = tiles.selection(asked.reader, asked.filters, asked.today)
        by_unit = _counts_of(selection, tiles, asked.reader, by="unit")
        outside = by_unit.pop(None, Counts())
        answer = {"level": level, "units": _by_code(by_unit, level), "outside": outside.n}
        return json_answer(answer, "application/json")

    return kept_by_browser(request, etag, make, public=asked.reader.public)


def _by_code(by_unit: dict[Any, Counts], level: str) -> dict[str, Any]:
    """Return code of a unit → numbers; at the level of provinces those of its communes together."""
    parent = unit.alias("parent")
    rows = sql.read(
        sa.select(unit.c.id, unit.c.code, unit.c.level, parent.c.code).outerjoin(
            parent, parent.c.id == unit.c.parent_id
        )
    )
    found: dict[str, Counts] = {}
    for pk, code, own_level, above in rows:
        counts = by_unit.get(pk)
        if counts is not None:
            _add(found.setdefault(code if level == own_level else above or code, Counts()), counts)
    return {code: counts.as_json() for code, counts in found.items()}


def _add(total: Counts, more: Counts) -> None:
    total.n, total.sites, total.shared = total.n + more.n, total.sites + more.sites, total.shared + more.shared
    for name, counts in more.classes.items():
        total.classes[name] = total.classes.get(name, type(counts)()) + counts


# --- At one point -----------------------------------------------------------------------------------------------------


@require_safe
@known_visitor
@in_words
def here(request: HttpRequest) -> HttpResponseBase:
    """Return ``{things: [{layer, id, metres, …properties}]}``: everything within ``metres`` of ``lon``, ``lat``.

    Nearest first, of every layer of points that the person may open, or of ``layers``; at most 200.
    """
    refuse_unknown(request.GET, ("lon", "lat", "metres", "layers"))
    reader, today, filters = Reader.of(request.user), timezone.localdate(), Filters.parse(request.GET)
    lon, lat = longitude(request.GET.get("lon"), "lon"), latitude(request.GET.get("lat"), "lat")
    circle = Circle.parse(lon, lat, request.GET.get("metres", "25"), MOST_METRES_HERE)
    wanted = [name for name in request.GET.get("layers", "").split(",") if name]
    open_layers = [layer for layer in LAYERS if isinstance(layer.tiles, PointTiles) and layer.open_to(reader)]
    unknown = set(wanted) - {layer.name for layer in open_layers}
    if unknown:
        raise WrongParameterError("layers", _("There is no layer “%(name)s” here.") % {"name": min(unknown)[:64]})
    # what stands in several layers (a post office is an installation and a postal point) is told once
    shown = [layer for layer in open_layers if (layer.name in wanted if wanted else not _is_part(layer))]
    etag = etag_of(FORM, "here", reader.key, filters.key, register_stamp(), today, lon, lat, circle.metres, wanted)

    def make() -> HttpResponse:
        things = [thing for layer in shown for thing in _things(layer, reader, filters, circle, today)]
        nearest = sorted(things, key=lambda thing: (thing["metres"], thing["layer"], thing["id"]))
        return json_answer({"things": nearest[:MOST_HERE], "more": len(things) > MOST_HERE}, "application/json")

    return kept_by_browser(request, etag, make, public=reader.public)


def _is_part(layer: Layer) -> bool:
    return isinstance(layer.tiles, PointTiles) and bool(layer.tiles.kinds)


def _things(layer: Layer, reader: Reader, filters: Filters, circle: Circle, today: date) -> list[dict[str, Any]]:
    tiles = layer.tiles
    assert isinstance(tiles, PointTiles)
    selection = tiles.selection(reader, filters, today).within(circle.box())
    lon, lat = selection.table.lonlat(selection.rows)
    metres = metres_between(circle.lon, circle.lat, lon, lat)
    near = np.flatnonzero(metres <= circle.metres)
    near = near[np.argsort(metres[near], kind="stable")][: MOST_HERE + 1]
    return [
        {
            "layer": layer.name,
            "id": int(selection.table.ids[row]),
            "lon": round(float(lon[place]), 6),
            "lat": round(float(lat[place]), 6),
            "metres": round(float(metres[place]), 1),
            **properties_of(selection, tiles, reader, int(row)),
        }
        for place, row in zip(near.tolist(), selection.rows[near].tolist(), strict=True)
    ]


def properties_of(selection: Selection, tiles: PointTiles, reader: Reader, row: int) -> dict[str, Any]:
    """Return the properties of one row as its tile tells them; what a row does not have is left out."""
    found = {}
    for one in told(tiles, reader):
        value = _value(selection.column(one.held_as), row, one.held_as in tiles.source.days)
        if value is not None and value != "":
            found[one.name] = value
    return found


def _value(column: Any, row: int, is_day: bool) -> Any:
    if isinstance(column, TextColumn):
        return column.text(row)
    if isinstance(column, Codes):
        place = int(column.places[row])
        return column.labels[place] if place >= 0 else None
    value = column[row].item()
    if is_day:
        return None if value == NO_DAY else date.fromordinal(value).isoformat()
    return None if value != value else value
