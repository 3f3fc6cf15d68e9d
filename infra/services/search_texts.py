"""The folded search column of sites and installations, for whole columns: what ``search_source`` gives for a row."""

import polars as pl

from infra.models import AdministrativeUnit
from infra.text import fold_column

_LENGTH = 640


def unit_names(ids: pl.Series) -> pl.Series:
    """Return the full name of each unit, "" for none."""
    known = ids.drop_nulls().unique().to_list()
    names = dict(AdministrativeUnit.objects.filter(pk__in=known).values_list("pk", "full_name"))
    return ids.replace_strict(names, default="", return_dtype=pl.String).fill_null("")


def _folded(*texts: pl.Series) -> pl.Series:
    frame = pl.DataFrame({str(place): column.fill_null("") for place, column in enumerate(texts)})
    return fold_column(frame.select(text=pl.concat_str(pl.all(), separator=" "))["text"]).str.slice(0, _LENGTH)


def site_search_texts(sites: pl.DataFrame) -> pl.Series:
    """Return the search text of each of *sites*, a frame of the noun."""
    named = unit_names(sites["unit_id"])
    return _folded(sites["code"], sites["name"], sites["address"], named, sites["declared_unit"]).alias("search_text")


def installation_search_texts(installations: pl.DataFrame, sites: pl.DataFrame) -> pl.Series:
    """Return the search text of each of *installations*, which stand on *sites* (those that have one)."""
    place = installations.select(pl.col("site_id").alias("id")).join(
        sites.select("id", "address", "declared_unit"), on="id", how="left", maintain_order="left"
    )
    named = unit_names(installations["unit_id"])
    own = [installations[name] for name in ("registry_number", "code", "name")]
    return _folded(*own, named, place["address"], place["declared_unit"]).alias("search_text")
