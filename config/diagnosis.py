"""What may be wrong with an installation, in plain words. ``./manage.py doctor`` prints it."""

import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.apps import apps
from django.conf import settings
from django.core import checks as django_checks
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.utils import timezone
from django.utils.translation import gettext as _

from config import front_end, health, workers

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]", "testserver", ".localhost"})
STRONG_KEY_LENGTH = 50
STRONG_KEY_LETTERS = 10
CLOCK_DIFFERENCE_S = 60
OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)

# Which libraries a process sees: the wheels alone, the product's start, and the product's start after the wheels.
_REPORT = "import json; from config import native; print(json.dumps(native.versions()))"
_CONNECT = """
import sqlite3, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
from django.conf import settings
connection = sqlite3.connect(":memory:")
connection.enable_load_extension(True)
connection.load_extension(settings.SPATIALITE_LIBRARY_PATH)
connection.execute("select proj_version(), geos_version()").fetchone()
"""
IMPORT_ORDERS = {
    "libraries alone": _REPORT,
    "libraries first": f"import shapely, pyproj, pyogrio, rasterio\n{_CONNECT}\n{_REPORT}",
    "database first": f"{_CONNECT}\nimport shapely, pyproj, pyogrio, rasterio\n{_REPORT}",
}


@dataclass(frozen=True)
class Finding:
    """One sentence about the installation; ``wrong`` when something is missing or unsafe."""

    subject: str
    text: str
    wrong: bool = False


def diagnose() -> Iterator[Finding]:
    """Every finding, in the order in which one would repair them."""
    for examine in EXAMINATIONS:
        try:
            yield from examine()
        except (DatabaseError, OSError, ImproperlyConfigured) as error:
            subject = examine.__name__.replace("_", " ").strip()
            yield Finding(subject, _("could not be examined: %(error)s") % {"error": error}, wrong=True)


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        yield Finding("Python", _("%(version)s; its SQLite can load extensions") % {"version": version})
    else:
        yield Finding("Python", _("%(version)s; its SQLite cannot load extensions") % {"version": version}, wrong=True)


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
    yield Finding("PostgreSQL", f"{version}; {installed}", wrong="postgis" not in installed)
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


def native_libraries() -> Iterator[Finding]:
    seen = {order: _versions_in(source) for order, source in IMPORT_ORDERS.items()}
    alone = seen["libraries alone"]
    yield Finding(_("Native libraries"), ", ".join(f"{name} {version}" for name, version in alone.items()))
    for order, versions in seen.items():
        if versions != alone:
            found = ", ".join(f"{name} {version}" for name, version in versions.items()) or _("the process died")
            text = _("with %(order)s the process sees others: %(found)s") % {"order": order, "found": found}
            yield Finding(_("Native libraries"), text, wrong=True)
    wheels = sysconfig.get_path("platlib")
    for name in ("GDAL_LIBRARY_PATH", "GEOS_LIBRARY_PATH"):
        path = getattr(settings, name, None)
        if not path or not str(path).startswith(wheels):
            yield Finding(_("Native libraries"), _("%(name)s is the system's, not the wheel's") % {"name": name})


def _versions_in(source: str) -> dict[str, str]:
    """What a fresh process reports; empty when it dies."""
    done = subprocess.run(  # noqa: S603 (our own interpreter and our own text)
        [sys.executable, "-c", source], capture_output=True, cwd=settings.BASE_DIR, text=True, check=False, timeout=120
    )
    if done.returncode != 0:
        return {}
    versions: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return versions


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
    elif _is_demo() and _reachable_from_outside():
        text = _("a demo register, whose passwords everybody knows, answers to other machines; use DEMO=0")
        yield Finding(_("Demo"), text, wrong=True)


def _is_demo() -> bool:
    return bool(apps.get_model("infra", "Authority").objects.filter(is_demo=True).exists())


def _reachable_from_outside() -> bool:
    return any(host not in LOCAL_HOSTS for host in settings.ALLOWED_HOSTS)


def data_directory() -> Iterator[Finding]:
    path = Path(settings.DATA_DIR)
    free = shutil.disk_usage(path).free
    text = _("%(path)s, %(free)d MB free") % {"path": path, "free": free // 1024**2}
    yield Finding(_("Data directory"), text, wrong=free < health.LEAST_FREE_BYTES)
    if not os.access(path, os.W_OK | os.X_OK):
        yield Finding(_("Data directory"), _("%(path)s cannot be written to") % {"path": path}, wrong=True)
    for key in ("secret.key", "ledger.key", "field.key"):
        file = path / key
        if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
            text = _("%(file)s can be read by other users; run chmod 600 on it") % {"file": file}
            yield Finding(_("Data directory"), text, wrong=True)


def safety() -> Iterator[Finding]:
    subject = _("Safety")
    for name in ("SECRET_KEY", "LEDGER_KEY"):
        key = str(getattr(settings, name))
        if len(key) < STRONG_KEY_LENGTH or len(set(key)) < STRONG_KEY_LETTERS:
            text = _("%(name)s is weak: use at least %(least)d random characters")
            yield Finding(subject, text % {"name": name, "least": STRONG_KEY_LENGTH}, wrong=True)
    if settings.SECRET_KEY == settings.LEDGER_KEY:
        yield Finding(subject, _("SECRET_KEY and LEDGER_KEY are the same; each must be its own"), wrong=True)
    if "*" in settings.ALLOWED_HOSTS:
        yield Finding(subject, _("ALLOWED_HOSTS accepts every name; list the names of this server"), wrong=True)
    if settings.DEBUG:
        yield Finding(subject, _("DEBUG is on: errors show settings and data to everybody"), wrong=True)
    if _reachable_from_outside() and not settings.HTTPS:
        text = _("other machines are answered without HTTPS=1: passwords travel readable, phones get no field app")
        yield Finding(subject, text, wrong=True)
    yield Finding(subject, _("answers to %(hosts)s") % {"hosts": ", ".join(settings.ALLOWED_HOSTS)})


def static_files() -> Iterator[Finding]:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    if not manifest.exists():
        yield Finding(_("Static files"), _("not collected; run ./manage.py prepare"), wrong=True)
        return
    collected = json.loads(manifest.read_text("utf-8"))["paths"]
    missing = [name for name in front_end.FRONT_END_FILES if front_end.PREFIX + name not in collected]
    if missing:
        words = {"count": len(missing), "first": missing[0]}
        text = _("%(count)d are missing, the first is %(first)s; run make setup") % words
        yield Finding(_("Static files"), text, wrong=True)
    else:
        yield Finding(_("Static files"), _("%(count)d collected") % {"count": len(collected)})


def languages() -> Iterator[Finding]:
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            compiled = source.with_suffix(".mo")
            if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
                text = _("%(file)s is not compiled; run scripts/compile_messages.py") % {"file": source}
                yield Finding(_("Languages"), text, wrong=True)


def time_zone() -> Iterator[Finding]:
    try:
        now = datetime.now(ZoneInfo(settings.TIME_ZONE))
    except ZoneInfoNotFoundError:
        text = _("%(zone)s is unknown; install the package tzdata") % {"zone": settings.TIME_ZONE}
        yield Finding(_("Clock"), text, wrong=True)
        return
    text = _("it is %(now)s in %(zone)s") % {"now": f"{now:%d/%m/%Y %H:%M}", "zone": settings.TIME_ZONE}
    yield Finding(_("Clock"), text, wrong=now < OLDEST_CLOCK)


def background_work() -> Iterator[Finding]:
    if health.pending_migrations():
        return
    alive = len(workers.living_workers())
    # Not wrong by itself: the doctor is often asked while nothing runs.
    yield Finding(_("Workers"), _("%(count)d are running") % {"count": alive})


def kept_tables() -> Iterator[Finding]:
    if health.pending_migrations():
        return
    last = apps.get_model("inspections", "KeptRound").objects.filter(name="safety").first()
    if last is None or last.finished_at is None or last.is_stale:
        text = _("safety states are not computed yet; the worker does it, or ./manage.py refresh_kept")
        yield Finding(_("Kept tables"), text)
        return
    late = last.day < timezone.localdate() - timedelta(days=1)
    text = _("safety states are of %(day)s") % {"day": f"{last.day:%d/%m/%Y}"}
    yield Finding(_("Kept tables"), text, wrong=late)


def framework() -> Iterator[Finding]:
    for message in django_checks.run_checks():
        if message.level >= django_checks.WARNING:
            yield Finding("Django", f"{message.id}: {message.msg}", wrong=True)


EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    python,
    native_libraries,
    data_directory,
    database,
    tables,
    background_work,
    kept_tables,
    static_files,
    languages,
    time_zone,
    safety,
    framework,
)
