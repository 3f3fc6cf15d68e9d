"""One paper of a case by its form: which template, what was filled in, DOCX, PDF."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from infra.models import Authority
from infra.services.attachments import path_of
from inspections.casework.situation import CaseFile, open_file
from inspections.documents.facts import facts_of
from inspections.documents.printing import pdf_of
from inspections.documents.rendering import BadTemplate, rendered
from inspections.documents.shipped import template_of
from inspections.models import CaseDocument, DocumentState, FormCode, FormTemplate, Step, ViolationCase
from inspections.selectors.law import forms_by_code


class NoForm(LookupError):
    """No such form is in force, or it has no template."""


@dataclass(frozen=True)
class Paper:
    """A form of a case: the paper with its number where there is one, and the step that it belongs to."""

    file: CaseFile
    form: FormCode
    row: CaseDocument | None
    step: Step | None

    @property
    def name(self) -> str:
        """What the file is called when it is saved."""
        number = self.row.number.replace("/", "-") if self.row else self.file.case.number
        return f"{self.form.code}_{number}"

    def docx(self) -> bytes:
        """Return the paper as DOCX, filled from the case as it stands."""
        template = template_for(self.file.case.authority, self.form.code)
        return rendered(template, facts_of(self.file, self.form, self.row, self.step))

    def pdf(self) -> bytes:
        """Return the original where it was issued as PDF, else the DOCX printed. Raises CannotPrint."""
        original = self.row.original if self.row else None
        if original is not None and original.name.lower().endswith(".pdf"):
            return path_of(original.sha256).read_bytes()
        return pdf_of(self.docx())


def paper_of(case: ViolationCase, code: str) -> Paper:
    """Return the newest paper of *case* on the form *code*, or a draft of it. Raises NoForm."""
    file = open_file(case)
    rows = CaseDocument.objects.filter(case=case, form=code).exclude(state=DocumentState.VOID)
    row = rows.select_related("original", "step").order_by("-id").first()
    form = forms_by_code(row.dated if row else file.today).get(code)
    if form is None:
        raise NoForm(code)
    return Paper(file, form, row, _step_of(file, form, row))


def _step_of(file: CaseFile, form: FormCode, row: CaseDocument | None) -> Step | None:
    """Return the step a paper was written for; a paper without a number belongs to the last step on its form."""
    if row is not None and row.step_id is not None:
        return next((step for step in file.steps if step.pk == row.step_id), None)
    found = [step for step in file.standing_steps if step.form == form.code]
    return found[-1] if found else None


def uploaded_template(authority: Authority, code: str) -> FormTemplate | None:
    """Return the office's own template of a form, None where the shipped one counts."""
    rows = FormTemplate.objects.filter(authority=authority, form=code, withdrawn_at__isnull=True)
    return rows.select_related("file").order_by("-id").first()


def uploaded_templates(authority: Authority) -> dict[str, FormTemplate]:
    """Return form code -> the office's own template that counts."""
    rows = FormTemplate.objects.filter(authority=authority, withdrawn_at__isnull=True)
    return {row.form: row for row in rows.select_related("file").order_by("id")}


def template_for(authority: Authority, code: str) -> bytes:
    """Return the template that counts for *authority*. Raises NoForm, BadTemplate where its file is gone."""
    own = uploaded_template(authority, code)
    if own is not None:
        path = path_of(own.file.sha256)
        if not path.is_file():
            raise BadTemplate(_("The file of the office's own template is missing: upload it again or withdraw it."))
        return path.read_bytes()
    shipped = template_of(code)
    if shipped is None:
        raise NoForm(code)
    return shipped
