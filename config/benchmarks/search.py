"""Search over HTTP: names, codes and addresses of 350,000 stations, as typed and mistyped."""

import statistics
import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from django.db import connection

from config.benchmarks import servers
from config.benchmarks.measuring import Line
from config.benchmarks.servers import Visitor
from config.benchmarks.tiles import p95, token_of
from infra.models import User

ASKED = (
    *("thai thuy", "Thái Thuỵ", "Thái Thụy", "cau giay", "dong da", "ben tre", "hai an 064", "vtl0000001", "vnp00"),
    *("ia o", "binh", "thon 7", "hyn-0012", "khong co gi dau", "phuong hai an"),
)
MISTYPED = ("thai thuyy", "cau giya", "dong dda", "bne tre", "hia an 064", "vtl00000012", "phuogn hai an")
RUNS = 7
UNINDEXED = "SELECT id FROM infra_installation WHERE lower(name || ' ' || code) LIKE %s LIMIT 20"


def measure(manager: User) -> Iterator[Line]:
    """Ask as a manager, each question several times; what is typed comes within milliseconds."""
    with servers.product() as server:
        visitor = Visitor(server, token_of(manager))
        visitor.get(servers.READ_AHEAD)
        for name, questions in (("search", ASKED), ("search.mistyped", MISTYPED)):
            taken = _ask(visitor, questions)
            yield Line(f"{name}.median", _ms(statistics.median(taken)), "ms", None, None, None, len(questions))
            peer = _unindexed(questions) if name == "search" else None
            value = p95(taken)
            ratio = None if peer is None else round(value / peer, 4)
            label = None if peer is None else "LIKE without an index"
            yield Line(
                f"{name}.p95", _ms(value), "ms", label, None if peer is None else _ms(peer), ratio, len(questions)
            )


def _ask(visitor: Visitor, questions: Sequence[str]) -> list[float]:
    """Return the best time of each question."""
    best = []
    for question in questions:
        path = f"/map/search.json?q={quote(question)}"
        times = []
        for _ in range(RUNS):
            start = time.perf_counter()
            visitor.get(path)
            times.append(time.perf_counter() - start)
        best.append(min(times))
    return best


def _unindexed(questions: Sequence[str]) -> float:
    taken = []
    with connection.cursor() as cursor:
        for question in questions:
            start = time.perf_counter()
            cursor.execute(UNINDEXED, [f"%{question.lower()}%"])
            cursor.fetchall()
            taken.append(time.perf_counter() - start)
    return p95(taken)


def _ms(seconds: float) -> float:
    return round(seconds * 1e3, 2)
