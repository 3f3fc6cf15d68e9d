"""Small drawings of figures over time, made by the server: a line, its area, its last point."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Curve:
    """A curve in a box of ``width`` × ``height``; ``x`` and ``y`` are its last point, ``top`` its highest value."""

    width: float
    height: float
    line: str
    area: str
    x: float
    y: float
    top: float

    @property
    def box(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"


def curve_of(
    values: Sequence[float], width: float, height: float, *, edge: float = 3, from_zero: bool = False
) -> Curve | None:
    """Return the curve through *values* at even distances, None for fewer than two."""
    if len(values) < 2:
        return None
    low = 0.0 if from_zero else min(values)
    high = max(values)
    span = (high - low) or 1.0
    step = (width - 2 * edge) / (len(values) - 1)
    flat = high == low and not from_zero
    points = [
        (
            round(edge + place * step, 1),
            round(height / 2 if flat else height - edge - (value - low) / span * (height - 2 * edge), 1),
        )
        for place, value in enumerate(values)
    ]
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    first, last = points[0], points[-1]
    area = f"{line}L{last[0]:g} {height:g}L{first[0]:g} {height:g}Z"
    return Curve(width, height, line, area, last[0], last[1], high)
