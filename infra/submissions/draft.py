"""The rows of one file on their way: texts, cleaned values, points, and what is wrong with them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from infra.models import Authority, Organization
from infra.submissions.columns import ColumnTable
from infra.submissions.coordinates.systems import AUTO
from infra.submissions.lists import Choices, choices_of, organizations
from infra.submissions.problems import Problem
from infra.submissions.reading.sheets import Sheet
from infra.submissions.territory import Declared, Territory

Mask = NDArray[np.bool_]
Points = NDArray[np.float64]


@dataclass
class Surroundings:
    """What a file is checked against; ``crs`` is "auto" or what the person declared. Lists are read when asked for."""

    authority: Authority
    organization: Organization
    table: ColumnTable
    today: date
    crs: str = AUTO
    mode: str = "append"
    _lists: dict[str, Choices] = field(default_factory=dict)

    @cached_property
    def territory(self) -> Territory:
        return Territory.load(self.authority, self.today)

    @cached_property
    def organizations(self) -> Choices:
        return organizations()

    def choices(self, name: str) -> Choices:
        if name not in self._lists:
            self._lists[name] = choices_of(name)
        return self._lists[name]


@dataclass
class Draft:
    """Rows under check. All arrays and columns run in the order of ``raw``.

    ``raw`` has "row" and the texts by column name; ``values`` the cleaned columns. ``points`` is n×2 lon, lat (NaN
    where no position is certain); ``likely`` adds the positions that the suggestions would give. ``crs``,
    ``accuracy_m`` and ``converted`` say how the points came about. ``lines`` are the routes' (lon, lat), None where
    there is none. ``declared`` is what the commune's name can mean, ``unit_ids`` the commune resolved (0: none).
    ``owner_ids`` is the registered station that a cell or permit belongs to (0: none).
    """

    sheet: Sheet
    raw: pl.DataFrame
    around: Surroundings
    values: dict[str, pl.Series] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    reading: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = self.raw.height
        self.rows: NDArray[np.int64] = self.raw["row"].to_numpy().astype(np.int64)
        self.has_error: Mask = np.zeros(size, dtype=bool)
        self.has_warning: Mask = np.zeros(size, dtype=bool)
        self.points: Points = np.full((size, 2), np.nan)
        self.likely: Points = np.full((size, 2), np.nan)
        self.accuracy_m: NDArray[np.float64] = np.full(size, np.nan)
        self.srids: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self.position_texts = pl.Series("position", [None] * size, dtype=pl.String)
        self.lines: list[Any] = [None] * size
        self.owner_ids: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self.declared: list[Declared] = [Declared()] * size
        self.unit_ids: NDArray[np.int64] = np.zeros(size, dtype=np.int64)

    @property
    def size(self) -> int:
        return self.raw.height

    def has(self, *names: str) -> bool:
        """Tell whether the file has all these columns."""
        return all(name in self.raw.columns for name in names)

    def text(self, name: str) -> pl.Series:
        """Return a column's texts (null = empty); all null where the file lacks the column."""
        if name in self.raw.columns:
            return self.raw[name]
        return pl.Series(name, [None] * self.size, dtype=pl.String)

    def report(
        self,
        rows: Mask | NDArray[np.intp] | Iterable[int],
        code: str,
        *columns: str,
        value: Callable[[int], str] | None = None,
        facts: Callable[[int], dict[str, Any]] | dict[str, Any] | None = None,
        suggestion: Callable[[int], dict[str, str] | None] | None = None,
    ) -> None:
        """Report *code* on rows (mask, or indexes from 0). *value*, *facts* and *suggestion* are asked by index."""
        places = np.flatnonzero(rows) if isinstance(rows, np.ndarray) and rows.dtype == bool else np.asarray(rows)
        if not len(places):
            return
        texts = [self.text(name) for name in columns]
        found = [
            Problem(
                row=int(self.rows[place]),
                code=code,
                columns=columns,
                value=value(int(place)) if value else _joined(texts, int(place)),
                facts=(facts(int(place)) if callable(facts) else facts) or {},
                suggestion=suggestion(int(place)) if suggestion else None,
            )
            for place in places
        ]
        self.problems.extend(found)
        flags = self.has_error if found[0].is_error else self.has_warning
        flags[places] = True

    def withdraw(self, rows: Mask, code: str) -> None:
        """Take the warning *code* back from *rows*: what was not known when it was reported makes it void."""
        numbers = set(self.rows[rows].tolist())
        kept = [problem for problem in self.problems if problem.code != code or problem.row not in numbers]
        if len(kept) == len(self.problems):
            return
        self.problems = kept
        warned = {problem.row for problem in kept if not problem.is_error}
        for place in np.flatnonzero(rows):
            self.has_warning[place] = int(self.rows[place]) in warned


def _joined(texts: list[pl.Series], place: int) -> str:
    return " / ".join(text for series in texts if (text := series[place]) is not None)
