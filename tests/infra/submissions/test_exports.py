"""What the register exports can be edited and handed in again."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook

from infra.models import Installation, SubmissionKind
from infra.submissions.columns import TABLES
from infra.submissions.columns.template import template
from infra.submissions.exporting import export_csv, export_xlsx
from infra.submissions.lists import Choices
from infra.submissions.looking import Look
from tests.world import World

#: kinds of which the world of the tests has something of Viettel's, with how many rows
HELD = {"stations": 2, "cells": 2, "network_nodes": 1, "cable_routes": 1, "permits": 1}


def kept(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", HELD)
def test_export_handed_in_again_changes_nothing(
    kind: str, tmp_path: Path, ground: World, looked: Callable[..., Look]
) -> None:
    content = export_xlsx(ground.authority, ground.viettel, kind)
    found = looked(kept(tmp_path, "export.xlsx", content), kind=kind)
    assert (found.problems, found.draft.size) == ([], HELD[kind])
    assert (found.comparison.actions == "unchanged").all(), found.comparison.changes
    text = "".join(export_csv(ground.authority, ground.viettel, kind)).encode()
    again = looked(kept(tmp_path, "export.csv", text), kind=kind)
    assert again.problems == []
    assert (again.comparison.actions == "unchanged").all(), again.comparison.changes


def test_text_that_looks_like_a_formula_goes_out_guarded_and_comes_back_as_it_was(
    tmp_path: Path, ground: World, looked: Callable[..., Look]
) -> None:
    Installation.objects.filter(organization=ground.viettel).update(name="=cmd|' /C calc'!A0")
    text = "".join(export_csv(ground.authority, ground.viettel, "stations"))
    assert ";'=cmd|" in text
    assert (looked(kept(tmp_path, "export.csv", text.encode())).comparison.actions == "unchanged").all()


def test_one_edited_cell_is_the_one_change(tmp_path: Path, ground: World, looked: Callable[..., Look]) -> None:
    path = kept(tmp_path, "export.xlsx", export_xlsx(ground.authority, ground.viettel, "stations"))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    column = [cell.value for cell in sheet[1]].index("Chiều cao cột (m)") + 1
    sheet.cell(3, column).value = "61,5 m"  # the mast in row 2 is another owner's
    book.save(path)
    found = looked(path)
    assert found.problems == []
    (changes,) = found.comparison.changes.values()
    assert changes == {"mast_height_m": [45.0, 61.5]}


@pytest.mark.parametrize("kind", SubmissionKind.values)
def test_example_of_each_template_is_itself_sound(
    kind: str, tmp_path: Path, ground: World, looked: Callable[..., Look]
) -> None:
    path = kept(tmp_path, "template.xlsx", template(TABLES[kind]))
    book = load_workbook(path)
    example = book.worksheets[-2]
    names = [cell.value for cell in example[1]]
    shown = [column.header("vi") for column in TABLES[kind].read() if column.header("vi") in names]
    assert names == shown
    for index, value in enumerate(example[2], start=1):
        book.worksheets[0].cell(2, index).value = value.value
    book.save(path)
    found = looked(path, kind=kind)
    lists = {column.name for column in TABLES[kind].read() if column.type == "choice"}
    # The tests' lists are shorter than the shipped ones, and the stations of cells and permits are nobody's.
    left = [one for one in found.problems if not (one.code == "value.choice" and one.column in lists)]
    unknown = {"reference.unknown"} if kind in ("cells", "permits") else set()
    assert {one.code for one in left} <= unknown, left


def test_template_has_drop_downs_for_every_list(tmp_path: Path, ground: World) -> None:
    book = load_workbook(kept(tmp_path, "template.xlsx", template(TABLES["stations"])))
    sources = [rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation]
    listed = [column for column in TABLES["stations"].read() if column.type in ("choice", "boolean")]
    assert len(sources) == len(listed)
    assert book["lists"].sheet_state == "hidden"


def test_examples_of_lists_are_in_the_shipped_lists() -> None:
    folder = Path(settings.BASE_DIR) / "fixtures" / "lookups"
    known: dict[str, Choices] = {}
    for name, file in SHIPPED.items():
        known[name] = Choices()
        for row in json.loads((folder / file).read_text(encoding="utf-8")):
            known[name].add(row["code"], row["name_vi"], (row["name_vi"], row["name_en"], *row.get("aliases", ())))
    unknown = [
        (table.kind, column.name, column.example)
        for table in TABLES.values()
        for column in table.columns
        if column.type == "choice" and column.example and known[column.choices].code_of(column.example) is None
    ]
    assert unknown == []


SHIPPED = {
    "Band": "bands.json",
    "InstallationStatus": "installation_statuses.json",
    "MastClass": "mast_classes.json",
    "NodeKind": "node_kinds.json",
    "PermitKind": "permit_kinds.json",
    "PostalKind": "postal_kinds.json",
    "RouteKind": "route_kinds.json",
    "StructureType": "structure_types.json",
    "Technology": "technologies.json",
}
