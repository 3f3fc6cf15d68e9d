"""What a backup says of itself: what is in it, with checksums, and which register it was.

A backup is a directory: ``manifest.json``, ``manifest.sha256`` (which ``sha256sum -c`` reads), the database and, below
``data/``, every file of ``DATA_DIR`` that is data. Keys are never in it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

FORMAT = 1
NAME = "manifest.json"
CHECKSUM = "manifest.sha256"
DATA = "data"
CHUNK = 1024 * 1024


class BackupError(Exception):
    """The backup cannot be made or used; the text says why and what to do, in a sentence a line."""


@dataclass(frozen=True)
class KeptFile:
    """One file of a backup, by its path inside it."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Facts:
    """What the copied database itself says: heads of the ledger, migrations (app → names), rows of a few tables."""

    heads: list[dict[str, Any]] = field(default_factory=list)
    migrations: dict[str, list[str]] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """A backup's description. ``engine`` is spatialite or postgis, ``ledger_key`` tells which key signed the heads."""

    made_at: str
    engine: str
    engine_version: str
    database: str
    ledger_key: str
    facts: Facts
    files: list[KeptFile]

    def size(self) -> int:
        return sum(file.size for file in self.files)


def key_mark() -> str:
    """Return a mark of ``LEDGER_KEY`` that does not give the key away."""
    return hmac.new(settings.LEDGER_KEY.encode(), b"the key of a backup's ledger", "sha256").hexdigest()[:16]


def digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(directory: Path, path: Path) -> KeptFile:
    """Return the entry of a file that lies in the backup."""
    return KeptFile(path.relative_to(directory).as_posix(), path.stat().st_size, digest_of(path))


def write(directory: Path, manifest: Manifest) -> None:
    content = json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1)
    (directory / NAME).write_text(content, "utf-8")
    (directory / CHECKSUM).write_text(f"{hashlib.sha256(content.encode()).hexdigest()}  {NAME}\n", "ascii")


def read(directory: Path) -> Manifest:
    """Return the manifest of the backup in *directory*. Raises BackupError where there is none that can be trusted."""
    path = directory / NAME
    if not path.is_file():
        raise BackupError(
            _("%(directory)s is no backup: it holds no %(name)s.") % {"directory": directory, "name": NAME}
        )
    try:
        promised = (directory / CHECKSUM).read_text("ascii").split()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        raise BackupError(_("The backup is damaged: %(name)s is missing or empty.") % {"name": CHECKSUM}) from None
    if digest_of(path) != promised:
        raise BackupError(_("The backup is damaged: %(name)s is not as it was written.") % {"name": NAME})
    return _parsed(path)


def _parsed(path: Path) -> Manifest:
    try:
        content = json.loads(path.read_text("utf-8"))
        version = content.pop("format")
        if version != FORMAT:
            raise BackupError(
                _("The backup is written in format %(version)s; this version reads format %(ours)d.")
                % {"version": version, "ours": FORMAT}
            )
        content["facts"] = Facts(**content["facts"])
        content["files"] = [KeptFile(**row) for row in content["files"]]
        return Manifest(**content)
    except (ValueError, KeyError, TypeError) as error:
        raise BackupError(
            _("The backup is damaged: %(name)s cannot be read (%(error)s).") % {"name": NAME, "error": error}
        ) from error


def faults(directory: Path, manifest: Manifest) -> Iterator[str]:
    """Compare every file with its checksum; yield a sentence for each that is not as it was written."""
    paths = [file.path for file in manifest.files]
    if manifest.database not in paths:
        yield _("The manifest names no database.")
    for file in manifest.files:
        fault = _fault(directory, file)
        if fault:
            yield f"{file.path}: {fault}"


def _fault(directory: Path, file: KeptFile) -> str:
    inside = PurePosixPath(file.path)
    if inside.is_absolute() or ".." in inside.parts:
        return _("leads out of the backup")
    path = directory / inside
    if path.is_symlink() or not path.is_file():
        return _("missing")
    size = path.stat().st_size
    if size != file.size:
        return _("%(size)d bytes instead of %(wanted)d") % {"size": size, "wanted": file.size}
    return "" if digest_of(path) == file.sha256 else _("its checksum differs")
