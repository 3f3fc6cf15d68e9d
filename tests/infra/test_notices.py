"""Notices: who is told what, in the reader's language, behind the bell and by e-mail."""

from pathlib import Path

import pytest
from django.core import mail
from django.utils.translation import override

from infra.models import Notice, Submission
from infra.notices import NOTICES, words_of
from infra.rules import MOVES
from infra.services.notices import notices_mail, notify
from infra.services.submissions import submission_receive, submission_return, submission_send, submission_withdraw
from infra.submissions import applying, review
from tests.infra.submissions.files import station, stations_file
from tests.world import SignIn, World

FACTS = dict.fromkeys(
    (
        "file",
        "organization",
        "receipt",
        "reason",
        "errors",
        "number",
        "place",
        "permit",
        "until",
        "due",
        "subject",
        "finding",
        "findings",
        "proposal",
        "reference",
    ),
    "x",
)


@pytest.fixture
def sent(ground: World, tmp_path: Path) -> Submission:
    """A file of Viettel's that waits for the authority."""
    path = stations_file(tmp_path, station(1))
    submission, _new = submission_receive(
        actor=ground.owner,
        authority=ground.authority,
        organization=ground.viettel,
        kind="stations",
        name=path.name,
        chunks=[path.read_bytes()],
    )
    review.submission_check(actor=ground.owner, submission=submission)
    return submission_send(actor=ground.owner, submission=submission)


def told(person: object) -> list[str]:
    return list(Notice.objects.filter(person=person).order_by("pk").values_list("code", flat=True))


def test_reviewers_hear_what_was_sent_and_the_operator_what_became_of_it(ground: World, sent: Submission) -> None:
    assert told(ground.officer) == ["submission.sent"]
    assert told(ground.manager) == ["submission.sent"]
    assert told(ground.inspector) == []
    assert told(ground.foreign_officer) == []
    submission_return(actor=ground.officer, submission=sent, reason="Thiếu số GCN")
    assert told(ground.owner) == ["submission.returned"]
    assert Notice.objects.get(person=ground.owner).facts["reason"] == "Thiếu số GCN"
    assert told(ground.stranger) == []


def test_registering_tells_the_operator_once(ground: World, sent: Submission) -> None:
    applying.submission_accept(actor=ground.officer, submission=sent, rows="all", reason="Đúng")
    applying.finish(sent.pk)
    applying.finish(sent.pk)
    assert told(ground.owner) == ["submission.accepted"]


def test_withdrawing_is_told_to_those_who_knew_of_it(ground: World, sent: Submission) -> None:
    submission_withdraw(actor=ground.owner, submission=sent)
    assert told(ground.officer) == ["submission.sent", "submission.withdrawn"]


@pytest.mark.parametrize("code", NOTICES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_notice_has_its_words(code: str, language: str) -> None:
    with override(language):
        title, text, _icon = words_of(code, FACTS)
    assert title
    assert "%" not in text


def test_every_state_that_is_told_has_words() -> None:
    states = {to for _start, to in MOVES} - {"checking", "applying"}
    assert {f"submission.{state}" for state in states} <= NOTICES.keys()


def test_bell_counts_what_is_unread_until_it_is_read(ground: World, sent: Submission, as_person: SignIn) -> None:
    officer = as_person(ground.officer)
    page = officer.get("/alerts/").content.decode()
    assert "stations.xlsx" in page
    assert f"/submissions/{sent.pk}/" in page
    officer.post("/alerts/read/")
    assert not Notice.objects.filter(person=ground.officer, read_at=None).exists()
    assert "stations.xlsx" not in as_person(ground.owner).get("/alerts/").content.decode()


def test_mail_goes_out_once_in_the_readers_language(
    ground: World, sent: Submission, settings: pytest.FixtureRequest
) -> None:
    settings.EMAIL_HOST, settings.PUBLIC_URL = "mail.example.vn", "https://sotram.example.vn"
    ground.officer.email, ground.officer.language = "officer@example.vn", "en"
    ground.officer.save()
    ground.manager.email, ground.manager.gets_mail = "manager@example.vn", False
    ground.manager.save()
    mail.outbox.clear()
    assert notices_mail() == 1
    assert notices_mail() == 0
    letter = mail.outbox[0]
    assert letter.to == ["officer@example.vn"]
    assert letter.subject.startswith("File received: Viettel, stations.xlsx, ")
    assert f"https://sotram.example.vn/submissions/{sent.pk}/" in letter.body


def test_mail_server_that_is_down_loses_nothing(
    ground: World, sent: Submission, settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.EMAIL_HOST = "mail.example.vn"
    ground.officer.email = "officer@example.vn"
    ground.officer.save()

    def refuse(*_args: object, **_kwargs: object) -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        assert notices_mail() == 0
    assert notices_mail() == 1


def test_one_switches_mail_off_on_the_page_of_the_account(ground: World, as_person: SignIn) -> None:
    ground.owner.email = "owner@example.vn"
    ground.owner.save()
    owner = as_person(ground.owner)
    assert "gets_mail" in owner.get("/account/").content.decode()
    owner.post("/account/mail/", {"gets_mail": "0", "next": "/account/"})
    ground.owner.refresh_from_db()
    assert not ground.owner.gets_mail


def test_who_did_it_is_not_told(ground: World) -> None:
    notify(
        [ground.owner, ground.officer], "plan.refused", path="/", but=ground.officer, number="1", place="x", reason="y"
    )
    assert Notice.objects.values_list("person", flat=True).get() == ground.owner.pk
