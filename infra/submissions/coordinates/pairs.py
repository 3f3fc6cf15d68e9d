"""The two coordinates of each row, wherever the file has them, and which of them points east."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from infra.submissions.coordinates.notation import Axis, Notation, parse_pair, read_axis
from infra.submissions.draft import Draft, Mask, Points


@dataclass
class Pairs:
    """Two coordinates a row, in the order written. ``columns`` are the column names; a combined cell has one.

    ``fixed`` says that the headers name the axes (longitude first); otherwise the file's own habit is found out.
    """

    columns: tuple[str, ...]
    fixed: bool
    first_text: pl.Series
    second_text: pl.Series
    first: Axis
    second: Axis
    filled: Mask
    complete: Mask

    def mask(self, notation: Notation) -> Mask:
        return (self.first.notation == notation) & (self.second.notation == notation)

    @property
    def east_first(self) -> Points:
        return np.column_stack([self.first.value, self.second.value])

    @property
    def north_first(self) -> Points:
        return np.column_stack([self.second.value, self.first.value])

    def hemisphere_says_north_first(self) -> Mask:
        north = np.isin(self.first.hemisphere, ("N", "S"))
        east = np.isin(self.second.hemisphere, ("E", "W"))
        return north & east

    def exchanged(self, place: int) -> dict[str, str]:
        """Return the texts of a row exchanged, as a suggestion."""
        first, second = str(self.first_text[place]), str(self.second_text[place])
        if len(self.columns) == 1:
            return {self.columns[0]: f"{second}; {first}"}
        return {self.columns[0]: second, self.columns[1]: first}

    def written(self, first: str, second: str) -> dict[str, str]:
        """Return a suggestion that writes *first* and *second* in the order of the columns."""
        if len(self.columns) == 1:
            return {self.columns[0]: f"{first}; {second}"}
        return {self.columns[0]: first, self.columns[1]: second}


def pairs_of(draft: Draft) -> list[Pairs]:
    """Return the pairs of columns in which the file gives places, the fullest first."""
    groups = [group for group in draft.around.table.positions if draft.has(*group)]
    pairs = [_pairs(draft, group) for group in groups if group != ("line",)]
    return sorted(pairs, key=lambda one: -int(one.complete.sum()))


def _pairs(draft: Draft, group: tuple[str, ...]) -> Pairs:
    if len(group) == 1:
        first, second = _split(draft.text(group[0]))
    else:
        first, second = draft.text(group[0]), draft.text(group[1])
    given = [draft.text(name).is_not_null().to_numpy() for name in group]
    return Pairs(
        columns=group,
        fixed=group == ("longitude", "latitude"),
        first_text=first,
        second_text=second,
        first=read_axis(first),
        second=read_axis(second),
        filled=np.logical_or.reduce(given),
        complete=np.logical_and.reduce(given),
    )


def _split(texts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Split cells that hold both coordinates; a cell that holds no pair stays whole on both sides (unreadable)."""
    known = {text: parse_pair(text) or (text, text) for text in texts.drop_nulls().unique().to_list()}
    cells = texts.to_list()
    halves = [(None, None) if text is None else known[text] for text in cells]
    first = pl.Series("first", [half[0] for half in halves], dtype=pl.String)
    second = pl.Series("second", [half[1] for half in halves], dtype=pl.String)
    return first, second


@dataclass(frozen=True)
class Orientation:
    """Points with east first; ``swapped`` marks rows written against the order of the headers or of the file."""

    points: Points
    swapped: Mask
    north_first: bool


def orient(pairs: Pairs, rows: Mask, near: Callable[[Points], Mask], far: Callable[[Points], Mask]) -> Orientation:
    """Find out which coordinate points east. *near* and *far* tell which points (east first) are plausible there.

    A row is swapped where only the other order is plausible; the habit of a file without named axes is what most of
    its rows have.
    """
    east, north = pairs.east_first, pairs.north_first
    says_north = pairs.hemisphere_says_north_first()
    if pairs.fixed:
        north_first = False
    else:
        votes_north = int((near(north) & rows).sum() + (says_north & rows).sum())
        north_first = votes_north > int((near(east) & rows).sum())
    expected, other = (north, east) if north_first else (east, north)
    swapped = rows & ~far(expected) & near(other)
    if not north_first:
        swapped |= rows & says_north
    points = np.where(swapped[:, None], other, expected)
    return Orientation(points, swapped, north_first)


def digits_lost(pairs: Pairs) -> NDArray[np.float64]:
    """Return the resolution of each row in degrees or metres: of its finer coordinate (a number drops end zeros)."""
    return np.fmin(pairs.first.resolution, pairs.second.resolution)
