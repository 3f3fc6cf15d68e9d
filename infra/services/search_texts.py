"""The folded search column of sites and installations, for whole columns: what ``search_source`` gives for a row."""

from collections.abc import Mapping

import polars as pl

from infra.models import AdministrativeUnit
from infra.text import fold_column

_LENGTH = 640

#: key of a unit → its full name
Names = Mapping[int, str]


def unit_names(*ids: pl.Series) -> Names:
    """Return the full names of units."""
    known = pl.concat([one.cast(pl.Int64) for one in ids]).drop_nulls().unique().to_list()
    return dict(AdministrativeUnit.objects.filter(pk__in=known).values_list("pk", "full_name"))


def _named(ids: pl.Series, names: Names) -> pl.Series:
    return ids.replace_strict(names, default="", return_dtype=pl.String).fill_null("")


def _folded(*texts: pl.Series) -> pl.Series:
    frame = pl.DataFrame({str(place): column.fill_null("") for place, column in enumerate(texts)})
    return fold_column(frame.select(text=pl.concat_str(pl.all(), separator=" "))["text"]).str.slice(0, _LENGTH)


def site_search_texts(sites: pl.DataFrame, names: Names) -> pl.Series:
    """Return the search text of each of *sites*, a frame of the noun, whose units have *names*."""
    named = _named(sites["unit_id"], names)
    return _folded(sites["code"], sites["name"], sites["address"], named, sites["declared_unit"]).alias("search_text")


def installation_search_texts(installations: pl.DataFrame, sites: pl.DataFrame, names: Names) -> pl.Series:
    """Return the search text of each of *installations*, which stand on *sites* (those that have one)."""
    place = installations.select(pl.col("site_id").alias("id")).join(
        sites.select("id", "address", "declared_unit"), on="id", how="left", maintain_order="left"
    )
    named = _named(installations["unit_id"], names)
    own = [installations[name] for name in ("registry_number", "code", "name")]
    return _folded(*own, named, place["address"], place["declared_unit"]).alias("search_text")
