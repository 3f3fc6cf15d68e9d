"""Writing papers: numbers for papers beside the steps, signed originals, the office's own templates."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils import timezone

from infra.models import Authority, User
from infra.services.attachments import attachment_add
from infra.services.ledger import act
from inspections.models import CaseDocument, DocumentState, FormCode, FormTemplate, ViolationCase
from inspections.services.numbering import document_number_take


def document_number(
    *, actor: User, case: ViolationCase, form: FormCode, on: date, number: str = "", reason: str
) -> CaseDocument:
    """Give a paper that belongs to no step (working minutes, a notice) its number; *number* is the records office's."""
    with act(
        actor=actor, authority=case.authority, kind="document.numbered", reason=reason, organization=case.organization
    ) as ledger:
        sequence, given = None, number
        if not given:
            sequence, given = document_number_take(authority=case.authority, series=form.series, on=on)
        paper = CaseDocument(
            authority=case.authority,
            case=case,
            form=form.code,
            series=form.series,
            year=on.year,
            sequence=sequence,
            number=given,
            dated=on,
        )
        ledger.add(paper)
        ledger.note(case=case.number, form=form.code, number=given)
    return paper


def document_issue(
    *,
    actor: User,
    paper: CaseDocument,
    name: str,
    chunks: Iterable[bytes],
    content_type: str,
    number: str,
    dated: date,
    reason: str,
) -> CaseDocument:
    """Keep the signed original with its digest; from then on it is the document, and nothing replaces it."""
    with transaction.atomic():
        locked = CaseDocument.objects.select_for_update().select_related("authority", "case").get(pk=paper.pk)
        if locked.original_id is not None:
            raise ValueError("The paper has its original already.")
        with act(
            actor=actor,
            authority=locked.authority,
            kind="document.issued",
            reason=reason,
            organization=locked.case.organization,
        ) as ledger:
            attachment = attachment_add(
                actor=actor,
                authority=locked.authority,
                organization=locked.case.organization,
                name=name,
                chunks=chunks,
                content_type=content_type,
            )
            locked.original, locked.sha256 = attachment, attachment.sha256
            locked.number, locked.dated = number or locked.number, dated
            locked.state, locked.issued_at = DocumentState.ISSUED, timezone.now()
            ledger.change(locked)
            ledger.note(case=locked.case.number, number=locked.number, sha256=locked.sha256)
    return locked


def document_void(*, actor: User, paper: CaseDocument, reason: str) -> CaseDocument:
    """Take a paper out of use; its number stays with it, so that the series has no gap without a reason."""
    with act(
        actor=actor,
        authority=paper.authority,
        kind="document.void",
        reason=reason,
        organization=paper.case.organization,
    ) as ledger:
        paper.state, paper.void_reason = DocumentState.VOID, reason[:400]
        ledger.change(paper)
        ledger.note(case=paper.case.number, number=paper.number)
    return paper


def template_add(
    *, actor: User, authority: Authority, form: str, name: str, content: bytes, content_type: str, reason: str
) -> FormTemplate:
    """Put the office's own template of *form* in place of the shipped one, or of its earlier one."""
    with act(actor=actor, authority=authority, kind="template.added", reason=reason) as ledger:
        file = attachment_add(
            actor=actor,
            authority=authority,
            organization=None,
            name=name,
            chunks=[content],
            content_type=content_type,
        )
        template = FormTemplate.objects.create(
            authority=authority, form=form, file=file, added_by=actor, added_at=timezone.now()
        )
        ledger.note(form=form, sha256=file.sha256)
    return template


def template_withdraw(*, actor: User, template: FormTemplate, reason: str) -> None:
    """Take the office's own template out of use; the one before it counts again, or the shipped one."""
    with act(actor=actor, authority=template.authority, kind="template.withdrawn", reason=reason) as ledger:
        template.withdrawn_at = timezone.now()
        template.save(update_fields=["withdrawn_at"])
        ledger.note(form=template.form, template=template.pk)
