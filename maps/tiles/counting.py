"""How much is in a selection: in all, by class, by unit; milliseconds for a country, for any filters and rights."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maps.tiles.columns import Codes, combinations
from maps.tiles.selection import Selection


@dataclass
class Counts:
    """Numbers of one group: things, sites, sites with several organizations, and by class ("safety" → "due" → 3)."""

    n: int = 0
    sites: int = 0
    shared: int = 0
    classes: dict[str, Counter[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        classes = {name: dict(counts) for name, counts in self.classes.items()}
        return {"n": self.n, "sites": self.sites, "shared": self.shared, "classes": classes}


def counted(
    selection: Selection, classes: Mapping[str, str], lists: frozenset[str], group: str, by: str = ""
) -> dict[Any, Counts]:
    """Count by the values of the coded column *by* (one group under None without it; rows without a value, too).

    *classes* are the columns to count by and what they are called, *lists* those that hold several values with commas,
    *group* the column of what stands together.
    """
    keys, groups = _groups(selection, by)
    found = {key: Counts() for key in keys}
    for key, n in zip(keys, np.bincount(groups, minlength=len(keys)).tolist(), strict=True):
        found[key].n = n
    if group and len(selection):
        _count_sites(found, keys, groups, selection, group)
    for column, name in classes.items():
        codes = selection.column(column)
        assert isinstance(codes, Codes)
        for key, counts in zip(keys, _by_class(codes, selection, groups, len(keys), column in lists), strict=True):
            found[key].classes[name] = counts
    return {key: counts for key, counts in found.items() if counts.n or not by}


def _groups(selection: Selection, by: str) -> tuple[list[Any], NDArray[np.int64]]:
    """Return the groups' keys, None last, and for each row the place of its group."""
    if not by:
        return [None], np.zeros(len(selection), dtype=np.int64)
    codes = selection.table.codes(by)
    places = codes.places[selection.rows].astype(np.int64)
    return [*codes.values, None], np.where(places < 0, len(codes.values), places)


def _count_sites(
    found: dict[Any, Counts], keys: list[Any], groups: NDArray[np.int64], selection: Selection, group: str
) -> None:
    sites = selection.table.numbers(group)[selection.rows]
    holders = selection.table.codes("organization").places[selection.rows].astype(np.int64)
    known = sites >= 0
    if not known.any():
        return
    in_group, at, _holder = combinations(groups[known], sites[known], holders[known])
    first = np.concatenate([[True], (in_group[1:] != in_group[:-1]) | (at[1:] != at[:-1])])
    holders_at = np.diff(np.flatnonzero(first), append=len(first))
    of_group = in_group[first]
    sites_of = np.bincount(of_group, minlength=len(keys)).tolist()
    shared_of = np.bincount(of_group[holders_at > 1], minlength=len(keys)).tolist()
    for key, n, shared in zip(keys, sites_of, shared_of, strict=True):
        found[key].sites, found[key].shared = n, shared


def _by_class(
    codes: Codes, selection: Selection, groups: NDArray[np.int64], count: int, is_list: bool
) -> list[Counter[str]]:
    places = codes.places[selection.rows].astype(np.int64)
    there = places >= 0
    width = len(codes.values)
    table = np.bincount(groups[there] * width + places[there], minlength=count * width).reshape(count, width)
    found: list[Counter[str]] = [Counter() for _ in range(count)]
    for group, place in zip(*np.nonzero(table), strict=True):
        n = int(table[group, place])
        for label in codes.labels[place].split(",") if is_list else (codes.labels[place],):
            found[group][label] += n
    return found
