"""The embedded database's engine: ``ENGINE = "config.spatialite"``."""

import os
from contextlib import suppress
from typing import Any

from django.contrib.gis.db.backends.spatialite.base import DatabaseWrapper as SpatialiteWrapper

from config.spatialite.schema import SchemaEditor


class DatabaseWrapper(SpatialiteWrapper):
    """SpatiaLite with migrations that keep its books in order, and with the patience that the settings ask for."""

    SchemaEditorClass = SchemaEditor

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        _make_for_us_alone(str(conn_params["database"]))
        connection = super().get_new_connection(conn_params)
        # mod_spatialite, as it is loaded, sets every connection's patience to five seconds: the fiftieth of fifty
        # people who save at once would meet "database is locked".
        connection.execute(f"PRAGMA busy_timeout = {int(conn_params.get('timeout', 5) * 1000)}")
        return connection


def _make_for_us_alone(path: str) -> None:
    """Make the file of a new register unreadable for other users of the machine, whatever their folder allows."""
    if path and not path.startswith((":", "file:")):
        with suppress(FileExistsError, FileNotFoundError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
