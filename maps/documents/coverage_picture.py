"""A coverage map as a picture on paper: levels and gaps as on the screen, communes, the first white spots by rank."""

import base64
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

import numpy as np
import shapely
from django.conf import settings
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from PIL import Image

from infra import formats
from maps.coverage.exports import grade_names
from maps.coverage.grid import Grid
from maps.coverage.ground import Province, provinces_of
from maps.coverage.indicators import Scale, region_levels
from maps.coverage.manifests import Manifest, read_manifest
from maps.coverage.painting import HATCH, HATCH_STEP, LEVELS, PAPER
from maps.coverage.points import scale_of
from maps.coverage.regions import Ground, on_grid, region_of
from maps.documents.content import Picture
from maps.models import CoverageMap, WhiteSpot

#: pixels on the longer side of the picture: 180 dots an inch over the width of the page
MOST_SIDE = 1_200
#: white spots that are marked
MARKED = 10
OUTSIDE = 255
BORDER, INK = "#586374", "#2b3647"
METRES = (100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000)

Classes = NDArray[np.uint8]


@dataclass(frozen=True)
class _Frame:
    """Where the picture lies on the grid: its upper left corner, metres, and metres to a dot."""

    left: float
    top: float
    wide: int
    high: int
    step: float

    def dots(self, x: float, y: float) -> tuple[float, float]:
        return (x - self.left) / self.step, (self.top - y) / self.step


def picture_of(coverage: CoverageMap, units: frozenset[int] | None, spots: Sequence[WhiteSpot]) -> Picture:
    """Return the picture of a map, of the communes *units* only if given."""
    manifest = read_manifest(settings.COVERAGE_STORE, coverage.manifest)
    provinces = [
        Province(one.unit, [commune for commune in one.communes if units is None or commune.pk in units])
        for one in provinces_of(coverage.authority, coverage.area, coverage.data_on)
    ]
    shapes = [on_grid(manifest.grid, commune.boundary) for one in provinces for commune in one.communes]
    frame = _frame(manifest.grid, shapes)
    classes = _classes(manifest, provinces, scale_of(coverage), frame)
    parts = [_image(classes), *_borders(frame, shapes), *_marks(frame, manifest.grid, spots[:MARKED]), _bar(frame)]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{frame.wide}" height="{frame.high}">'
    note = _("Numbers are the ranks of white spots.") if spots else ""
    return Picture("".join([head, *parts, "</svg>"]), _legend(coverage), note)


def _frame(grid: Grid, shapes: Sequence[shapely.Geometry]) -> _Frame:
    left, bottom, right, top = shapely.total_bounds(np.array(shapes, dtype=object)).tolist()
    pixel = float(grid.resolution_m)
    factor = max(1, math.ceil(max(right - left, top - bottom) / pixel / MOST_SIDE))
    step = pixel * factor
    edge = 12 * step
    left, top = (math.floor((left - edge) / step) * step, math.ceil((top + edge) / step) * step)
    wide, high = math.ceil((right + edge - left) / step), math.ceil((top - bottom + edge) / step)
    return _Frame(left, top, wide, high, step)


def _classes(manifest: Manifest, provinces: Sequence[Province], scale: Scale, frame: _Frame) -> Classes:
    """Return the class under each dot: that of the pixel in its middle; OUTSIDE beyond the territory."""
    found = np.full((frame.high, frame.wide), OUTSIDE, dtype=np.uint8)
    pixel = manifest.grid.resolution_m
    columns = np.floor((frame.left + (np.arange(frame.wide) + 0.5) * frame.step) / pixel).astype(np.int64)
    rows = np.floor((-frame.top + (np.arange(frame.high) + 0.5) * frame.step) / pixel).astype(np.int64)
    for province in provinces:
        region = region_of(manifest.grid, province.communes, Ground()) if province.communes else None
        if region is None:
            continue
        levels = region_levels(settings.COVERAGE_STORE, manifest, region)
        first_column, first_row = region.window.origin
        x, y = columns - first_column, rows - first_row
        across, down = (
            np.flatnonzero((at >= 0) & (at < size)) for at, size in zip((x, y), levels.shape[::-1], strict=True)
        )
        here = np.ix_(y[down], x[across])
        mine = scale.classes(levels[here])
        target = found[np.ix_(down, across)]
        found[np.ix_(down, across)] = np.where(region.unit[here] > 0, mine, target)
    return found


def _image(classes: Classes) -> str:
    """Return the dots as an image inside the SVG."""
    paper = (255, 255, 255)
    colours = np.array([PAPER, *LEVELS, paper], dtype=np.uint8)
    index = np.where(classes == OUTSIDE, len(LEVELS) + 1, np.minimum(classes, len(LEVELS)))
    dots = colours[index]
    row, column = np.mgrid[0 : classes.shape[0], 0 : classes.shape[1]]
    dots[(classes == 0) & ((row + column) % HATCH_STEP < 2)] = HATCH
    out = io.BytesIO()
    Image.fromarray(dots).save(out, "PNG", optimize=True)
    said = base64.b64encode(out.getvalue()).decode()
    high, wide = classes.shape
    return f'<image width="{wide}" height="{high}" href="data:image/png;base64,{said}"/>'


def _borders(frame: _Frame, shapes: Sequence[shapely.Geometry]) -> Iterator[str]:
    """Yield the outlines of communes, no finer than the dots."""
    for shape in shapes:
        rings = shapely.get_rings(shapely.get_parts(shapely.simplify(shape, frame.step / 2)))
        path = "".join(
            "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (frame.dots(*corner) for corner in ring.coords)) + "Z"
            for ring in rings
        )
        yield f'<path d="{path}" fill="none" stroke="{BORDER}" stroke-width="{frame.wide / 800:.2f}"/>'


def _marks(frame: _Frame, grid: Grid, spots: Sequence[WhiteSpot]) -> Iterator[str]:
    size = max(frame.wide, frame.high) / 55
    for spot in spots:
        x, y = grid.metres(spot.position.x, spot.position.y)
        across, down = frame.dots(float(x), float(y))
        yield (
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="{size:.1f}" fill="#fff" stroke="{INK}" '
            f'stroke-width="{size / 8:.2f}"/>{_text(across, down + size * 0.42, size * 1.3, str(spot.rank))}'
        )


def _bar(frame: _Frame) -> str:
    """Return a scale bar in the lower left corner, about a sixth of the width."""
    metres = max((one for one in METRES if one <= frame.wide * frame.step / 6), default=METRES[0])
    long, size = metres / frame.step, max(frame.wide, frame.high) / 60
    x, y = size, frame.high - size
    path = f"M{x:.1f} {y - size / 2:.1f}v{size / 2:.1f}h{long:.1f}v-{size / 2:.1f}"
    words = formats.quantity(metres // 1_000, "km") if metres >= 1_000 else formats.quantity(metres, "m")
    line = f'<path d="{path}" fill="none" stroke="{INK}" stroke-width="{size / 8:.2f}"/>'
    return line + _text(x + long / 2, y - size * 0.7, size, words)


def _text(x: float, y: float, size: float, words: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="Libertinus Serif" font-size="{size:.1f}" text-anchor="middle" '
        f'fill="{INK}">{escape(words)}</text>'
    )


def _legend(coverage: CoverageMap) -> list[tuple[str, bool, str]]:
    """Return colours with words and least levels, strongest first, then what is not covered."""
    names, scale = grade_names(coverage), scale_of(coverage)
    least = [coverage.needed_dbm, *sorted(max(one, coverage.needed_dbm) for one in scale.levels_dbm)]
    rows = [
        (
            _colour(LEVELS[min(grade, len(LEVELS)) - 1]),
            False,
            f"{names[grade]} (≥ {formats.quantity(round(dbm, 1), 'dBm')})",
        )
        for grade, dbm in enumerate(least, start=1)
    ]
    return [*reversed(rows), (_colour(HATCH), True, names[0])]


def _colour(parts: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*parts)
