"""The sector plot: where the antennas of a station or a mast look, drawn as rings seen from above, north up.

A table beside the plot says the same in figures; the plot itself is one image with one sentence for a screen reader.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

CENTRE = 100.0
INNERMOST = 16.0
OUTERMOST = 78.0
GAP = 3.0
#: drawn where a cell does not say how wide its beam is; 65° is the common panel antenna
USUAL_BEAMWIDTH_DEG = 65.0
#: rings beyond this many repeat the shades
SHADES = 4


@dataclass(frozen=True)
class Sector:
    """One cell: where it looks (degrees clockwise from north, None: all around) and how wide."""

    azimuth_deg: float | None
    beamwidth_deg: float | None
    in_service: bool
    title: str


@dataclass(frozen=True)
class Ring:
    """What is drawn at one distance from the middle, from the inside out."""

    label: str
    sectors: Sequence[Sector]
    note: str = ""


@dataclass(frozen=True)
class Wedge:
    """A drawn sector: SVG path, shade 0…3, whether it transmits."""

    path: str
    shade: int
    in_service: bool
    title: str


@dataclass(frozen=True)
class LegendLine:
    """A ring in the legend."""

    label: str
    note: str
    shade: int


@dataclass(frozen=True)
class Plot:
    """Everything the template draws."""

    wedges: list[Wedge]
    legend: list[LegendLine]
    sectors: int
    silent: int


def plot_of(rings: Iterable[Ring]) -> Plot:
    """Lay *rings* out; rings without a sector keep their place in the legend only."""
    drawn = list(rings)
    width = (OUTERMOST - INNERMOST) / max(len(drawn), 2)
    wedges, legend = [], []
    for place, ring in enumerate(drawn):
        inner = INNERMOST + place * width
        shade = place % SHADES
        legend.append(LegendLine(ring.label, ring.note, shade))
        wedges += [
            Wedge(sector_path(sector, inner, inner + width - GAP), shade, sector.in_service, sector.title)
            for sector in ring.sectors
        ]
    sectors = [sector for ring in drawn for sector in ring.sectors]
    return Plot(wedges, legend, len(sectors), sum(not sector.in_service for sector in sectors))


def sector_path(sector: Sector, inner: float, outer: float) -> str:
    """Return the SVG path of the piece of ring between two radii that *sector* covers."""
    beamwidth = sector.beamwidth_deg or USUAL_BEAMWIDTH_DEG
    if sector.azimuth_deg is None or beamwidth >= 360:
        return f"{_circle(outer)} {_circle(inner)}"
    start, end = sector.azimuth_deg - beamwidth / 2, sector.azimuth_deg + beamwidth / 2
    large = 1 if beamwidth > 180 else 0
    a, b, c, d = _at(start, outer), _at(end, outer), _at(end, inner), _at(start, inner)
    return f"M{a} A{outer:.1f} {outer:.1f} 0 {large} 1 {b} L{c} A{inner:.1f} {inner:.1f} 0 {large} 0 {d} Z"


def _at(azimuth_deg: float, radius: float) -> str:
    angle = math.radians(azimuth_deg)
    return f"{CENTRE + radius * math.sin(angle):.1f} {CENTRE - radius * math.cos(angle):.1f}"


def _circle(radius: float) -> str:
    top, bottom = CENTRE - radius, CENTRE + radius
    half = f"A{radius:.1f} {radius:.1f} 0 1 1 {CENTRE}"
    return f"M{CENTRE} {top:.1f} {half} {bottom:.1f} {half} {top:.1f} Z"
