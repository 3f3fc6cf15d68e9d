"""A case goes to another authority of this installation: the receiver gets its own case, the sender keeps its file.

Steps, charges, objects and evidence are copied with their dates, so that the clocks run on as if nothing had happened.
"""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Authority, User
from inspections.casework.situation import CaseFile, judge
from inspections.casework.working_days import WorkingCalendar
from inspections.models import CaseObject, CaseState, Charge, Origin, PersonParty, Step, ViolationCase
from inspections.selectors.law import LawBook
from inspections.services.cases import Opening, case_create


def receiver_kind(code: str, file: CaseFile) -> str:
    """Return what *code* names: an office that may fine, an authority of this installation, somebody outside."""
    if not code or code in {office.code for office in file.offices}:
        return "office"
    others = Authority.objects.exclude(pk=file.case.authority_id)
    return "authority" if others.filter(code=code).exists() else "outside"


def send_to_authority(*, actor: User, case: ViolationCase, code: str, at: datetime) -> ViolationCase:
    """Open the receiver's case with everything that is in the file of *case*, whose transfer was just written."""
    receiver = Authority.objects.exclude(pk=case.authority_id).get(code=code)
    steps = [_copy_step(row) for row in Step.objects.filter(case=case, annulled_at__isnull=True).order_by("on", "id")]
    charges = [_copy_charge(row) for row in Charge.objects.filter(case=case).select_related("rule").order_by("id")]
    copy = ViolationCase(
        authority=receiver,
        party=case.party,
        organization=case.organization,
        field=case.field,
        unit=case.unit,
        place=case.place,
        position=case.position,
        state=CaseState.TRANSFERRED,
        detected_on=case.detected_on,
        violation_on=case.violation_on,
        is_complex=case.is_complex,
        complex_reason=case.complex_reason,
        explanation_extension=case.explanation_extension,
        origin=Origin.TRANSFER,
        inspection=case.inspection,
        permit=case.permit,
        continues=case,
        summary=case.summary,
        evidence=case.evidence | {"sent_by": {"authority": case.authority.code, "case": case.number}},
    )
    opening = Opening(
        case=copy,
        charges=charges,
        objects=[_copy_object(row) for row in CaseObject.objects.filter(case=case).order_by("id")],
        person=_copy_person(case.person, receiver) if case.person else None,
        steps=steps,
    )
    file = CaseFile(
        case=copy,
        today=timezone.localdate(at),
        steps=steps,
        charges=charges,
        remedies=[],
        payments=[],
        book=LawBook.read(),
        calendar=WorkingCalendar(receiver.calendar),
    )
    judge(file)
    opening.deadlines = [deadline.as_row() for deadline in file.deadlines()]
    reason = _("Taken over from %(authority)s, case %(number)s") % {
        "authority": case.authority.code,
        "number": case.number,
    }
    return case_create(actor=actor, authority=receiver, opening=opening, reason=reason, at=at)


def _copy_step(row: Step) -> Step:
    details = {**row.details, "to": "office"} if row.kind == "transfer" else row.details
    return Step(
        kind=row.kind,
        on=row.on,
        actor=row.actor,
        entered_at=row.entered_at,
        fine_authority=row.fine_authority,
        amount_vnd=row.amount_vnd,
        document=row.document,
        form=row.form,
        details=details,
        note=row.note,
    )


def _copy_charge(row: Charge) -> Charge:
    columns = [
        field.name for field in Charge._meta.local_concrete_fields if field.name not in ("id", "case", "finding")
    ]
    return Charge(**{name: getattr(row, name) for name in columns})


def _copy_object(row: CaseObject) -> CaseObject:
    """Objects stay the sender's register; the receiver keeps their words and place."""
    named = row.installation or row.mast or row.site
    return CaseObject(text=row.text or str(named or ""), position=row.position)


def _copy_person(person: PersonParty, receiver: Authority) -> PersonParty:
    values = {name: getattr(person, name) for name in PersonParty.personal_fields}
    return PersonParty(authority=receiver, **values)
