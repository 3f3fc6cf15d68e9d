"""Accepted rows of every kind that stands at a place: sites, masts, installations, their details and certificates."""

from typing import NamedTuple

import numpy as np
import polars as pl
from django.utils import timezone
from numpy.typing import NDArray

from infra.models import (
    BaseStation,
    CableRoute,
    Installation,
    Limit,
    PostalKind,
    PostalPoint,
    RowAction,
    Site,
    SubmissionKind,
    Verification,
)
from infra.models.digests import frame_schema, points_as_wkb
from infra.selectors.frames import noun_frame_of
from infra.services.frames import ids_reserve
from infra.services.ledger import Act
from infra.services.numbering import numbers_take
from infra.services.search_texts import Names, installation_search_texts, unit_names
from infra.submissions.applying import certificates, routes
from infra.submissions.applying.masts import Masts
from infra.submissions.applying.nouns import Noun, Places, Work, filled, overlaid
from infra.submissions.applying.sites import SINCE, Sites, on_their_sites
from infra.submissions.comparison.changes import MAST_COLUMNS
from infra.submissions.comparison.register import DETAILS
from infra.submissions.draft import Mask

OPERATING = "operating"
DECOMMISSIONED = "decommissioned"


def apply(ledger: Act, work: Work, chosen: Mask, removed: set[int]) -> pl.DataFrame:
    """Write the chosen rows, and take the installations in *removed* out of service.

    Returns "row" (number in the file) and "installation_id" of every chosen row.
    """
    return _Installations(ledger, work).apply(chosen, removed)


class _Place(NamedTuple):
    """The sites that stood before, and the names of units."""

    standing: pl.DataFrame
    names: Names


class _Installations:
    """The installations of one file while they are written."""

    def __init__(self, ledger: Act, work: Work) -> None:
        self.ledger, self.work = ledger, work
        self.kind = str(work.draft.around.table.kind)
        self.installation_kind, self.detail, _relation = DETAILS[self.kind]
        self.sites = Sites(work)
        self.masts = Masts(work, self.sites)
        self.ids = np.zeros(work.draft.size, dtype=np.int64)

    def apply(self, chosen: Mask, removed: set[int]) -> pl.DataFrame:
        comparison = self.work.comparison
        added = np.flatnonzero(chosen & (comparison.actions == RowAction.ADD))
        current = self._read(np.flatnonzero(chosen & (comparison.actions == RowAction.UPDATE)))
        changed = current["place"].to_numpy()
        if self.kind == SubmissionKind.CABLE_ROUTES:
            self._add(added)
            self._change(current)
        else:
            self._place(added, changed, current)
        self._change_others({int(pk) for pk in self.ids[np.concatenate([added, changed])]}, removed)
        owners = pl.Series(np.concatenate([self.ids[added], self.ids[changed]]))
        certificates.register(self.ledger, self.work, added, changed, owners)
        unchanged = np.flatnonzero(chosen & (comparison.actions == RowAction.UNCHANGED))
        self.ids[unchanged] = comparison.matched[unchanged]
        done = np.concatenate([added, changed, unchanged])
        return pl.DataFrame({"row": self.work.draft.rows[done], "installation_id": self.ids[done]})

    def _read(self, places: Places) -> pl.DataFrame:
        """Return the installations of the rows that change, with "place"; one that is gone since is left out."""
        matched = pl.DataFrame({"place": places.astype(np.int64), "id": self.work.comparison.matched[places]})
        found = noun_frame_of(Installation, matched["id"].to_list())
        both = matched.join(found, on="id", how="inner", maintain_order="left")
        self.ids[both["place"].to_numpy()] = both["id"].to_numpy()
        return both

    def _place(self, added: Places, changed: Places, current: pl.DataFrame) -> None:
        """Write sites, masts and installations of rows with a place."""
        before = current["site_id"].to_numpy()
        leaving = self.sites.leaving(changed, before)
        staying = changed[~leaving]
        self.sites.ids[staying] = before[~leaving]
        self.sites.place(self.ledger, np.concatenate([added, changed[leaving]]))
        self.sites.change(self.ledger, staying)
        if self.kind == SubmissionKind.STATIONS:
            self._place_on_masts(added, changed, current, leaving)
        self._add(added)
        self._change(current)

    def _place_on_masts(self, added: Places, changed: Places, current: pl.DataFrame, leaving: Mask) -> None:
        masts = current["mast_id"].fill_null(0).to_numpy()
        self.masts.ids[changed] = masts
        tells = self.work.changed_in(changed, "mast_owner", *MAST_COLUMNS)
        without = leaving | ((masts == 0) & tells)
        self.masts.place(self.ledger, np.concatenate([added, changed[without]]))
        self.masts.change(self.ledger, changed[~without & (masts > 0)])

    def _changed_sites(self) -> pl.DataFrame:
        """Return the sites that were written over (not the new ones: nobody else stands there)."""
        standing = [frame for frame in self.sites.changed if frame.height]
        new = set(self.sites.ids[self.work.comparison.actions == RowAction.ADD].tolist())
        known = pl.concat(standing) if standing else pl.DataFrame(schema=frame_schema(Site))
        return known.filter(~pl.col("id").is_in(list(new)))

    # --- installations and their details ---

    def _add(self, places: Places) -> None:
        """Register the new installations."""
        count = len(places)
        if not count:
            return
        work = self.work
        authority = work.draft.around.authority
        numbers = numbers_take(authority=authority, series=self.installation_kind, count=count)
        ids = pl.Series(ids_reserve(Installation, count), dtype=pl.Int64)
        self.ids[places] = ids.to_numpy()
        place = self._place_of(self.sites.ids[places])

        def build() -> pl.DataFrame:
            said = work.columns_of("installation", Installation, places)
            columns = {
                **said,
                "id": ids,
                "authority_id": work.authority_id,
                "registry_number": numbers.spelt(),
                "kind": str(self.installation_kind),
                "organization_id": work.organization_id,
                "status_id": said["status_id"].fill_null(OPERATING) if "status_id" in said else OPERATING,
                "site_id": pl.Series(self.sites.ids[places]).replace(0, None),
                "mast_id": pl.Series(self.masts.ids[places]).replace(0, None),
                **self._where(places),
                **work.provenance(places),
            }
            return self._located(filled(Installation, columns, count), place)

        def since() -> pl.Series | None:
            return work.since(*SINCE, places=places)

        self.ledger.add_later(Installation, ids, build, since=since)
        details = {"installation_id": ids, **self._details(places)}
        self.ledger.add_later(self.detail, ids, lambda: filled(self.detail, details, count), since=since, is_quick=True)

    def _place_of(self, sites: NDArray[np.int64], *units: pl.Series) -> _Place:
        """Read what installations on *sites* repeat of their place; new sites, and communes of rows, are known anyway.

        *units* are the communes of those that stand nowhere and are not said to be elsewhere.
        """
        standing = self.sites.standing(sites.tolist())
        return _Place(standing, unit_names(pl.Series(self.work.draft.unit_ids), standing["unit_id"], *units))

    def _where(self, places: Places) -> dict[str, pl.Series]:
        """Return position and commune of the rows: the site's own follow in :meth:`_located`, a route has its own."""
        units = pl.Series(self.work.draft.unit_ids[places]).replace(0, None)
        return {"position": points_as_wkb(self.work.draft.points[places]), "unit_id": units}

    def _located(self, frame: pl.DataFrame, place: _Place) -> pl.DataFrame:
        """Let installations repeat the position and commune of their sites, and make their search text."""
        if frame["site_id"].is_null().all():
            return frame.with_columns(installation_search_texts(frame, place.standing, place.names))
        return on_their_sites(frame, self.sites.with_new(place.standing), place.names)

    def _change(self, current: pl.DataFrame) -> None:
        """Save the installations that change, with their details."""
        if not current.height:
            return
        self.sites.choose()
        self.masts.choose()
        places = current["place"].to_numpy()
        said = self.work.columns_of("installation", Installation, places)
        said.pop("registry_number", None)
        sites, masts = (pl.Series(kept.ids[places]).replace(0, None) for kept in (self.sites, self.masts))
        said |= {"site_id": sites, "mast_id": masts, **self.work.provenance(places)}
        if self.kind == SubmissionKind.CABLE_ROUTES:
            said |= self._where(places)
        place = self._place_of(self.sites.ids[places], current["unit_id"])
        frame = self._located(overlaid(Installation, current["id"], said), place)
        self.ledger.change_frame(Installation, frame)
        details = self._details(places, of=self.detail, ids=current["id"])
        self.ledger.change_frame(self.detail, overlaid(self.detail, current["id"], details))

    def _details(self, places: Places, *, of: Noun | None = None, ids: pl.Series | None = None) -> dict[str, pl.Series]:
        """Return the columns of the kind's own table, with what follows from them."""
        columns = self.work.columns_of("detail", self.detail, places)
        if self.detail is BaseStation:
            columns |= _verification(columns, None if ids is None else noun_frame_of(BaseStation, ids.to_list()), ids)
        if self.detail is PostalPoint and of is None:
            attended = dict(PostalKind.objects.values_list("code", "is_attended"))
            columns["attended"] = columns["postal_kind_id"].replace_strict(
                attended, default=True, return_dtype=pl.Boolean
            )
        if self.detail is CableRoute:
            columns |= routes.derived(self.work, places, columns)
        return columns

    def _change_others(self, written: set[int], removed: set[int]) -> None:
        """Write what follows for installations that no row of the file is about.

        Those on sites that changed repeat position and commune; those that the file left out are taken out of service
        (nothing leaves the register).
        """
        sites = self._changed_sites()
        own = self.work.organization_id
        on_sites = noun_frame_of(Installation, sites["id"].to_list(), by="site_id")
        left_out = noun_frame_of(Installation, removed - written).filter(pl.col("organization_id") == own)
        rows = (
            pl.concat([on_sites, left_out]).unique("id", maintain_order=True).filter(~pl.col("id").is_in(list(written)))
        )
        if not rows.height:
            return
        is_there = pl.col("site_id").is_in(sites["id"].implode()).fill_null(value=False)
        there, elsewhere = rows.filter(is_there), rows.filter(~is_there)
        both = (
            pl.concat([on_their_sites(there, sites, unit_names(sites["unit_id"])), elsewhere])
            if there.height
            else elsewhere
        )
        is_gone = pl.col("id").is_in(left_out["id"].implode())
        self.ledger.change_frame(
            Installation,
            both.with_columns(
                status_id=pl.when(is_gone).then(pl.lit(DECOMMISSIONED)).otherwise(pl.col("status_id")),
                submission_id=pl.when(is_gone).then(self.work.submission.pk).otherwise(pl.col("submission_id")),
            ),
        )


def _verification(
    columns: dict[str, pl.Series], current: pl.DataFrame | None, ids: pl.Series | None
) -> dict[str, pl.Series]:
    """Return whether verification is mandatory, from the two measures of the law; null where one is not known.

    A building with people within 100 m of the mast foot, and less than 28 m between the lowest antenna edge and the
    highest roof (limits ``verification_distance``, ``verification_height_difference``).
    """
    names = ("nearest_building_m", "antenna_above_roof_m")
    if not any(name in columns for name in names):
        return {}
    size = len(next(iter(columns.values())))
    empty = pl.Series([None] * size, dtype=pl.Float64)
    said = pl.DataFrame({name: columns.get(name, empty).cast(pl.Float64) for name in names})
    if current is not None and ids is not None:
        kept = ids.to_frame("installation_id").join(current, on="installation_id", how="left", maintain_order="left")
        said = said.with_columns(pl.coalesce(pl.col(name), kept[name]).alias(name) for name in names)
    near, above = _limit("verification_distance"), _limit("verification_height_difference")
    if near is None or above is None:
        return {}
    mandatory = (pl.col(names[0]) <= near) & (pl.col(names[1]) < above)
    far = pl.col(names[0]) > near
    word = (
        pl.when(mandatory)
        .then(pl.lit(str(Verification.REQUIRED)))
        .when(far | (pl.col(names[1]) >= above))
        .then(pl.lit(str(Verification.NOT_REQUIRED)))
    )
    return {"verification": said.select(word.alias("verification"))["verification"]}


def _limit(code: str) -> float | None:
    row = Limit.objects.in_force(timezone.localdate()).filter(code=code).order_by("-valid_from").first()
    return row.value if row else None
