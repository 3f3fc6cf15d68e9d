"""A long file is compared with what was read of the register beforehand: the answer is the same."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from infra.services.submissions import submission_receive, submission_send
from infra.submissions import applying, looking, review
from infra.submissions.comparison import register
from infra.submissions.comparison.ahead import Ahead
from infra.submissions.comparison.standing import Standing
from infra.submissions.draft import Draft
from infra.submissions.looking import Look
from tests.infra.submissions.files import Row, station, stations_file
from tests.world import World


class _AtOnce:
    """A thread that does everything when it is told to."""

    def submit(self, task: Callable[..., Any], *given: Any) -> Future[Any]:
        done: Future[Any] = Future()
        done.set_result(task(*given))
        return done


@contextmanager
def _ahead(draft: Draft) -> Iterator[Ahead]:
    yield Ahead(draft, _AtOnce())  # type: ignore[arg-type]


@pytest.fixture
def registered(ground: World, tmp_path: Path) -> None:
    """Three stations of Viettel's in the register."""
    path = stations_file(tmp_path, *map(station, (1, 2, 3)))
    submission, _new = submission_receive(
        actor=ground.owner,
        authority=ground.authority,
        organization=ground.viettel,
        kind="stations",
        name=path.name,
        chunks=[path.read_bytes()],
    )
    review.submission_check(actor=ground.owner, submission=submission)
    submission = submission_send(actor=ground.owner, submission=submission)
    applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")
    applying.finish(submission.pk)


#: what is added beside a standing site, moved, changed, or registered already
ROWS = {
    "nothing is known": (station(7), station(8)),
    "one is known": (station(7), station(2, mast_height_m=30), station(8, longitude=station(3)["longitude"])),
    "most are known": (station(1), station(2, name="Trạm mới"), station(3, latitude=20.52), station(9)),
    "a new one shares a site": (station(1, latitude=20.51), {**station(3), "code": "VTL-0100", "name": "Trạm thứ hai"}),
}


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("mode", ["append", "replace"])
def test_what_is_read_ahead_gives_the_same_answer(
    rows: tuple[Row, ...],
    mode: str,
    looked: Callable[..., Look],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = stations_file(tmp_path, *rows)
    asked = looked(path, mode=mode)
    monkeypatch.setattr(register, "ASK_BY_NAME", 0)
    monkeypatch.setattr(looking, "reading_ahead", _ahead)
    read = looked(path, mode=mode)
    assert read.counts() == asked.counts()
    assert [one.kept() for one in read.problems] == [one.kept() for one in asked.problems]
    assert read.comparison.changes == asked.comparison.changes
    assert sorted(read.comparison.removed) == sorted(asked.comparison.removed)
    for name in ("actions", "matched", "moved_m", "sites"):
        np.testing.assert_array_equal(getattr(read.comparison, name), getattr(asked.comparison, name))


@pytest.mark.usefixtures("registered")
def test_a_file_of_new_stations_does_not_read_the_register(
    looked: Callable[..., Look], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    whole = register.installations_frame

    def counted(*given: Any) -> Any:
        frame = whole(*given)
        read.append(frame.height)
        return frame

    monkeypatch.setattr(register, "installations_frame", counted)
    monkeypatch.setattr(register, "ASK_BY_NAME", 0)
    monkeypatch.setattr(looking, "reading_ahead", _ahead)
    assert looked(stations_file(tmp_path, station(7), station(8))).counts()["add"] == 2
    assert read == [0]


@pytest.mark.usefixtures("registered")
def test_nearest_standing_site_is_found_within_thirty_metres(around: Callable[..., Any]) -> None:
    at = np.array([[station(1)["longitude"], station(1)["latitude"]]])
    standing = Standing.near(around(), at)
    assert standing.covers(at)
    assert not standing.covers(at + 0.01)
    asked = at + np.array([[0.0, 0.0002], [0.0, 0.0004]])  # 22 m and 44 m north
    found, sites = standing.nearest(asked)
    assert (found.tolist(), len(sites)) == ([0], 1)
