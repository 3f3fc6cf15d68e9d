"""A route's line against the one in the register."""

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from infra.submissions.coordinates import systems
from infra.submissions.draft import Draft

if TYPE_CHECKING:
    from infra.submissions.comparison.changes import Comparison

#: two drawings of one line are nowhere farther apart
SAME_LINE_M = 1.0


def compare_lines(
    draft: Draft, held: pl.DataFrame, comparison: "Comparison", rows: NDArray[np.intp], places: NDArray[np.int64]
) -> None:
    """Note lines that run elsewhere than the register's; ``moved_m`` is the farthest they are apart."""
    srid = draft.around.authority.metric_srid
    kept = shapely.from_wkb(held["line"].gather(places).to_list())
    for row, before in zip(rows.tolist(), kept, strict=True):
        after = draft.lines[row]
        if after is None or before is None:
            continue
        apart = float(shapely.hausdorff_distance(_metric(before, srid), _metric(after, srid)))
        comparison.moved_m[row] = apart
        if apart > SAME_LINE_M:
            comparison.note(row, "line", words_of(before), words_of(after))


def _metric(line: Any, srid: int) -> Any:
    return shapely.transform(line, lambda points: systems.from_lonlat(points, srid))


def words_of(line: Any) -> str:
    """Return a line in a few words: its ends and how many points it has."""
    points = shapely.get_coordinates(line)
    ends = " → ".join(f"{lon:.5f}, {lat:.5f}" for lon, lat in (points[0], points[-1]))
    return f"{ends} ({len(points)})"
