"""A sketch as SVG for papers: the same figures as on a page, with the colours and letters written in."""

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from inspections.documents.sketch import Dot, Sketch

#: kind of a mark -> (fill, outline, radius)
Look = tuple[str, str, float]
INK, LINE, PAPER, ACCENT = "#16202E", "#B9C2CF", "#FAF9F5", "#1B4F9C"
LETTERS = 'font-family="Libertinus Serif"'


def svg_of(sketch: Sketch, looks: Mapping[str, Look], ways: Mapping[str, str] | None = None) -> str:
    """Return *sketch* as SVG; *looks* say how marks of each kind are drawn, *ways* in which colour lines are."""
    width, height = sketch.width, sketch.height
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
        f'<rect width="{width}" height="{height}" fill="{PAPER}"/>',
        *(f'<path d="{unit.path}" fill="none" stroke="{LINE}" stroke-width="1"/>' for unit in sketch.units),
        *(
            f'<text x="{unit.x}" y="{unit.y}" text-anchor="middle" font-size="11" fill="#586374" stroke="{PAPER}" '
            f'stroke-width="3" paint-order="stroke" {LETTERS}>'
            f"{escape(unit.name)}</text>"
            for unit in sketch.units
            if unit.step == 0
        ),
        *(f'<path d="{path}" fill="{ACCENT}" fill-opacity="0.08" stroke="{ACCENT}"/>' for path in sketch.areas),
        *(
            f'<polyline points="{points}" fill="none" stroke="{(ways or {}).get(kind, INK)}" stroke-width="1.5"/>'
            for kind, points in sketch.ways
        ),
    ]
    for dot in sketch.dots:
        parts += _dot(dot, looks.get(dot.mark.kind, (INK, "#FFFFFF", 4.0)))
    parts += _scale(sketch)
    return "".join([*parts, "</svg>"])


def _dot(dot: Dot, look: Look) -> Iterator[str]:
    fill, outline, radius = look
    yield f'<circle cx="{dot.x}" cy="{dot.y}" r="{radius}" fill="{fill}" stroke="{outline}" stroke-width="1.5"/>'
    if dot.mark.label:
        yield (
            f'<text x="{dot.x + radius + 8}" y="{dot.y + 4}" font-size="12" fill="{INK}" stroke="{PAPER}" '
            f'stroke-width="3" paint-order="stroke" {LETTERS}>{escape(dot.mark.label)}</text>'
        )


def _scale(sketch: Sketch) -> Iterator[str]:
    words = f"{sketch.scale_m // 1000} km" if sketch.scale_m >= 1000 else f"{sketch.scale_m} m"
    low = sketch.height - 16
    yield f'<path d="M16 {low}h{sketch.scale_units}" stroke="{INK}" stroke-width="3"/>'
    yield f'<text x="16" y="{low - 8}" font-size="12" fill="{INK}" {LETTERS}>{words}</text>'
