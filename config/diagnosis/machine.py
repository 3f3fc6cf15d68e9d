"""What the machine gives: Python and its packages, libraries, disk, workers, front end, clock, printing."""

import json
import os
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core import checks as django_checks
from django.utils.translation import gettext as _

from config import front_end, health, workers
from config.diagnosis.finding import Finding
from inspections.documents.printing import program

OLDEST_CLOCK = datetime(2026, 1, 1, tzinfo=UTC)
#: a line of the lock file that holds for every Python: name and version
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;]+) *\\?$")

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


def python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    if hasattr(sqlite3.Connection, "enable_load_extension"):
        yield Finding("Python", _("%(version)s; its SQLite can load extensions") % {"version": version})
    else:
        yield Finding("Python", _("%(version)s; its SQLite cannot load extensions") % {"version": version}, wrong=True)


def packages() -> Iterator[Finding]:
    """Compare what is installed with the lock file: another version is another product than the one tested."""
    lock = Path(settings.BASE_DIR) / "requirements.txt"
    locked = [match.groups() for line in lock.read_text("utf-8").splitlines() if (match := LOCKED.match(line))]
    wrong = [f"{name} {found or _('missing')}" for name, version in locked if (found := _installed(name)) != version]
    if wrong:
        words = {"count": len(wrong), "first": wrong[0]}
        text = _("%(count)d differ from requirements.txt, the first is %(first)s; run make setup") % words
        yield Finding(_("Python packages"), text, wrong=True)
    else:
        yield Finding(_("Python packages"), _("%(count)d as in requirements.txt") % {"count": len(locked)})


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


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


def printing() -> Iterator[Finding]:
    found = program()
    text = _("%(program)s prints documents as PDF") % {"program": found} if found else ""
    yield Finding("LibreOffice", text or _("not installed: documents of cases come as DOCX only"))


def framework() -> Iterator[Finding]:
    for message in django_checks.run_checks():
        if message.level >= django_checks.WARNING:
            yield Finding("Django", f"{message.id}: {message.msg}", wrong=True)
