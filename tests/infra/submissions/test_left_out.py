"""Rows that a person leaves out: a file of any kind can be looked at when none is left."""

import csv
from pathlib import Path

import pytest

from infra.submissions.columns import TABLES
from infra.submissions.draft import Surroundings
from infra.submissions.looking import look
from tests.infra.submissions.conftest import TODAY
from tests.world import World


@pytest.mark.parametrize("kind", TABLES)
def test_file_of_which_every_row_is_left_out_has_no_rows_and_no_problems(
    kind: str, ground: World, tmp_path: Path
) -> None:
    columns = [column for column in TABLES[kind].read() if column.example]
    path = tmp_path / "file.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t").writerows(
            ([column.header_vi for column in columns], [column.example for column in columns])
        )
    around = Surroundings(table=TABLES[kind], organization=ground.viettel, authority=ground.authority, today=TODAY)
    found = look(path, around, left_out=[2])
    assert found.counts()["rows"] == 0
    assert found.counts()["errors"] == 0
