"""Violation cases in every state, run step by step by the same table as an officer's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import numpy as np
from django.utils import timezone

from infra.models import Authority, Installation, InstallationKind, User
from inspections.casework.guards import StepInput
from inspections.casework.opening import CaseDraft, case_open, case_open_from_finding
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused, case_step_take
from inspections.models import CaseState, Field, Finding, PersonParty, StepKind, ViolationCase

CASES = 40
REASON = "Vụ việc minh họa"


@dataclass(frozen=True)
class Script:
    """How a demo case goes: steps as (kind, days after detection); ``age`` is how many days ago it was detected."""

    state: str
    age: int
    steps: Sequence[tuple[str, int]] = ()


K = StepKind
_TO_DECISION = ((K.RECORD, 1), (K.DECISION, 6))
_TO_SERVICE = (*_TO_DECISION, (K.SERVE, 8))
SCRIPTS: tuple[tuple[Script, int], ...] = (
    (Script(CaseState.DETECTED, 4), 5),
    (Script(CaseState.RECORDED, 9, ((K.RECORD, 1),)), 5),
    (Script(CaseState.EXPLAINING, 16, ((K.RECORD, 1), (K.EXPLANATION_REQUEST, 2), (K.EXPLANATION, 6))), 4),
    (Script(CaseState.DECIDED, 12, _TO_DECISION), 4),
    (Script(CaseState.SERVED, 15, _TO_SERVICE), 4),
    (Script(CaseState.EXECUTING, 40, (*_TO_SERVICE, (K.PAYMENT, 15))), 4),
    (Script(CaseState.ENFORCING, 75, (*_TO_SERVICE, (K.ENFORCE, 45))), 2),
    (Script(CaseState.NO_PENALTY, 50, ((K.RECORD, 1), (K.VERIFICATION, 3), (K.NO_PENALTY, 12))), 3),
    (Script(CaseState.TRANSFERRED, 20, ((K.RECORD, 1), (K.TRANSFER, 5))), 2),
    (Script(CaseState.CLOSED, 110, (*_TO_SERVICE, (K.PAYMENT, 14), (K.CLOSE, 20))), 5),
    (Script(CaseState.TIME_BARRED, 400, ((K.CLOSE, 390),)), 2),
)
#: rules of cases opened by hand, by what they are about
BY_HAND: tuple[tuple[str, str, str], ...] = (
    (InstallationKind.POSTAL_POINT, Field.POST, "15/2020/ND-CP:13.3.e"),
    (InstallationKind.POSTAL_POINT, Field.POST, "15/2020/ND-CP:13.3.b"),
    (InstallationKind.INTERNET_POINT, Field.INTERNET, "15/2020/ND-CP:35.2.a"),
    (InstallationKind.INTERNET_POINT, Field.INTERNET, "15/2020/ND-CP:35.3"),
    (InstallationKind.CABLE_ROUTE, Field.TELECOM, "15/2020/ND-CP:40.3.t11"),
    (InstallationKind.BASE_STATION, Field.TELECOM, "15/2020/ND-CP:54.2.c"),
)


def write_cases(*, officer: User, authority: Authority, random: np.random.Generator) -> int:
    """Open and run the demo's cases; return how many there are."""
    findings = list(Finding.objects.exclude(rule_code="").filter(found_on__lte=timezone.localdate()).order_by("id"))
    order = 0
    for script, count in SCRIPTS:
        for _ in range(count):
            order += 1
            case = _opened(officer, authority, random, script, findings, order)
            _run(officer, case, script)
    return ViolationCase.objects.count()


def _opened(
    officer: User,
    authority: Authority,
    random: np.random.Generator,
    script: Script,
    findings: list[Finding],
    order: int,
) -> ViolationCase:
    """Open a case from the finding nearest in age, where one lies near enough, else by hand."""
    wanted = timezone.localdate() - timedelta(days=script.age)
    near = [row for row in findings if abs((row.found_on - wanted).days) <= max(2, script.age // 8)]
    if near and order % 3:
        finding = min(near, key=lambda row: (abs((row.found_on - wanted).days), row.pk))
        findings.remove(finding)
        return case_open_from_finding(actor=officer, finding=finding, reason=REASON, at=_at(finding.found_on))
    kind, field, rule = BY_HAND[order % len(BY_HAND)]
    rows = Installation.objects.filter(authority=authority, kind=kind).select_related("organization", "unit", "site")
    row = rows.order_by("id")[int(random.integers(rows.count()))]
    person = None
    if kind == InstallationKind.INTERNET_POINT:
        person = PersonParty(authority=authority, name=f"Chủ điểm minh họa {order}")
    draft = CaseDraft(
        field=field,
        detected_on=wanted,
        rules=(rule,),
        organization=None if person else row.organization,
        person=person,
        unit=row.unit,
        place=row.site.address if row.site else row.name,
        position=row.position,
        summary="Phát hiện qua kiểm tra thực tế (minh họa)",
        installations=(row,),
    )
    return case_open(actor=officer, authority=authority, draft=draft, reason=REASON, at=_at(wanted))


def _run(officer: User, case: ViolationCase, script: Script) -> None:
    """Take the script's steps; where the law refuses one for this case, the case stays where it stands."""
    for kind, after in script.steps:
        on = min(case.detected_on + timedelta(days=after), timezone.localdate())
        case.refresh_from_db()
        try:
            case_step_take(actor=officer, case=case, given=_given(case, kind, on), reason=REASON, at=_at(on, hour=15))
        except StepRefused:
            return


def _given(case: ViolationCase, kind: str, on: date) -> StepInput:
    """Return what the officer would enter for a step."""
    amount, office = None, ""
    if kind == K.DECISION:
        file = open_file(case, on)
        office = next((o.code for o in file.competent if o.code == "department_director"), "")
        office = office or (file.competent[0].code if file.competent else "")
        amount = sum(charge.proposed_vnd or 0 for charge in file.charges)
    elif kind == K.PAYMENT:
        fine = case.fine_vnd or 0
        closing = timezone.localdate() - case.detected_on > timedelta(days=100)
        amount = fine if closing else fine // 2
    return StepInput(
        kind=kind,
        on=on,
        authority=office,
        amount_vnd=amount,
        document=f"{case.pk:02d}/{'QĐ-XPHC' if kind == K.DECISION else 'BB-VPHC'}",
        note="Minh họa",
    )


def _at(day: date, hour: int = 9) -> datetime:
    """Return a moment on *day*, never in the future."""
    return min(timezone.make_aware(datetime.combine(day, time(hour))), timezone.now())
