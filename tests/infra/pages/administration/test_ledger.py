"""The ledger's pages: how the chain stands, a verification in the background, heads to take away, every record."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks import TaskResultStatus

from infra.models import ChangeRecord, Job, JobState, LedgerHead, Site
from infra.selectors.acts import ACTS
from infra.selectors.ledger import heads_file, verify
from infra.services import jobs
from infra.services.accounts import RefusedError
from infra.services.sites import site_move
from infra.tasks import run_job, tell_failure
from tests.world import SignIn, World, at

HERE = "/administration/ledger/"
OnCommit = Callable[..., Any]


@pytest.fixture
def auditor(world: World, as_person: SignIn) -> Client:
    return as_person(world.auditor)


def verified(client: Client, world: World, on_commit: OnCommit) -> str:
    with on_commit(execute=True):
        where = client.post(f"{HERE}verify/{world.authority.code}/")["Location"]
    return unescape(client.get(where).content.decode())


def test_the_auditor_has_the_chain_verified(
    world: World, auditor: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    before = unescape(auditor.get(HERE).content.decode())
    head = LedgerHead.objects.get(authority=world.authority)
    assert head.digest in before
    text = verified(auditor, world, django_capture_on_commit_callbacks)
    job = Job.objects.get()
    assert (job.state, job.report["holds"], job.report["sequence"]) == (JobState.DONE, True, head.sequence)
    assert head.digest in text
    assert f"/administration/jobs/{job.pk}/" in auditor.get(HERE).content.decode()


def test_what_does_not_hold_is_named(
    world: World, auditor: Client, django_capture_on_commit_callbacks: OnCommit
) -> None:
    Site.objects.filter(pk=world.citadel.pk).update(name="Forged")
    ChangeRecord.objects.filter(authority=world.authority, sequence=1).update(reason="forged")
    text = verified(auditor, world, django_capture_on_commit_callbacks)
    assert f"infra.site {world.citadel.pk}" in text
    assert "the record was edited" in text
    assert 'role="alert"' in text


def test_a_broken_head_is_seen_at_once(world: World, auditor: Client) -> None:
    LedgerHead.objects.filter(authority=world.authority).update(digest="0" * 64)
    assert auditor.get(HERE).content.decode().count('role="alert"') == 2


def test_one_verification_at_a_time(world: World) -> None:
    jobs.job_ask(actor=world.auditor, authority=world.authority, kind=jobs.JobKind.LEDGER_VERIFICATION)
    with pytest.raises(RefusedError):
        jobs.job_ask(actor=world.admin, authority=world.authority, kind=jobs.JobKind.LEDGER_VERIFICATION)
    Job.objects.update(asked_at=timezone.now() - timedelta(days=2))
    jobs.job_ask(actor=world.admin, authority=world.authority, kind=jobs.JobKind.LEDGER_VERIFICATION)


def test_a_job_lost_with_its_worker_ends(world: World, auditor: Client) -> None:
    job = jobs.job_ask(actor=world.auditor, authority=world.authority, kind=jobs.JobKind.LEDGER_VERIFICATION)
    here = f"/administration/jobs/{job.pk}/"
    waiting = auditor.get(here, headers={"HX-Request": "true"})
    assert "HX-Refresh" not in waiting

    class Lost:
        status = TaskResultStatus.FAILED
        task = run_job
        args = [job.pk]

    tell_failure(task_result=Lost())  # type: ignore[arg-type]
    assert auditor.get(here, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert unescape(job.failure) in unescape(auditor.get(here).content.decode())


def test_heads_are_exported_and_taken_away(world: World, auditor: Client, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    answer = auditor.post(f"{HERE}heads/")
    (line,) = answer.content.decode().splitlines()
    assert json.loads(line)["authority"] == world.authority.code
    assert heads_file().read_text("utf-8") == answer.content.decode()
    assert list(verify()) == []
    assert answer["Content-Disposition"].startswith("attachment")


def test_records_are_listed_filtered_and_exported(world: World, auditor: Client) -> None:
    site_move(actor=world.officer, site=world.citadel, to=at(106.07, 20.65), reason="Đo lại bằng GNSS")
    moved = ChangeRecord.objects.get(kind="site.moved")
    text = unescape(auditor.get(f"{HERE}?kind=site.moved").content.decode())
    assert "Đo lại bằng GNSS" in text
    assert text.count('<th scope="row">') == 1
    today = timezone.localdate()
    assert f"{world.authority.code} {moved.sequence}" in auditor.get(f"{HERE}?since={today}").content.decode()
    tomorrow = today + timedelta(days=1)
    assert f"{world.authority.code} {moved.sequence}" not in auditor.get(f"{HERE}?since={tomorrow}").content.decode()
    assert auditor.get(f"{HERE}?since=yesterday").status_code == 400
    assert "site.moved" in auditor.get(f"{HERE}?export=csv&actor=officer").getvalue().decode()
    assert f">{world.neighbour.code} 1<" not in auditor.get(HERE).content.decode()


def test_a_record_says_what_it_wrote(world: World, auditor: Client) -> None:
    site_move(actor=world.officer, site=world.citadel, to=at(106.07, 20.65), reason="Đo lại bằng GNSS")
    record = ChangeRecord.objects.get(kind="site.moved")
    text = unescape(auditor.get(f"{HERE}{record.pk}/").content.decode())
    assert "HYN-00002" in text
    assert "HYN-B-000003" in text
    assert "20.646400, 106.057100" in text
    assert record.digest in text
    assert record.previous_digest in text


def test_three_people(world: World, as_person: SignIn) -> None:
    record = ChangeRecord.objects.filter(authority=world.authority).latest("pk")
    foreign = ChangeRecord.objects.filter(authority=world.neighbour).latest("pk")
    for person in (world.auditor, world.admin):
        assert as_person(person).get(HERE).status_code == 200
        assert as_person(person).get(f"{HERE}{record.pk}/").status_code == 200
        assert as_person(person).get(f"{HERE}{foreign.pk}/").status_code == 404
        assert as_person(person).post(f"{HERE}verify/HPG/").status_code == 404
    for person in (world.officer, world.owner, world.foreign_officer):
        assert as_person(person).get(HERE).status_code == 404
        assert as_person(person).get(f"{HERE}{record.pk}/").status_code == 404
        assert as_person(person).post(f"{HERE}heads/").status_code == 404
    job = jobs.job_ask(actor=world.admin, authority=world.authority, kind=jobs.JobKind.UNITS_TRIAL)
    assert as_person(world.auditor).get(f"/administration/jobs/{job.pk}/").status_code == 404
    assert as_person(world.admin).get(f"/administration/jobs/{job.pk}/").status_code == 200


def test_the_auditors_place_is_the_ledger_alone(world: World, auditor: Client) -> None:
    page = auditor.get(HERE).content.decode()
    assert re.search(r'href="/administration/ledger/"[^>]*aria-current="page"', page)
    assert "/administration/people/" not in page


def test_every_act_that_the_code_names_has_a_title() -> None:
    named = re.compile(r'(?:kind=|Move\()"([a-z_]+\.[a-z_]+)"')
    root = Path(__file__).resolve().parents[4]
    found = {
        kind
        for app in ("infra", "inspections", "maps", "config")
        for file in (root / app).rglob("*.py")
        for kind in named.findall(file.read_text("utf-8"))
    }
    assert found - set(ACTS) == set()


@pytest.mark.parametrize(("name", "count"), [("", 16), ("record", 16), ("job", 7)])
def test_a_page_asks_as_many_queries_as_written_down(
    world: World, auditor: Client, name: str, count: int, registry_alone: None, asked: Any
) -> None:
    site_move(actor=world.officer, site=world.citadel, to=at(106.07, 20.65), reason="Đo lại bằng GNSS")
    record = ChangeRecord.objects.get(kind="site.moved")
    job = jobs.job_ask(actor=world.admin, authority=world.authority, kind=jobs.JobKind.LEDGER_VERIFICATION)
    addresses = {"record": f"{HERE}{record.pk}/", "job": f"/administration/jobs/{job.pk}/"}
    queries = asked(auditor, addresses.get(name, HERE))
    assert len(queries) == count, "\n".join(query[:160] for query in queries)
