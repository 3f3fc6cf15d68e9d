"""What the party files in a case: who may, until when, and how much."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from infra.access import Permission, scope_of
from infra.models import User
from inspections.casework.transitions import ENDS
from inspections.models import CaseAnswer, ViolationCase
from inspections.services.cases import Upload, case_answer_add

ANSWER_FILES_MAX = 10
ANSWER_FILE_MAX_BYTES = 25 * 1024 * 1024


class CannotAnswer(ValueError):
    """The answer is not taken; the message says why."""


def is_party(person: User, case: ViolationCase) -> bool:
    """Tell whether *person* speaks for the organization that is charged."""
    return case.organization_id in scope_of(person).organizations(Permission.SUBMIT)


def case_answer(*, actor: User, case: ViolationCase, text: str, files: list[UploadedFile]) -> CaseAnswer:
    """Take in what the party writes. Raises PermissionError for others, CannotAnswer for a closed case or too much."""
    if not is_party(actor, case):
        raise PermissionError(_("Only the party charged answers here."))
    if case.state in ENDS:
        raise CannotAnswer(_("A closed case takes no more answers."))
    if not text.strip():
        raise CannotAnswer(_("Write what you want to say."))
    if len(files) > ANSWER_FILES_MAX or any((file.size or 0) > ANSWER_FILE_MAX_BYTES for file in files):
        limits = {"n": ANSWER_FILES_MAX, "mb": ANSWER_FILE_MAX_BYTES // 2**20}
        raise CannotAnswer(_("At most %(n)s files of %(mb)s MB each.") % limits)
    uploads = [Upload(file.name or "", file.chunks(), file.content_type or "") for file in files]
    return case_answer_add(actor=actor, case=case, text=text, files=uploads, reason=_("Answer of the party"))
