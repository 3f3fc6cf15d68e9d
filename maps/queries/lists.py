"""The list that equals the map: the same stations under the same filters, one line each, made as they are read."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, overload

import numpy as np
import sqlalchemy as sa

from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.tables import organization, unit
from maps.queries.filters import SAFETY_STATES, Filters
from maps.queries.reader import Reader
from maps.queries.stations import site_names, stations
from maps.tiles.columns import Codes, Rows, TextColumn
from maps.tiles.counting import Counts, counted
from maps.tiles.selection import Selection, select
from maps.tiles.sources.installations import INSTALLATIONS

#: lines made at once
PIECE = 1_000
CODED = ("organization", "unit", "status", "technologies", "safety")


@dataclass(frozen=True)
class StationLine:
    """One station; ``site`` and ``site_name`` say where, ``unit`` the commune."""

    id: int
    number: str
    code: str
    operator: str
    technologies: str
    status: str
    site: str
    site_name: str
    unit: str | None
    state: str


def _values(codes: Codes, rows: Rows) -> list[Any]:
    return [codes.values[place] if place >= 0 else None for place in codes.places[rows].tolist()]


class StationLines(Sequence[StationLine]):
    """The lines of a selection, the worst first, then by number; those that are asked for are made."""

    def __init__(self, chosen: Selection, filters: Filters, today: date) -> None:
        self._chosen, self._filters, self._today = chosen, filters, today
        table = chosen.table
        states = table.codes("safety")
        ranks = np.array([*(SAFETY_STATES.index(label) for label in states.labels), 1])[states.places[chosen.rows]]
        self._rows: Rows = chosen.rows[np.lexsort((table.ids[chosen.rows], -ranks))]

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, place: int) -> StationLine: ...
    @overload
    def __getitem__(self, place: slice) -> list[StationLine]: ...
    def __getitem__(self, place: int | slice) -> StationLine | list[StationLine]:
        if isinstance(place, int):
            return self._lines(self._rows[[place]])[0]
        return self._lines(self._rows[place])

    def __iter__(self) -> Iterator[StationLine]:
        for start in range(0, len(self._rows), PIECE):
            yield from self._lines(self._rows[start : start + PIECE])

    @cached_property
    def counts(self) -> Counts:
        """How many there are, at how many sites, in which states."""
        return counted(self._chosen, {"safety": "safety"}, frozenset(), "site_id")[None]

    @cached_property
    def _operators(self) -> dict[int, str]:
        rows = sql.read(sa.select(organization.c.id, organization.c.short_name, organization.c.name))
        return {pk: short or name for pk, short, name in rows}

    @cached_property
    def _units(self) -> dict[int, str]:
        ids = [pk for pk in self._chosen.table.codes("unit").values if pk is not None]
        return dict(sql.read(sa.select(unit.c.id, unit.c.full_name).where(unit.c.id.in_(ids)))) if ids else {}

    def _lines(self, rows: Rows) -> list[StationLine]:
        table = self._chosen.table
        texts = {name: column for name, column in table.columns.items() if isinstance(column, TextColumn)}
        names = site_names(table, rows, self._filters, self._today)
        values = {name: _values(table.codes(name), rows) for name in CODED}
        return [
            StationLine(
                id=pk,
                number=texts["number"].text(row),
                code=texts["code"].text(row),
                operator=self._operators.get(values["organization"][at], ""),
                technologies=(values["technologies"][at] or "").replace(",", ", "),
                status=values["status"][at],
                site=texts["site"].text(row),
                site_name=names[at],
                unit=self._units.get(values["unit"][at]),
                state=values["safety"][at] or "unknown",
            )
            for at, (row, pk) in enumerate(zip(rows.tolist(), table.ids[rows].tolist(), strict=True))
        ]


def station_lines(reader: Reader, filters: Filters, box: Box | None, today: date) -> StationLines:
    """Return the stations in *box* (everywhere without one), the worst first, then by number.

    Whoever asks for kinds of installation gets these instead.
    """
    chosen = select(INSTALLATIONS, reader, filters, today) if filters.kind else stations(reader, filters, today)
    return StationLines(chosen if box is None else chosen.within(box), filters, today)
