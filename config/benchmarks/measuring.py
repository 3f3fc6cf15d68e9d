"""How things are measured: in pairs, ours and the peer's on the same question, medians of both and of their ratios.

Each question counts with the best of several calls in turns, so that neither pays for what else the machine does or
for what the other has warmed; what is left of a busy machine slows both of a pair, and the ratio stands.
"""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

Ask = Callable[[Any], int]

#: a call that takes longer than this is asked once
SLOW_S = 0.3
BEST_OF = 5


@dataclass(frozen=True)
class Line:
    """One figure beside its peer. ``ratio`` is the median of value/peer_value over the pairs; below 1 we are faster."""

    name: str
    value: float
    unit: str
    peer: str | None
    peer_value: float | None
    ratio: float | None
    rows: int

    def json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def seconds(ask: Ask, question: Any) -> tuple[float, int]:
    """Return how long *ask* took and how many rows it gave."""
    start = time.perf_counter()
    rows = ask(question)
    return time.perf_counter() - start, rows


def paired(
    name: str,
    ours: Ask,
    peer: str,
    theirs: Ask,
    questions: Sequence[Any],
    *,
    unit: str = "ms",
    budget_s: float = 15.0,
    differ: float = 0.0,
) -> Line:
    """Ask both every question, in turns who is first, until *budget_s* is spent (three questions at least).

    Raises AssertionError where the numbers of rows differ by more than the share *differ*: then they do not answer
    the same question.
    """
    scale = {"ms": 1e3, "s": 1.0}[unit]
    own: list[float] = []
    other: list[float] = []
    counts: list[int] = []
    end = time.perf_counter() + budget_s
    for number, question in enumerate(questions):
        (mine, rows), (yours, peers_rows) = _pair(ours, theirs, question)
        if abs(rows - peers_rows) > differ * max(rows, peers_rows):
            raise AssertionError(f"{name}: {rows} rows, but {peers_rows} by {peer}")
        own.append(mine * scale)
        other.append(yours * scale)
        counts.append(rows)
        if time.perf_counter() > end and number >= 2:
            break
    return Line(
        name,
        round(statistics.median(own), 3),
        unit,
        peer,
        round(statistics.median(other), 3),
        round(statistics.median(a / b for a, b in zip(own, other, strict=True)), 4),
        round(statistics.median(counts)),
    )


def _pair(ours: Ask, theirs: Ask, question: Any) -> tuple[tuple[float, int], tuple[float, int]]:
    """Ask both in turns and return the best of each: the first call warms and counts only where it is a slow one."""
    mine, yours = [seconds(ours, question)], [seconds(theirs, question)]
    if mine[0][0] < SLOW_S and yours[0][0] < SLOW_S:
        for _ in range(BEST_OF):
            mine.append(seconds(ours, question))
            yours.append(seconds(theirs, question))
    elif mine[0][0] < SLOW_S:
        mine += [seconds(ours, question) for _ in range(BEST_OF)]
    return min(mine), min(yours)
