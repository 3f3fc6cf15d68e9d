"""Codes that must name one thing: used twice in a file, or registered for somebody else."""

import numpy as np
import polars as pl

from infra.models import Installation
from infra.submissions.draft import Draft


def check_duplicates(draft: Draft, *columns: str) -> None:
    """Report every row whose *columns* together also stand in another row."""
    if not draft.has(*columns):
        return
    key = draft.raw.select(pl.concat_str([pl.col(name) for name in columns], separator="\x1f")).to_series()
    key = key.str.to_lowercase()
    repeated = (key.is_duplicated() & key.is_not_null()).to_numpy()
    if not repeated.any():
        return
    rows_by_key: dict[str, list[int]] = {}
    for place in np.flatnonzero(repeated):
        rows_by_key.setdefault(key[int(place)], []).append(int(place))

    def others(place: int) -> str:
        rest = [str(draft.rows[other]) for other in rows_by_key[key[place]] if other != place]
        return ", ".join(rest[:5]) + (", …" if len(rest) > 5 else "")

    draft.report(
        repeated,
        "identifier.duplicate",
        columns[-1],
        facts=lambda place: {"others": others(place)},
    )


def check_registry_numbers(draft: Draft) -> None:
    """Report registry numbers that do not exist or name an installation of another organization."""
    if not draft.has("registry_number"):
        return
    texts = draft.text("registry_number")
    given = texts.drop_nulls().unique().to_list()
    owners: dict[str, int] = {}
    for start in range(0, len(given), 500):
        found = Installation.objects.filter(registry_number__in=given[start : start + 500])
        owners.update(found.values_list("registry_number", "organization_id"))
    own = draft.around.organization.pk
    unknown = [text is not None and text not in owners for text in texts]
    foreign = [text is not None and owners.get(text, own) != own for text in texts]
    draft.report(np.array(unknown), "reference.unknown", "registry_number")
    draft.report(np.array(foreign), "identifier.foreign", "registry_number")
    check_duplicates(draft, "registry_number")
