"""A correction found on the spot: a submission of one row that waits for the authority."""

import pytest

from infra.models import Installation, Submission, SubmissionStatus
from infra.rules import Side
from infra.selectors.ledger import verify
from infra.selectors.submissions import sides_of, submissions_waiting
from infra.services.submissions import NotPossible
from infra.submissions import applying
from infra.submissions.corrections import correctable_columns, submission_from_correction
from tests.world import World


def propose(ground: World, installation: Installation, **values: object) -> Submission:
    return submission_from_correction(
        actor=ground.inspector,
        installation=installation,
        values=values,
        reason="Đo tại hiện trường",
        reference="a-visit",
    )


def test_proposal_waits_in_the_queue_and_accepting_it_corrects_one_thing(ground: World) -> None:
    installation = ground.market_station.installation
    before = {name: getattr(installation, name) for name in ("name", "in_service_on", "status_id")}
    submission = propose(ground, installation, mast_height_m=36.5)
    assert (submission.status, submission.purpose, submission.reference) == ("sent", "correction", "a-visit")
    assert submission.counts["rows"] == 1
    assert submission in submissions_waiting(ground.officer)
    assert submission.receipt.startswith("HYN-HS-")
    applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")
    assert applying.finish(submission.pk).status == SubmissionStatus.ACCEPTED
    installation.refresh_from_db()
    assert installation.mast.height_m == 36.5
    assert {name: getattr(installation, name) for name in before} == before
    assert list(verify()) == []


def test_place_measured_by_the_inspector_is_called_measured(ground: World) -> None:
    installation = ground.citadel_station.installation
    moved = {"longitude": installation.position.x + 0.001, "latitude": installation.position.y}
    submission = propose(ground, installation, **moved)
    row = submission.rows.get()
    assert row.moved_m > 50
    assert row.confirmation == "Đo tại hiện trường"
    applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")
    applying.finish(submission.pk)
    site = Installation.objects.get(pk=installation.pk).site
    assert site.position.x == pytest.approx(moved["longitude"])
    assert site.position_method == "measured"


def test_only_who_proposed_it_may_take_it_back(ground: World) -> None:
    submission = propose(ground, ground.citadel_station.installation, mast_height_m=33)
    assert Side.OPERATOR not in sides_of(ground.owner, submission)
    assert Side.OPERATOR in sides_of(ground.inspector, submission)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "sửa"),
        ({"colour": "red"}, "colour"),
        ({"mast_height_m": "cao"}, "cao"),
        ({"mast_class": "A9"}, "A9"),
        ({"longitude": 1.234567, "latitude": 2.345678}, "địa bàn"),
    ],
)
def test_what_no_file_could_bring_is_refused_and_leaves_nothing(
    ground: World, values: dict[str, object], words: str
) -> None:
    count = Submission.objects.count()
    with pytest.raises(NotPossible, match=words):
        propose(ground, ground.citadel_station.installation, **values)
    assert Submission.objects.count() == count


def test_proposal_that_changes_nothing_is_refused(ground: World) -> None:
    installation = ground.citadel_station.installation
    with pytest.raises(NotPossible):
        propose(ground, installation, mast_height_m=installation.mast.height_m)


def test_columns_to_correct_name_no_code(ground: World) -> None:
    names = {column.name for column in correctable_columns(ground.station.installation)}
    assert "mast_height_m" in names
    assert not names & {"code", "registry_number", "note", "ordinal"}
