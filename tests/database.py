"""The test database: made by the migrations once for a state of the code, afterwards copied.

Migrating an empty database takes ten seconds of a processor, copying the result takes none. What the copy is made of
is told by the digest of every file that shapes it; a change of any of them makes a new template.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

SHAPING = ("*/migrations/*.py", "*/models/*.py", "*/models.py", "config/spatialite/*.py", "requirements.txt")
COMPANIONS = ("-wal", "-shm", "-journal")
KEPT_DAYS = 2


def digest() -> str:
    """Return what names the template: the database and every file that shapes its tables."""
    total = hashlib.sha256(connection.vendor.encode())
    root = Path(settings.BASE_DIR)
    for pattern in SHAPING:
        for path in sorted(root.glob(pattern)):
            total.update(path.relative_to(root).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()[:16]


def folder() -> Path:
    """Return where templates and locks lie: one folder for all trees and suites of a user of the machine."""
    found = Path(tempfile.gettempdir()) / f"sotram-test-templates-{os.getuid()}"
    found.mkdir(mode=0o700, exist_ok=True)
    return found


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Let one process make the template; the others wait and copy it."""
    with (folder() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make(verbosity: int) -> str:
    """Make the test database, from the template where there is one; return the name that was configured before."""
    configured = str(connection.settings_dict["NAME"])
    wanted: Any = connection.creation._get_test_db_name()
    copied, keep = (_copy_file, _keep_file) if connection.vendor == "sqlite" else (_copy_database, _keep_database)
    name = digest()
    with one_at_a_time(name):
        if copied(name, str(wanted)):
            connection.close()
            settings.DATABASES[connection.alias]["NAME"] = wanted
            connection.settings_dict["NAME"] = wanted
            return configured
        connection.creation.create_test_db(verbosity=verbosity, autoclobber=True, serialize=False)
        connection.close()
        keep(name, str(wanted))
    return configured


# --- SpatiaLite: a file -----------------------------------------------------------------------------------------------


def _clear(path: Path) -> None:
    for ending in ("", *COMPANIONS):
        Path(f"{path}{ending}").unlink(missing_ok=True)


def _copy_file(name: str, wanted: str) -> bool:
    template = folder() / f"{name}.sqlite3"
    if not template.exists():
        return False
    _clear(Path(wanted))
    Path(wanted).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template, wanted)
    return True


def _keep_file(name: str, made: str) -> None:
    draft = folder() / f"{name}.draft"
    _clear(draft)
    with sqlite3.connect(made) as source, sqlite3.connect(draft) as target:
        source.backup(target)
    source.close()
    target.close()
    draft.replace(folder() / f"{name}.sqlite3")
    for old in folder().iterdir():
        if old.stat().st_mtime < time.time() - KEPT_DAYS * 86_400:
            old.unlink(missing_ok=True)


# --- PostGIS: a template database -------------------------------------------------------------------------------------


def _template(name: str) -> str:
    return f"sotram_template_{name}"


def _copy_database(name: str, wanted: str) -> bool:
    quoted = connection.ops.quote_name
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_template(name)])
        if cursor.fetchone() is None:
            return False
        cursor.execute(f"DROP DATABASE IF EXISTS {quoted(wanted)} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {quoted(wanted)} TEMPLATE {quoted(_template(name))}")
    return True


def _keep_database(name: str, made: str) -> None:
    quoted = connection.ops.quote_name
    with connection.creation._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {quoted(_template(name))} TEMPLATE {quoted(made)}")
