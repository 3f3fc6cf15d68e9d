"""The SpatiaLite file: copied and put back through SQLite's backup API, whole or not at all, while others use it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from config.backups.facts import facts_of
from config.backups.manifest import BackupError, Facts

NAME = "database.sqlite3"
#: how long to wait for a long write of others
PATIENCE_S = 120


def _live() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


@contextmanager
def _opened(path: Path, *, reading: bool) -> Iterator[sqlite3.Connection]:
    address = f"{path.resolve().as_uri()}?mode={'ro' if reading else 'rwc'}"
    with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE_S)) as database:
        yield database


def version() -> str:
    return sqlite3.sqlite_version


def exists() -> bool:
    """Tell whether there is a register that a restore would replace."""
    if not _live().exists():
        return False
    with _opened(_live(), reading=True) as database:
        found = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'infra_changerecord'").fetchone()
        return found is not None and database.execute("SELECT 1 FROM infra_changerecord").fetchone() is not None


def dump(directory: Path) -> Facts:
    """Copy the live file as it stands at one moment; writers go on meanwhile. Returns what the copy says."""
    if not _live().exists():
        raise BackupError(_("There is no register yet at %(path)s.") % {"path": _live()})
    target = directory / NAME
    with _opened(_live(), reading=True) as source, _opened(target, reading=False) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the live one keeps beside it
    return check(target)


def check(path: Path) -> Facts:
    """Read a copy as a database. Raises BackupError where it is none, or a damaged one."""
    try:
        with _opened(path, reading=True) as copy:
            said = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
            if said != "ok":
                raise BackupError(_("The database of the backup is damaged: %(said)s.") % {"said": said})
            return facts_of(copy.execute)
    except sqlite3.Error as error:
        raise BackupError(_("The database of the backup cannot be read: %(error)s.") % {"error": error}) from error


def replace(path: Path, _facts: Facts) -> None:
    """Put the copy in the place of the live database, in one transaction; whoever has it open sees it next."""
    connection.close()
    with _opened(path, reading=True) as copy, _opened(_live(), reading=False) as live:
        try:
            copy.backup(live)
        except sqlite3.Error as error:
            raise BackupError(
                _("The database was not replaced and is as it was: %(error)s. Stop the server and try again.")
                % {"error": error}
            ) from error
        live.execute("PRAGMA journal_mode = WAL")


def settle() -> None:
    """Nothing is left to do: a copied file keeps its statistics."""


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with _opened(_live(), reading=True) as database:
        return database.execute(statement).fetchall()


def facts_now() -> Facts:
    """Return what the live database says."""
    return facts_of(_rows)
