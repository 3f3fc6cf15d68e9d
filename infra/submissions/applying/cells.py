"""Accepted rows of a list of cells: each belongs to a registered base station."""

import numpy as np
import polars as pl

from infra.models import Cell, RowAction
from infra.selectors.frames import noun_frame_of
from infra.services.frames import ids_reserve
from infra.services.ledger import Act
from infra.submissions.applying.nouns import Places, Work, filled, overlaid
from infra.submissions.draft import Mask


def apply(ledger: Act, work: Work, chosen: Mask, removed: set[int]) -> pl.DataFrame:
    """Write the chosen rows, and take the cells in *removed* out of service.

    Returns "row" (number in the file) and "installation_id" (the station's) of every chosen row.
    """
    actions = work.comparison.actions
    added = np.flatnonzero(chosen & (actions == RowAction.ADD))
    changed = np.flatnonzero(chosen & (actions == RowAction.UPDATE))
    _add(ledger, work, added)
    if len(changed):
        ids = pl.Series(work.comparison.matched[changed])
        ledger.change_frame(Cell, overlaid(Cell, ids, _columns(work, changed)))
    gone = noun_frame_of(Cell, removed)
    ledger.change_frame(Cell, gone.with_columns(in_service=pl.lit(value=False)))
    done = np.flatnonzero(chosen)
    return pl.DataFrame({"row": work.draft.rows[done], "installation_id": work.draft.owner_ids[done]})


def _add(ledger: Act, work: Work, places: Places) -> None:
    if not len(places):
        return
    columns = {
        **_columns(work, places),
        "id": pl.Series(ids_reserve(Cell, len(places)), dtype=pl.Int64),
        "station_id": pl.Series(work.draft.owner_ids[places]),
    }
    ledger.add_frame(Cell, filled(Cell, columns, len(places)), since=work.since(places=places))


def _columns(work: Work, places: Places) -> dict[str, pl.Series]:
    """Return what the rows say about their cells; north is 0°, however it is written."""
    columns = work.columns_of("cell", Cell, places)
    if "azimuth_deg" in columns:
        columns["azimuth_deg"] = columns["azimuth_deg"] % 360
    return columns
