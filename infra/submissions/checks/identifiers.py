"""Codes that must name one thing: used twice in a file, or registered for somebody else."""

import numpy as np
import polars as pl

from infra.models import Installation
from infra.selectors.frames import values_frame_of
from infra.submissions.draft import Draft

#: rows named in the words of a code used several times
_SHOWN = 5


def check_duplicates(draft: Draft, *columns: str) -> None:
    """Report every row whose *columns* together also stand in another row."""
    if not draft.has(*columns):
        return
    texts = [draft.text(name).str.to_lowercase() for name in columns]
    key = (
        texts[0]
        if len(texts) == 1
        else pl.DataFrame(texts).select(pl.concat_str(pl.all(), separator="\x1f")).to_series()
    )
    repeated = (key.is_duplicated() & key.is_not_null()).to_numpy()
    if not repeated.any():
        return
    places = np.flatnonzero(repeated)
    keys = key.gather(places).to_list()
    shown: dict[str, list[int]] = {}
    counts: dict[str, int] = {}
    key_of = dict(zip(places.tolist(), keys, strict=True))
    for place, one in key_of.items():
        counts[one] = counts.get(one, 0) + 1
        if counts[one] <= _SHOWN + 1:
            shown.setdefault(one, []).append(int(draft.rows[place]))

    def others(place: int) -> str:
        one = key_of[place]
        rest = [str(row) for row in shown[one] if row != draft.rows[place]][:_SHOWN]
        return ", ".join(rest) + (", …" if counts[one] > _SHOWN + 1 else "")

    draft.report(
        places,
        "identifier.duplicate",
        columns[-1],
        facts=lambda place: {"others": others(place)},
    )


def check_registry_numbers(draft: Draft) -> None:
    """Report registry numbers that do not exist or name an installation of another organization."""
    if not draft.has("registry_number"):
        return
    texts = draft.text("registry_number")
    columns = {"number": ("registry_number", pl.String), "holder": ("organization_id", pl.Int64)}
    named = values_frame_of(
        Installation.objects.all(), texts.drop_nulls().unique().to_list(), columns, by="registry_number"
    )
    wanted = pl.DataFrame({"number": texts})
    holders = wanted.join(named, on="number", how="left", maintain_order="left")["holder"]
    draft.report((holders.is_null() & texts.is_not_null()).to_numpy(), "reference.unknown", "registry_number")
    foreign = (holders != draft.around.organization.pk).fill_null(value=False)
    draft.report(foreign.to_numpy(), "identifier.foreign", "registry_number")
    check_duplicates(draft, "registry_number")
