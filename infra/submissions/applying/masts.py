"""Masts that accepted base stations hang on: a standing one that fits what the row says, or a new one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from infra.models import Base, Mast
from infra.selectors.frames import values_frame_of
from infra.services.frames import ids_reserve
from infra.services.ledger import Act
from infra.services.numbering import numbers_take
from infra.submissions.applying.nouns import Places, Work, filled, overlaid
from infra.submissions.applying.sites import SINCE, Sites
from infra.submissions.comparison.changes import MAST_COLUMNS
from infra.submissions.comparison.register import masts_of_others


class Known(NamedTuple):
    """What tells one mast from another on a site; one yet to be made for a row has the key ``-index - 1``."""

    pk: int
    mast_class: str | None
    height_m: float | None
    told_by_others: bool


@dataclass
class Masts:
    """The mast of each row (0: none)."""

    work: Work
    sites: Sites
    ids: NDArray[np.int64] = field(init=False)
    #: gives the rows that :meth:`place` was told of their masts; it asks the database nothing
    choose: Callable[[], object] = lambda: None

    def __post_init__(self) -> None:
        self.ids = np.zeros(self.work.draft.size, dtype=np.int64)

    def place(self, ledger: Act, places: Places) -> None:
        """Give each of *places* a mast of its owner at its site: a standing one, or one that is made.

        Which ones are made is known after :meth:`choose`, while the database writes other columns: there are keys and
        numbers for all of them, and numbers that nobody needed are given back.
        """
        if not len(places):
            return
        standing = self._standing(places)
        ids = pl.Series(ids_reserve(Mast, len(places)), dtype=pl.Int64)
        codes = numbers_take(authority=self.work.draft.around.authority, series="mast", count=len(places))

        @cache
        def choose() -> pl.DataFrame:
            return self._chosen(places, standing, ids)

        def build() -> pl.DataFrame:
            made = choose()
            columns = {
                **self._description(made["place"].to_numpy()),
                "id": made["id"],
                "authority_id": self.work.authority_id,
                "code": codes.spelt(made.height),
                "site_id": made["site_id"],
                "owner_id": made["owner_id"],
            }
            return filled(Mast, columns, made.height)

        self.choose = choose
        ledger.add_later(Mast, ids, build, since=lambda: self.work.since(*SINCE, places=choose()["place"].to_numpy()))
        ledger.afterwards(lambda _record: codes.give_back(choose().height))

    def _chosen(self, places: Places, standing: dict[tuple[int, int], list[Known]], ids: pl.Series) -> pl.DataFrame:
        """Choose the mast of each of *places*; returns those to be made, with "place", and keys out of *ids*."""
        self.sites.choose()
        owners = self._owners(places)
        keys = pl.DataFrame({"site": self.sites.ids[places], "owner": owners})
        is_alone = ~keys.is_duplicated() & ~keys["site"].is_in([site for site, _owner in standing])
        is_fresh = is_alone.to_numpy().copy()
        classes = self.work.value("mast_class", places).to_list()
        heights = self.work.value("mast_height_m", places).to_list()
        chosen: dict[int, int] = {}
        for index in np.flatnonzero(~is_fresh).tolist():
            masts = standing.setdefault((int(self.sites.ids[places[index]]), owners[index]), [])
            fitting = [mast for mast in masts if mast.told_by_others or _fits(mast, classes[index], heights[index])]
            if not fitting:
                fitting = [Known(-index - 1, classes[index], heights[index], told_by_others=False)]
                is_fresh[index] = True
                masts += fitting
            chosen[index] = min(fitting, key=lambda mast: _apart(mast, heights[index])).pk
        fresh = np.flatnonzero(is_fresh)
        made = np.zeros(len(places), dtype=np.int64)
        made[fresh] = ids.head(len(fresh)).to_numpy()
        self.ids[places] = made
        self.ids[places[list(chosen)]] = [pk if pk > 0 else made[-pk - 1] for pk in chosen.values()]
        columns = {"place": places.astype(np.int64), "site_id": self.sites.ids[places], "owner_id": owners}
        return pl.DataFrame(columns)[fresh].with_columns(ids.head(len(fresh)).alias("id"))

    def _standing(self, places: Places) -> dict[tuple[int, int], list[Known]]:
        """Return (site, owner) → the masts that stand there, oldest first."""
        columns = {
            "id": ("pk", pl.Int64),
            "site_id": ("site_id", pl.Int64),
            "owner_id": ("owner_id", pl.Int64),
            "mast_class": ("mast_class_id", pl.String),
            "height_m": ("height_m", pl.Float64),
        }
        sites = np.unique(self.work.comparison.sites[places])
        wanted = np.union1d(sites, self.sites.ids[places]).tolist()  # new ones are not chosen yet
        found = values_frame_of(Mast.objects.standing(), [site for site in wanted if site], columns, by="site_id")
        others = set(masts_of_others(self.work.draft.around, found["id"]))
        standing: dict[tuple[int, int], list[Known]] = {}
        for pk, site, owner, mast_class, height in found.sort("id").iter_rows():
            standing.setdefault((site, owner), []).append(Known(pk, mast_class, height, pk in others))
        return standing

    def _owners(self, places: Places) -> list[int]:
        """Return the key of each mast's owner: the one the row names, else the operator itself."""
        named = self.work.value("mast_owner", places)
        keys = named.replace_strict(self.work.organizations, default=None, return_dtype=pl.Int64)
        return keys.fill_null(self.work.organization_id).to_list()

    def _description(self, places: Places) -> dict[str, pl.Series]:
        """Return what the rows say about their masts; a building under it makes it a mast on a roof."""
        columns = self.work.columns_of("mast", Mast, places)
        building = columns.get("building_height_m")
        if building is not None:
            stands = pl.DataFrame({"b": building}).select(
                pl.when(pl.col("b") > 0)
                .then(pl.lit(str(Base.ROOF)))
                .when(pl.col("b").is_not_null())
                .then(pl.lit(str(Base.GROUND)))
            )
            columns["base"] = stands.to_series()
        return columns

    def change(self, ledger: Act, places: Places) -> None:
        """Change what the rows say about the masts they have; a new owner is written on the mast itself."""
        touched = places[self.work.changed_in(places, "mast_owner", *MAST_COLUMNS)]
        if not len(touched):
            return
        columns = self._description(touched)
        for name, values in self._unchanged_of_others(touched).items():
            columns[name] = values
        ledger.change_frame(Mast, overlaid(Mast, pl.Series(self.ids[touched]), columns))

    def _unchanged_of_others(self, places: Places) -> dict[str, pl.Series]:
        """Keep the figures of masts that others own and use: a tenant's do not describe them."""
        others = pl.Series(self.ids[places]).is_in(masts_of_others(self.work.draft.around, pl.Series(self.ids[places])))
        if not others.any():
            return {}
        columns = self._description(places)
        nothing = pl.Series([None] * len(places))
        return {
            name: nothing.cast(values.dtype).zip_with(others, values)
            for name, values in columns.items()
            if name != "owner_id"
        }


def _fits(mast: Known, mast_class: str | None, height_m: float | None) -> bool:
    """Tell whether a row can mean this mast: class and height are the same where both are known."""
    same_class = not mast_class or not mast.mast_class or mast_class == mast.mast_class
    return same_class and (height_m is None or mast.height_m is None or height_m == mast.height_m)


def _apart(mast: Known, height_m: float | None) -> float:
    return 0.0 if height_m is None or mast.height_m is None else abs(height_m - mast.height_m)
