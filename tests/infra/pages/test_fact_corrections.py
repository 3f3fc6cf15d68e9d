"""Corrections of what an installation has of its own kind: facts, cells, links, new permits."""

from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from infra.models import Cell, ChangeRecord, Link, NetworkNode, Permit, PermitState, PostalPoint
from infra.selectors.ledger import verify
from tests import factories as make
from tests.world import SignIn, World

REASON = "Đối chiếu tại hiện trường"


@pytest.fixture
def officer(world: World, as_person: SignIn) -> Client:
    return as_person(world.officer)


def address(noun: Any, tail: str) -> str:
    return f"/installations/{noun.installation.registry_number}/{tail}"


def shown(client: Client, where: str) -> dict[str, Any]:
    """Return what the form at *where* holds, as a browser would send it back."""
    form = client.get(where).context["form"]
    sent = {}
    for field in form:
        value = field.field.prepare_value(field.value()) if field.value() is not None else ""
        sent[field.name] = "\n".join(value) if isinstance(value, list) else value
    return {name: value for name, value in sent.items() if value not in (None, False)}


def test_each_kinds_facts_are_shown_and_saved_as_they_are(world: World, officer: Client) -> None:
    for noun in (world.station, world.postal_point, world.node, world.internet_point, world.route):
        here = address(noun, "facts/")
        form = {**shown(officer, here), "reason": REASON}
        assert officer.post(here, form).status_code == 302, (noun, officer.post(here, form).context["form"].errors)
        before = {f.attname: getattr(noun, f.attname) for f in noun._meta.concrete_fields}
        noun.refresh_from_db()
        after = {f.attname: getattr(noun, f.attname) for f in noun._meta.concrete_fields}
        assert before == after
    assert list(verify()) == []


def test_a_postal_points_facts_are_corrected(world: World, officer: Client) -> None:
    here = address(world.postal_point, "facts/")
    form = {
        **shown(officer, here), "opening_hours": "07:30-16:30", "services": "Chuyển phát\nBáo chí\n\nBáo chí",
        "floor_area_m2": "45,5", "tariff_posted": "0", "reason": REASON,
    }  # fmt: skip
    assert officer.post(here, form).status_code == 302
    point = PostalPoint.objects.get(pk=world.postal_point.pk)
    assert (point.opening_hours, point.floor_area_m2) == ("07:30-16:30", 45.5)
    assert (point.services, point.tariff_posted) == (["Chuyển phát", "Báo chí"], False)
    sheet = unescape(officer.get(address(point, "")).content.decode())
    assert REASON in sheet
    assert "07:30-16:30" in sheet


@pytest.mark.parametrize(
    ("noun", "change", "field"),
    [
        ("node", {"security_level": "6"}, "security_level"),
        ("node", {"rated_power_kw": "-1"}, "rated_power_kw"),
        ("node", {"node_kind": ""}, "node_kind"),
        ("route", {"fibres": "10001"}, "fibres"),
        ("internet_point", {"opens_at": "25:00"}, "opens_at"),
        ("internet_point", {"nearest_school_m": "nan"}, "nearest_school_m"),
        ("station", {"verification": "perhaps"}, "verification"),
        ("station", {"transmit_power_w": "inf"}, "transmit_power_w"),
    ],
)
def test_facts_that_cannot_be_are_refused_at_their_field(
    world: World, officer: Client, noun: str, change: dict[str, str], field: str
) -> None:
    here = address(getattr(world, noun), "facts/")
    answer = officer.post(here, {**shown(officer, here), "reason": REASON, **change})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_a_cell_is_corrected_and_its_stations_technologies_follow(world: World, officer: Client) -> None:
    station = world.station
    here = address(station, f"cells/{world.cell.pk}/")
    other = "5G" if world.cell.technology_id != "5G" else "4G"
    form = {**shown(officer, here), "technology": other, "band": "", "azimuth_deg": "360", "reason": REASON}
    assert officer.post(here, form).status_code == 302
    cell = Cell.objects.get(pk=world.cell.pk)
    assert (cell.technology_id, cell.azimuth_deg) == (other, 0)
    station.refresh_from_db()
    of_cells = set(Cell.objects.filter(station=station).values_list("technology_id", flat=True))
    assert of_cells <= set(station.technologies.split(","))
    site = unescape(officer.get(f"/sites/{world.harbour.code}/").content.decode())
    assert REASON in site  # the cell is told where the site's history is
    assert list(verify()) == []


def test_a_cell_is_added_once_and_taken_out(world: World, officer: Client) -> None:
    new = address(world.station, "cells/new/")
    form = {**shown(officer, new), "code": "NEW-1", "technology": "4G", "in_service": "on", "reason": REASON}
    assert officer.post(new, form).status_code == 302
    cell = Cell.objects.get(station=world.station, code="NEW-1")
    again = officer.post(new, form)
    assert again.status_code == 422
    assert "NEW-1" in unescape(again.content.decode())
    here = address(world.station, f"cells/{cell.pk}/")
    assert officer.post(here, {**form, "frequency_mhz": "0"}).status_code == 422
    officer.post(f"{here}remove/", {"reason": ""})
    assert Cell.objects.filter(pk=cell.pk).exists()
    officer.post(f"{here}remove/", {"reason": REASON})
    assert not Cell.objects.filter(pk=cell.pk).exists()
    assert ChangeRecord.objects.get(kind="cell.removed").details["cell"] == "NEW-1"
    assert list(verify()) == []


def test_no_cell_joins_a_station_that_is_gone(world: World, officer: Client) -> None:
    make.StatusFactory(code="decommissioned")
    gone = {"on": timezone.localdate().isoformat(), "reason": REASON}
    officer.post(address(world.station, "decommission/"), gone)
    form = {"code": "NEW-1", "technology": "4G", "reason": REASON}
    assert officer.post(address(world.station, "cells/new/"), form).status_code == 422


def test_a_link_is_registered_corrected_and_taken_out(world: World, officer: Client) -> None:
    new = address(world.vnpt_node, "links/new/")
    number = world.node.installation.registry_number
    form = {
        "code": "L-77", "to": number, "organization": world.vnpt.pk, "medium": "fibre", "capacity_mbps": "1000",
        "route": world.route.installation.registry_number, "reason": REASON,
    }  # fmt: skip
    assert officer.post(new, form).status_code == 302
    link = Link.objects.get(code="L-77")
    assert (link.from_node, link.to_node, link.route) == (world.vnpt_node, world.node, world.route)
    for change, field in (
        ({}, "code"),
        ({"code": "L-78", "to": world.vnpt_node.installation.registry_number}, "to"),
        ({"code": "L-78", "to": world.station.installation.registry_number}, "to"),
        ({"code": "L-78", "route": number}, "route"),
        ({"code": "L-78", "capacity_mbps": "0"}, "capacity_mbps"),
    ):
        assert officer.post(new, {**form, **change}).status_code == 422, field
    here = address(world.vnpt_node, f"links/{link.pk}/")
    assert shown(officer, here)["route"] == world.route.installation.registry_number
    assert officer.post(here, {**shown(officer, here), "route": "", "reason": REASON}).status_code == 302
    link.refresh_from_db()
    assert link.route is None
    officer.post(f"{here}remove/", {"reason": REASON})
    assert not Link.objects.filter(code="L-77").exists()
    assert NetworkNode.objects.filter(pk=world.node.pk).exists()
    assert list(verify()) == []


def test_a_new_certificate_replaces_the_one_before(world: World, officer: Client) -> None:
    new = address(world.station, "permits/new/")
    assert officer.get(new).status_code == 200
    form = {
        "kind": world.certificate.kind_id, "number": "KD-2026-100", "issued_on": "2026-11-01",
        "expires_on": "2031-11-01", "posted_on_site": "", "reason": REASON,
    }  # fmt: skip
    assert officer.post(new, {**form, "expires_on": "2020-01-01"}).status_code == 422
    assert officer.post(new, form).status_code == 302
    world.certificate.refresh_from_db()
    fresh = Permit.objects.get(number="KD-2026-100")
    assert (world.certificate.state, fresh.state) == (PermitState.REPLACED, PermitState.IN_FORCE)
    assert fresh.organization == world.viettel


def test_three_people_and_the_territory(world: World, as_person: SignIn, officer: Client) -> None:
    addresses = (
        address(world.citadel_station, "facts/"),
        address(world.citadel_station, "cells/new/"),
        address(world.citadel_station, "permits/new/"),
        address(world.node, "links/new/"),
    )
    for here in addresses:
        assert officer.get(here).status_code == 200
        for person in (world.owner, world.inspector, world.auditor, world.local_officer, world.foreign_officer):
            assert as_person(person).get(here).status_code == 404, (here, person)
        assert as_person(None).get(here)["Location"].startswith("/sign-in/")
    removal = address(world.station, f"cells/{world.cell.pk}/remove/")
    assert as_person(world.owner).post(removal, {"reason": REASON}).status_code == 404
    assert officer.get(address(world.citadel_station, f"cells/{world.cell.pk}/")).status_code == 404
    assert officer.get(address(world.node, "cells/new/")).status_code == 404
    assert officer.get(address(world.station, "links/new/")).status_code == 404


PDF = b"%PDF-1.7 certificate"


def test_a_permits_scan_is_kept_and_given_to_whoever_sees_it(
    world: World, as_person: SignIn, officer: Client, settings: Any, tmp_path: Path
) -> None:
    settings.ATTACHMENTS_DIR = tmp_path
    here, scan = f"/permits/{world.certificate.pk}/correct/", f"/permits/{world.certificate.pk}/file/"
    assert officer.get(scan).status_code == 404
    for name, content in (
        ("scan.pdf", b"<html></html>"),
        ("scan.png", PDF[1:]),
        ("big.pdf", PDF + b"0" * (20 * 2**20)),
    ):
        form = {**shown(officer, here), "reason": REASON, "file": SimpleUploadedFile(name, content)}
        answer = officer.post(here, form)
        assert answer.status_code == 422, name
        assert 'id="id_file_error"' in answer.content.decode()
    form = {**shown(officer, here), "reason": REASON, "file": SimpleUploadedFile("Giấy 01.pdf", PDF, "text/html")}
    assert officer.post(here, form).status_code == 302
    kept = officer.get(scan)
    assert b"".join(kept.streaming_content) == PDF  # type: ignore[attr-defined]
    assert kept["Content-Type"] == "application/octet-stream"
    assert kept["Content-Disposition"].startswith("attachment")
    assert (
        officer.post(here, {**shown(officer, here), "reason": REASON}).status_code == 302
    )  # without a new one it stays
    assert as_person(world.owner).get(scan).status_code == 200
    assert scan in as_person(world.owner).get(address(world.station, "")).content.decode()
    for stranger in (world.stranger, world.foreign_officer):
        assert as_person(stranger).get(scan).status_code == 404
    assert list(verify()) == []
