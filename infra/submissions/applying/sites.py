"""Sites that accepted rows stand on: found in the register, or made once for all rows at one place."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from math import floor, hypot

import numpy as np
import polars as pl
from numpy.typing import NDArray

from infra.models import Installation, PositionMethod, Site, SubmissionPurpose, UnitMethod
from infra.models.digests import points_as_wkb
from infra.selectors.frames import noun_frame_of, values_frame_of
from infra.services.frames import ids_reserve
from infra.services.ledger import Act
from infra.services.numbering import numbers_take
from infra.services.search_texts import Names, installation_search_texts, site_search_texts, unit_names
from infra.submissions.applying.nouns import Places, Work, filled, overlaid
from infra.submissions.checks.neighbours import SAME_PLACE_M
from infra.submissions.coordinates import systems

#: dates of a row, the one that tells best since when it stands there first
SINCE = ("in_service_on", "certificate_issued_on")


@dataclass
class Sites:
    """Where the rows stand. ``ids`` holds the site of each row (0: not asked for); ``changed`` the sites written over;
    ``made`` the keys of the new ones, which ``new`` returns. Which ones are new is known after ``choose``, which gives
    the rows that :meth:`place` was told of a new site each and asks the database nothing.
    """

    work: Work
    ids: NDArray[np.int64] = field(init=False)
    changed: list[pl.DataFrame] = field(default_factory=list)
    made: NDArray[np.int64] = field(default_factory=lambda: np.array([], dtype=np.int64))
    new: Callable[[], pl.DataFrame] | None = None
    choose: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self.ids = np.zeros(self.work.draft.size, dtype=np.int64)

    def standing(self, ids: Iterable[int]) -> pl.DataFrame:
        """Return those sites with *ids* that stood before, as they now are."""
        wanted = set(ids) - set(self.made.tolist()) - {0}
        written = [frame.filter(pl.col("id").is_in(list(wanted))) for frame in self.changed]
        rest = noun_frame_of(Site, wanted.difference(*(frame["id"].to_list() for frame in written)))
        return pl.concat([rest, *written])

    def with_new(self, standing: pl.DataFrame) -> pl.DataFrame:
        """Return *standing* and the new sites."""
        return pl.concat([standing, self.new()]) if self.new else standing

    # --- new rows ---

    def place(self, ledger: Act, places: Places) -> None:
        """Give each of *places* a site: a standing one at its place, or a new one shared by all rows there.

        The new ones are chosen while the database writes other columns: there are keys and numbers for as many as there
        are rows, and numbers that nobody needed are given back.
        """
        self.ids[places] = self.work.comparison.sites[places]
        alone = places[self.ids[places] == 0]
        if not len(alone):
            return
        ids = pl.Series(ids_reserve(Site, len(alone)), dtype=pl.Int64)
        codes = numbers_take(authority=self.work.draft.around.authority, series="site", count=len(alone))
        names = unit_names(pl.Series(self.work.draft.unit_ids[alone]))

        @cache
        def choose() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
            starts = self._clusters(alone)
            firsts = np.unique(starts)
            self.made = ids.head(len(firsts)).to_numpy()
            self.ids[alone] = self.made[np.searchsorted(firsts, starts)]
            return starts, firsts

        @cache
        def build() -> pl.DataFrame:
            _starts, firsts = choose()
            return self._built(alone[firsts], ids.head(len(firsts)), codes.spelt(len(firsts)), names)

        self.choose, self.new = choose, build
        ledger.add_later(Site, ids, build, since=lambda: self._since(alone, *choose()))
        ledger.afterwards(lambda _record: codes.give_back(len(self.made)))

    def _clusters(self, places: Places) -> NDArray[np.intp]:
        """Return, for each row, the index of the first row within ``SAME_PLACE_M`` that starts a site (itself at last).

        Starts lie in a grid as wide as the distance, so that a row looks at nine cells only, however many crowd there.
        A row with nobody in those cells starts its own.
        """
        metric = systems.from_lonlat(self.work.draft.points[places], self.work.draft.around.authority.metric_srid)
        cells: dict[tuple[int, int], list[tuple[int, float, float]]] = {}
        starts = np.arange(len(places))
        crowded = np.flatnonzero(_has_company(np.floor(metric / SAME_PLACE_M).astype(np.int64)))
        for index, (x, y) in zip(crowded.tolist(), metric[crowded].tolist(), strict=True):
            column, row = floor(x / SAME_PLACE_M), floor(y / SAME_PLACE_M)
            near = [
                start
                for across in (column - 1, column, column + 1)
                for along in (row - 1, row, row + 1)
                for start, east, north in cells.get((across, along), ())
                if hypot(x - east, y - north) <= SAME_PLACE_M
            ]
            if near:
                starts[index] = min(near)
            else:
                cells.setdefault((column, row), []).append((index, x, y))
        return starts

    def _since(self, places: Places, starts: NDArray[np.intp], firsts: NDArray[np.intp]) -> pl.Series | None:
        """A site stands since the first of its rows does."""
        since = self.work.since(*SINCE, places=places)
        if since is None:
            return None
        earliest = pl.DataFrame({"start": starts, "since": since}).group_by("start").agg(pl.col("since").min())
        return earliest.sort("start")["since"].gather(np.searchsorted(np.unique(starts), firsts))

    def _built(self, places: Places, ids: pl.Series, codes: pl.Series, names: Names) -> pl.DataFrame:
        """Return the new sites that *places* start."""
        columns = {
            "id": ids,
            "authority_id": self.work.authority_id,
            "code": codes,
            "name": self.work.value("name", places),
            **self._position(places),
            **self._description(places),
        }
        frame = filled(Site, columns, len(places))
        return frame.with_columns(site_search_texts(frame, names))

    # --- what a row says about its site ---

    def _position(self, places: Places) -> dict[str, pl.Series]:
        """Return the rows' positions with their provenance."""
        draft = self.work.draft
        srids = pl.Series(draft.srids[places])
        as_written = srids == systems.REGISTER_SRID
        method = pl.select(
            pl.when(as_written)
            .then(pl.lit(str(PositionMethod.SUBMITTED)))
            .otherwise(pl.lit(str(PositionMethod.CONVERTED)))
        ).to_series()
        if self.work.submission.purpose == SubmissionPurpose.CORRECTION:
            method = pl.repeat(str(PositionMethod.MEASURED), len(places), eager=True)
        return {
            "position": points_as_wkb(draft.points[places]),
            "position_method": method,
            "submitted_text": draft.position_texts(places),
            "submitted_crs": "EPSG:" + srids.cast(pl.String),
            "accuracy_m": pl.Series(draft.accuracy_m[places]).fill_nan(None),
        }

    def _description(self, places: Places) -> dict[str, pl.Series]:
        """Return the rows' address and commune."""
        work = self.work
        parts = pl.DataFrame({name: work.value(name, places) for name in ("unit", "district", "province")})
        declared = parts.select(text=pl.concat_str(pl.all(), separator=", ", ignore_nulls=True).str.slice(0, 255))[
            "text"
        ]
        units = pl.Series(work.draft.unit_ids[places]).replace(0, None)
        by_coordinate = pl.repeat(str(UnitMethod.COORDINATE), len(places), eager=True)
        return {
            "address": work.value("address", places),
            "declared_unit": declared.replace("", None),
            "unit_id": units,
            "unit_method": by_coordinate.zip_with(
                units.is_not_null(), pl.repeat(None, len(places), dtype=pl.String, eager=True)
            ),
        }

    # --- rows that change ---

    def leaving(self, places: Places, sites: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Tell which rows that moved leave their site: others stay on it, or another site stands at the new place.

        Where everything on a site moves to one place, the site itself moves.
        """
        comparison = self.work.comparison
        moved = self.work.changed_in(places, "position")
        with np.errstate(invalid="ignore"):
            far = moved & (comparison.moved_m[places] > SAME_PLACE_M)
        elsewhere = (comparison.sites[places] != 0) & (comparison.sites[places] != sites)
        columns = {"site_id": ("site_id", pl.Int64)}
        standing = values_frame_of(Installation.objects.all(), np.unique(sites[far]).tolist(), columns, by="site_id")
        totals = dict(standing["site_id"].value_counts().iter_rows())
        together = self._together(places[far], sites[far])
        everyone = np.array([totals.get(site, 0) == together.get(site, 0) for site in sites.tolist()], dtype=bool)
        return far & (elsewhere | ~everyone)

    def _together(self, places: Places, sites: NDArray[np.int64]) -> dict[int, int]:
        """Return site → how many of its rows moved to one and the same place."""
        points = systems.from_lonlat(self.work.draft.points[places], self.work.draft.around.authority.metric_srid)
        found: dict[int, int] = {}
        for site in np.unique(sites).tolist():
            own = points[sites == site]
            if np.hypot(*(own - own[0]).T).max() <= SAME_PLACE_M:
                found[site] = len(own)
        return found

    def change(self, ledger: Act, places: Places) -> None:
        """Write what *places* say about the sites they stand on and stay on; neighbours repeat the new place."""
        touched = places[self.work.changed_in(places, "position", "address", "unit")]
        if not len(touched):
            return
        moved = self.work.changed_in(touched, "position")
        columns = self._description(touched)
        nothing = pl.Series([None] * len(touched))
        for name, values in self._position(touched).items():
            columns[name] = values.zip_with(pl.Series(moved), nothing.cast(values.dtype))
        frame = overlaid(Site, pl.Series(self.ids[touched]), columns)
        frame = frame.with_columns(site_search_texts(frame, unit_names(frame["unit_id"])))
        ledger.change_frame(Site, frame)
        self.changed.append(frame)


def _has_company(cells: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for each of *cells* (column, row) whether another one lies in it or beside it."""
    columns, rows = (cells - cells.min(axis=0) + 1).T
    width = int(rows.max()) + 2
    keys = columns * width + rows
    ordered = np.sort(keys)
    around = np.zeros(len(keys), dtype=np.int64)
    for across in (-1, 0, 1):  # three cells above one another have keys that follow one another
        first, last = keys + across * width - 1, keys + across * width + 1
        around += np.searchsorted(ordered, last, side="right") - np.searchsorted(ordered, first, side="left")
    return around > 1


def on_their_sites(installations: pl.DataFrame, sites: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Return *installations* with the position, commune and search text that follow from *sites*."""
    place = sites.select(pl.col("id").alias("site_id"), pl.col("position"), pl.col("unit_id"))
    rows = installations.drop("position", "unit_id").join(place, on="site_id", how="left", maintain_order="left")
    rows = rows.select(installations.columns)
    return rows.with_columns(installation_search_texts(rows, sites, names))
