"""Accepted rows of a list of permits: new papers of registered things, and what is new about those in force."""

import numpy as np
import polars as pl

from infra.models import Permit, PermitState, RowAction
from infra.selectors.frames import noun_columns, values_frame_of
from infra.services.frames import ids_reserve
from infra.services.ledger import Act
from infra.services.permits import CERTIFICATE
from infra.submissions.applying.certificates import renewal_dates
from infra.submissions.applying.nouns import Places, Work, filled, overlaid
from infra.submissions.draft import Mask


def apply(ledger: Act, work: Work, chosen: Mask, _removed: set[int]) -> pl.DataFrame:
    """Write the chosen rows. Returns "row" (number in the file) and "installation_id" of every one of them."""
    actions = work.comparison.actions
    added = np.flatnonzero(chosen & (actions == RowAction.ADD))
    changed = np.flatnonzero(chosen & (actions == RowAction.UPDATE))
    if len(changed):
        ids = pl.Series(work.comparison.matched[changed])
        frame = overlaid(Permit, ids, work.columns_of("permit", Permit, changed))
        ledger.change_frame(Permit, _with_dates(frame))
    _add(ledger, work, added)
    done = np.flatnonzero(chosen)
    return pl.DataFrame({"row": work.draft.rows[done], "installation_id": work.draft.owner_ids[done]})


def _with_dates(frame: pl.DataFrame) -> pl.DataFrame:
    """Compute the renewal date of certificates; other papers have none that the law computes."""
    due = renewal_dates(frame["expires_on"])
    kept = (
        frame["renewal_due_on"]
        if "renewal_due_on" in frame.columns
        else pl.Series([None] * frame.height, dtype=pl.Date)
    )
    return frame.with_columns(due.zip_with(frame["kind_id"] == CERTIFICATE, kept).alias("renewal_due_on"))


def _add(ledger: Act, work: Work, places: Places) -> None:
    if not len(places):
        return
    said = work.columns_of("permit", Permit, places)
    columns = {
        **said,
        "id": pl.Series(ids_reserve(Permit, len(places)), dtype=pl.Int64),
        "authority_id": work.authority_id,
        "organization_id": work.organization_id,
        "installation_id": pl.Series(work.draft.owner_ids[places]),
        **work.provenance(places),
    }
    frame = _with_dates(filled(Permit, columns, len(places)))
    standing = _standing(frame)
    latest = _latest(frame, standing)
    fresh = frame.with_columns(_state(pl.col("id").is_in(latest["id"].implode())))
    replaced = standing.filter(~pl.col("id").is_in(latest["id"].implode()))
    ledger.change_frame(Permit, replaced.with_columns(state=pl.lit(str(PermitState.REPLACED))))
    ledger.add_frame(Permit, fresh, since=work.since("issued_on", places=places))


def _state(is_latest: pl.Expr) -> pl.Expr:
    """A certificate that a later one follows is replaced; other papers stand side by side."""
    is_certificate = pl.col("kind_id") == CERTIFICATE
    return (
        pl.when(is_certificate & ~is_latest)
        .then(pl.lit(str(PermitState.REPLACED)))
        .otherwise(pl.lit(str(PermitState.IN_FORCE)))
        .alias("state")
    )


def _standing(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the certificates in force of the things that get new ones, whole."""
    owners = frame.filter(pl.col("kind_id") == CERTIFICATE)["installation_id"].to_list()
    rows = Permit.objects.filter(kind_id=CERTIFICATE, state=PermitState.IN_FORCE)
    return values_frame_of(rows, owners, noun_columns(Permit), by="installation_id")


def _latest(frame: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    """Return, of old and new certificates together, the one of each thing that was issued last."""
    columns = ("installation_id", "id", "issued_on")
    both = pl.concat([standing.select(columns), frame.filter(pl.col("kind_id") == CERTIFICATE).select(columns)])
    return both.sort("issued_on", "id", nulls_last=False).unique("installation_id", keep="last")
