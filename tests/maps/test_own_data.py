"""The home page of an operator: what it has, how old it is, what came back, what runs out."""

from datetime import timedelta

from django.utils import timezone

from infra.models import Permit, Submission
from tests.world import SignIn, World


def test_operator_sees_age_returned_files_and_what_runs_out(world: World, as_person: SignIn) -> None:
    today = timezone.localdate()
    Permit.objects.filter(pk=world.certificate.pk).update(
        expires_on=today + timedelta(days=70), renewal_due_on=today + timedelta(days=10), renewal_filed_on=None
    )
    Submission.objects.filter(pk=world.submission.pk).update(
        status="returned", decided_at=timezone.now(), decision_reason="Thiếu số giấy chứng nhận"
    )
    page = as_person(world.owner).get("/").content.decode()
    assert world.certificate.number in page
    assert world.submission.file.name in page
    assert "Thiếu số giấy chứng nhận" in page
    assert "/permits/renewals/" in page
    assert "/permits/renewals/" not in as_person(world.colleague).get("/").content.decode()


def test_age_counts_from_the_last_accepted_file(world: World, as_person: SignIn) -> None:
    Submission.objects.filter(pk=world.submission.pk).update(
        status="accepted", decided_at=timezone.now() - timedelta(days=100)
    )
    world.owner.language = "en"
    world.owner.save()
    owner = as_person(world.owner)
    owner.cookies["django_language"] = "en"
    page = owner.get("/", headers={"accept-language": "en"}).content.decode()
    assert "100" in page
    assert "90" in page


def test_people_of_an_authority_and_strangers_see_none_of_it(world: World, as_person: SignIn) -> None:
    for person in (world.officer, world.stranger):
        assert world.submission.file.name not in as_person(person).get("/").content.decode()
