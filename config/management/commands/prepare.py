"""Bring an installation up to date before it starts: tables, static files, reference data and, if wanted, the demo.

Does only what is missing, so that a second start takes a moment.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError, call_command
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _

from config import health

IGNORED = [".*", "*~"]
REFERENCE_FOLDERS = ("fixtures", "config/management", "infra/services", "inspections/services", "maps/services")


class Command(BaseCommand):
    help = "Migrate, collect static files, load the reference data and the demo province, as far as they are missing."
    requires_system_checks = []  # doctor's work; here every second counts

    def handle(self, *_args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        self.connect()
        if health.pending_migrations():
            self.say(_("making the tables"))
            call_command("migrate", interactive=False, verbosity=verbosity - 1)
        self.collect(verbosity)
        self.load_reference(verbosity)
        if settings.DEMO and not apps.get_model("infra", "Site").objects.exists():
            self.say(_("making the demo province"))
            call_command("create_demo", verbosity=verbosity)

    def connect(self) -> None:
        """Ask the database once; without it everything after would fail in many words."""
        try:
            connection.ensure_connection()
        except (DatabaseError, ImproperlyConfigured) as error:
            name = "DATABASE_URL" if connection.vendor == "postgresql" else "SPATIALITE_LIBRARY_PATH, DATA_DIR"
            reason = " ".join(str(error).split())
            words = {"name": name, "reason": reason}
            raise CommandError(_("%(name)s: the database does not open: %(reason)s") % words) from None

    def say(self, sentence: str) -> None:
        self.stdout.write(f"sotram: {sentence}")
        self.stdout.flush()

    def collect(self, verbosity: int) -> None:
        """Static files, when any of them, or the list of them, changed."""
        stamp = Path(settings.STATIC_ROOT) / ".collected"
        now = digest(static_lines())
        if stamp.exists() and stamp.read_text("ascii") == now:
            return
        self.say(_("collecting the static files"))
        call_command("collectstatic", interactive=False, clear=True, verbosity=verbosity - 1)
        stamp.write_text(now, "ascii")

    def load_reference(self, verbosity: int) -> None:
        """The reference data, when the database has none or the files of this version differ from what was loaded."""
        stamp = settings.DATA_DIR / ".reference"
        now = digest(reference_lines())
        is_loaded = apps.get_model("infra", "Organization").objects.exists()
        if is_loaded and stamp.exists() and stamp.read_text("ascii") == now:
            return
        self.say(_("loading the reference data"))
        call_command("load_reference", verbosity=verbosity)
        stamp.write_text(now, "ascii")


def digest(lines: Iterator[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def static_lines() -> Iterator[str]:
    """One line for each static file: its name, size and time of change."""
    for finder in get_finders():
        for name, storage in finder.list(IGNORED):
            status = Path(storage.path(name)).stat()
            yield f"{name} {status.st_size} {status.st_mtime_ns}"


def reference_lines() -> Iterator[str]:
    """One line for each file of reference data and of the code that loads it, and one for the database."""
    database = settings.DATABASES["default"]
    yield f"{database['NAME']} {database.get('HOST', '')} {database.get('PORT', '')} {settings.TERRITORY}"
    folders = [settings.BASE_DIR / path for path in REFERENCE_FOLDERS]
    for file in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
        if file.suffix != ".pyc":
            status = file.stat()
            yield f"{file.relative_to(settings.BASE_DIR)} {status.st_size} {status.st_mtime_ns}"
