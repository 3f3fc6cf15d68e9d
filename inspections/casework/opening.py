"""Opening a case: from a finding with one click, or by hand. Charges are proposed, evidence is frozen."""

import dataclasses
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.models import AdministrativeUnit, Authority, Installation, Mast, Organization, Site, User
from inspections.casework.deadlines import Clocks
from inspections.casework.penalties import Frame, frames_on, proposed_amount
from inspections.casework.situation import CaseFile, judge
from inspections.casework.steps import may_run
from inspections.casework.working_days import WorkingCalendar
from inspections.models import (
    CaseObject,
    Charge,
    Finding,
    Inspection,
    PartyKind,
    PersonParty,
    ViolationCase,
)
from inspections.selectors.evidence import evidence_of
from inspections.services.cases import Opening, case_create


class CannotOpen(ValueError):
    """A case cannot be opened like this; the message says what is missing and what to do."""


class AlreadyOpen(CannotOpen):
    """The finding has its case already."""

    def __init__(self, case: ViolationCase) -> None:
        super().__init__(_("This finding is the subject of case %(number)s already.") % {"number": case.number})
        self.case = case


@dataclasses.dataclass
class CaseDraft:
    """What an officer enters to open a case by hand. Amounts and clocks follow from it."""

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
    findings: dict[str, Finding] = dataclasses.field(default_factory=dict)
    installations: Sequence[Installation] = ()
    masts: Sequence[Mast] = ()
    sites: Sequence[Site] = ()
    evidence: dict[str, Any] = dataclasses.field(default_factory=dict)
    mitigating: Sequence[str] = ()
    aggravating: Sequence[str] = ()

    @property
    def party(self) -> str:
        return PartyKind.PERSON if self.person is not None else PartyKind.ORGANIZATION


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
            evidence=evidence_of(locked),
        )
        return case_open(actor=actor, authority=locked.authority, draft=draft, reason=reason, at=at)


def case_open(
    *, actor: User, authority: Authority, draft: CaseDraft, reason: str, at: datetime | None = None
) -> ViolationCase:
    """Open a case by hand. Raises CannotOpen or PermissionError."""
    unit_id = draft.unit.pk if draft.unit else None
    if not may_run(actor, authority_id=authority.pk, unit_id=unit_id, field=draft.field):
        raise PermissionError(_("None of your memberships lets you open this case."))
    if draft.organization is None and draft.person is None:
        raise CannotOpen(_("Name the organization or the person that is charged."))
    frames, unknown = frames_on(list(draft.rules), draft.party, draft.detected_on)
    if unknown:
        message = _("No rule %(rules)s is in force on %(day)s.")
        raise CannotOpen(message % {"rules": ", ".join(unknown), "day": formats.day(draft.detected_on)})
    case = ViolationCase(
        authority=authority,
        party=draft.party,
        organization=draft.organization,
        field=draft.field,
        unit=draft.unit,
        place=draft.place[:255],
        position=draft.position,
        detected_on=draft.detected_on,
        violation_on=draft.violation_on,
        is_complex=draft.is_complex,
        inspection=draft.inspection,
        officer=actor,
        summary=draft.summary,
        evidence=draft.evidence,
    )
    charges = [_charge(frame, draft) for frame in frames]
    opening = Opening(case=case, charges=charges, objects=_objects(draft), person=draft.person)
    opening.deadlines = _first_deadlines(case, charges, timezone.localdate(at) if at else timezone.localdate())
    return case_create(actor=actor, authority=authority, opening=opening, reason=reason, at=at)


def _charge(frame: Frame, draft: CaseDraft) -> Charge:
    rule = frame.rule
    return Charge(
        rule=rule,
        rule_code=rule.code,
        text_vi=rule.name_vi,
        text_en=rule.name_en,
        legal_basis=f"{rule.decree.replace('ND-CP', 'NĐ-CP')}, {rule.citation}",
        min_vnd=frame.min_vnd,
        max_vnd=frame.max_vnd,
        proposed_vnd=proposed_amount(frame, len(draft.mitigating), len(draft.aggravating)),
        mitigating=list(draft.mitigating),
        aggravating=list(draft.aggravating),
        takes_licence=rule.takes_licence,
        extra_sanctions=rule.extra_sanctions,
        remedies=rule.remedies,
        finding=draft.findings.get(rule.code),
    )


def _objects(draft: CaseDraft) -> list[CaseObject]:
    return [
        *(CaseObject(installation=row, text=str(row)) for row in draft.installations),
        *(CaseObject(mast=row, text=str(row)) for row in draft.masts),
        *(CaseObject(site=row, text=str(row)) for row in draft.sites),
    ]


def _first_deadlines(case: ViolationCase, charges: list[Charge], today: date) -> list[Any]:
    file = CaseFile(
        case=case,
        today=today,
        steps=[],
        charges=charges,
        remedies=[],
        payments=[],
        clocks=Clocks(),
        calendar=WorkingCalendar(case.authority.calendar),
    )
    judge(file)
    return [deadline.as_row() for deadline in file.deadlines()]
