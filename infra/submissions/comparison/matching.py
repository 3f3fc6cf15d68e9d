"""Which row of the file is which object of the register: by the operator's code, then by registry number."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from infra.models import SubmissionKind
from infra.submissions.draft import Draft

#: kind of file → columns that together name a row's object, where one code is not enough
KEYS: dict[str, tuple[str, ...]] = {
    SubmissionKind.CELLS: ("station_code", "code"),
    SubmissionKind.PERMITS: ("station_code", "permit_kind", "number"),
}


def match(draft: Draft, held: pl.DataFrame) -> NDArray[np.int64]:
    """Return the place of each row's object in *held*, what the register holds (-1: none).

    Reports rows whose code and registry number name two objects, and rows that name one object together.
    """
    identifier = draft.around.table.identifier
    keys = KEYS.get(str(draft.around.table.kind), (identifier,))
    places = _joined(draft, held, keys)
    if draft.has("registry_number") and "registry_number" in held.columns:
        by_number = _joined(draft, held, ("registry_number",))
        _report_two_objects(draft, held, places, by_number)
        places = np.where(places >= 0, places, by_number)
    _report_one_object(draft, places)
    return places


def _joined(draft: Draft, held: pl.DataFrame, keys: tuple[str, ...]) -> NDArray[np.int64]:
    if not held.height:
        return np.full(draft.size, -1, dtype=np.int64)
    wanted = pl.DataFrame({name: _key(draft, name) for name in keys})
    known = held.select(*keys).with_row_index("place").unique(keys, keep="last", maintain_order=True)
    found = wanted.join(known, on=list(keys), how="left", maintain_order="left")
    return found["place"].cast(pl.Int64).fill_null(-1).to_numpy()


def _key(draft: Draft, name: str) -> pl.Series:
    """Return the cleaned value where the column is a list's, the text as written otherwise."""
    return draft.values[name] if name == "permit_kind" and name in draft.values else draft.text(name)


def _report_two_objects(
    draft: Draft, held: pl.DataFrame, by_code: NDArray[np.int64], by_number: NDArray[np.int64]
) -> None:
    differ = (by_code >= 0) & (by_number >= 0) & (by_code != by_number)

    def facts(place: int) -> dict[str, Any]:
        return {"number": held["registry_number"][int(by_code[place])]}

    draft.report(differ, "identifier.mismatch", draft.around.table.identifier, "registry_number", facts=facts)


def _report_one_object(draft: Draft, places: NDArray[np.int64]) -> None:
    """Report rows that name, by code and by number, what another row names too."""
    named, counts = np.unique(places[places >= 0], return_counts=True)
    if not (counts > 1).any():
        return
    repeated = np.isin(places, named[counts > 1])
    texts = draft.text(draft.around.table.identifier)
    apart = repeated & ~texts.is_duplicated().to_numpy()
    if not apart.any():
        return
    rows_by_place: dict[int, list[int]] = {}
    for place in np.flatnonzero(repeated):
        rows_by_place.setdefault(int(places[place]), []).append(int(draft.rows[place]))

    def facts(place: int) -> dict[str, Any]:
        others = [row for row in rows_by_place[int(places[place])] if row != int(draft.rows[place])]
        return {"others": ", ".join(map(str, others))}

    draft.report(apart, "identifier.duplicate", draft.around.table.identifier, "registry_number", facts=facts)
