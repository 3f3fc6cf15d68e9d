"""The authority's settings: what changes, what stays, what the ledger says."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from infra.models import ChangeRecord
from infra.services.numbering import registry_numbers_take
from tests.world import SignIn, World

HERE = "/administration/authority/"


@pytest.fixture
def admin(world: World, as_person: SignIn) -> Client:
    return as_person(world.admin)


def form(world: World, **change: Any) -> dict[str, Any]:
    return {
        "authority": world.authority.code,
        "territory": "33",
        "registry_prefix": world.authority.registry_prefix,
        "metric_srid": str(world.authority.metric_srid),
        "superior": "ỦY BAN NHÂN DÂN TỈNH HƯNG YÊN",
        "name": "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
        "place": "Hưng Yên",
        "reason": "Quyết định 5/QĐ-UBND",
        **change,
    }


def test_settings_change_and_the_ledger_says_from_what_to_what(world: World, admin: Client) -> None:
    assert (
        admin.post(
            HERE, form(world, registry_prefix="HY2", territory="33, 11332", staff_second_factor="on")
        ).status_code
        == 302
    )
    world.authority.refresh_from_db()
    assert world.authority.registry_prefix == "HY2"
    assert world.authority.staff_second_factor
    assert world.authority.letterhead["place"] == "Hưng Yên"
    assert set(world.authority.territory.all()) == {world.province, world.an_bien}
    details = ChangeRecord.objects.get(kind="authority.settings").details
    assert details["registry_prefix"] == {"before": "HYN", "after": "HY2"}
    assert details["territory"] == {"before": ["33"], "after": ["11332", "33"]}
    assert registry_numbers_take(authority=world.authority, series="mast", count=1)[0].startswith("HY2-M-")
    assert "Quyết định 5/QĐ-UBND" in unescape(admin.get(HERE).content.decode())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"territory": "33, 99999"}, "territory"),
        ({"territory": " , "}, "territory"),
        ({"registry_prefix": "hyn"}, "registry_prefix"),
        ({"metric_srid": "4326"}, "metric_srid"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_cannot_be_is_refused(world: World, admin: Client, change: dict[str, str], field: str) -> None:
    answer = admin.post(HERE, form(world, **change))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert f'id="id_{field}_error"' in text or 'role="alert"' in text


def test_two_authorities_do_not_give_the_same_numbers(world: World, admin: Client) -> None:
    answer = admin.post(HERE, form(world, registry_prefix=world.neighbour.registry_prefix))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()


def test_three_people(world: World, as_person: SignIn) -> None:
    assert as_person(world.admin).get(HERE).status_code == 200
    assert as_person(world.admin).get(f"{HERE}?authority={world.neighbour.code}").status_code == 404
    assert as_person(world.admin).post(HERE, form(world, authority=world.neighbour.code)).status_code == 404
    for person in (world.manager, world.auditor, world.owner):
        assert as_person(person).get(HERE).status_code == 404


def test_the_page_asks_as_many_queries_as_written_down(
    world: World, admin: Client, registry_alone: None, asked: Any
) -> None:
    queries = asked(admin, HERE)
    assert len(queries) == 13, "\n".join(query[:160] for query in queries)
