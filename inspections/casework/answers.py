"""What the party files in a case: who may, until when, how much, and which step takes it up."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Permission, scope_of
from infra.models import User
from inspections.casework.deadlines import Deadline
from inspections.casework.transitions import ENDS
from inspections.models import AnswerKind, CaseAnswer, StepKind, ViolationCase
from inspections.services.answers import Upload, case_answer_add

ANSWER_FILES_MAX = 10
ANSWER_FILE_MAX_BYTES = 25 * 1024 * 1024
#: what the party asks for -> the step by which the authority takes it up
STEP_FOR: dict[str, str] = {
    AnswerKind.EXPLANATION: StepKind.EXPLANATION,
    AnswerKind.HEARING: StepKind.EXPLANATION_REQUEST,
    AnswerKind.INSTALMENTS: StepKind.INSTALMENTS,
    AnswerKind.POSTPONEMENT: StepKind.POSTPONE,
    AnswerKind.REDUCTION: StepKind.REDUCE,
    AnswerKind.REMEDY: StepKind.REMEDY,
    AnswerKind.PAYMENT: StepKind.PAYMENT,
    AnswerKind.COMPLAINT: StepKind.COMPLAINT,
}
#: what the party says -> the deadline by which it was to say it
DUE_FOR: dict[str, str] = {
    AnswerKind.EXPLANATION: "written_explanation",
    AnswerKind.EXTENSION: "written_explanation",
    AnswerKind.HEARING: "hearing_request",
    AnswerKind.REMEDY: "remedy",
    AnswerKind.PAYMENT: "payment",
}


class CannotAnswer(ValueError):
    """The answer is not taken; the message says why."""


@dataclass(frozen=True)
class Saying:
    """What a party sends: what it is about, in words, with the day or sum it asks for."""

    text: str
    kind: str = AnswerKind.EXPLANATION
    until: date | None = None
    amount_vnd: int | None = None


def is_party(person: User, case: ViolationCase) -> bool:
    """Tell whether *person* speaks for the organization that is charged."""
    return case.organization_id in scope_of(person).organizations(Permission.SUBMIT)


def case_answer(*, actor: User, case: ViolationCase, saying: Saying, files: list[UploadedFile]) -> CaseAnswer:
    """Take in what the party writes. Raises PermissionError for others, CannotAnswer for a closed case or too much."""
    if not is_party(actor, case):
        raise PermissionError(_("Only the party charged answers here."))
    if case.state in ENDS:
        raise CannotAnswer(_("A closed case takes no more answers."))
    if not saying.text.strip():
        raise CannotAnswer(_("Write what you want to say."))
    if saying.until is not None and saying.until <= timezone.localdate():
        raise CannotAnswer(_("Name a day that is still to come."))
    if len(files) > ANSWER_FILES_MAX or any((file.size or 0) > ANSWER_FILE_MAX_BYTES for file in files):
        limits = {"n": ANSWER_FILES_MAX, "mb": ANSWER_FILE_MAX_BYTES // 2**20}
        raise CannotAnswer(_("At most %(n)s files of %(mb)s MB each.") % limits)
    uploads = [Upload(file.name or "", file.chunks(), file.content_type or "") for file in files]
    return case_answer_add(
        actor=actor,
        case=case,
        text=saying.text,
        files=uploads,
        reason=_("Answer of the party"),
        kind=saying.kind,
        until=saying.until,
        amount_vnd=saying.amount_vnd,
    )


def in_time(answer: CaseAnswer, deadlines: Mapping[str, Deadline]) -> bool | None:
    """Tell whether *answer* came by its deadline; None where there is none."""
    row = deadlines.get(DUE_FOR.get(answer.kind, ""))
    return None if row is None else timezone.localdate(answer.at) <= row.due


@dataclass(frozen=True)
class Asked:
    """What the party may or must do, and by when; ``kind`` is how it answers."""

    name: str
    due: date
    kind: str
    is_right: bool


#: deadline -> the kind of answer by which the party meets it
_ASKED = {
    "hearing_request": AnswerKind.HEARING,
    "written_explanation": AnswerKind.EXPLANATION,
    "instalment": AnswerKind.PAYMENT,
    "payment": AnswerKind.PAYMENT,
    "remedy": AnswerKind.REMEDY,
}


def asked_of(deadlines: Iterable[Deadline], today: date) -> list[Asked]:
    """Return what the party may or must do next, in order of days; a right that has lapsed is left out."""
    return [
        Asked(row.name, row.due, _ASKED[row.name], row.is_right)
        for row in sorted(deadlines, key=lambda row: row.due)
        if row.name in _ASKED and row.is_open and not (row.is_right and row.due < today)
    ]
