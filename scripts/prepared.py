"""Is this installation prepared for exactly this code and these settings? Answers in a moment, without loading Django.

Usage: prepared.py          exit 0 when ``manage.py prepare`` would find nothing to do, else 1
       prepared.py --note   note that it has just been done

Only an embedded database can be known from outside; with DATABASE_URL the answer is always no.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("config", "infra", "inspections", "maps", "fixtures", "locale", "requirements.txt", "package-lock.json")
SETTINGS = ("DEMO", "TERRITORY", "DEFAULT_LANGUAGE", "SPATIALITE_LIBRARY_PATH")
MADE = frozenset({".pyc", ".mo"})


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR", "").strip() or ROOT / "var").expanduser().resolve()


def files(path: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from files(Path(entry.path))
            elif Path(entry.name).suffix not in MADE:
                yield entry


def digest(root: Path, data: Path) -> str:
    """Changes with any source file, with the settings that decide what is loaded, and with another database file."""
    lines = [f"{name}={os.environ.get(name, '')}" for name in SETTINGS]
    for source in SOURCES:
        path = root / source
        if path.is_dir():
            stats = [(entry.path, entry.stat()) for entry in files(path)]
        else:
            stats = [(str(path), path.stat())] if path.exists() else []
        lines += sorted(f"{name} {status.st_size} {status.st_mtime_ns}" for name, status in stats)
    database, manifest = data / "sotram.sqlite3", data / "static" / "staticfiles.json"
    lines.append(f"{database.stat().st_ino} {manifest.stat().st_ino}")
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def main() -> int:
    if os.environ.get("DATABASE_URL", "").strip():
        return 1
    stamp = data_dir() / ".prepared"
    try:
        now = digest(ROOT, data_dir())
        if sys.argv[1:] == ["--note"]:
            stamp.write_text(now, "ascii")
            return 0
        return 0 if stamp.read_text("ascii") == now else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
