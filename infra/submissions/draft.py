"""The rows of one file on their way: texts, cleaned values, points, and what is wrong with them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
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
from infra.submissions.problems import Problem, is_error
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


@dataclass(frozen=True, slots=True)
class Report:
    """One kind of problem on many rows. Words are made when somebody reads them: *value*, *facts* and *suggestion*
    are asked with the row's index. A file of half a million rows may have as many problems.
    """

    code: str
    columns: tuple[str, ...]
    places: NDArray[np.intp]
    value: Callable[[int], str]
    facts: Callable[[int], dict[str, Any]] | dict[str, Any] | None = None
    suggestion: Callable[[int], dict[str, str] | None] | None = None

    def problem(self, place: int, row: int) -> Problem:
        """Return the problem of the row with index *place* and number *row*."""
        return Problem(
            row=row,
            code=self.code,
            columns=self.columns,
            value=self.value(place),
            facts=(self.facts(place) if callable(self.facts) else self.facts) or {},
            suggestion=self.suggestion(place) if self.suggestion else None,
        )


@dataclass
class Draft:
    """Rows under check. All arrays and columns run in the order of ``raw``.

    ``raw`` has "row" and the texts by column name; ``values`` the cleaned columns. ``points`` is n×2 lon, lat (NaN
    where no position is certain); ``likely`` adds the positions that the suggestions would give. ``accuracy_m`` and
    ``srids`` say how the points came about, ``written`` holds the two texts of the rows of each way of writing.
    ``lines`` are the routes' (lon, lat), None where there is none.
    ``declared`` lists what the communes' names can mean, ``declared_ids`` which of them each row wrote (0: none);
    ``neighbours`` holds the earlier row that a row stands very near of (-1: none).
    ``unit_ids`` is the commune resolved (0: none). ``owner_ids`` is the registered station that a cell or permit
    belongs to (0: none).
    """

    sheet: Sheet
    raw: pl.DataFrame
    around: Surroundings
    values: dict[str, pl.Series] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    reading: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        size = self.raw.height
        self.rows: NDArray[np.int64] = self.raw["row"].to_numpy().astype(np.int64)
        self.has_error: Mask = np.zeros(size, dtype=bool)
        self.has_warning: Mask = np.zeros(size, dtype=bool)
        self.neighbours: NDArray[np.intp] = np.full(size, -1, dtype=np.intp)
        self.points: Points = np.full((size, 2), np.nan)
        self.likely: Points = np.full((size, 2), np.nan)
        self.accuracy_m: NDArray[np.float64] = np.full(size, np.nan)
        self.srids: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self.written: list[tuple[Mask, pl.Series, pl.Series]] = []
        self.lines: list[Any] = [None] * size if self.has("line") else []
        self.owner_ids: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self.declared: list[Declared] = [Declared()]
        self.declared_ids: NDArray[np.int64] = np.zeros(size, dtype=np.int64)
        self.unit_ids: NDArray[np.int64] = np.zeros(size, dtype=np.int64)

    @property
    def size(self) -> int:
        return self.raw.height

    def has(self, *names: str) -> bool:
        """Tell whether the file has all these columns."""
        return all(name in self.raw.columns for name in names)

    def text(self, name: str) -> pl.Series:
        """Return a column's texts (null = empty); all null where the file lacks the column."""
        return self.raw[name] if name in self.raw.columns else self._empty

    @cached_property
    def _empty(self) -> pl.Series:
        return pl.repeat(None, self.size, dtype=pl.String, eager=True)

    def by_declared(self) -> Iterator[tuple[Declared, NDArray[np.intp]]]:
        """Yield what a commune's name can mean with the indexes of the rows that wrote it; no row without a name."""
        if not self.size:  # every row was left out
            return
        order = np.argsort(self.declared_ids, kind="stable")
        ids, starts = np.unique(self.declared_ids[order], return_index=True)
        for number, rows in zip(ids.tolist(), np.split(order, starts[1:]), strict=True):
            if self.declared[number].is_known:
                yield self.declared[number], rows

    def position_texts(self, places: NDArray[np.intp]) -> pl.Series:
        """Return what these rows say about their place, for the position's provenance; null without."""
        texts = pl.repeat(None, len(places), dtype=pl.String, eager=True)
        for rows, first, second in self.written:
            both = first.gather(places) + "; " + second.gather(places)
            texts = both.str.slice(0, 120).zip_with(pl.Series(rows[places]), texts)
        return texts

    # --- problems ---

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
        if isinstance(rows, np.ndarray) and rows.dtype == bool:
            places = np.flatnonzero(rows)
        else:
            places = np.asarray(rows, dtype=np.intp)
        if not len(places):
            return
        texts = [self.text(name) for name in columns]
        written = value or (lambda place: _joined(texts, place))
        self.reports.append(Report(code, columns, places, written, facts, suggestion))
        flags = self.has_error if is_error(code) else self.has_warning
        flags[places] = True

    def withdraw(self, rows: Mask, code: str) -> None:
        """Take the warning *code* back from *rows*: what was not known when it was reported makes it void."""
        touched = np.zeros(self.size, dtype=bool)
        for number, report in enumerate(self.reports):
            if report.code == code and rows[report.places].any():
                touched[report.places[rows[report.places]]] = True
                self.reports[number] = replace(report, places=report.places[~rows[report.places]])
        if touched.any():
            warned = np.zeros(self.size, dtype=bool)
            for report in self.reports:
                if not is_error(report.code):
                    warned[report.places] = True
            self.has_warning[touched] = warned[touched]

    def problems(self) -> Iterator[Problem]:
        """Yield the problems row by row, errors first."""
        if not self.reports:
            return
        places = np.concatenate([report.places for report in self.reports])
        owner = np.repeat(np.arange(len(self.reports)), [len(report.places) for report in self.reports])
        is_warning = np.array([not is_error(report.code) for report in self.reports])[owner]
        for number in np.lexsort((owner, is_warning, places)):
            place = int(places[number])
            yield self.reports[owner[number]].problem(place, int(self.rows[place]))

    def counted(self) -> dict[str, int]:
        """Return code → number of problems."""
        totals: dict[str, int] = {}
        for report in self.reports:
            if len(report.places):
                totals[report.code] = totals.get(report.code, 0) + len(report.places)
        return totals


def _joined(texts: list[pl.Series], place: int) -> str:
    return " / ".join(text for series in texts if (text := series[place]) is not None)
