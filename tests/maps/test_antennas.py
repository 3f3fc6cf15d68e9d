"""Choosing the antenna of a cell: the page, who may, what coverage and exposure make of it."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from infra.models import Cell, ChangeRecord
from infra.services.facts import cell_remove
from maps.exposure.places import exposure_at
from maps.models import AntennaKind, AntennaPattern, CellAntenna
from maps.radio.antennas import F1336Pattern, MeasuredPattern
from maps.radio.parameters import Parameters
from maps.radio.register import Asked, read_emitters
from maps.services import reference
from tests.maps.exposure.test_places import DAY
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def pattern(world: World) -> AntennaPattern:
    reference.load()
    made: AntennaPattern = AntennaPattern.objects.create(
        authority=world.authority,
        name="Panel 65",
        gain_dbi=17.0,
        horizontal_db=[0.0] * 360,
        vertical_db=[0.0] * 360,
        sha256="0" * 64,
        actor=world.officer,
    )
    return made


def address(cell: Cell) -> str:
    return f"/coverage/antennas/{cell.station.installation.registry_number}/"


def chosen(cell: Cell, value: str, reason: str = "Theo hồ sơ") -> dict[str, str]:
    others = Cell.objects.filter(station=cell.station).exclude(pk=cell.pk)
    return {**{f"cell-{one.pk}": "usual" for one in others}, f"cell-{cell.pk}": value, "reason": reason}


def antenna(world: World, cell: Cell) -> Any:
    found = read_emitters(Asked(stations=(cell.station_id,), with_assumed=False), Parameters.on(DAY)).emitters
    place = int(found.pattern[found.cell.tolist().index(cell.pk)])
    return None if place < 0 else found.patterns[place]


def test_a_person_chooses_the_antenna_of_a_cell_and_changes_it_again(
    world: World, pattern: AntennaPattern, as_person: SignIn
) -> None:
    client, cell = as_person(world.officer), world.cell
    sheet = client.get(f"/installations/{cell.station.installation.registry_number}/").content.decode()
    assert address(cell) in sheet
    page = client.get(address(cell)).content.decode()
    assert "Panel 65" in page
    assert cell.code in page
    for value, expected in (
        ("f1336", F1336Pattern),
        (f"file:{pattern.pk}", MeasuredPattern),
        ("3gpp", type(None)),
        ("usual", type(None)),
    ):
        answer = client.post(address(cell), chosen(cell, value))
        assert answer.status_code == 302
        assert isinstance(antenna(world, cell), expected)
    assert not CellAntenna.objects.exists()
    records = ChangeRecord.objects.filter(kind="antennas.chosen").order_by("pk")
    assert [record.details["cells"] for record in records] == [
        {cell.code: "f1336"},
        {cell.code: "Panel 65"},
        {cell.code: "3gpp"},
        {cell.code: ""},
    ]
    client.post(address(cell), chosen(cell, "usual"))
    assert records.count() == 4


def test_what_makes_no_sense_is_refused_and_nothing_changes(
    world: World, pattern: AntennaPattern, as_person: SignIn
) -> None:
    client, cell = as_person(world.officer), world.cell
    assert client.post(address(cell), chosen(cell, "f1336", reason="")).status_code == 422
    assert client.post(address(cell), chosen(cell, "file:0")).status_code == 422
    assert client.post(address(cell), chosen(cell, "yagi")).status_code == 422
    assert not CellAntenna.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        CellAntenna.objects.create(cell=cell, kind=AntennaKind.FILE)


def test_only_who_keeps_the_register_chooses(world: World, pattern: AntennaPattern, as_person: SignIn) -> None:
    cell = world.cell
    for person, status in ((world.owner, 404), (world.inspector, 404), (world.foreign_officer, 404)):
        assert as_person(person).post(address(cell), chosen(cell, "f1336")).status_code == status
    assert not CellAntenna.objects.exists()


def test_exposure_counts_the_lobes_of_the_chosen_antenna(world: World, pattern: AntennaPattern) -> None:
    """Behind the mast the file without any attenuation radiates as much as in front."""
    cell, at = world.cell, world.harbour.position

    def behind() -> float:
        return exposure_at(at.x, at.y - 0.002, 1.5, day=DAY).w_m2

    usual = behind()
    CellAntenna.objects.create(cell=cell, kind=AntennaKind.FILE, pattern=pattern)
    assert behind() > 2 * usual
    CellAntenna.objects.update(kind=AntennaKind.F1336, pattern=None)
    assert behind() != pytest.approx(usual, rel=1e-6)


def test_a_cell_that_is_taken_out_takes_its_choice_along(world: World, pattern: AntennaPattern) -> None:
    CellAntenna.objects.create(cell=world.cell, kind=AntennaKind.F1336)
    cell_remove(actor=world.officer, cell=world.cell, reason="not there")
    assert not CellAntenna.objects.exists()
