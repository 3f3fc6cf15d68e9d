"""Loading the reference data: complete, repeatable, respectful of what people changed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from infra.models import (
    AdministrativeUnit,
    AdministrativeUnitVersion,
    Authority,
    BoundaryKind,
    ChangeRecord,
    Limit,
    MastClass,
    Organization,
    Technology,
    UnitLevel,
    UnitSuccession,
    UnitType,
)
from infra.services import reference, shipped_units
from infra.spatial.units import unit_at

pytestmark = pytest.mark.django_db
REFORM = date(2025, 7, 1)


@pytest.fixture(autouse=True)
def _territory(settings: Any) -> None:
    settings.TERRITORY = ["33"]


def test_loading_fills_lookups_organizations_authority_and_units() -> None:
    reference.load()
    assert MastClass.objects.get(code="A2b").is_bulky is True
    assert Technology.objects.get(code="2G").valid_to == date(2026, 9, 15)
    assert Limit.objects.in_force(date(2026, 11, 23)).get(code="earthing_resistance").value == 10
    assert Organization.objects.filter(code__in=("VIETTEL", "VNPOST", "HATANG")).count() == 3
    communes = AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE).in_force(REFORM)
    assert communes.count() == 104
    assert {unit.boundary_kind for unit in communes} == {BoundaryKind.SCHEMATIC}
    assert AdministrativeUnit.objects.filter(level=UnitLevel.PROVINCE).in_force(REFORM).count() == 34


def test_repeating_the_load_changes_nothing() -> None:
    reference.load()
    before = (ChangeRecord.objects.count(), AdministrativeUnitVersion._default_manager.count())
    assert not any(reference.load().values())
    assert (ChangeRecord.objects.count(), AdministrativeUnitVersion._default_manager.count()) == before


def test_what_people_corrected_stays_corrected() -> None:
    reference.load()
    Limit.objects.filter(code="spacing_urban").update(value=150)
    MastClass.objects.filter(code="A2c").delete()
    reference.load()
    assert Limit.objects.get(code="spacing_urban").value == 150
    assert MastClass.objects.filter(code="A2c").exists()


def test_the_first_authority_is_seeded_from_the_territory() -> None:
    reference.load()
    authority = Authority.objects.get()
    assert (authority.code, authority.registry_prefix, authority.metric_srid) == ("SKHCN-33", "HYN", 9209)
    assert authority.organization.name == "Sở Khoa học và Công nghệ tỉnh Hưng Yên"
    assert authority.letterhead["superior"] == "ỦY BAN NHÂN DÂN TỈNH HƯNG YÊN"
    assert [(unit.code, unit.level) for unit in authority.territory.all()] == [("33", UnitLevel.PROVINCE)]


def test_another_territory_makes_another_authority(settings: Any) -> None:
    settings.TERRITORY = ["31"]
    reference.load()
    authority = Authority.objects.get()
    assert (authority.code, authority.registry_prefix) == ("SKHCN-31", "HPG")
    assert authority.metric_srid == 9210
    assert unit_at(106.6881, 20.8449, on=REFORM).parent.name == "Hải Phòng"
    assert not Organization.objects.filter(code="SKHCN-33").exists()


def test_a_territory_of_one_commune(settings: Any) -> None:
    settings.TERRITORY = ["12826"]
    reference.load()
    authority = Authority.objects.get()
    assert authority.code == "SKHCN-33"
    assert [unit.name for unit in authority.territory.all()] == ["Thái Thụy"]


def test_later_the_authority_is_data(settings: Any) -> None:
    reference.load()
    Authority.objects.update(registry_prefix="SOKH")
    settings.TERRITORY = ["31"]
    reference.load()
    assert Authority.objects.get().registry_prefix == "SOKH"


def test_an_unknown_territory_is_one_sentence(settings: Any) -> None:
    settings.TERRITORY = ["99"]
    with pytest.raises(CommandError, match="99"):
        call_command("load_reference")


def test_importing_units_before_the_reference_data_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="load_reference"):
        call_command("import_units", str(tmp_path / "units.gpkg"), level="commune", valid_from=REFORM)


def test_old_communes_lead_to_the_new_ones() -> None:
    reference.load()
    old = AdministrativeUnit.objects.get(level=UnitLevel.COMMUNE, code="11989", valid_to=REFORM)
    assert old.full_name == "Xã Lạc Đạo"
    assert old.former_parents == "Huyện Văn Lâm, Tỉnh Hưng Yên"
    assert old.parent.level == UnitLevel.DISTRICT
    assert old.parent.parent.level == UnitLevel.PROVINCE
    assert sorted(s.new.name for s in old.successors.all()) == ["Lạc Đạo", "Đại Đồng"]
    assert not UnitSuccession.objects.filter(old__code="13219", new__code="11995").exists()


def test_old_thai_binh_continues_in_hung_yen() -> None:
    reference.load()
    old = AdministrativeUnit.objects.get(level=UnitLevel.PROVINCE, code="34")
    assert (old.name, old.valid_to) == ("Thái Bình", REFORM)
    assert old.successors.get().new.code == "33"


def test_the_seat_of_a_commune_is_found_in_its_schematic_boundary() -> None:
    reference.load()
    for unit in AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, parent__code="33")[:20]:
        assert unit_at(unit.centroid.x, unit.centroid.y, on=REFORM) == unit


@pytest.mark.parametrize(
    ("full_name", "level", "expected"),
    [
        ("Phường Phố Hiến", "commune", ("phuong", "Phố Hiến")),
        ("PHƯỜNG TRÀ LÝ", "commune", ("phuong", "TRÀ LÝ")),
        ("Thị trấn Vương", "commune", ("thi_tran", "Vương")),
        ("Thành phố Hưng Yên", "district", ("thanh_pho_thuoc_tinh", "Hưng Yên")),
        ("Thành phố Hải Phòng", "province", ("thanh_pho", "Hải Phòng")),
        ("Huyện Ân Thi", "district", ("huyen", "Ân Thi")),
        ("Phố Hiến", "commune", None),
        ("Xã", "commune", None),
    ],
)
def test_a_full_name_splits_into_type_and_name(full_name: str, level: str, expected: Any) -> None:
    reference.load_lookups()
    found = shipped_units.named(full_name, level, UnitType.objects.all())
    assert (found and (found[0].code, found[1])) == expected


def test_short_forms_of_provinces() -> None:
    assert [reference.registry_prefix(name) for name in ("Hung Yen", "Nam Dinh", "Hue", "Ho Chi Minh")] == [
        "HYN",
        "NDH",
        "HUE",
        "HCMH",
    ]
