"""Cells and permits name the station they belong to: it must be one that the organization has registered."""

import polars as pl

from infra.submissions.comparison.register import stations_named
from infra.submissions.draft import Draft


def check_stations(draft: Draft) -> None:
    """Find the installation that each row's station code names; report codes that name none."""
    named = stations_named(draft.around)
    texts = draft.text("station_code")
    wanted = pl.DataFrame({"code": texts})
    found = wanted.join(named.select("code", "installation_id"), on="code", how="left", maintain_order="left")
    draft.owner_ids = found["installation_id"].fill_null(0).to_numpy().copy()
    unknown = (draft.owner_ids == 0) & texts.is_not_null().to_numpy()
    draft.report(unknown, "reference.unknown", "station_code")
