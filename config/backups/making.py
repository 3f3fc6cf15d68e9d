"""Make a backup: first the database at one moment, then the files, which are written before the rows that name them."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from config.backups import postgis, spatialite
from config.backups.data_files import copy_in, data_files, is_misnamed
from config.backups.manifest import BackupError, KeptFile, Manifest, describe, key_mark, write

Say = Callable[[str], None]

#: in DATA_DIR: when the last backup was made, and where, for the doctor
LAST = ".last-backup"


def engine() -> ModuleType:
    """Return the module that copies the database in use."""
    return postgis if connection.vendor == "postgresql" else spatialite


def engine_name() -> str:
    return "postgis" if connection.vendor == "postgresql" else "spatialite"


def make(directory: Path, say: Say) -> tuple[Manifest, list[str]]:
    """Write a backup into *directory*, which is new or empty; return its manifest and what was found damaged.

    It is written beside its place and moved there when it is whole. Raises BackupError where it cannot be made.
    """
    directory = directory.expanduser().absolute()
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise BackupError(
            _("%(directory)s is not empty. Name a new directory: a backup never overwrites another.")
            % {"directory": directory}
        )
    draft = directory.with_name(f".{directory.name}.incomplete")
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        manifest, damaged = _fill(draft, directory, say)
        draft.replace(directory)
    except OSError as error:
        raise BackupError(
            _("The backup could not be written to %(directory)s: %(error)s.")
            % {"directory": directory, "error": error.strerror or error}
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    note = {"made_at": manifest.made_at, "directory": str(directory), "size": manifest.size()}
    (Path(settings.DATA_DIR) / LAST).write_text(json.dumps(note), "utf-8")
    return manifest, damaged


def _fill(draft: Path, directory: Path, say: Say) -> tuple[Manifest, list[str]]:
    ours = engine()
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    say(_("copying the database"))
    facts = ours.dump(draft)
    say(_("copying the files"))
    files: list[KeptFile] = [describe(draft, draft / ours.NAME)]
    damaged: list[str] = []
    for source in data_files(leave_out=directory.parent / draft.name):
        kept = copy_in(source, draft)
        files.append(kept)
        if is_misnamed(source, kept.sha256):
            damaged.append(kept.path)
    manifest = Manifest(
        made_at=made_at,
        engine=engine_name(),
        engine_version=ours.version(),
        database=ours.NAME,
        ledger_key=key_mark(),
        facts=facts,
        files=files,
    )
    write(draft, manifest)
    return manifest, damaged
