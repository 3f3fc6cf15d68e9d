"""What the register is asked while the rows of a long file are checked: the database's work and ours side by side."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import polars as pl
from django.db import connection

from infra.submissions.comparison import register
from infra.submissions.comparison.standing import Standing
from infra.submissions.draft import Draft, Points


class Ahead:
    """What comparing a draft needs of the register. What no *thread* read before is read when it is asked for."""

    def __init__(self, draft: Draft, thread: ThreadPoolExecutor | None = None) -> None:
        self._draft = draft
        self._thread = thread
        self._held: Future[pl.DataFrame] | None = thread.submit(_held, draft) if thread else None
        self._standing: Future[Standing | None] | None = None

    def held(self) -> pl.DataFrame:
        """Return what the register holds of the organization and kind: what the file names at least.

        In replace mode it is everything.
        """
        return self._held.result() if self._held else _held(self._draft)

    def read_standing(self) -> None:
        """Begin to read the sites around the rows where some are new, now that it is known where they are."""
        if self._thread:
            self._standing = self._thread.submit(self._read_standing, self._draft.points.copy())

    def standing_near(self, points: Points) -> Standing:
        """Return the standing sites around *points* (n×2, n > 0)."""
        found = self._standing.result() if self._standing else None
        return found if found and found.covers(points) else Standing.near(self._draft.around, points)

    def _read_standing(self, points: Points) -> Standing | None:
        held, identifier = self.held(), self._draft.around.table.identifier
        is_known = self._draft.text(identifier).is_in(held[identifier].implode()).fill_null(value=False)
        is_placed = np.isfinite(points).all(axis=1)
        if not (is_placed & ~is_known.to_numpy()).any():
            return None
        # Those of rows that moved are asked for too: it is not known yet which did.
        return Standing.near(self._draft.around, points[is_placed])


@contextmanager
def reading_ahead(draft: Draft) -> Iterator[Ahead]:
    """Read what comparing needs while the block checks the rows.

    Only for a long file, outside a transaction: it is read over a connection of its own.
    """
    if connection.in_atomic_block or connection.vendor != "postgresql" or draft.size <= register.ASK_BY_NAME:
        yield Ahead(draft)
        return
    with ThreadPoolExecutor(1, "ahead") as thread:
        try:
            yield Ahead(draft, thread)
        finally:
            thread.submit(_close)


def _close() -> None:
    connection.close()  # the thread's own


def _held(draft: Draft) -> pl.DataFrame:
    around, table = draft.around, draft.around.table
    wanted = frozenset(column.name for column in table.read() if draft.has(column.name))
    if around.mode == "replace":
        return register.held(around, wanted=wanted)
    codes, numbers = (draft.text(name).drop_nulls().unique() for name in (table.identifier, "registry_number"))
    if draft.size <= register.ASK_BY_NAME:
        asked = numbers.to_list() if len(codes) else []
        return register.held(around, codes=codes.to_list(), numbers=asked, wanted=wanted)
    if str(table.kind) not in register.DETAILS:
        return register.held(around, wanted=wanted)
    return register.installations_named(around, codes, numbers, wanted=wanted)
