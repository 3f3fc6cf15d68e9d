"""What the measurement of submissions does in processes of their own: looking at a file, saving beside a long act.

``python -m config.benchmarks.submission_children looker FILE``, ``saver PERSON`` or
``registrar SUBMISSION``; ``BENCH_DATABASE`` names the database.
"""

import json
import os
import select
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection  # noqa: PLC0415 -- Django has to be set up first

    connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"]


def look(path: Path) -> dict[str, float]:
    """Look at *path* as a file of the bench's operator; seconds and the peak of this process."""
    from django.utils import timezone  # noqa: PLC0415

    from infra.models import Authority, Organization  # noqa: PLC0415
    from infra.submissions import looking  # noqa: PLC0415
    from infra.submissions.columns import TABLES  # noqa: PLC0415
    from infra.submissions.draft import Surroundings  # noqa: PLC0415

    around = Surroundings(
        authority=Authority.objects.order_by("pk")[0],
        organization=Organization.objects.get(code="MOBIFONE"),
        table=TABLES["stations"],
        today=timezone.localdate(),
    )
    start = time.perf_counter()
    found = looking.look(path, around)
    taken = time.perf_counter() - start
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return {"seconds": round(taken, 2), "peak_mib": round(peak / 1024), "rows": found.draft.size}


def save(person: int) -> dict[str, float]:
    """Save somebody's choice again and again until a line comes in; return the longest that one save took."""
    from infra.models import User  # noqa: PLC0415

    longest, saves = 0.0, 0
    sys.stdout.write("saving\n")
    sys.stdout.flush()
    while not select.select([sys.stdin], [], [], 0.05)[0]:
        start = time.perf_counter()
        User.objects.filter(pk=person).update(last_name=str(saves))
        longest, saves = max(longest, time.perf_counter() - start), saves + 1
    return {"longest_s": round(longest, 3), "saves": saves}


def register(submission: int) -> dict[str, float]:
    """Register an accepted submission; the bench kills this process on the way."""
    from infra.submissions import applying  # noqa: PLC0415

    sys.stdout.write("registering\n")
    sys.stdout.flush()
    applying.finish(submission)
    return {}


_TASKS: dict[str, Callable[[str], dict[str, float]]] = {
    "looker": lambda argument: look(Path(argument)),
    "saver": lambda argument: save(int(argument)),
    "registrar": lambda argument: register(int(argument)),
}

if __name__ == "__main__":
    _set_up()
    task, argument = sys.argv[1:]
    sys.stdout.write(json.dumps(_TASKS[task](argument)))
