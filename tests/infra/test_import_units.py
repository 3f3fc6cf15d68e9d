"""Importing units from the three formats: repaired, repeatable, dated, through the ledger."""

from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError

from infra.models import (
    AdministrativeUnit,
    AdministrativeUnitVersion,
    Authority,
    BoundaryKind,
    ChangeRecord,
    Site,
    UnitLevel,
    UnitMethod,
    UnitSuccession,
)
from infra.spatial.units import unit_at
from tests import factories as make
from tests.infra.units_factory import make_unit, square, unit_type
from tests.world import World

REFORM = date(2025, 7, 1)
DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile"}
BOW_TIE = shapely.Polygon([(106.2, 20.5), (106.3, 20.6), (106.3, 20.5), (106.2, 20.6)])

Feature = tuple[Any, str, Any]


@pytest.fixture(autouse=True)
def authority(db: None) -> Authority:
    for code in ("tinh", "xa", "phuong", "huyen"):
        unit_type(code)
    found: Authority = make.AuthorityFactory(code="KEEPER")
    return found


def write(
    folder: Path,
    features: Sequence[Feature],
    kind: str = "geojson",
    *,
    crs: str | None = "EPSG:4326",
    fields: tuple[str, str] = ("code", "fullName"),
    parents: Sequence[str] | None = None,
) -> Path:
    """Write features (code, full name, shape) to a file of *kind* and return it."""
    path = folder / f"units.{kind}"
    columns = [np.array([f[0] for f in features]), np.array([f[1] for f in features], dtype=object)]
    names = list(fields)
    if parents is not None:
        columns.append(np.array(parents, dtype=object))
        names.append("parent")
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array([f[2] for f in features], dtype=object)),
        columns,
        names,
        crs=crs,
        geometry_type="Unknown" if kind != "shp" else "Polygon",
        driver=DRIVERS[kind],
        encoding="UTF-8" if kind == "shp" else None,
    )
    return path


def two_communes() -> list[Feature]:
    return [("12826", "Xã Thái Thụy", square(106.0, 20.5)), ("11953", "Phường Phố Hiến", square(106.1, 20.5))]


def run(path: Path, level: str = "commune", valid_from: str = "2025-07-01", **options: Any) -> str:
    out = StringIO()
    call_command(
        "import_units", str(path), level=level, valid_from=date.fromisoformat(valid_from), stdout=out, **options
    )
    return out.getvalue()


def communes(**where: Any) -> dict[str, AdministrativeUnit]:
    return {u.code: u for u in AdministrativeUnit.objects.filter(level=UnitLevel.COMMUNE, **where)}


@pytest.mark.parametrize("kind", DRIVERS)
def test_units_arrive_from_each_format(tmp_path: Path, kind: str) -> None:
    fields = ("code", "fullName") if kind != "shp" else ("MA_XA", "TEN_XA")
    run(write(tmp_path, two_communes(), kind, fields=fields), source="Publisher")
    found = communes()
    assert (found["11953"].name, found["11953"].type_id) == ("Phố Hiến", "phuong")
    assert (found["12826"].name, found["12826"].type_id) == ("Thái Thụy", "xa")
    assert {u.boundary_kind for u in found.values()} == {BoundaryKind.OFFICIAL}
    assert found["12826"].source == "Publisher"
    assert found["12826"].area_km2 == pytest.approx(115.4, abs=0.5)
    assert unit_at(106.15, 20.55, on=REFORM).code == "11953"


@pytest.mark.parametrize("kind", DRIVERS)
def test_importing_again_changes_nothing(tmp_path: Path, kind: str) -> None:
    path = write(tmp_path, two_communes(), kind)
    run(path, name_field="fullName")
    before = (ChangeRecord.objects.count(), AdministrativeUnitVersion._default_manager.count())
    assert "2" in run(path, name_field="fullName")
    assert (ChangeRecord.objects.count(), AdministrativeUnitVersion._default_manager.count()) == before


def test_the_import_is_an_act_with_versions(tmp_path: Path) -> None:
    run(write(tmp_path, two_communes()))
    record = ChangeRecord.objects.get(kind="units.imported")
    assert record.counts == {"infra.administrativeunit": {"added": 2}}
    assert "units.geojson" in record.reason
    call_command("verify_ledger", stdout=StringIO())


def test_a_file_in_vn2000_metres_is_reprojected_and_the_ledger_still_holds(tmp_path: Path) -> None:
    corner = (557_230.868, 2_283_906.036)  # 106.0511, 20.6464 in EPSG:9209
    block = shapely.box(corner[0], corner[1], corner[0] + 1000, corner[1] + 1000)
    run(write(tmp_path, [("11953", "Phường Phố Hiến", block)], "gpkg", crs="EPSG:9209"))
    west, south, _east, _north = communes()["11953"].boundary.extent
    assert (west, south) == (pytest.approx(106.0511, abs=1e-4), pytest.approx(20.6464, abs=1e-4))
    call_command("verify_ledger", stdout=StringIO())


def test_an_invalid_polygon_is_repaired_and_reported(tmp_path: Path) -> None:
    out = run(write(tmp_path, [*two_communes(), ("99", "Xã Nơ", BOW_TIE)]))
    boundary = communes()["99"].boundary
    assert boundary.valid
    assert boundary.geom_type == "MultiPolygon"
    assert "99" in out.split("Self-intersection")[0]


def test_an_official_boundary_takes_the_place_of_a_schematic_one(tmp_path: Path) -> None:
    schematic = make_unit(
        "12826", square(106.0, 20.4), boundary_kind=BoundaryKind.SCHEMATIC, population=31_000, area_km2=35.5
    )
    run(write(tmp_path, two_communes()))
    unit = communes()["12826"]
    assert unit.pk == schematic.pk
    assert unit.boundary_kind == BoundaryKind.OFFICIAL
    assert unit.boundary.extent == (106.0, 20.5, 106.1, 20.6)
    assert (unit.population, unit.area_km2) == (31_000, 35.5)


def test_a_later_import_ends_what_is_absent_and_what_changed(tmp_path: Path) -> None:
    run(write(tmp_path, [*two_communes(), ("13000", "Xã Cũ", square(106.2, 20.5))]))
    out = run(
        write(
            tmp_path,
            [
                ("12826", "Xã Thái Thụy", square(106.0, 20.5)),
                ("11953", "Phường Phố Hiến", shapely.box(106.1, 20.5, 106.3, 20.6)),
            ],
        ),
        valid_from="2027-01-01",
    )
    day = date(2027, 1, 1)
    assert set(communes(valid_to=None)) == {"12826", "11953"}
    assert communes(valid_to=day).keys() == {"11953", "13000"}
    assert communes(valid_to=None)["12826"].valid_from == REFORM
    followed = UnitSuccession.objects.get()
    assert (followed.old.valid_from, followed.new.valid_from, followed.on) == (REFORM, day, day)
    assert "13000" in out
    assert unit_at(106.25, 20.55, on=date(2026, 12, 31)).code == "13000"
    assert unit_at(106.25, 20.55, on=day).code == "11953"


def test_only_units_under_the_same_parents_end(tmp_path: Path) -> None:
    for code, west in (("33", 106.0), ("31", 107.0)):
        make_unit(code, square(west, 20.0, 1), level=UnitLevel.PROVINCE, type_code="tinh", valid_from=date(2020, 1, 1))
    here, there = square(106.5, 20.5), square(107.5, 20.5)
    run(write(tmp_path, [("1", "Xã A", square(106.0, 20.5)), ("2", "Xã B", here), ("3", "Xã C", there)]))
    run(write(tmp_path, [("1", "Xã A", square(106.0, 20.5))]), valid_from="2027-01-01")
    assert set(communes(valid_to=None)) == {"1", "3"}


def test_a_partial_import_ends_nothing(tmp_path: Path) -> None:
    run(write(tmp_path, two_communes()))
    run(write(tmp_path, two_communes()[:1]), valid_from="2027-01-01", partial=True)
    assert set(communes(valid_to=None)) == {"12826", "11953"}


def test_the_parent_follows_from_the_ground_shared(tmp_path: Path) -> None:
    hung_yen = make_unit("33", square(106.0, 20.0, 1), level=UnitLevel.PROVINCE, type_code="tinh")
    make_unit("31", square(107.0, 20.0, 1), level=UnitLevel.PROVINCE, type_code="tinh")
    run(write(tmp_path, [("1", "Xã A", shapely.box(106.8, 20.5, 107.05, 20.6))]))
    assert communes()["1"].parent == hung_yen


def test_the_parent_can_be_named_and_must_exist(tmp_path: Path) -> None:
    parent = make_unit("04", None, level=UnitLevel.PROVINCE, type_code="tinh")
    run(write(tmp_path, two_communes()[:1], parents=["4"]), parent_field="parent")
    assert communes()["12826"].parent == parent
    with pytest.raises(CommandError, match="77"):
        run(write(tmp_path, two_communes()[1:], parents=["77"]), parent_field="parent")


def test_a_renewed_province_keeps_its_communes_and_its_authority(tmp_path: Path, authority: Authority) -> None:
    old = make_unit("33", square(106.0, 20.0, 1), level=UnitLevel.PROVINCE, type_code="tinh")
    commune = make_unit("1", square(106.0, 20.5), parent=old)
    authority.territory.add(old)
    run(write(tmp_path, [("33", "Tỉnh Hưng Yên", square(106.0, 20.0, 2))]), "province", "2027-01-01")
    new = AdministrativeUnit.objects.get(level=UnitLevel.PROVINCE, valid_to=None)
    commune.refresh_from_db()
    assert commune.parent == new
    assert new in authority.territory.all()


def test_units_of_the_past_come_with_their_last_day(tmp_path: Path) -> None:
    run(write(tmp_path, two_communes()))
    path = write(tmp_path, [("320", "Huyện Ân Thi", square(106.0, 20.5))])
    run(path, "district", "2000-01-01", valid_to=REFORM)
    district = AdministrativeUnit.objects.get(level=UnitLevel.DISTRICT)
    assert (district.name, district.valid_to) == ("Ân Thi", REFORM)
    assert set(communes(valid_to=None)) == {"12826", "11953"}


def test_overlapping_periods_are_refused(tmp_path: Path) -> None:
    run(write(tmp_path, two_communes()))
    with pytest.raises(CommandError, match="12826"):
        run(write(tmp_path, two_communes()), valid_from="2020-01-01")
    run(write(tmp_path, two_communes()), valid_from="2020-01-01", valid_to=REFORM)
    assert len(communes(valid_to=REFORM)) == 2


def test_numeric_codes_get_their_zeros_back(tmp_path: Path) -> None:
    make_unit("33", None, level=UnitLevel.PROVINCE, type_code="tinh")
    run(write(tmp_path, [(1, "Tỉnh Một", square(106.0, 20.5))]), "province", partial=True)
    assert AdministrativeUnit.objects.filter(level=UnitLevel.PROVINCE, code="01").exists()


def test_names_arrive_in_nfc_on_one_line(tmp_path: Path) -> None:
    run(write(tmp_path, [("1", "Xã Thái\nThu\u0323y ", square(106.0, 20.5))]))
    assert communes()["1"].full_name == "Xã Thái Thụy"


def test_a_bare_name_is_enough_for_a_unit_the_register_knows(tmp_path: Path) -> None:
    make_unit("1", None, name="Thái Thụy", full_name="Xã Thái Thụy")
    run(write(tmp_path, [("1", "Thái Thuỵ", square(106.0, 20.5))]))
    assert communes()["1"].full_name == "Xã Thái Thụy"
    with pytest.raises(CommandError, match="Không Loại"):
        run(write(tmp_path, [("2", "Không Loại", square(106.0, 20.5))]), partial=True)


def test_sites_follow_the_new_boundaries(world: World, tmp_path: Path) -> None:
    with make.one_act(world.authority) as ledger:
        world.market.unit_method = UnitMethod.BY_HAND
        ledger.change(world.market)
    features = [
        ("11953", "Phường Phố Hiến", shapely.box(106.0, 20.55, 106.04, 20.75)),
        ("11954", "Phường Thành Cổ", shapely.box(106.04, 20.55, 106.2, 20.75)),
    ]
    out = run(write(tmp_path, features), valid_from=world.pho_hien.valid_from.isoformat(), partial=True)
    citadel, market = Site.objects.get(pk=world.citadel.pk), Site.objects.get(pk=world.market.pk)
    assert citadel.unit.code == "11954"
    assert {i.unit.code for i in citadel.installations.all()} == {"11954"}
    assert market.unit.code == "11953"
    assert Site.objects.get(pk=world.harbour.pk).unit == world.thai_thuy
    assert ChangeRecord.objects.filter(kind="units.reassigned").count() == 1
    assert "1" in out.splitlines()[-1]
    call_command("verify_ledger", stdout=StringIO())


# --- refusals: nothing is written -------------------------------------------------------------------------------------


def refused(path: Path, level: str = "commune", **options: Any) -> str:
    with pytest.raises(CommandError) as caught:
        run(path, level, **options)
    assert not AdministrativeUnit.objects.exists()
    assert not ChangeRecord.objects.filter(kind="units.imported").exists()
    return str(caught.value)


def test_a_file_that_is_not_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "units.geojson"
    path.write_text("code;name\n1;A\n", encoding="utf-8")
    assert refused(path)
    path.write_bytes(b"")
    assert refused(path)
    assert str(tmp_path) in refused(tmp_path / "nowhere.gpkg")


def test_a_table_without_boundaries(tmp_path: Path) -> None:
    path = tmp_path / "units.csv"
    path.write_text("code,fullName\n1,Xã A\n", encoding="utf-8")
    assert "GeoPackage" in refused(path)


def test_points_are_no_boundaries(tmp_path: Path) -> None:
    assert "Point" in refused(write(tmp_path, [("1", "Xã A", shapely.Point(106, 20))]))


def test_codes_twice_or_missing_are_named_by_feature(tmp_path: Path) -> None:
    message = refused(
        write(tmp_path, [("1", "Xã A", square(106, 20)), ("1", "Xã B", square(107, 20)), ("", "Xã C", square(108, 20))])
    )
    assert "2" in message
    assert "3" in message


def test_columns_that_are_not_there_are_listed(tmp_path: Path) -> None:
    path = write(tmp_path, two_communes(), fields=("a", "b"))
    assert "a, b" in refused(path)
    assert "“x”" in refused(path, code_field="x", name_field="b")


@pytest.mark.filterwarnings("ignore:'crs' was not provided")
def test_a_file_without_crs_must_be_told(tmp_path: Path) -> None:
    path = write(tmp_path, two_communes(), "shp", crs=None)
    assert "--crs" in refused(path, code_field="code", name_field="fullName")
    run(path, code_field="code", name_field="fullName", crs="EPSG:4326")
    assert len(communes()) == 2


def test_metres_declared_as_degrees_are_refused(tmp_path: Path) -> None:
    block = shapely.box(557_230, 2_283_906, 558_230, 2_284_906)
    assert "WGS 84" in refused(write(tmp_path, [("1", "Xã A", block)], "gpkg"))


def test_a_period_must_run_forward_and_the_authority_exist(tmp_path: Path) -> None:
    path = write(tmp_path, two_communes())
    assert "--valid-to" in refused(path, valid_to=REFORM)
    assert "NOBODY" in refused(path, authority="NOBODY")


def test_several_layers_must_be_named(tmp_path: Path) -> None:
    path = write(tmp_path, two_communes(), "gpkg")
    for layer in ("first", "second"):
        pyogrio.raw.write(
            path,
            shapely.to_wkb(np.array([square(106.0, 20.5)], dtype=object)),
            [np.array(["1"], dtype=object), np.array(["Xã A"], dtype=object)],
            ["code", "fullName"],
            crs="EPSG:4326",
            geometry_type="Polygon",
            driver="GPKG",
            layer=layer,
        )
    assert "first, second" in refused(path)
    run(path, layer="first")
    assert set(communes()) == {"1"}
