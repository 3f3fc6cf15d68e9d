"""Units: listed by level and time, successions entered and confirmed, a file tried and then imported."""

import json
import zipfile
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from infra.models import AdministrativeUnit, BoundaryKind, ChangeRecord, Job, JobState, UnitSuccession
from infra.selectors.ledger import verify
from tests import factories as make
from tests.world import SignIn, World

HERE = "/administration/units/"
OnCommit = Callable[..., Any]


@pytest.fixture
def admin(world: World, as_person: SignIn, settings: Any, tmp_path: Path) -> Client:
    settings.ATTACHMENTS_DIR = tmp_path
    return as_person(world.admin)


def geojson(*units: tuple[str, str, tuple[float, float, float, float]]) -> SimpleUploadedFile:
    features = [
        {
            "type": "Feature",
            "properties": {"ma_xa": code, "ten_xa": name},
            "geometry": shapely.geometry.mapping(shapely.box(*box)),
        }
        for code, name, box in units
    ]
    body = json.dumps({"type": "FeatureCollection", "features": features})
    return SimpleUploadedFile("ranh giới.geojson", body.encode(), "application/geo+json")


TWO = (
    ("12826", "Xã Thái Thụy", (106.5, 20.45, 106.72, 20.66)),
    ("11953", "Phường Phố Hiến", (106.0, 20.55, 106.2, 20.75)),
)


def handed_in(client: Client, on_commit: OnCommit, file: Any, **change: str) -> Any:
    form = {
        "file": file, "level": "commune", "valid_from": "2025-07-01", "source": "Nghị quyết 1666/NQ-UBTVQH15",
        "reason": "Ranh giới chính thức",
    }  # fmt: skip
    with on_commit(execute=True):
        return client.post(f"{HERE}import/", {**form, **change})


def test_a_file_is_tried_then_imported(
    world: World, admin: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    AdministrativeUnit.objects.update(valid_from="2025-07-01")
    where = handed_in(admin, django_capture_on_commit_callbacks, geojson(*TWO), partial="on")["Location"]
    trial = Job.objects.get()
    assert (trial.state, trial.report["lists"]["changed"]["count"]) == (JobState.DONE, 2)
    assert AdministrativeUnit.objects.get(code="12826").boundary_kind != BoundaryKind.OFFICIAL
    assert not ChangeRecord.objects.filter(kind="units.imported").exists()
    text = unescape(admin.get(where).content.decode())
    assert "Xã Thái Thụy" in text
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin.post(f"/administration/jobs/{trial.pk}/import/", {"reason": "Đã xem báo cáo thử"})
    done = Job.objects.latest("pk")
    assert answer["Location"] == f"/administration/jobs/{done.pk}/"
    assert done.state == JobState.DONE, done.failure
    unit = AdministrativeUnit.objects.get(code="12826")
    assert (unit.boundary_kind, unit.source) == (BoundaryKind.OFFICIAL, "Nghị quyết 1666/NQ-UBTVQH15")
    record = ChangeRecord.objects.get(kind="units.imported")
    assert (record.actor, record.reason) == (world.admin, "Đã xem báo cáo thử")
    assert list(verify()) == []
    again = handed_in(admin, django_capture_on_commit_callbacks, geojson(*TWO), partial="on")["Location"]
    assert "/import/" not in admin.get(again).content.decode().replace(f"{HERE}import/", "")


def test_a_packed_shapefile_is_read(
    world: World, admin: Client, tmp_path: Path, django_capture_on_commit_callbacks: OnCommit
) -> None:
    AdministrativeUnit.objects.update(valid_from="2025-07-01")
    boxes = [shapely.multipolygons([shapely.box(*box)]) for _code, _name, box in TWO]
    shapes = np.array([shapely.to_wkb(one) for one in boxes])
    codes, names = (np.array([one[place] for one in TWO], object) for place in (0, 1))
    pyogrio.raw.write(
        tmp_path / "xa.shp",
        shapes,
        [codes, names],
        ["ma_xa", "ten_xa"],
        geometry_type="MultiPolygon",
        crs="EPSG:4326",
        encoding="UTF-8",
    )
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part in tmp_path.glob("xa.*"):
            archive.write(part, f"ranh_gioi/{part.name}")
        archive.writestr("../../evil.txt", "out of the folder")
    file = SimpleUploadedFile("xa.zip", packed.getvalue(), "application/zip")
    handed_in(admin, django_capture_on_commit_callbacks, file, partial="on")
    job = Job.objects.get()
    assert job.state == JobState.DONE, job.failure
    assert job.report["rows"] == 2
    assert not (tmp_path.parent / "evil.txt").exists()


@pytest.mark.parametrize("content", [b"{", b"PK\x03\x04 no archive", b'{"type":"FeatureCollection","features":[]}'])
def test_a_file_that_is_none_fails_in_words(
    world: World, admin: Client, content: bytes, django_capture_on_commit_callbacks: OnCommit
) -> None:
    file = SimpleUploadedFile("xa.geojson", content)
    where = handed_in(admin, django_capture_on_commit_callbacks, file)["Location"]
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert job.failure.splitlines()[0] in unescape(admin.get(where).content.decode())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"valid_from": "soon"}, "valid_from"),
        ({"valid_to": "2020-01-01"}, "valid_to"),
        ({"source": ""}, "source"),
        ({"level": "hamlet"}, "level"),
        ({"reason": ""}, "reason"),
    ],
)
def test_wrong_terms_stand_at_their_field(
    world: World, admin: Client, change: dict[str, str], field: str, django_capture_on_commit_callbacks: OnCommit
) -> None:
    answer = handed_in(admin, django_capture_on_commit_callbacks, geojson(*TWO), **change)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Job.objects.exists()


def test_a_file_of_another_kind_is_refused_before_it_is_kept(
    world: World, admin: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    file = SimpleUploadedFile("units.xlsx", b"PK")
    assert handed_in(admin, django_capture_on_commit_callbacks, file).status_code == 422


def test_units_are_listed_by_level_time_and_name(world: World, admin: Client) -> None:
    old = make.UnitFactory(
        code="12000", name="Diêm Điền", parent=world.province, valid_from="2000-01-01", valid_to="2025-07-01"
    )
    now = unescape(admin.get(f"{HERE}?level=commune&time=now").content.decode())
    assert str(world.thai_thuy) in now
    assert old.name not in now
    assert (
        str(world.province)
        not in admin.get(f"{HERE}?level=commune").content.decode().split("<tbody>")[1].split("<th")[0]
    )
    assert old.name in unescape(admin.get(f"{HERE}?time=ended").content.decode())
    assert old.name in unescape(admin.get(f"{HERE}?q=diem+dien").content.decode())
    assert "<svg" in admin.get(f"{HERE}{world.thai_thuy.pk}/").content.decode()


def test_a_succession_is_entered_and_another_one_confirmed(world: World, admin: Client) -> None:
    old = make.UnitFactory(
        code="12000", name="Diêm Điền", parent=world.province, valid_from="2000-01-01", valid_to="2025-07-01"
    )
    here = f"{HERE}{world.thai_thuy.pk}/"
    form = {
        "code": "12000", "direction": "before", "on": "2025-07-01", "is_whole": "on",
        "source": "Nghị quyết 1666/NQ-UBTVQH15", "reason": "Đọc nghị quyết",
    }  # fmt: skip
    AdministrativeUnit.objects.filter(pk=world.thai_thuy.pk).update(valid_from="2025-07-01")
    assert admin.post(here, {**form, "code": "99999"}).status_code == 422
    assert admin.post(here, form).status_code == 302
    row = UnitSuccession.objects.get()
    assert (row.old, row.new, row.verified) == (old, world.thai_thuy, True)
    assert admin.post(here, form).status_code == 422
    UnitSuccession.objects.update(verified=False, source="danh mục")
    confirm = f"{here}successions/{row.pk}/"
    admin.post(confirm, {"source": "", "reason": "x"})
    row.refresh_from_db()
    assert not row.verified
    admin.post(confirm, {"source": "Nghị quyết 1666", "reason": "Đối chiếu"})
    row.refresh_from_db()
    assert (row.verified, row.source) == (True, "Nghị quyết 1666")
    assert ChangeRecord.objects.get(kind="succession.verified").details["source"]["before"] == "danh mục"


def test_three_people(world: World, as_person: SignIn) -> None:
    for address in (HERE, f"{HERE}import/", f"{HERE}{world.thai_thuy.pk}/"):
        assert as_person(world.admin).get(address).status_code == 200
        assert as_person(world.auditor).get(address).status_code == 404
        assert as_person(world.owner).get(address).status_code == 404
    assert as_person(world.officer).post(f"{HERE}import/", {}).status_code == 404


@pytest.mark.parametrize(("name", "count"), [("", 9), ("import/", 8), ("unit", 13)])
def test_a_page_asks_as_many_queries_as_written_down(
    world: World, admin: Client, name: str, count: int, registry_alone: None, asked: Any
) -> None:
    address = f"{HERE}{world.thai_thuy.pk}/" if name == "unit" else f"{HERE}{name}"
    queries = asked(admin, address)
    assert len(queries) == count, "\n".join(query[:160] for query in queries)
