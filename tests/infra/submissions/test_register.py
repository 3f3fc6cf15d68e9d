"""From sound rows to the register and back: added once, unchanged the second time, changed field by field."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from infra.models import (
    ChangeRecord,
    Installation,
    InstallationVersion,
    Mast,
    Permit,
    PermitState,
    Site,
    Submission,
    SubmissionStatus,
    User,
)
from infra.selectors.ledger import verify
from infra.services.submissions import (
    NotPossible,
    submission_receive,
    submission_reject,
    submission_return,
    submission_send,
    submission_withdraw,
)
from infra.submissions import applying, review
from infra.submissions.looking import Look
from tests.infra.submissions.conftest import codes
from tests.infra.submissions.files import Row, station, stations_file
from tests.world import World

Hand = Callable[..., Submission]


@pytest.fixture
def hand_in(ground: World, tmp_path: Path) -> Hand:
    """Hand in rows as a file and look at it: ``hand_in(station(1), …)``."""

    def receive(*rows: Row, mode: str = "append", by: User | None = None, key: str = "") -> Submission:
        path = stations_file(tmp_path, *rows)
        submission, _new = submission_receive(
            actor=by or ground.owner,
            authority=ground.authority,
            organization=ground.viettel,
            kind="stations",
            name=path.name,
            chunks=[path.read_bytes()],
            mode=mode,
            idempotency_key=key,
        )
        return review.submission_check(actor=by or ground.owner, submission=submission)

    return receive


@pytest.fixture
def register(ground: World, hand_in: Hand) -> Hand:
    """Hand in rows, send them and accept them all."""

    def accept(*rows: Row, mode: str = "append") -> Submission:
        submission = submission_send(actor=ground.owner, submission=hand_in(*rows, mode=mode))
        applying.submission_accept(
            actor=ground.officer, submission=submission, rows="all", reason="Đúng", removals_confirmed=True
        )
        return applying.finish(submission.pk)

    return accept


def registered(code: str) -> Installation:
    return Installation.objects.select_related("site", "mast", "base_station").get(code=code)


def test_sound_row_becomes_site_mast_station_and_certificate(register: Hand, ground: World) -> None:
    submission = register(station(1))
    installation = registered("VTL-0001")
    assert submission.status == SubmissionStatus.ACCEPTED
    assert (installation.organization, installation.status_id) == (ground.viettel, "operating")
    assert (installation.submission_id, installation.submission_row) == (submission.pk, 5)
    assert installation.registry_number.startswith("HYN-B-")
    assert installation.base_station.technologies == "4G,5G"
    site, mast = installation.site, installation.mast
    assert (site.unit, site.submitted_text, site.submitted_crs) == (
        ground.thai_thuy,
        "106.553017; 20.500013",
        "EPSG:4326",
    )
    assert (mast.owner, mast.mast_class_id, mast.height_m, mast.base) == (ground.viettel, "A2b", 42.0, "ground")
    permit = installation.permits.get()
    assert (permit.number, permit.expires_on) == ("B000001/2025", date(2030, 7, 23))
    assert installation.position.equals(site.position)


def test_everything_is_one_act_of_the_ledger_with_its_reason(register: Hand, ground: World) -> None:
    submission = register(station(1), station(2))
    act = ChangeRecord.objects.get(kind="submission.applied")
    assert (act.submission, act.actor, act.reason) == (submission, ground.officer, "Đúng")
    assert act.counts["infra.installation"] == {"added": 2}
    assert list(verify()) == []


def test_same_file_again_changes_nothing(register: Hand, hand_in: Hand) -> None:
    near = station(2, longitude=station(1)["longitude"] + 0.00005, latitude=station(1)["latitude"], mast_height_m=30)
    register(station(1), near, station(3))
    counts = hand_in(station(1), near, station(3)).counts
    assert (counts["add"], counts["update"], counts["unchanged"]) == (0, 0, 3)
    assert counts["codes"] == {}  # that two registered stations share a place was looked at before
    new = station(4, longitude=station(3)["longitude"] + 0.00005, latitude=station(3)["latitude"])
    for rows in ((station(1), near, new, station(3)), (station(1), near, station(3), new)):
        submission = hand_in(*rows)
        assert [problem.code for problem in review.problems_of(submission)] == ["site.nearby_duplicate"]


def test_changed_cells_are_told_and_written_field_by_field(register: Hand, hand_in: Hand) -> None:
    register(station(1), station(2))
    changed = station(1, mast_height_m="45,0 m", technologies="4G", certificate_number="B999/2026", status="Tạm dừng")
    row = hand_in(changed, station(2)).rows.get(row=5)
    assert row.action == "update"
    assert row.changes == {
        "mast_height_m": [42.0, 45.0],
        "technologies": ["4G,5G", "4G"],
        "certificate_number": ["B000001/2025", "B999/2026"],
        "status": ["operating", "suspended"],
    }
    register(changed, station(2))
    installation = registered("VTL-0001")
    assert (installation.mast.height_m, installation.base_station.technologies) == (45.0, "4G")
    assert {permit.number: permit.state for permit in installation.permits.all()} == {
        "B000001/2025": PermitState.REPLACED,
        "B999/2026": PermitState.IN_FORCE,
    }
    assert Mast.objects.filter(owner__code="VIETTEL", site=installation.site).count() == 1
    assert list(verify()) == []


def test_empty_cell_says_nothing(register: Hand, hand_in: Hand) -> None:
    register(station(1))
    assert hand_in(station(1, mast_height_m=None, certificate_number=None, status=None)).counts["unchanged"] == 1


def test_station_that_moved_far_is_pointed_out_and_its_site_moves(register: Hand, hand_in: Hand) -> None:
    register(station(1))
    moved = station(1, longitude=106.656123, latitude=20.600123)
    submission = hand_in(moved)
    assert submission.counts["move"] == 1
    assert [problem.code for problem in review.problems_of(submission)] == ["site.moved"]
    register(moved)
    installation = registered("VTL-0001")
    assert installation.position.x == pytest.approx(106.656123)
    assert installation.site.position.x == pytest.approx(106.656123)


def test_station_leaves_a_shared_site_without_moving_the_others(register: Hand, ground: World) -> None:
    harbour = ground.harbour.position
    moved = station(1, code="TBH0001", longitude=106.656123, latitude=20.600123, mast_owner=None)
    register(moved)
    left = Installation.objects.get(code="TBH0001")
    stayed = Installation.objects.get(code="VNP-DD-01")
    assert left.site != ground.harbour
    assert left.position.x == pytest.approx(106.656123)
    assert stayed.position.equals(harbour)


def test_new_station_joins_the_site_that_stands_there(register: Hand, ground: World) -> None:
    sites = Site.objects.count()
    register(station(1, longitude=106.568513, latitude=20.560213, mast_owner="TOWERCO", mast_height_m=99))
    installation = registered("VTL-0001")
    assert installation.site == ground.harbour
    assert installation.mast == ground.harbour_mast
    assert Site.objects.count() == sites
    ground.harbour_mast.refresh_from_db()
    assert ground.harbour_mast.height_m != 99


def test_what_a_complete_list_leaves_out_is_taken_out_of_service(register: Hand, hand_in: Hand, ground: World) -> None:
    submission = hand_in(station(1), mode="replace")
    removed = {row.values["code"]: row.row for row in submission.rows.filter(action="remove")}
    assert removed == {"TBH0001": None, "HYN0001": None}
    assert submission.counts["codes"]["station.removed"] == 2
    register(station(1), mode="replace")
    assert registered("TBH0001").status_id == "decommissioned"
    assert Installation.objects.get(code="VNP-DD-01").status_id == "operating"


def test_registry_number_finds_what_was_renamed_and_refuses_what_is_foreign(
    looked: Callable[..., Look], tmp_path: Path, ground: World
) -> None:
    headers = {"code": "Mã trạm", "registry_number": "Số đăng ký", "longitude": "Kinh độ", "latitude": "Vĩ độ"}
    rows = [
        station(1, code="NEW-1", registry_number="HYN-B-000001", longitude=106.5685, latitude=20.5602),
        station(2, registry_number="HYN-B-000002"),
        station(3, registry_number="HYN-B-999999"),
    ]
    found = looked(stations_file(tmp_path, *rows, headers=headers))
    assert found.comparison.changes[0]["code"] == ["TBH0001", "NEW-1"]
    by_row = codes(found)
    assert by_row[6] == {"identifier.foreign"}
    assert by_row[7] == {"reference.unknown"}


# --- mending before it is sent ---


def test_fixes_are_taken_over_for_all_rows_at_once(hand_in: Hand, ground: World) -> None:
    swapped = [station(n, longitude=station(n)["latitude"], latitude=station(n)["longitude"]) for n in (1, 2)]
    submission = hand_in(*swapped, station(3))
    assert submission.status == SubmissionStatus.INVALID
    review.rows_fix(actor=ground.owner, submission=submission, code="coordinate.swapped")
    submission = review.submission_check(actor=ground.owner, submission=submission)
    assert submission.status == SubmissionStatus.READY
    row = submission.rows.get(row=5)
    assert row.raw["longitude"] == str(station(1)["latitude"])
    assert row.fixes["longitude"] == str(station(1)["longitude"])
    assert row.position.x == pytest.approx(station(1)["longitude"])


def test_leaving_out_one_of_two_equal_codes_mends_the_other(hand_in: Hand, ground: World) -> None:
    submission = hand_in(station(1), station(2, code="VTL-0001"))
    assert submission.counts["rows_with_errors"] == 2
    review.rows_drop(actor=ground.owner, submission=submission, rows=[6])
    submission = review.submission_check(actor=ground.owner, submission=submission)
    assert (submission.status, submission.counts["dropped"], submission.counts["rows"]) == (
        SubmissionStatus.READY,
        1,
        2,
    )


def test_confirmed_warnings_count_as_good(hand_in: Hand, ground: World) -> None:
    warned = station(2, unit="Phường Phố Hiến")
    submission = hand_in(station(1), warned, station(3, unit="Phường Phố Hiến"))
    review.rows_confirm(actor=ground.owner, submission=submission, rows=[6], note="Đã kiểm tra tại chỗ")
    good = review.rows_acceptable(submission, "good")
    assert set(good.values_list("row", flat=True)) == {5, 6}


def test_accepting_the_good_rows_returns_the_others(hand_in: Hand, ground: World) -> None:
    submission = hand_in(station(1), station(2, unit="Phường Phố Hiến"))
    submission_send(actor=ground.owner, submission=submission)
    applying.submission_accept(actor=ground.officer, submission=submission, rows="good", reason="Đúng")
    submission = applying.finish(submission.pk)
    assert submission.status == SubmissionStatus.PARTLY_ACCEPTED
    assert {row.row: row.outcome for row in submission.rows.all()} == {5: "accepted", 6: "returned"}
    assert Installation.objects.filter(code="VTL-0001").exists()
    assert not Installation.objects.filter(code="VTL-0002").exists()


# --- moves ---


def test_second_click_on_accept_changes_nothing(register: Hand, ground: World) -> None:
    submission = register(station(1))
    again = applying.finish(submission.pk)
    assert again.status == SubmissionStatus.ACCEPTED
    assert Installation.objects.filter(code="VTL-0001").count() == 1
    with pytest.raises(NotPossible):
        applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="x")


def test_same_key_gives_back_the_same_submission(hand_in: Hand) -> None:
    first = hand_in(station(1), key="q2-2026")
    assert Submission.objects.filter(idempotency_key="q2-2026").get() == first


def test_file_with_errors_cannot_be_sent_and_returning_needs_a_reason(hand_in: Hand, ground: World) -> None:
    broken = hand_in(station(1, code=None))
    with pytest.raises(NotPossible):
        submission_send(actor=ground.owner, submission=broken)
    sent = submission_send(actor=ground.owner, submission=hand_in(station(2)))
    with pytest.raises(NotPossible):
        submission_return(actor=ground.officer, submission=sent, reason="  ")
    assert submission_return(actor=ground.officer, submission=sent, reason="Thiếu ảnh").decision_reason == "Thiếu ảnh"


def test_every_move_is_in_the_ledger(hand_in: Hand, ground: World) -> None:
    submission = submission_send(actor=ground.owner, submission=hand_in(station(1)))
    submission_reject(actor=ground.officer, submission=submission, reason="Sai địa bàn")
    other = hand_in(station(2))
    submission_withdraw(actor=ground.owner, submission=other)
    kinds = ChangeRecord.objects.filter(submission=submission).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["submission.checking", "submission.checked", "submission.sent", "submission.rejected"]
    assert list(verify()) == []


def test_failure_while_applying_leaves_nothing_behind(
    hand_in: Hand, ground: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = submission_send(actor=ground.owner, submission=hand_in(station(1)))
    applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")

    def broken(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr(applying, "_note_rows", broken)
    failed = applying.finish(submission.pk)
    assert failed.status == SubmissionStatus.FAILED
    assert failed.failure
    assert not Installation.objects.filter(code="VTL-0001").exists()
    assert not Permit.objects.filter(number="B000001/2025").exists()
    monkeypatch.undo()
    applying.submission_accept(actor=ground.officer, submission=failed, rows="all", reason="Nhận lại")
    assert applying.finish(submission.pk).status == SubmissionStatus.ACCEPTED
    assert list(verify()) == []


def test_unreadable_file_is_kept_with_its_one_problem(ground: World) -> None:
    submission, _new = submission_receive(
        actor=ground.owner,
        authority=ground.authority,
        organization=ground.viettel,
        kind="stations",
        name="list.xlsx",
        chunks=[b"%PDF-1.7"],
    )
    submission = review.submission_check(actor=ground.owner, submission=submission)
    assert submission.status == SubmissionStatus.INVALID
    assert [problem.code for problem in review.problems_of(submission)] == ["file.unreadable"]
    assert submission.rows.count() == 0


def test_taking_many_out_of_service_needs_to_be_said(register: Hand, hand_in: Hand, ground: World) -> None:
    register(station(1), station(2), station(3))
    submission = submission_send(actor=ground.owner, submission=hand_in(station(1), mode="replace"))
    assert applying.removals_are_many(submission)
    with pytest.raises(NotPossible, match="5 %"):
        applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")
    applying.submission_accept(
        actor=ground.officer, submission=submission, rows="all", reason="Đúng", removals_confirmed=True
    )
    applying.finish(submission.pk)
    assert registered("VTL-0003").status_id == "decommissioned"


def test_removals_that_the_operator_explained_are_confirmed(register: Hand, hand_in: Hand, ground: World) -> None:
    register(station(1), station(2))
    submission = hand_in(station(1), mode="replace")
    review.rows_confirm(actor=ground.owner, submission=submission, note="Đã tháo dỡ", code="station.removed")
    submission = submission_send(actor=ground.owner, submission=submission)
    applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Đúng")
    applying.finish(submission.pk)
    assert registered("VTL-0002").status_id == "decommissioned"


def test_first_load_is_history_from_its_own_dates(ground: World, tmp_path: Path) -> None:
    path = stations_file(tmp_path, station(1), station(2, in_service_on=None, certificate_issued_on=None))
    submission, _new = submission_receive(
        actor=ground.officer,
        authority=ground.authority,
        organization=ground.viettel,
        kind="stations",
        name=path.name,
        chunks=[path.read_bytes()],
        history_from=date(2015, 1, 1),
    )
    review.submission_check(actor=ground.officer, submission=submission)
    submission = submission_send(actor=ground.officer, submission=submission)
    applying.submission_accept(actor=ground.officer, submission=submission, rows="all", reason="Nạp lần đầu")
    applying.finish(submission.pk)
    versions = InstallationVersion.objects.filter(noun_id__in=Installation.objects.filter(submission=submission))
    since = {one.code: one.valid_from.astimezone().date() for one in versions}
    assert since == {"VTL-0001": date(2013, 8, 22), "VTL-0002": date(2015, 1, 1)}
    assert list(verify()) == []
