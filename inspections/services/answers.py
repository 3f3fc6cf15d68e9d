"""Writing what the party says, asks for and files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from infra.models import User
from infra.services.attachments import attachment_add
from infra.services.ledger import act
from inspections.models import AnswerKind, CaseAnswer, ViolationCase


@dataclass(frozen=True)
class Upload:
    """A file that comes with an answer."""

    name: str
    chunks: Iterable[bytes]
    content_type: str = ""


def case_answer_add(
    *,
    actor: User,
    case: ViolationCase,
    text: str,
    files: Sequence[Upload],
    reason: str,
    kind: str = AnswerKind.EXPLANATION,
    until: date | None = None,
    amount_vnd: int | None = None,
    at: datetime | None = None,
) -> CaseAnswer:
    """Store what the party wrote and the files it filed."""
    moment = at or timezone.now()
    with act(
        actor=actor,
        authority=case.authority,
        kind="case.answered",
        reason=reason,
        organization=case.organization,
        at=moment,
    ) as ledger:
        answer = CaseAnswer.objects.create(
            case=case, kind=kind, author=actor, at=moment, text=text, until=until, amount_vnd=amount_vnd
        )
        attached = [
            attachment_add(
                actor=actor,
                authority=case.authority,
                organization=case.organization,
                name=file.name,
                chunks=file.chunks,
                content_type=file.content_type,
            )
            for file in files
        ]
        answer.files.set(attached)
        ledger.note(case=case.number, answer=answer.pk, about=kind, files=[file.sha256 for file in attached])
    return answer
