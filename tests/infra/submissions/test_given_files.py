"""Operators' files with a list of the faults put into them: ``OPERATOR_FILES`` names their folder; skipped without.

``name.truth.json`` beside ``name`` holds ``operator`` and ``rows``: number → ``codes``, ``lon``, ``lat``.
"""

import json
import os
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import call_command

from infra.models import Authority, Organization
from infra.spatial.metres import metres_between
from infra.submissions.columns import TABLES
from infra.submissions.draft import Surroundings
from infra.submissions.looking import look

FOLDER = os.environ.get("OPERATOR_FILES", "")
TRUTHS = sorted(Path(FOLDER).glob("*.truth.json")) if FOLDER else []
#: faults after which nobody can know the place
LOST = {"coordinate.missing", "coordinate.unparsable", "coordinate.placeholder", "coordinate.outside_territory"}

pytestmark = pytest.mark.skipif(not TRUTHS, reason="OPERATOR_FILES names no folder with files and their truth")


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda path: path.name)
def test_every_fault_is_found_and_every_place_recovered(db: None, truth: Path) -> None:
    call_command("load_reference", verbosity=0)
    told: dict[str, Any] = json.loads(truth.read_text(encoding="utf-8"))
    around = Surroundings(
        authority=Authority.objects.order_by("pk")[0],
        organization=Organization.objects.get(code=told["operator"]),
        table=TABLES["stations"],
        today=date(2026, 11, 26),
    )
    found = look(truth.with_name(truth.name.removesuffix(".truth.json")), around)
    codes: dict[int | None, set[str]] = {}
    for problem in found.problems:
        codes.setdefault(problem.row, set()).add(problem.code)
    places = {int(row): index for index, row in enumerate(found.draft.rows)}
    for number, row in told["rows"].items():
        injected, seen = set(row["codes"]), codes.get(int(number), set())
        assert injected <= seen, (number, injected, seen)
        # the partner of a row with the same code may carry it too
        assert seen - injected <= {"identifier.duplicate"}, (number, injected, seen)
        point = found.draft.likely[places[int(number)]]
        if not injected & LOST:
            away = metres_between(row["lon"], row["lat"], np.array([point[0]]), np.array([point[1]]))
            assert away[0] < 1, (number, away)
