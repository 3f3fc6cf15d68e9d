"""Whole columns handed to SQLite as a file that it reads by itself (Arrow's driver writes it).

Binding values one by one makes the database wait for Python, and Python's other threads for the database. A staged file
is written and read without Python: rows go in four times as fast, and the next columns are made meanwhile. The file is
deleted as soon as it is attached, and goes with the transaction.
"""

import os
import tempfile
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import finalize

import adbc_driver_sqlite.dbapi as adbc
import polars as pl
from django.db import connection

#: nothing in this file is worth a log: whoever is killed while writing it begins anew
_PRAGMAS = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE")
_PREFIX, _SUFFIX = "sotram-", ".staged"
#: a file that is older was left by a process that was killed
_OLD_S = 3_600
_MOMENT = "%Y-%m-%d %H:%M:%S%.6f"


class Stage:
    """One file of staged columns. What is put into it, from any thread, is read once it is attached, and no sooner.

    SQLite sees the file as it is then, so nothing may be put afterwards. Few files fit into one transaction: columns
    that are ready before the first of them is needed share one.
    """

    def __init__(self) -> None:
        self._path: Path | None = None
        self._tables = 0
        self._schema: str | None = None

    def put(self, frame: pl.DataFrame) -> "Staged":
        """Write those columns of *frame* that are not the same in all rows."""
        various = [one.name for one in frame.get_columns() if not one.eq_missing(one.first()).all()]
        various = various or frame.columns[:1]  # a table has at least one column
        self._path = self._path or self._made()
        self._tables += 1
        table = f"rows_{self._tables}"
        with closing(adbc.connect(str(self._path), autocommit=True)) as own, closing(own.cursor()) as cursor:
            for pragma in _PRAGMAS:
                cursor.execute(f"PRAGMA {pragma}").fetchall()
            cursor.execute("BEGIN")
            cursor.adbc_ingest(table, plain(frame.select(various)).to_arrow(), mode="create")
            cursor.execute("COMMIT")
        return Staged(self, table, frozenset(various))

    def _made(self) -> Path:
        """Make the file, which goes with this object at the latest; take away what killed processes left."""
        for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*{_SUFFIX}"):
            with suppress(FileNotFoundError):  # another process deletes its own meanwhile
                about = left.stat()
                if about.st_uid == os.getuid() and about.st_mtime < time.time() - _OLD_S:
                    left.unlink()
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX)
        os.close(handle)
        path = Path(name)
        self._delete = finalize(self, path.unlink, missing_ok=True)
        return path

    def attached(self) -> str | None:
        """Return the schema under which the register's connection reads the file; None where it takes no more files."""
        if self._path and self._schema is None:
            files: Any = connection
            self._schema = files.attach(str(self._path))
            self._delete()
            self._path = None
        return self._schema


@dataclass(frozen=True)
class Staged:
    """The columns of one frame in a file: *columns* are those that were written, in a table with a row for each."""

    stage: Stage
    table: str
    columns: frozenset[str]

    def source(self) -> str | None:
        """Return the quoted table to read them from, in the order of ``rowid`` 1, 2, …; None where there is no room."""
        schema = self.stage.attached()
        return schema and f'"{schema}"."{self.table}"'


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Return *frame* with the types that SQLite keeps: moments, days and times as text."""
    ready = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype == pl.Date:
            ready.append(column.dt.to_string("%Y-%m-%d"))
        elif dtype == pl.Time:
            ready.append(column.dt.to_string("%H:%M:%S%.6f").str.strip_suffix(".000000"))
        elif isinstance(dtype, pl.Datetime):
            ready.append(column.dt.to_string(_MOMENT).str.strip_suffix(".000000"))
    return frame.with_columns(ready)
