"""Verification certificates that come in a station's own row, and the dates that the law computes for any of them."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from infra.models import Limit, Permit, PermitState
from infra.selectors.frames import noun_columns, values_frame_of
from infra.services.frames import ids_reserve
from infra.services.ledger import Act
from infra.services.permits import CERTIFICATE, RENEWAL_LIMIT
from infra.submissions.applying.nouns import Places, Work, filled

#: column of the file → attribute of the permit
COLUMNS = {
    "certificate_number": "number",
    "certificate_issued_on": "issued_on",
    "certificate_expires_on": "expires_on",
    "certificate_issuer": "issuer",
}
_TYPES = {"issued_on": pl.Date, "expires_on": pl.Date}


def renewal_dates(expires_on: pl.Series) -> pl.Series:
    """Return the last day to file each renewal, by the limit in force on the day of expiry; null without."""
    limits = list(Limit.objects.filter(code=RENEWAL_LIMIT).order_by("-valid_from"))

    def due(expires: date) -> date | None:
        for limit in limits:
            if limit.valid_from <= expires and (limit.valid_to is None or limit.valid_to >= expires):
                return expires - timedelta(days=int(limit.value))
        return None

    known = {one: due(one) for one in expires_on.drop_nulls().unique().to_list()}
    return expires_on.replace_strict(known, default=None, return_dtype=pl.Date).alias("renewal_due_on")


def register(ledger: Act, work: Work, added: Places, changed: Places, owners: pl.Series) -> None:
    """Register the certificates of rows; one with another number replaces the one before, which stays readable.

    *owners* are the keys of the stations of *added* and *changed*, in this order.
    """
    if "certificate_number" not in work.draft.values:
        return
    touched = np.concatenate([np.ones(len(added), dtype=bool), work.changed_in(changed, *COLUMNS)])
    places = np.concatenate([added, changed])[touched]
    said = _said(work, places, owners.filter(pl.Series(touched)))
    current = _in_force(owners[len(added) :].filter(pl.Series(touched[len(added) :])).to_list())  # a new one has none
    matched = said.join(
        current.select("installation_id", pl.col("number").alias("number_before"), pl.col("id").alias("before")),
        on="installation_id",
        how="left",
        maintain_order="left",
    )
    is_same = pl.col("before").is_not_null() & (
        pl.col("number").is_null() | (pl.col("number") == pl.col("number_before"))
    )
    same = matched.filter(is_same)
    altered = _altered(current, same)
    fresh = matched.filter(~is_same.fill_null(value=False) & pl.col("number").is_not_null())
    replaced = current.filter(pl.col("installation_id").is_in(fresh["installation_id"].implode())).with_columns(
        state=pl.lit(str(PermitState.REPLACED))
    )
    ledger.change_frame(Permit, pl.concat([altered, replaced]))
    _add(ledger, work, fresh)


def _said(work: Work, places: Places, owners: pl.Series) -> pl.DataFrame:
    """Return what the rows say about their certificates, with the row's place and its station."""
    columns = {
        attribute: work.value(name, places).cast(_TYPES.get(attribute, pl.String))
        for name, attribute in COLUMNS.items()
    }
    return pl.DataFrame({"place": places.astype(np.int64), "installation_id": owners, **columns})


def _in_force(owners: list[int]) -> pl.DataFrame:
    """Return the certificates in force of these stations, whole; of several the one registered last."""
    rows = Permit.objects.filter(kind_id=CERTIFICATE, state=PermitState.IN_FORCE)
    found = values_frame_of(rows, owners, noun_columns(Permit), by="installation_id")
    return found.sort("id").unique("installation_id", keep="last", maintain_order=True)


def _altered(current: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Return the standing certificates that rows say more about, as they are afterwards."""
    words = same.unique("before", keep="last").select(pl.col("before").alias("id"), *COLUMNS.values())
    both = current.join(words, on="id", how="inner", suffix="_said", maintain_order="left")
    told = both.with_columns(pl.coalesce(pl.col(f"{name}_said"), pl.col(name)).alias(name) for name in COLUMNS.values())
    is_new_date = (told["expires_on"] != both["expires_on"]).fill_null(value=True)
    due = renewal_dates(told["expires_on"]).zip_with(is_new_date, told["renewal_due_on"])
    return told.with_columns(due.alias("renewal_due_on")).select(current.columns)


def _add(ledger: Act, work: Work, fresh: pl.DataFrame) -> None:
    if not fresh.height:
        return
    places = fresh["place"].to_numpy()
    ids = pl.Series(ids_reserve(Permit, fresh.height), dtype=pl.Int64)
    columns = {
        "id": ids,
        "authority_id": work.authority_id,
        "kind_id": CERTIFICATE,
        "organization_id": work.organization_id,
        "installation_id": fresh["installation_id"],
        **{name: fresh[name] for name in COLUMNS.values()},
        "renewal_due_on": renewal_dates(fresh["expires_on"]),
        **work.provenance(places),
    }
    ledger.add_later(
        Permit,
        ids,
        lambda: filled(Permit, columns, fresh.height),
        since=lambda: work.since("certificate_issued_on", "in_service_on", places=places),
        is_quick=True,
    )
