"""Parties: found again, merged, corrected, erased; named to case staff only."""

from datetime import date

import pytest
from django.apps import apps
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from infra.models import Organization
from infra.selectors.ledger import verify
from inspections.casework.parties import CannotDo, erasable_on, erase, merge
from inspections.models import PersonParty, Step, ViolationCase
from inspections.selectors.parties import duplicates_of, organizations_alike
from tests.inspections.running import K, Office
from tests.world import SignIn, World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_monday")]

CAFE = "15/2020/ND-CP:35.3"


@pytest.fixture
def case(office: Office, world: World) -> ViolationCase:
    return office.open(
        CAFE,
        field="internet",
        organization=None,
        person=office.citizen("Phạm Văn Ất", id_number="033088001234", birth_year="1988", phone="0912345678"),
        summary="Ông Ất mở cửa sau 22 giờ",
        place="12 phố Hiến",
        on=date(2020, 11, 2),
        today=date(2020, 11, 2),
    )


def known(world: World, **facts: str) -> list[str]:
    wanted = {"name": "", "id_number": "", "birth_year": "", "phone": ""} | facts
    return [row.name for row in duplicates_of(world.officer, **wanted)]


def test_who_was_charged_before_is_proposed(world: World, case: ViolationCase) -> None:
    assert known(world, name="pham van at") == ["Phạm Văn Ất"]
    assert known(world, name="Phạm Văn Ất", birth_year="1988") == ["Phạm Văn Ất"]
    assert known(world, name="Phạm Văn Ất", birth_year="1990") == []
    assert known(world, name="Ai khác", id_number="033088001234") == ["Phạm Văn Ất"]
    assert known(world, phone="0912345678") == ["Phạm Văn Ất"]
    assert known(world, name="Nguyễn Thị Bốn") == []
    assert duplicates_of(world.foreign_officer, name="Phạm Văn Ất", id_number="", birth_year="", phone="") == []
    assert organizations_alike("vietel", "") == []
    assert [row.code for row in organizations_alike(world.viettel.name, "")] == [world.viettel.code]


def test_two_rows_of_one_person_become_one(
    as_person: SignIn, world: World, office: Office, case: ViolationCase
) -> None:
    kept = case.person
    assert kept is not None
    second = office.open(CAFE, field="internet", organization=None, person=office.citizen("Phạm Văn Ất"))
    client = as_person(world.officer)
    html = client.get(f"/parties/persons/{kept.pk}/").content.decode()
    assert f'name="absorb" value="{second.person_id}"' in html
    given = {"absorb": second.person_id, "reason": "Cùng một người, nhập hai lần"}
    assert client.post(f"/parties/persons/{kept.pk}/merged/", given).status_code == 302
    second.refresh_from_db()
    assert second.person == kept
    html = client.get(f"/parties/persons/{kept.pk}/").content.decode()
    assert case.number in html
    assert second.number in html
    old = PersonParty.objects.get(merged_into=kept)
    assert client.get(f"/parties/persons/{old.pk}/")["Location"] == f"/parties/persons/{kept.pk}/"
    assert list(verify()) == []
    with pytest.raises(CannotDo):
        merge(actor=world.officer, keep=kept, absorb=old, reason="lần nữa")


def test_a_person_is_corrected(as_person: SignIn, world: World, case: ViolationCase) -> None:
    client, address = as_person(world.officer), f"/parties/persons/{case.person_id}/"
    assert client.post(address, {"name": "Phạm Văn Ất", "birth_year": "1989"}).status_code == 302
    person = PersonParty.objects.get(pk=case.person_id)
    assert (person.birth_year, person.id_number) == ("1989", "")
    assert client.post(address, {"name": " "}).status_code == 400


def test_persons_are_named_to_case_staff_only(as_person: SignIn, world: World, case: ViolationCase) -> None:
    address = f"/parties/persons/{case.person_id}/"
    assert "Phạm Văn Ất" in as_person(world.officer).get("/parties/?q=033088001234").content.decode()
    assert as_person(world.officer).get(address).status_code == 200
    for person in (world.manager, world.inspector, world.admin, world.auditor, world.owner):
        assert as_person(person).get(address).status_code == 404, person
        assert as_person(person).get("/parties/").status_code == 404, person
    foreign = as_person(world.foreign_officer)
    assert foreign.get(address).status_code == 404
    assert "Ất" not in foreign.get("/parties/").content.decode()


def test_pages_cost_a_fixed_number_of_queries(
    as_person: SignIn, world: World, case: ViolationCase, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_person(world.officer)
    addresses = (
        ("/parties/", 10),
        (f"/parties/persons/{case.person_id}/", 18),
        (f"/parties/organizations/{world.viettel.code}/", 12),
    )
    for address, queries in addresses:
        client.get(address)
        with django_assert_max_num_queries(queries, info=address):
            assert client.get(address).status_code == 200


# --- Erasing ----------------------------------------------------------------------------------------------------------


def closed(office: Office, case: ViolationCase) -> ViolationCase:
    day = date(2020, 11, 5)
    office.take(case, K.RECORD, date(2020, 11, 3), today=day, note="Ông Ất không ký")
    office.take(case, K.NO_PENALTY, day, today=day, note="Không có lỗi")
    office.take(case, K.CLOSE, day, today=day, note="Ông Ất đã về quê")
    return case


def test_data_are_kept_as_long_as_they_must(office: Office, world: World, case: ViolationCase) -> None:
    person = case.person
    assert person is not None
    assert erasable_on(person) is None, "a case is open"
    with pytest.raises(CannotDo, match="đang xử lý"):
        erase(actor=world.officer, person=person, reason="Theo yêu cầu")
    closed(office, case)
    assert erasable_on(person) == date(2025, 11, 5)
    with pytest.raises(CannotDo, match="05/11/2025"):
        erase(actor=world.officer, person=person, reason="Theo yêu cầu", today=date(2025, 11, 4))
    with pytest.raises(PermissionError):
        erase(actor=world.foreign_officer, person=person, reason="Theo yêu cầu")


def test_erasing_leaves_no_trace_of_the_person_and_the_ledger_whole(
    as_person: SignIn, world: World, office: Office, case: ViolationCase
) -> None:
    closed(office, case)
    client = as_person(world.officer)
    assert client.post(f"/parties/persons/{case.person_id}/erased/", {"reason": "Hết hạn lưu giữ"}).status_code == 302
    case.refresh_from_db()
    person = PersonParty.objects.get(pk=case.person_id)
    assert str(person) == "(đã xóa)"
    assert (case.summary, case.place) == ("", "")
    assert not Step.objects.filter(case=case).exclude(note="").exists()
    assert person.search_text == ""
    dumped = dump()
    assert "Ất" not in dumped
    assert "033088001234" not in dumped
    assert list(verify()) == []
    call_command("verify_ledger", verbosity=0)
    html = client.get(f"/cases/{case.pk}/").content.decode()
    assert "(đã xóa)" in html
    assert case.number in html


def dump() -> str:
    """Return every text of every table of cases and of the ledger."""

    parts = []
    for model in apps.get_models():
        if model._meta.app_label in ("inspections", "infra"):
            names = [
                f.name
                for f in model._meta.concrete_fields
                if f.get_internal_type() in ("CharField", "TextField", "JSONField")
            ]
            parts += [str(row) for row in model._default_manager.values_list(*names)] if names else []
    return "\n".join(parts)


def test_an_organization_is_shared_by_its_cases(as_person: SignIn, world: World, office: Office) -> None:
    first, second = office.open(), office.open(on=date(2026, 11, 9))
    html = as_person(world.officer).get(f"/parties/organizations/{world.viettel.code}/").content.decode()
    assert first.number in html
    assert second.number in html
    assert Organization.objects.filter(code=world.viettel.code).count() == 1
    assert as_person(world.officer).get("/parties/organizations/NOBODY/").status_code == 404
