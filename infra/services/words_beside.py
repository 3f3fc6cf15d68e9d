"""Search words of many new rows, entered over a connection of their own while the rows are written (PostgreSQL).

Taking texts apart for the trigrams costs a third of what writing the rows costs, and can be done by another process of
the server: words lead nowhere until their rows can be seen. They are committed in the last moment before the rows are.
What breaks off before leaves nothing; what breaks off in that moment leaves words without rows, which
:func:`infra.models.trigrams.sweep` takes out.
"""

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import polars as pl
from django.db import DatabaseError, connection, models

from infra.models import trigrams, words
from infra.services.copying import copy_in

logger = logging.getLogger(__name__)

Model = type[models.Model]

#: what PostgreSQL may keep of new words before it sorts them into the index of trigrams
PENDING = "1GB"


class WordsBeside:
    """The words of one transaction; use it through :func:`words_beside`."""

    def __init__(self) -> None:
        self._thread: ThreadPoolExecutor | None = None
        self._handed: list[Future[None]] = []
        self._keys: dict[str, list[int]] = {}
        self._committed = False

    def takes(self, model: Model) -> bool:
        """Tell whether the words of *model* are entered here and not by its trigger."""
        return connection.vendor == "postgresql" and model._meta.db_table in words.INDEXED

    def enter(self, model: Model, frame: pl.DataFrame) -> None:
        """Enter the words of the new rows of *frame* beside; write the rows inside :func:`entered_beside`."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "words")
            self._hand(_begin)
        self._keys.setdefault(model._meta.db_table, []).extend(frame["id"].to_list())
        self._hand(partial(_enter, model, frame.select("id", "search_text")))

    def _hand(self, work: Callable[[], None]) -> None:
        """Do *work* in the thread, unless what was handed over before broke off."""

        def run() -> None:
            if not any(before.done() and before.exception() for before in self._handed):
                work()

        if self._thread is not None:
            self._handed.append(self._thread.submit(run))

    def done(self) -> None:
        """Commit what was entered: call it when everything else of the transaction is written, and inside it.

        Where the other connection broke off, our own enters the words.
        """
        if self._thread is None:
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [trigrams.ENTERING])
            try:
                for one in self._handed:
                    one.result()
                self._committed = True
                self._thread.submit(_commit).result()
            except DatabaseError:
                self._committed = False
                logger.warning("Search words could not be entered beside; they are entered now", exc_info=True)
                self._thread.submit(_close).result()
                for table, keys in self._keys.items():
                    trigrams.enter(cursor, table, keys)

    def end(self, *, undo: bool) -> None:
        """Close the other connection; *undo* takes out what was committed already."""
        if self._thread is None:
            return
        if undo and self._committed:
            self._thread.submit(partial(_take_out, self._keys))
        self._thread.submit(_close)
        self._thread.shutdown()


@contextmanager
def words_beside() -> Iterator[WordsBeside]:
    """Give the block, which holds the transaction, a way to enter words beside it."""
    entering = WordsBeside()
    try:
        yield entering
    except BaseException:
        entering.end(undo=True)
        raise
    entering.end(undo=False)


@contextmanager
def entered_beside() -> Iterator[None]:
    """Tell the tables' triggers that the words of rows written inside are entered beside."""
    name, value = trigrams.BESIDE
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL {name} = '{value}'")
        yield
        cursor.execute(f"SET LOCAL {name} = ''")


# --- in the thread ---


def _begin() -> None:
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL gin_pending_list_limit = '{PENDING}'")


def _enter(model: Model, frame: pl.DataFrame) -> None:
    table = words.index_of(model._meta.db_table)
    fields: list[Any] = [model._meta.get_field(name) for name in frame.columns]
    with connection.cursor() as cursor:
        columns = [(connection.ops.quote_name(str(field.column)), field) for field in fields]
        copy_in(cursor, connection.ops.quote_name(table), columns, frame)
        cursor.execute("SELECT gin_clean_pending_list(%s::regclass)", [trigrams.trigrams_of(model._meta.db_table)])


def _commit() -> None:
    connection.commit()


def _take_out(keys: dict[str, list[int]]) -> None:
    with connection.cursor() as cursor:
        for table, gone in keys.items():
            name = connection.ops.quote_name(words.index_of(table))
            cursor.execute(f"DELETE FROM {name} WHERE id = ANY(%s)", [gone])  # noqa: S608 -- our own names
    connection.commit()


def _close() -> None:
    connection.close()
