"""What follows from a cable route's line and dates: its geometry, its length, and when it is to be tidied next."""

from datetime import date

import numpy as np
import polars as pl
import shapely
from django.utils import timezone
from pyproj import Geod

from infra.models import Limit
from infra.submissions.applying.nouns import Places, Work

TIDY_LIMIT = "cable_tidy_interval"
_EARTH = Geod(ellps="WGS84")


def derived(work: Work, places: Places, columns: dict[str, pl.Series]) -> dict[str, pl.Series]:
    """Return the line as WKB, the length where the file says none, and the date of the next tidying."""
    lines = [work.draft.lines[place] for place in places.tolist()]
    wkb = [None if line is None else shapely.to_wkb(line, byte_order=1) for line in lines]
    found = {"line": pl.Series("line", wkb, dtype=pl.Binary)}
    measured = pl.Series([None if line is None else round(_length(line), 1) for line in lines], dtype=pl.Float64)
    said = columns.get("length_m")
    found["length_m"] = measured if said is None else said.zip_with(said.is_not_null(), measured)
    tidied = columns.get("last_tidied_on")
    months = _months()
    if tidied is not None and months:
        found["tidy_due_on"] = tidied.dt.offset_by(f"{months}mo")
    return found


def _length(line: shapely.Geometry) -> float:
    points = shapely.get_coordinates(line)
    return float(np.abs(_EARTH.line_length(points[:, 0], points[:, 1])))


def _months(on: date | None = None) -> int:
    limit = Limit.objects.in_force(on or timezone.localdate()).filter(code=TIDY_LIMIT).order_by("-valid_from").first()
    return int(limit.value) if limit else 0
