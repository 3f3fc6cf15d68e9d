"""Which files of ``DATA_DIR`` are data, and how they go into a backup and come back."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from config.backups.manifest import CHUNK, DATA, KeptFile

#: names directly below DATA_DIR that a backup leaves out: what is made anew, what is a copy itself, and every key
MADE_ANEW = frozenset({"static", "cache", "backups", "sheets"})
ENDINGS = (".key", ".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal", ".pid", ".log")
REPLACED = "replaced-"
HEADS = "ledger-heads.jsonl"


def data_files(leave_out: Path) -> Iterator[Path]:
    """Yield every file of ``DATA_DIR`` that is data, in order; what lies below *leave_out* is not."""
    root = Path(settings.DATA_DIR)
    for top in sorted(root.iterdir()):
        if top.name.startswith((".", REPLACED)) or top.name in MADE_ANEW or top.name.endswith(ENDINGS):
            continue
        yield from _below(top, leave_out)


def _below(path: Path, leave_out: Path) -> Iterator[Path]:
    if path.is_symlink() or path.resolve() == leave_out:
        return
    if path.is_file():
        if not path.name.startswith("."):
            yield path
    elif path.is_dir():
        for child in sorted(path.iterdir()):
            yield from _below(child, leave_out)


def copy_in(source: Path, directory: Path) -> KeptFile:
    """Copy a file of ``DATA_DIR`` into the backup in *directory*; return its entry."""
    inside = f"{DATA}/{source.relative_to(settings.DATA_DIR).as_posix()}"
    target = directory / inside
    target.parent.mkdir(parents=True, exist_ok=True)
    size, digest = copy(source, target)
    return KeptFile(inside, size, digest)


def copy(source: Path, target: Path) -> tuple[int, str]:
    """Copy the bytes to the disk; return their number and SHA-256."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading, target.open("wb") as writing:
        while chunk := reading.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            writing.write(chunk)
        writing.flush()
        os.fsync(writing.fileno())
    return size, digest.hexdigest()


def is_misnamed(source: Path, digest: str) -> bool:
    """Tell whether an attachment's bytes are no longer those that its name promises: the disk has lost them."""
    attachments = Path(settings.ATTACHMENTS_DIR)
    return source.is_relative_to(attachments) and len(source.name) == len(digest) and source.name != digest


def copy_back(directory: Path, file: KeptFile) -> bool:
    """Bring a file of a backup back to its place, where it is missing or another one; tell whether it was written.

    A file is complete or not there at all. The exported heads stay the machine's own (:func:`keep_heads`).
    """
    target = Path(settings.DATA_DIR) / Path(file.path).relative_to(DATA)
    if target.is_file() and target.stat().st_size == file.size:
        with target.open("rb") as reading:
            if hashlib.file_digest(reading, "sha256").hexdigest() == file.sha256:
                return False
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(f".arriving-{target.name}")
    try:
        copy(directory / file.path, arriving)
        arriving.chmod(settings.FILE_UPLOAD_PERMISSIONS)
        arriving.replace(target)
    finally:
        arriving.unlink(missing_ok=True)
    return True


def keep_heads(now: str) -> Path | None:
    """Lay the exported heads of the register that is replaced aside; return where, None if there were none.

    They tell of a chain that ends elsewhere, so they must not stand beside the restored one as if they were its own.
    """
    heads = Path(settings.DATA_DIR) / HEADS
    if not heads.exists():
        return None
    aside = heads.with_name(f"ledger-heads.before-{now}.jsonl")
    heads.replace(aside)
    return aside
