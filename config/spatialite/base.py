"""The embedded database's engine: ``ENGINE = "config.spatialite"``."""

import os
import sqlite3
import threading
from contextlib import closing, suppress
from typing import Any
from urllib.parse import quote

from django.contrib.gis.db.backends.spatialite.base import DatabaseWrapper as SpatialiteWrapper

from config.spatialite.schema import SchemaEditor

#: pages in the log from which the one who commits carries them over: SQLite's own choice
_PAGES_IN_LOG = 1_000


class DatabaseWrapper(SpatialiteWrapper):
    """SpatiaLite with migrations that keep its books in order, and with the patience that the settings ask for."""

    SchemaEditorClass = SchemaEditor

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._attached: list[str] = []
        self._carrying: threading.Thread | None = None

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        _make_for_us_alone(str(conn_params["database"]))
        connection = super().get_new_connection(conn_params)
        # mod_spatialite, as it is loaded, sets every connection's patience to five seconds: the fiftieth of fifty
        # people who save at once would meet "database is locked".
        connection.execute(f"PRAGMA busy_timeout = {int(conn_params.get('timeout', 5) * 1000)}")
        return connection

    # --- large transactions ---

    def attach(self, path: str) -> str | None:
        """Read the file *path*, which nobody changes any more, as a schema until the transaction is over.

        Returns the schema's name; None outside a transaction, and where SQLite takes no more files. What is attached is
        much, so the log is not carried over by whoever commits: that would hold up the commit, and the next one's.
        """
        own = self.connection
        if not self.in_atomic_block or len(self._attached) >= own.getlimit(sqlite3.SQLITE_LIMIT_ATTACHED):
            return None
        own.execute("PRAGMA wal_autocheckpoint = 0")
        name = f"staged_{len(self._attached) + 1}"
        own.execute(f"ATTACH DATABASE ? AS {name}", [f"file:{quote(path)}?mode=ro&immutable=1"])
        self._attached.append(name)
        return name

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        if self._let_go():
            path = str(self.settings_dict["NAME"])
            self._carrying = threading.Thread(target=_carry_over, args=(path,), name="log", daemon=True)
            self._carrying.start()
        elif self._carrying and not self._carrying.is_alive():
            self._carrying = None
            self._carry_as_usual()

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]
        if self._let_go():
            self._carry_as_usual()

    def _carry_as_usual(self) -> None:
        self.connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_IN_LOG}")

    def _let_go(self) -> bool:
        """Detach what was attached for the transaction; tell whether there was anything."""
        attached, self._attached = self._attached, []
        for name in attached:
            self.connection.execute(f"DETACH DATABASE {name}")
        return bool(attached)


def _carry_over(path: str) -> None:
    """Carry the log over into the file as far as nobody reads it; others write meanwhile."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{quote(path)}?mode=rw", uri=True)) as own:
        own.execute("PRAGMA wal_checkpoint(PASSIVE)")


def _make_for_us_alone(path: str) -> None:
    """Make the file of a new register unreadable for other users of the machine, whatever their folder allows."""
    if path and not path.startswith((":", "file:")):
        with suppress(FileExistsError, FileNotFoundError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
