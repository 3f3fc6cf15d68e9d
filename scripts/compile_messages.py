"""Compile the translation catalogues that changed; needs no gettext programs.

Usage: compile_messages.py ROOT
"""

import sys
from pathlib import Path

import polib


def compile_catalogues(root: Path) -> int:
    """Write ``*.mo`` beside each ``*.po`` that is newer than it. Returns how many were written."""
    written = 0
    for source in sorted(root.glob("locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        draft = source.with_suffix(".mo.draft")
        polib.pofile(str(source), encoding="utf-8").save_as_mofile(str(draft))
        draft.replace(target)
        written += 1
    return written


if __name__ == "__main__":
    compile_catalogues(Path(sys.argv[1] if len(sys.argv) > 1 else "."))
