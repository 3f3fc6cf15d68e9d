"""Exports hold exactly the rows of the list, in its order, and do no harm in a spreadsheet."""

import csv
import json
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from infra.models import Installation, Site
from tests.infra.pages.test_lists import shown
from tests.world import SignIn, World

FILTERED = "/installations/?kind=base_station&organization=VIETTEL"


def body(answer: Any) -> bytes:
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def as_rows(client: Client, address: str) -> list[list[str]]:
    text = body(client.get(f"{address}&export=csv")).decode("utf-8")
    assert text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}")
    return list(csv.reader(StringIO(text[1:]), delimiter=";"))


@pytest.mark.parametrize("address", ["/sites/?q=", FILTERED, "/postal-points/?q=", "/permits/?q="])
def test_csv_holds_the_rows_of_the_page(world: World, as_person: SignIn, address: str) -> None:
    client = as_person(world.manager)
    rows = as_rows(client, address)
    assert [row[0] for row in rows[1:]] == shown(client, address)
    assert len({len(row) for row in rows}) == 1


def test_csv_goes_beyond_the_page_shown(world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infra.pages.listing.PAGE_SIZE", 1)
    assert len(as_rows(as_person(world.manager), FILTERED)) == 1 + 2


def test_xlsx_holds_the_rows_of_the_page_and_says_what_was_asked(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    book = load_workbook(BytesIO(body(client.get(f"{FILTERED}&export=xlsx"))))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert [row[0] for row in rows[1:]] == shown(client, FILTERED)
    said = [cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row]
    assert "Viettel" in said


def test_geojson_holds_the_rows_of_the_page_with_their_positions(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    found = json.loads(body(client.get(f"{FILTERED}&export=geojson")))
    assert [feature["properties"]["registry_number"] for feature in found["features"]] == shown(client, FILTERED)
    assert found["features"][0]["geometry"] == {"type": "Point", "coordinates": [106.5685, 20.5602]}


def test_a_cable_route_leaves_as_a_line(world: World, as_person: SignIn) -> None:
    answer = as_person(world.owner).get("/installations/?kind=cable_route&export=geojson")
    assert json.loads(body(answer))["features"][0]["geometry"]["type"] == "LineString"


def test_a_stranger_exports_nothing_of_others(world: World, as_person: SignIn) -> None:
    text = body(as_person(world.stranger).get("/installations/?export=csv")).decode()
    assert "HYN-B-000002" in text
    assert "HYN-B-000001" not in text


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x","y")', "+84 912", "@SUM(1)", "-2+3", "\tx"])
def test_a_text_that_looks_like_a_formula_is_only_a_text(world: World, as_person: SignIn, name: str) -> None:
    Site.objects.filter(pk=world.harbour.pk).update(name=name)
    client = as_person(world.manager)
    row = as_rows(client, "/sites/?q=")[1]
    assert f"'{name}" in row
    sheet = load_workbook(BytesIO(body(client.get("/sites/?export=xlsx")))).worksheets[0]
    cell = next(cell for cell in sheet[2] if cell.value == name)
    assert cell.data_type == "s"


def test_line_breaks_and_quotes_survive_csv(world: World, as_person: SignIn) -> None:
    Installation.objects.filter(pk=world.station.pk).update(name='Trạm "Cảng"\nDiêm Điền; số 1')
    assert 'Trạm "Cảng"\nDiêm Điền; số 1' in as_rows(as_person(world.manager), FILTERED)[1]


def test_a_workbook_too_large_is_refused_in_words(
    world: World, as_person: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infra.pages.exports.XLSX_ROWS", 1)
    answer = as_person(world.manager).get("/sites/?export=xlsx")
    assert answer.status_code == 409
    assert "CSV" in answer.content.decode()


def test_the_export_speaks_the_language_of_the_page(world: World, as_person: SignIn) -> None:
    client = as_person(world.manager)
    client.cookies["django_language"] = "en"
    text = body(client.get(f"{FILTERED}&export=csv")).decode()
    assert text.splitlines()[0].lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").startswith("Registry number,")
