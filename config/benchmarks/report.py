"""What ``make bench`` found, as a table in Markdown beside what was promised. A program of its own.

Usage: python -m config.benchmarks.report [FILE] → the table; the lines of ``make bench`` come from FILE, or from stdin.
"""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from config.benchmarks.targets import Line, target_of

HEAD = "| Figure | Ours | Beside | Theirs | Ratio | Target | |\n|---|--:|---|--:|--:|--:|---|"


def table(lines: Iterable[Line]) -> Iterator[str]:
    """Yield the rows of the table."""
    yield HEAD
    for line in lines:
        target, unit = target_of(line), line["unit"]
        cells = [
            line["name"],
            f"{line['value']:,g} {unit}",
            line["peer"] or "",
            "" if line["peer_value"] is None else f"{line['peer_value']:,g} {unit}",
            "" if line["ratio"] is None else f"{line['ratio']:g}",
            target.words if target else "",
            "" if target is None else "kept" if target.kept(line) else "**missed**",
        ]
        yield f"| {' | '.join(cells)} |"


def main() -> None:
    text = Path(sys.argv[1]).read_text(encoding="utf-8") if len(sys.argv) > 1 else sys.stdin.read()
    lines = [json.loads(row) for row in text.splitlines() if row.startswith("{")]
    sys.stdout.write("\n".join(table(lines)) + "\n")


if __name__ == "__main__":
    main()
