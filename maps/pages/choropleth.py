"""A map of communes drawn by the server: how large a share of each commune's stations is overdue or unsafe."""

import math
from dataclasses import dataclass
from datetime import date
from typing import Any

import shapely
from django.core.cache import cache
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from infra import formats
from infra.spatial.places import Box
from maps.pages.folium import Bounds
from maps.pages.ground import svg_path
from maps.queries.counts import Counted, last_change
from maps.queries.units import UnitShape, unit_shapes

WIDTH = 560.0
ZOOM = 10
#: a share of fewer stations than this says nothing: such communes are hatched
FEWEST = 10
#: lower edge of each class in per cent, and its words; a commune without any is a class of its own
CLASSES = ((10.0, _("10 % and more")), (6.0, _("6–10 %")), (3.0, _("3–6 %")), (0.001, _("below 3 %")), (0.0, _("none")))
LABELLED = 5


@dataclass(frozen=True)
class Area:
    """One commune: ``step`` is its class from the worst (0) on, None where it has too few stations."""

    code: str
    name: str
    path: str
    step: int | None
    share: float | None
    bad: int
    total: int
    url: str
    x: float
    y: float

    @property
    def on_right(self) -> bool:
        """Whether a label would leave the drawing on its right side."""
        return self.x > WIDTH * 0.7

    @property
    def words(self) -> str:
        share = "–" if self.share is None else f"{formats.number(round(self.share, 1))} %"
        return f"{self.name}: {formats.number(self.bad)} / {formats.number(self.total)} ({share})"


@dataclass(frozen=True)
class Choropleth:
    """A drawing of ``width`` × ``height`` units with its legend; the worst communes are labelled."""

    width: float
    height: float
    areas: list[Area]

    @property
    def box(self) -> str:
        """The drawing's viewBox with a small edge."""
        return f"-4 -4 {self.width + 8:g} {self.height + 8:g}"

    @property
    def ranked(self) -> list[Area]:
        """The communes with enough stations, the worst first."""
        known = [area for area in self.areas if area.step is not None]
        return sorted(known, key=lambda area: (-(area.share or 0), -area.bad, area.name))

    @property
    def labelled(self) -> list[Area]:
        return [area for area in self.ranked[:LABELLED] if area.bad]

    @property
    def legend(self) -> list[tuple[int, Any]]:
        return [(step, words) for step, (_edge, words) in enumerate(CLASSES)]

    @property
    def has_few(self) -> bool:
        return any(area.step is None for area in self.areas)


def step_of(share: float) -> int:
    """Return the class of a share in per cent, 0 for the worst."""
    return next(step for step, (edge, _words) in enumerate(CLASSES) if share >= edge)


def choropleth(communes: list[Counted], bounds: Bounds, unit_codes: tuple[str, ...], today: date) -> Choropleth:
    """Return the map of the own communes, or of those with *unit_codes* and their province's."""
    shapes, paths, height = _drawing(bounds, today)
    counts = {one.code: one.properties for one in communes}
    drawn = zip(shapes, paths, strict=True)
    areas = [_area(shape, path, counts.get(shape.code, {}), height, bounds) for shape, path in drawn]
    if unit_codes and any(area.code in unit_codes for area in areas):
        areas = [area for area in areas if area.code in unit_codes]
    return Choropleth(WIDTH, height, areas)


def _place(lon: float, lat: float, bounds: Bounds, height: float) -> tuple[float, float]:
    west, south, east, north = bounds
    return round((lon - west) / (east - west) * WIDTH, 1), round((north - lat) / (north - south) * height, 1)


def _drawing(bounds: Bounds, today: date) -> tuple[list[UnitShape], list[str], float]:
    """Return the own communes with their paths, kept until the register changes."""
    key = f"map:choropleth:{'_'.join(map(str, bounds))}:{today}:{last_change()}"
    found: tuple[list[UnitShape], list[str], float] | None = cache.get(key)
    if found is None:
        west, south, east, north = bounds
        height = round(WIDTH * (north - south) / (east - west) / math.cos(math.radians((north + south) / 2)), 1)
        shapes = [one for one in unit_shapes(Box(*bounds), ZOOM, today) if one.own and one.level != "province"]
        paths = [svg_path(one.boundary, lambda lon, lat: _place(lon, lat, bounds, height)) for one in shapes]
        found = (shapes, paths, height)
        cache.set(key, found)
    return found


def _area(shape: UnitShape, path: str, counts: dict[str, Any], height: float, bounds: Bounds) -> Area:
    total = counts.get("n", 0)
    bad = sum(counts.get("states", {}).get(state, 0) for state in ("overdue", "unsafe"))
    share = 100 * bad / total if total else None
    centre = shapely.point_on_surface(shape.boundary)
    x, y = _place(centre.x, centre.y, bounds, height)
    query = urlencode([("unit", shape.code), ("status", "operating"), ("safety", "overdue,unsafe")])
    return Area(
        code=shape.code,
        name=shape.name,
        path=path,
        step=step_of(share) if share is not None and total >= FEWEST else None,
        share=share,
        bad=bad,
        total=total,
        url=f"{reverse('maps:list')}?{query}",
        x=x,
        y=y,
    )
