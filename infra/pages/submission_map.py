"""A small drawing of what a submission changes: added, moved, removed, and the rest as dots on the communes."""

from dataclasses import dataclass, field

import numpy as np
import shapely
from django.core.cache import cache
from django.utils import timezone

from infra.models import RowAction, Submission
from infra.selectors.submissions import rows_of
from infra.spatial.units import Boundaries
from infra.submissions.comparison import MOVED_M
from infra.submissions.territory import Territory

WIDTH = 360
_MARGIN = 8
_DOTS_MAX = 2_500
#: borders coarser than a pixel of the drawing (degrees)
_COARSE = 0.003
_KEEP_SECONDS = 3_600


@dataclass
class ChangesMap:
    """Marks in pixels of a drawing ``width`` × ``height``; ``borders`` is one SVG path."""

    width: int
    height: int
    borders: str
    added: list[tuple[float, float]] = field(default_factory=list)
    moved: list[tuple[float, float, float, float]] = field(default_factory=list)
    removed: list[tuple[float, float]] = field(default_factory=list)
    others: list[tuple[float, float]] = field(default_factory=list)


@dataclass(frozen=True)
class _Frame:
    west: float
    north: float
    scale_x: float
    scale_y: float

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            round(_MARGIN + (lon - self.west) * self.scale_x, 1),
            round(_MARGIN + (self.north - lat) * self.scale_y, 1),
        )


def map_of(submission: Submission) -> ChangesMap | None:
    """Return the drawing of a submission, None where nothing has a place or the territory no borders."""
    rows = rows_of(submission).filter(position__isnull=False)
    marks = list(rows.values_list("action", "position", "moved_m", "changes")[:_DOTS_MAX])
    if not marks:
        return None
    territory = Territory.load(submission.authority, timezone.localdate())
    if not territory.has_ground:
        return None
    west, south, east, north = territory.box
    flatten = float(np.cos(np.radians((south + north) / 2)))
    scale = (WIDTH - 2 * _MARGIN) / ((east - west) * flatten)
    frame = _Frame(west, north, scale * flatten, scale)
    height = int((north - south) * scale) + 2 * _MARGIN
    drawing = ChangesMap(WIDTH, height, _borders(territory.boundaries, frame, submission.authority_id))
    for action, position, moved_m, changes in marks:
        if position is None:
            continue
        here = frame.place(position.x, position.y)
        before = _before(changes, frame) if moved_m and moved_m > MOVED_M else None
        if before:
            drawing.moved.append((*before, *here))
        elif action == RowAction.ADD:
            drawing.added.append(here)
        else:
            drawing.others.append(here)
    gone = submission.rows.filter(action=RowAction.REMOVE, installation__position__isnull=False)
    for point in gone.values_list("installation__position", flat=True)[:_DOTS_MAX]:
        if point is not None:
            drawing.removed.append(frame.place(point.x, point.y))
    return drawing


def _before(changes: dict[str, list[str]], frame: _Frame) -> tuple[float, float] | None:
    text = changes.get("position", [""])[0]
    parts = text.split(", ") if text else []
    return frame.place(float(parts[0]), float(parts[1])) if len(parts) == 2 else None


def _borders(boundaries: Boundaries, frame: _Frame, authority_id: int) -> str:
    """Return the communes' borders as one path, kept for an hour: they hardly ever change."""
    key = f"submission-borders:{authority_id}:{len(boundaries.shapes)}:{boundaries.slack_m}"
    kept: str | None = cache.get(key)
    if kept is not None:
        return kept
    path = []
    for shape in shapely.simplify(boundaries.shapes, _COARSE):
        for part in shapely.get_parts(shape):
            ring = shapely.get_coordinates(shapely.get_exterior_ring(part))
            points = [frame.place(lon, lat) for lon, lat in ring]
            path.append("M" + "L".join(f"{x} {y}" for x, y in points) + "Z")
    drawn = "".join(path)
    cache.set(key, drawn, _KEEP_SECONDS)
    return drawn
