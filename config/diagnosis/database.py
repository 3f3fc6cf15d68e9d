"""The database: whether it is the one the product was tested on, whether its tables are up to date."""

import re
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.utils.translation import gettext as _

from config import health
from config.diagnosis.finding import Finding
from config.diagnosis.safety import is_demo, reachable_from_outside

CLOCK_DIFFERENCE_S = 60
OLDEST_POSTGRESQL = 150_000
OLDEST_POSTGIS = (3, 3)


def database() -> Iterator[Finding]:
    if connection.vendor == "postgresql":
        yield from _postgis()
    else:
        yield from _spatialite()


def _value(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def _postgis() -> Iterator[Finding]:
    version = _value("SHOW server_version")
    installed = _value("SELECT string_agg(extname || ' ' || extversion, ', ' ORDER BY extname) FROM pg_extension")
    is_old = int(_value("SHOW server_version_num")) < OLDEST_POSTGRESQL or "postgis" not in installed
    yield Finding("PostgreSQL", f"{version}; {installed}", wrong=is_old)
    found = re.search(r"postgis (\d+)\.(\d+)", installed)
    if found and (int(found[1]), int(found[2])) < OLDEST_POSTGIS:
        yield Finding("PostGIS", _("older than 3.3, on which the product is tested"), wrong=True)
    if _value("SHOW jit") == "on":
        yield Finding("PostgreSQL", _("jit is on for our connection and doubles the time of tiles"), wrong=True)
    clock = datetime.fromisoformat(_value("SELECT clock_timestamp()::text"))
    seconds = abs((clock - datetime.now(UTC)).total_seconds())
    if seconds > CLOCK_DIFFERENCE_S:
        text = _("the clocks of database and web server differ by %(seconds)d s") % {"seconds": seconds}
        yield Finding("PostgreSQL", text, wrong=True)


def _spatialite() -> Iterator[Finding]:
    version = _value("SELECT spatialite_version()")
    yield Finding("SpatiaLite", f"{version}, SQLite {sqlite3.sqlite_version}")
    journal = _value("PRAGMA journal_mode")
    if journal not in {"wal", "memory"}:
        text = _("the journal is “%(journal)s”, not WAL: readers will wait for writers") % {"journal": journal}
        yield Finding("SpatiaLite", text, wrong=True)
    file = Path(str(connection.settings_dict["NAME"]))
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o007 and stat.S_IMODE(file.parent.stat().st_mode) & 0o001:
        text = _("%(file)s can be read by other users; run chmod 600 on it") % {"file": file}
        yield Finding("SpatiaLite", text, wrong=True)


def tables() -> Iterator[Finding]:
    pending = health.pending_migrations()
    if pending:
        words = {"count": len(pending), "first": pending[0]}
        text = _("%(count)d migrations are not applied, the first is %(first)s; run ./manage.py migrate") % words
        yield Finding(_("Tables"), text, wrong=True)
        return
    yield Finding(_("Tables"), _("up to date"))
    if not apps.get_model("infra", "Organization").objects.exists():
        yield Finding(_("Reference data"), _("missing; run ./manage.py load_reference"), wrong=True)
    elif is_demo() and reachable_from_outside():
        text = _("a demo register, whose passwords everybody knows, answers to other machines; use DEMO=0")
        yield Finding(_("Demo"), text, wrong=True)
