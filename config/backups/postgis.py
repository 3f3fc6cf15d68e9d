"""The PostGIS database: ``pg_dump`` of one snapshot, and the way back in one transaction."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from config.backups.facts import facts_of
from config.backups.manifest import CHUNK, BackupError, Facts
from infra.models import words

NAME = "database.dump"
EXTENSIONS = ("postgis", "pg_trgm")
_SSL = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY"}
#: entries of a dump that belong to the server or its administrator, not to the register
_NOT_OURS = re.compile(r"^\d+; \d+ \d+ (EXTENSION|COMMENT - EXTENSION|SCHEMA|COMMENT - SCHEMA|ACL|DEFAULT ACL) ")
_EXTENSION_DATA = re.compile(r"^\d+; \d+ \d+ TABLE DATA \S+ spatial_ref_sys ")
_BEGIN = "BEGIN;\nSET LOCAL lock_timeout = '60s';\nSET LOCAL client_min_messages = warning;\n"

#: our tables: those that no extension brought along
_OUR_TABLES = """
SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
ORDER BY 1
"""

#: our functions, by name
_OUR_FUNCTIONS = f"""
SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname = current_schema() AND starts_with(p.proname, '{words.PREFIX}')
"""  # noqa: S608 -- our own name


def program(name: str) -> str:
    """Return the newest installed program of PostgreSQL with that *name*. Raises BackupError where it is missing."""
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: _number(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which(name)
    if found is None:
        raise BackupError(
            _("%(name)s is missing on this machine. Install the client programs of PostgreSQL (postgresql-client).")
            % {"name": name}
        )
    return found


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _environment() -> dict[str, str]:
    """Return the environment in which PostgreSQL's programs find our database; the password is in no argument."""
    wanted = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    found = {variable: str(wanted[key]) for variable, key in named.items() if wanted[key]}
    options = wanted["OPTIONS"]
    found |= {variable: str(options[name]) for name, variable in _SSL.items() if name in options}
    return {**os.environ, **found, "PGAPPNAME": "sotram-backup", "LC_MESSAGES": "C"}


def _run(*arguments: str, **more: Any) -> str:
    done = subprocess.run(  # noqa: S603 (PostgreSQL's own programs and our arguments)
        arguments, env=_environment(), capture_output=True, text=True, check=False, **more
    )
    if done.returncode != 0:
        words = {"name": Path(arguments[0]).name, "error": done.stderr.strip()[-600:]}
        raise BackupError(_("%(name)s failed: %(error)s") % words)
    return done.stdout


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def version() -> str:
    return str(_rows("SHOW server_version")[0][0])


def exists() -> bool:
    """Tell whether there is a register that a restore would replace."""
    tables = set(connection.introspection.table_names())
    return "infra_changerecord" in tables and bool(_rows("SELECT 1 FROM infra_changerecord LIMIT 1"))


def dump(directory: Path) -> Facts:
    """Dump the database as it stands at one moment; writers go on meanwhile. Returns what that moment says."""
    dumping = program("pg_dump")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        snapshot = _rows("SELECT pg_export_snapshot()")[0][0]
        facts = facts_of(_rows)
        _run(
            dumping, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}",
            f"--file={directory / NAME}",
        )  # fmt: skip
    return facts


def check(path: Path) -> Facts | None:
    """Read the whole dump. Raises BackupError where it is none; what it says stands in the manifest alone."""
    program("psql")
    _run(program("pg_restore"), "--file=/dev/null", str(path))
    return None


def replace(path: Path, _facts: Facts) -> None:
    """Put the dump in the place of our tables, in one transaction: all of it, or the database is as it was."""
    _extensions()
    drops = "".join(f"DROP TABLE {name} CASCADE;\n" for (name,) in _rows(_OUR_TABLES))
    drops += "".join(f"DROP FUNCTION {name};\n" for (name,) in _rows(_OUR_FUNCTIONS))
    connection.close()
    with tempfile.NamedTemporaryFile("w", suffix=".list") as wanted:
        wanted.writelines(_ours(path))
        wanted.flush()
        _pour(path, wanted.name, drops)


def _extensions() -> None:
    """Make the extensions that are missing. Raises BackupError where that needs the database's administrator."""
    there = {name for (name,) in _rows("SELECT extname FROM pg_extension")}
    for name in EXTENSIONS:
        if name in there:
            continue
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
        except Exception as error:
            raise BackupError(
                _("The extension %(name)s is missing; let the database's administrator run: CREATE EXTENSION %(name)s;")
                % {"name": name}
            ) from error


def _ours(path: Path) -> Iterator[str]:
    for line in _run(program("pg_restore"), "--list", str(path)).splitlines(keepends=True):
        if not _NOT_OURS.match(line) and not _EXTENSION_DATA.match(line):
            yield line


def _pour(path: Path, wanted: str, drops: str) -> None:
    """Let ``psql`` play the dump. COMMIT is sent only after ``pg_restore`` ended well; without it all is undone."""
    with tempfile.TemporaryFile() as complaints:
        playing = subprocess.Popen(  # noqa: S603 (PostgreSQL's own program and our arguments)
            [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"],
            env=_environment(), stdin=subprocess.PIPE, stderr=complaints,
        )  # fmt: skip
        reading = subprocess.Popen(  # noqa: S603 (PostgreSQL's own program and our arguments)
            [program("pg_restore"), "--no-owner", "--no-privileges", f"--use-list={wanted}", "--file=-", str(path)],
            env=_environment(), stdout=subprocess.PIPE, stderr=complaints,
        )  # fmt: skip
        assert playing.stdin is not None
        assert reading.stdout is not None
        try:
            playing.stdin.write(f"{_BEGIN}{drops}".encode())
            shutil.copyfileobj(reading.stdout, playing.stdin, CHUNK)
            if reading.wait() == 0:
                playing.stdin.write(b"COMMIT;\n")
            playing.stdin.close()
        except BrokenPipeError:  # psql has stopped at an error; it says which
            reading.kill()
        reading.stdout.close()
        if reading.wait() or playing.wait():
            complaints.seek(0)
            said = complaints.read().decode(errors="replace").strip()[-600:]
            raise BackupError(_("The database was not replaced and is as it was: %(error)s") % {"error": said})


def settle() -> None:
    """Let the planner know the restored tables."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def facts_now() -> Facts:
    """Return what the live database says."""
    return facts_of(_rows)
