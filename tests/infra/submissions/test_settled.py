"""What a check found is registered as it is, unless the register has become another one."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone
from polars.testing import assert_series_equal
from shapely import LineString

from infra.models import Installation, Submission
from infra.services.ledger import act
from infra.services.submissions import submission_receive, submission_send
from infra.submissions import applying, review
from infra.submissions.looking import Look
from infra.submissions.settled import Settled
from tests.infra.submissions.files import station, stations_file
from tests.world import World


@pytest.fixture
def waiting(ground: World, tmp_path: Path) -> Submission:
    """A file of Viettel's that was checked, sent and accepted, not yet registered."""
    path = stations_file(tmp_path, station(1), station(2, latitude=20.65))
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
    return applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The submissions that were looked at again for registering."""
    seen: list[int] = []

    def look_at(submission: Submission) -> Look:
        seen.append(submission.pk)
        return review.look_at(submission)

    monkeypatch.setattr(applying, "look_at", look_at)
    return seen


def test_what_a_check_found_is_read_back_as_it_was(tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = Settled.of(looked(stations_file(tmp_path, station(1), station(2, unit="Phường Phố Hiến"))))
    found.comparison.note(1, "name", "trước", "sau")
    kept = Settled.from_frame(found.frame(), found.around)
    assert kept.values.keys() == found.values.keys()
    for name, series in found.values.items():
        assert_series_equal(kept.values[name], series)
    assert_series_equal(kept.texts, found.texts, check_names=False)
    for name in ("rows", "has_error", "points", "srids", "accuracy_m", "unit_ids", "owner_ids"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(found, name))
    for name in ("actions", "matched", "moved_m", "sites"):
        np.testing.assert_array_equal(getattr(kept.comparison, name), getattr(found.comparison, name))
    assert {place: set(names) for place, names in kept.comparison.changes.items()} == {1: {"name"}}


def test_lines_are_read_back_as_they_were(looked: Callable[..., Look], tmp_path: Path) -> None:
    found = Settled.of(looked(stations_file(tmp_path, station(1), station(2))))
    found.lines = [LineString([(106.5, 20.5), (106.6, 20.6)]), None]
    assert Settled.from_frame(found.frame(), found.around).lines == found.lines


def test_a_register_that_nobody_changed_is_not_compared_again(waiting: Submission, looks: list[int]) -> None:
    assert applying.finish(waiting.pk).status == "accepted"
    assert looks == []
    assert Installation.objects.filter(submission=waiting).count() == 2
    assert not waiting.looks.exists(), "what was kept is of no use any more"


def test_a_register_that_changed_meanwhile_is_compared_again(
    waiting: Submission, looks: list[int], ground: World
) -> None:
    site = ground.harbour
    with act(actor=ground.officer, authority=ground.authority, kind="site.corrected", reason="Đổi tên") as ledger:
        site.name = "Tên mới"
        ledger.change(site)
    assert applying.finish(waiting.pk).status == "accepted"
    assert looks == [waiting.pk]


def test_lists_that_changed_make_a_look_old(waiting: Submission, looks: list[int], ground: World) -> None:
    with act(actor=ground.officer, authority=ground.authority, kind="list.ended", reason="Hết hiệu lực") as ledger:
        ledger.note(table="mastclass", code="A1")
    assert applying.finish(waiting.pk).status == "accepted"
    assert looks == [waiting.pk]


def test_a_look_of_another_day_is_made_again(waiting: Submission, looks: list[int]) -> None:
    waiting.looks.update(day=timezone.localdate() - timedelta(days=1))
    assert applying.finish(waiting.pk).status == "accepted"
    assert looks == [waiting.pk]


def test_rows_with_errors_are_not_kept_for_registering(ground: World, tmp_path: Path) -> None:
    path = stations_file(tmp_path, station(1, latitude=95))
    submission, _new = submission_receive(
        actor=ground.owner,
        authority=ground.authority,
        organization=ground.viettel,
        kind="stations",
        name=path.name,
        chunks=[path.read_bytes()],
    )
    assert review.submission_check(actor=ground.owner, submission=submission).status == "invalid"
    assert not submission.looks.exists()
