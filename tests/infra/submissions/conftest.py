"""Looking at a file in a test: ``looked(path)``."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.submissions.columns import TABLES
from infra.submissions.draft import Draft, Surroundings
from infra.submissions.looking import Look, look
from tests.world import World

TODAY = date(2026, 11, 23)


@pytest.fixture
def around(ground: World) -> Callable[..., Surroundings]:
    """Make the surroundings of a file of Viettel: ``around()``, ``around(kind="cells", crs="EPSG:9209")``."""

    def make_surroundings(kind: str = "stations", **changes: Any) -> Surroundings:
        values = {"organization": ground.viettel, "authority": ground.authority, "today": TODAY, **changes}
        return Surroundings(table=TABLES[kind], **values)

    return make_surroundings


@pytest.fixture
def looked(around: Callable[..., Surroundings]) -> Callable[..., Look]:
    """Look at a file: ``looked(path)``."""

    def look_at(path: Path, kind: str = "stations", **changes: Any) -> Look:
        return look(path, around(kind, **changes))

    return look_at


def codes(found: Look) -> dict[int | None, set[str]]:
    """Row number → codes of its problems."""
    by_row: dict[int | None, set[str]] = {}
    for problem in found.problems:
        by_row.setdefault(problem.row, set()).add(problem.code)
    return by_row


def place_of(draft: Draft, row: int) -> int:
    return int((draft.rows == row).nonzero()[0][0])
