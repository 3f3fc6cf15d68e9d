"""Draw the icons of the field app as PNG: the mast of infra/static/infra/img/favicon.svg, which phones want as pixels.

Usage: draw_icons.py [FOLDER]
"""

import math
import sys
from pathlib import Path

from PIL import Image, ImageDraw

FOLDER = Path(__file__).resolve().parent.parent / "inspections" / "static" / "inspections" / "field" / "icons"
GROUND, INK = "#1b4f9c", "#ffffff"
UNITS = 32
#: drawn so much larger, then made smaller: smooth edges
OVERSIZE = 8
STROKE = 2.4
LINES = (((12.0, 26.0), (16.0, 13.0), (20.0, 26.0)), ((13.4, 21.5), (18.6, 21.5)))
#: waves: half the angle, radius; left and right of the mast's tip
WAVES = ((45.0, 7.07), (44.0, 11.5))
CENTRE = (16.0, 13.0)


class Sheet:
    """A square drawing in units of the favicon; *inner* is the share of the square that the mast may take."""

    def __init__(self, size: int, inner: float, radius: float) -> None:
        self.size = size
        self.scale = size * OVERSIZE * inner / UNITS
        self.shift = size * OVERSIZE * (1 - inner) / 2
        side = size * OVERSIZE
        self.image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
        self.pen = ImageDraw.Draw(self.image)
        self.pen.rounded_rectangle((0, 0, side - 1, side - 1), radius * side, fill=GROUND)

    def at(self, x: float, y: float) -> tuple[float, float]:
        return x * self.scale + self.shift, y * self.scale + self.shift

    def dot(self, x: float, y: float, radius: float) -> None:
        px, py = self.at(x, y)
        reach = radius * self.scale
        self.pen.ellipse((px - reach, py - reach, px + reach, py + reach), fill=INK)

    def line(self, points: list[tuple[float, float]]) -> None:
        """Draw a line with round ends and corners."""
        self.pen.line([self.at(*point) for point in points], fill=INK, width=round(STROKE * self.scale), joint="curve")
        for point in points:
            self.dot(*point, STROKE / 2)

    def finished(self) -> Image.Image:
        small = self.image.resize((self.size, self.size), Image.Resampling.LANCZOS)
        return small.quantize(32, method=Image.Quantize.FASTOCTREE)


def wave(half: float, radius: float, side: int) -> list[tuple[float, float]]:
    """Return the points of an arc left (-1) or right (1) of the mast's tip."""
    angles = [math.radians(-half + half * 2 * step / 48) for step in range(49)]
    x, y = CENTRE
    return [(x + side * radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]


def icon(size: int, *, inner: float = 1.0, radius: float = 7 / 32) -> Image.Image:
    """Return the icon; a maskable one has no round corners and keeps its drawing in the inner 80 %."""
    sheet = Sheet(size, inner, radius)
    for line in LINES:
        sheet.line(list(line))
    for half, reach in WAVES:
        for side in (-1, 1):
            sheet.line(wave(half, reach, side))
    sheet.dot(16, 12, 2)
    return sheet.finished()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for size in (192, 512):
        icon(size).save(folder / f"icon-{size}.png", optimize=True)
    icon(512, inner=0.72, radius=0).save(folder / "maskable-512.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
