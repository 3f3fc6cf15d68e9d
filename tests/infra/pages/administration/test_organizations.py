"""Organizations: entered, corrected, found by their names; who finds nothing there."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from infra.models import Organization
from infra.selectors.ledger import verify
from tests.world import SignIn, World

HERE = "/administration/organizations/"
FORM: dict[str, Any] = {
    "code": "SONGHONG",
    "kind": "tower_company",
    "name": "Công ty Hạ tầng Sông Hồng",
    "short_name": "Sông Hồng",
    "reporting_period_days": "90",
    "owns_stations": "on",
    "aliases": "Hạ tầng SH\nSH Tower\n\nSH Tower",
    "reason": "Công văn 7/SH",
}


@pytest.fixture
def admin(world: World, as_person: SignIn) -> Client:
    return as_person(world.admin)


def test_a_tower_company_is_entered_and_found_by_its_other_names(world: World, admin: Client) -> None:
    assert admin.post(f"{HERE}new/", FORM)["Location"] == f"{HERE}SONGHONG/"
    made = Organization.objects.get(code="SONGHONG")
    assert made.aliases == ["Hạ tầng SH", "SH Tower"]
    assert list(verify()) == []
    assert "SONGHONG" in admin.get(f"{HERE}?q=ha+tang+sh").content.decode()
    assert "VIETTEL" not in admin.get(f"{HERE}?kind=tower_company").content.decode()


def test_a_correction_stands_in_the_history(world: World, admin: Client) -> None:
    admin.post(f"{HERE}new/", FORM)
    form = {**FORM, "tax_code": "0900123456", "name": "Công ty CP Hạ tầng Sông Hồng", "reason": "Đổi tên"}
    assert admin.post(f"{HERE}SONGHONG/", form).status_code == 302
    text = unescape(admin.get(f"{HERE}SONGHONG/").content.decode())
    assert "<del>Công ty Hạ tầng Sông Hồng</del>" in text
    assert "Đổi tên" in text


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "sông hồng"}, "code"),
        ({"code": "viettel"}, "code"),
        ({"name": ""}, "name"),
        ({"mcc_mnc": "45204"}, "mcc_mnc"),
        ({"reporting_period_days": "0"}, "reporting_period_days"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_stands_at_its_field(world: World, admin: Client, change: dict[str, str], field: str) -> None:
    answer = admin.post(f"{HERE}new/", {**FORM, **change})
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()


@pytest.mark.parametrize("word", ["VIETTEL", "Tập đoàn VNPT", "vnpt"])
def test_words_that_stand_for_another_one_are_refused(world: World, admin: Client, word: str) -> None:
    answer = admin.post(f"{HERE}new/", {**FORM, "aliases": word})
    assert answer.status_code == 422
    assert word in unescape(answer.content.decode())
    assert not Organization.objects.filter(code="SONGHONG").exists()


def test_an_authority_is_neither_made_nor_unmade_here(world: World, admin: Client) -> None:
    assert admin.post(f"{HERE}new/", {**FORM, "kind": "authority"}).status_code == 422
    code = world.authority.organization.code
    assert admin.post(f"{HERE}{code}/", {**FORM, "kind": "agency"}).status_code == 422
    assert admin.post(f"{HERE}{code}/", {**FORM, "kind": "authority", "aliases": ""}).status_code == 302


def test_three_people(world: World, as_person: SignIn) -> None:
    for address in (HERE, f"{HERE}new/", f"{HERE}VIETTEL/"):
        assert as_person(world.admin).get(address).status_code == 200
        assert as_person(world.manager).get(address).status_code == 404
        assert as_person(world.owner).get(address).status_code == 404
        assert as_person(None).get(address).status_code == 302
    assert as_person(world.auditor).post(f"{HERE}VIETTEL/", FORM).status_code == 404


#: page → queries with cold caches, as an administrator, the registry alone
QUERIES = {HERE: 8, f"{HERE}new/": 8, f"{HERE}VIETTEL/": 10}


@pytest.mark.parametrize("address", QUERIES)
def test_a_page_asks_as_many_queries_as_written_down(
    world: World, admin: Client, address: str, registry_alone: None, asked: Any
) -> None:
    queries = asked(admin, address)
    assert len(queries) == QUERIES[address], "\n".join(query[:160] for query in queries)
