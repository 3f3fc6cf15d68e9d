"""``manage.py submit``: exit codes, the report, and that looking writes nothing."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from infra.models import Attachment, ChangeRecord, Installation, Site, Submission, SubmissionRow
from tests.infra.submissions.files import station, stations_file
from tests.world import World


def submit(path: Path, *arguments: str) -> tuple[int, dict[str, Any], str]:
    """Run the command; return exit code, report and what it said."""
    said, report = StringIO(), path.with_suffix(".json")
    options = ("--organization", "VIETTEL", "--kind", "stations", "--authority", "HYN", "--report", str(report))
    with pytest.raises(SystemExit) as left:
        call_command("submit", str(path), *options, *arguments, stdout=said, stderr=said)
    return int(left.value.code or 0), json.loads(report.read_text(encoding="utf-8")), said.getvalue()


def counted() -> tuple[int, ...]:
    return tuple(
        model.objects.count() for model in (Installation, Site, Submission, SubmissionRow, ChangeRecord, Attachment)
    )


def test_looking_writes_nothing(ground: World, tmp_path: Path) -> None:
    before = counted()
    code, report, said = submit(stations_file(tmp_path, station(1), station(2, mast_height_m="cao")))
    assert (code, counted()) == (1, before)
    assert report["counts"]["rows"] == 2
    assert [(one["row"], one["code"]) for one in report["problems"]] == [(6, "value.type")]
    assert report["submission"] is None
    assert "value.type" in said


def test_good_rows_are_registered_and_the_others_left_out(ground: World, tmp_path: Path) -> None:
    path = stations_file(tmp_path, station(1), station(2, code=None), station(3, unit="Xã Không Tên"))
    code, report, _said = submit(path, "--accept", "good")
    assert code == 1
    assert report["registered"] == {"add": 2}
    assert set(Installation.objects.filter(submission=report["submission"]).values_list("code", flat=True)) == {
        *("VTL-0001", "VTL-0003")
    }


def test_clean_file_exits_with_zero(ground: World, tmp_path: Path) -> None:
    assert submit(stations_file(tmp_path, station(1)), "--accept", "all")[0] == 0
    assert submit(stations_file(tmp_path, station(1)), "--accept", "all")[0] == 0


def test_all_refuses_a_file_with_errors(ground: World, tmp_path: Path) -> None:
    before = counted()
    code, _report, _said = submit(stations_file(tmp_path, station(1), station(2, code=None)), "--accept", "all")
    assert (code, counted()) == (2, before)


def test_unreadable_file_exits_with_two_and_one_problem(ground: World, tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    before = counted()
    code, report, said = submit(path, "--accept", "good")
    assert (code, counted()) == (2, before)
    assert [one["code"] for one in report["problems"]] == ["file.unreadable"]
    assert len(said.strip().splitlines()) == 1


def test_nothing_to_register_exits_with_two(ground: World, tmp_path: Path) -> None:
    assert submit(stations_file(tmp_path, station(1, code=None)), "--accept", "good")[0] == 2


@pytest.mark.parametrize(
    "options",
    [
        {"organization": "NOBODY"},
        {"authority": ""},
        {"crs": "EPSG:0"},
        {"crs": "Hanoi 1972"},
    ],
)
def test_wrong_argument_is_named(ground: World, tmp_path: Path, options: dict[str, str]) -> None:
    wanted = {"organization": "VIETTEL", "kind": "stations", "authority": "HYN", **options}
    with pytest.raises(CommandError) as refused:
        call_command("submit", str(stations_file(tmp_path, station(1))), **wanted)
    assert refused.value.returncode == 2
