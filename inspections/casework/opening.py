"""Opening a case: from a finding, an expired permit, an incident, a complaint with one click, or by hand.

Charges are proposed by the rule in force on the day of the act, evidence is frozen as the register stood that day.
"""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.models import (
    AdministrativeUnit,
    Authority,
    Installation,
    Mast,
    Organization,
    Permit,
    PermitState,
    PublicReport,
    ReportStatus,
    Site,
    User,
)
from inspections.casework.penalties import Frame, frames_on, proposed_amount
from inspections.casework.situation import SETTLED, CaseFile, judge
from inspections.casework.steps import may_run
from inspections.casework.working_days import WorkingCalendar
from inspections.models import (
    CaseObject,
    Charge,
    Field,
    Finding,
    Incident,
    Inspection,
    Origin,
    PartyKind,
    PersonParty,
    ViolationCase,
)
from inspections.selectors.evidence import evidence_of
from inspections.selectors.law import LawBook, rule_for
from inspections.services.cases import Opening, case_create


class CannotOpen(ValueError):
    """A case cannot be opened like this; the message says what is missing and what to do."""


class AlreadyOpen(CannotOpen):
    """What the case would start from has its case already."""

    def __init__(self, case: ViolationCase) -> None:
        super().__init__(_("This is the subject of case %(number)s already.") % {"number": case.number})
        self.case = case


@dataclasses.dataclass
class CaseDraft:
    """What an officer enters to open a case by hand. Amounts and clocks follow from it.

    ``violation_on`` is the day the act ended, None while it goes on; the law of that day (else of detection) applies.
    """

    field: str
    detected_on: date
    rules: Sequence[str] = ()
    organization: Organization | None = None
    person: PersonParty | None = None
    unit: AdministrativeUnit | None = None
    place: str = ""
    position: Point | None = None
    violation_on: date | None = None
    is_complex: bool = False
    summary: str = ""
    inspection: Inspection | None = None
    permit: Permit | None = None
    incident: Incident | None = None
    report: PublicReport | None = None
    findings: dict[str, Finding] = dataclasses.field(default_factory=dict)
    installations: Sequence[Installation] = ()
    masts: Sequence[Mast] = ()
    sites: Sequence[Site] = ()
    places: Sequence[tuple[str, Point | None]] = ()
    evidence: dict[str, Any] = dataclasses.field(default_factory=dict)
    mitigating: Sequence[str] = ()
    aggravating: Sequence[str] = ()
    origin: str = Origin.HAND

    @property
    def party(self) -> str:
        return PartyKind.PERSON if self.person is not None else PartyKind.ORGANIZATION

    @property
    def law_day(self) -> date:
        """The day whose law applies to the act."""
        return self.violation_on or self.detected_on


def case_open_from_finding(
    *, actor: User, finding: Finding, reason: str, rules: Sequence[str] = (), at: datetime | None = None
) -> ViolationCase:
    """Open the case of *finding* with its charge proposed by the rule that the checklist names, or by *rules*.

    Raises AlreadyOpen, CannotOpen (no rule, no organization, rule not in force) or PermissionError.
    """
    with transaction.atomic():
        locked = Finding.objects.select_for_update(of=("self",)).select_related("inspection", "unit").get(pk=finding.pk)
        existing = ViolationCase.objects.filter(charges__finding=locked).first()
        if existing is not None:
            raise AlreadyOpen(existing)
        codes = list(rules) or ([locked.rule_code] if locked.rule_code else [])
        if not codes:
            raise CannotOpen(_("The checklist names no rule that this finding breaks. Open the case by hand."))
        draft = CaseDraft(
            field=locked.field,
            detected_on=locked.found_on,
            rules=codes,
            organization=locked.organization,
            unit=locked.unit,
            place=locked.inspection.subject_name,
            position=locked.inspection.subject_position,
            summary=locked.text_vi,
            inspection=locked.inspection,
            findings={codes[0]: locked},
            installations=[locked.installation] if locked.installation else (),
            masts=[locked.mast] if locked.mast and not locked.installation else (),
            sites=[locked.site] if locked.site and not locked.installation and not locked.mast else (),
            evidence=evidence_of(
                installations=[locked.installation] if locked.installation else (),
                on=locked.found_on,
                finding=locked,
            ),
            origin=Origin.FINDING,
        )
        return case_open(actor=actor, authority=locked.authority, draft=draft, reason=reason, at=at)


def trigger_of(permit: Permit, on: date) -> str | None:
    """Return what the register finds wrong with *permit* on a day, as rules name it; None where nothing is."""
    if permit.kind_id != "verification_certificate" or permit.state in (PermitState.REPLACED, PermitState.REVOKED):
        return None
    if permit.state == PermitState.LAPSED:
        return "certificate.lapsed"
    if permit.expires_on is not None and permit.expires_on < on:
        return "certificate.expired"
    late = permit.renewal_due_on is not None and permit.renewal_due_on < on and permit.renewal_filed_on is None
    return "certificate.renewal_late" if late else None


def case_open_from_permit(
    *, actor: User, permit: Permit, reason: str, on: date | None = None, at: datetime | None = None
) -> ViolationCase:
    """Open the case of an expired, lapsed or not renewed certificate with the rule that the catalogue proposes.

    Raises AlreadyOpen while a case about this permit is not at an end, CannotOpen where nothing is wrong with it.
    """
    day = on or timezone.localdate(at)
    with transaction.atomic():
        rows = Permit.objects.select_for_update(of=("self",)).select_related("authority", "organization")
        locked = rows.get(pk=permit.pk)
        existing = ViolationCase.objects.filter(permit=locked).exclude(state__in=SETTLED).first()
        if existing is not None:
            raise AlreadyOpen(existing)
        trigger = trigger_of(locked, day)
        if trigger is None:
            raise CannotOpen(_("Nothing is wrong with %(number)s on %(day)s.") % _named(locked, day))
        rule = rule_for(trigger, day)
        if rule is None:
            raise CannotOpen(_("No rule in force on %(day)s is set for this (%(trigger)s).") % {
                "day": formats.day(day), "trigger": trigger
            })  # fmt: skip
        station = locked.installation
        words = _("Certificate %(number)s, expiry %(expires)s, state of the register on %(day)s.")
        draft = CaseDraft(
            field=rule.field,
            detected_on=day,
            rules=[rule.code],
            organization=locked.organization,
            unit=station.unit if station else locked.site.unit if locked.site else None,
            place=station.site.address if station and station.site else "",
            position=station.position if station else locked.site.position if locked.site else None,
            summary=words % _named(locked, day),
            permit=locked,
            installations=[station] if station else (),
            sites=[locked.site] if locked.site and not station else (),
            evidence=evidence_of(installations=[station] if station else (), on=day, permit=locked),
            origin=Origin.PERMIT,
        )
        return case_open(actor=actor, authority=locked.authority, draft=draft, reason=reason, at=at)


def _named(permit: Permit, on: date) -> dict[str, str]:
    expires = formats.day(permit.expires_on) if permit.expires_on else "–"
    return {"number": permit.number, "expires": expires, "day": formats.day(on)}


def draft_from_incident(incident: Incident) -> CaseDraft:
    """Return the draft of a case about *incident*; the officer names the rules."""
    existing = ViolationCase.objects.filter(incident=incident).exclude(state__in=SETTLED).first()
    if existing is not None:
        raise AlreadyOpen(existing)
    concerned = list(incident.installations.select_related("organization", "unit", "site").order_by("id"))
    detected = timezone.localdate(incident.started_at)
    return CaseDraft(
        field=Field.TELECOM,
        detected_on=detected,
        organization=incident.organization,
        unit=incident.unit,
        position=incident.position,
        summary=incident.text,
        incident=incident,
        installations=concerned,
        evidence=evidence_of(installations=concerned, on=detected, incident=incident),
        origin=Origin.INCIDENT,
    )


def draft_from_report(report: PublicReport) -> CaseDraft:
    """Return the draft of a case about a citizen's complaint; the officer names party and rules."""
    existing = ViolationCase.objects.filter(report=report).exclude(state__in=SETTLED).first()
    if existing is not None:
        raise AlreadyOpen(existing)
    detected = timezone.localdate(report.received_at)
    return CaseDraft(
        field=Field.TELECOM,
        detected_on=detected,
        unit=report.unit or (report.site.unit if report.site else None),
        place=report.site.address if report.site else "",
        position=report.position or (report.site.position if report.site else None),
        summary=report.text,
        report=report,
        sites=[report.site] if report.site else (),
        evidence={"as_of": detected.isoformat(), "report": {"id": report.pk, "kind": report.kind}},
        origin=Origin.REPORT,
    )


def case_open(
    *, actor: User, authority: Authority, draft: CaseDraft, reason: str, at: datetime | None = None
) -> ViolationCase:
    """Open a case from a draft. Raises CannotOpen or PermissionError."""
    today = timezone.localdate(at)
    _check(actor, authority, draft, today)
    book = LawBook.read()
    frames, unknown = frames_on(list(draft.rules), draft.party, draft.law_day, book)
    if unknown:
        message = _("No rule %(rules)s is in force on %(day)s.")
        raise CannotOpen(message % {"rules": ", ".join(unknown), "day": formats.day(draft.law_day)})
    case = _case(actor, authority, draft)
    charges = [charge_of(frame, draft) for frame in frames]
    opening = Opening(case=case, charges=charges, objects=_objects(draft), person=draft.person)
    file = CaseFile(
        case=case,
        today=today,
        steps=[],
        charges=charges,
        remedies=[],
        payments=[],
        book=book,
        calendar=WorkingCalendar(authority.calendar),
    )
    judge(file)
    opening.deadlines = [deadline.as_row() for deadline in file.deadlines()]
    with transaction.atomic():
        if draft.report is not None and draft.report.status == ReportStatus.OPEN:
            PublicReport.objects.filter(pk=draft.report.pk).update(status=ReportStatus.TAKEN)
        return case_create(actor=actor, authority=authority, opening=opening, reason=reason, at=at)


def _check(actor: User, authority: Authority, draft: CaseDraft, today: date) -> None:
    unit_id = draft.unit.pk if draft.unit else None
    if not may_run(actor, authority_id=authority.pk, unit_id=unit_id, field=draft.field):
        raise PermissionError(_("None of your memberships lets you open this case."))
    if draft.organization is None and draft.person is None:
        raise CannotOpen(_("Name the organization or the person that is charged."))
    if draft.detected_on > today:
        raise CannotOpen(_("%(day)s lies in the future.") % {"day": formats.day(draft.detected_on)})
    if draft.violation_on is not None and draft.violation_on > draft.detected_on:
        raise CannotOpen(
            _("The act cannot have ended on %(end)s, after it was detected on %(day)s.")
            % {"end": formats.day(draft.violation_on), "day": formats.day(draft.detected_on)}
        )


def _case(actor: User, authority: Authority, draft: CaseDraft) -> ViolationCase:
    return ViolationCase(
        authority=authority,
        party=draft.party,
        organization=draft.organization if draft.person is None else None,
        field=draft.field,
        unit=draft.unit,
        place=draft.place[:255],
        position=draft.position,
        detected_on=draft.detected_on,
        violation_on=draft.violation_on,
        is_complex=draft.is_complex,
        origin=draft.origin,
        inspection=draft.inspection,
        permit=draft.permit,
        incident=draft.incident,
        report=draft.report,
        officer=actor,
        summary=draft.summary,
        evidence=_frozen(draft),
    )


def _frozen(draft: CaseDraft) -> dict[str, Any]:
    """Return what the case starts from, with the register of the installations that the officer names, that day."""
    found, named = dict(draft.evidence), {row.registry_number for row in draft.installations}
    held = {row["registry_number"] for row in found.get("objects", ())}
    if found and (held != named or found.get("as_of") != draft.detected_on.isoformat()):
        for name in ("register", "objects"):
            found.pop(name, None)
        return found | evidence_of(installations=draft.installations, on=draft.detected_on)
    return found or evidence_of(installations=draft.installations, on=draft.detected_on, inspection=draft.inspection)


def charge_of(frame: Frame, draft: CaseDraft | None = None) -> Charge:
    """Return the unsaved charge of *frame*: the rule's words and the party's frame are copied, the amount proposed."""
    rule = frame.rule
    mitigating, aggravating = (list(draft.mitigating), list(draft.aggravating)) if draft else ([], [])
    return Charge(
        rule=rule,
        rule_code=rule.code,
        text_vi=rule.name_vi,
        text_en=rule.name_en,
        legal_basis=rule.basis,
        min_vnd=frame.min_vnd,
        max_vnd=frame.max_vnd,
        proposed_vnd=proposed_amount(frame, len(mitigating), len(aggravating)),
        mitigating=mitigating,
        aggravating=aggravating,
        takes_licence=rule.takes_licence,
        extra_sanctions=rule.extra_sanctions,
        remedies=rule.remedies,
        finding=draft.findings.get(rule.code) if draft else None,
    )


def _objects(draft: CaseDraft) -> list[CaseObject]:
    return [
        *(CaseObject(installation=row, text=str(row), position=row.position) for row in draft.installations),
        *(CaseObject(mast=row, text=str(row)) for row in draft.masts),
        *(CaseObject(site=row, text=str(row), position=row.position) for row in draft.sites),
        *(CaseObject(text=text[:255], position=point) for text, point in draft.places),
    ]
