"""Violation cases in every state, run step by step by the same table as an officer's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from infra.models import Authority, Installation, InstallationKind, Permit, User
from inspections.casework.changes import CannotChange, ChargeChange, charges_change
from inspections.casework.execution import Instalment
from inspections.casework.guards import StepInput
from inspections.casework.opening import (
    AlreadyOpen,
    CannotOpen,
    CaseDraft,
    case_open,
    case_open_from_finding,
    case_open_from_permit,
)
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused, case_step_take, default_office
from inspections.models import AnswerKind, CaseState, Field, Finding, PersonParty, StepKind, ViolationCase
from inspections.services.answers import Upload, case_answer_add
from inspections.services.views import view_keep

REASON = "Vụ việc minh họa"
MITIGATING = "Người vi phạm đã tự nguyện khai báo, thành thật hối lỗi"
REMEDY = "Buộc kiểm định lại và niêm yết giấy chứng nhận tại trạm"
PERMIT_CASES = 6
#: days by which the office takes longer than the script, case by case, where a case is old enough for that
PACES, UNHURRIED = (0, 2, 1, 0, 4, 1, 3, 6), 35
#: whose cases show what a party writes, where there is a choice
SPEAKER = "VIETTEL"


@dataclass(frozen=True)
class Does:
    """A step, so many days after detection; ``more`` are members of its input."""

    kind: str
    after: int
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Says:
    """Something that the party writes, so many days after detection."""

    kind: str
    after: int
    text: str
    days: int = 0


@dataclass(frozen=True)
class Script:
    """How a demo case goes; ``age`` is how many days ago it was detected."""

    state: str
    age: int
    moves: Sequence[Does | Says] = ()


K, A = StepKind, AnswerKind
EXPLAINS = Says(
    A.EXPLANATION,
    4,
    "Đơn vị thừa nhận chậm kiểm định lại do đổi đơn vị đo kiểm. Hồ sơ kiểm định đã nộp. Đề nghị giảm nhẹ.",
)
_TO_DECISION = (Does(K.RECORD, 1), Does(K.DECISION, 6, {"remedies": True}))
_TO_SERVICE = (*_TO_DECISION, Does(K.SERVE, 8))
SCRIPTS: tuple[tuple[Script, int], ...] = (
    (Script(CaseState.DETECTED, 4), 5),
    (Script(CaseState.RECORDED, 3, (Does(K.RECORD, 1), Says(A.EXTENSION, 2, "Xin thêm 5 ngày để có kết quả đo."))), 3),
    (Script(CaseState.RECORDED, 9, (Does(K.RECORD, 1),)), 3),
    (Script(CaseState.EXPLAINING, 16, (Does(K.RECORD, 1), EXPLAINS, Does(K.EXPLANATION, 6))), 4),
    (Script(CaseState.EXPLAINING, 10, (Does(K.RECORD, 1), Does(K.EXPLANATION_REQUEST, 2))), 2),
    (Script(CaseState.DECIDED, 12, _TO_DECISION), 4),
    (Script(CaseState.SERVED, 15, _TO_SERVICE), 3),
    (
        Script(
            CaseState.SERVED,
            17,
            (*_TO_SERVICE, Says(A.INSTALMENTS, 10, "Đơn vị gặp khó khăn tài chính, đề nghị nộp phạt làm ba lần.")),
        ),
        2,
    ),
    (Script(CaseState.EXECUTING, 40, (*_TO_SERVICE, Does(K.PAYMENT, 15))), 3),
    (Script(CaseState.EXECUTING, 50, (*_TO_SERVICE, Does(K.INSTALMENTS, 14), Does(K.PAYMENT, 20))), 2),
    (Script(CaseState.EXECUTING, 45, (*_TO_SERVICE, Does(K.COMPLAINT, 14, {"suspends": False}))), 1),
    (
        Script(
            CaseState.EXECUTING,
            30,
            (*_TO_SERVICE, Does(K.PAYMENT, 16, {"whole": True}), Says(A.REMEDY, 24, "Đã kiểm định và niêm yết lại.")),
        ),
        2,
    ),
    (Script(CaseState.ENFORCING, 75, (*_TO_SERVICE, Does(K.ENFORCE, 45))), 2),
    (Script(CaseState.NO_PENALTY, 50, (Does(K.RECORD, 1), Does(K.VERIFICATION, 3), Does(K.NO_PENALTY, 12))), 3),
    (Script(CaseState.TRANSFERRED, 20, (Does(K.RECORD, 1), Does(K.TRANSFER, 5))), 2),
    (
        Script(
            CaseState.CLOSED,
            110,
            (*_TO_SERVICE, Does(K.PAYMENT, 14, {"whole": True}), Does(K.REMEDY, 18), Does(K.CLOSE, 20)),
        ),
        6,
    ),
    (Script(CaseState.TIME_BARRED, 400, (Does(K.CLOSE, 390),)), 2),
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


def write_cases(
    *, officers: Sequence[User], authority: Authority, random: np.random.Generator, speakers: Iterable[User] = ()
) -> int:
    """Open and run the demo's cases; return how many there are. *speakers* write for the parties."""
    by_organization = {membership.organization_id: user for user in speakers for membership in user.memberships.all()}
    found = Finding.objects.exclude(rule_code="").filter(found_on__lte=timezone.localdate())
    findings = list(found.select_related("organization").order_by("id"))
    order = 0
    for script, count in SCRIPTS:
        for _ in range(count):
            order += 1
            officer = officers[order % 4 == 0]
            case = _opened(officer, authority, random, script, findings, order)
            _run(officer, case, script, by_organization.get(case.organization_id or 0))
    _from_permits(officers[0], authority)
    view_keep(person=officers[0], name="Việc của tôi, trong tuần", query="officer=me&deadline=week")
    view_keep(person=officers[0], name="Quá hạn", query="deadline=overdue")
    return ViolationCase.objects.count()


def _from_permits(officer: User, authority: Authority) -> None:
    """Open the cases of some expired certificates with one click; the next step of one is taken."""
    today = timezone.localdate()
    rows = Permit.objects.filter(authority=authority, expires_on__lt=today, installation__isnull=False)
    for place, permit in enumerate(rows.order_by("expires_on", "id")[:PERMIT_CASES]):
        on = today - timedelta(days=2 * place)
        try:
            case = case_open_from_permit(actor=officer, permit=permit, reason=REASON, on=on, at=_at(on))
        except (AlreadyOpen, CannotOpen):
            continue
        if place % 2:
            _take(officer, case, Does(K.RECORD, 1))


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
    speaks = any(isinstance(move, Says) for move in script.moves)
    if near and (speaks or order % 3):
        finding = min(near, key=lambda row: (speaks and _silent(row), abs((row.found_on - wanted).days), row.pk))
        findings.remove(finding)
        return case_open_from_finding(actor=officer, finding=finding, reason=REASON, at=_at(finding.found_on))
    kind, law_field, rule = BY_HAND[order % len(BY_HAND)]
    rows = Installation.objects.filter(authority=authority, kind=kind).select_related("organization", "unit", "site")
    row = rows.order_by("id")[int(random.integers(rows.count()))]
    person = _owner(authority, order) if kind == InstallationKind.INTERNET_POINT else None
    draft = CaseDraft(
        field=law_field,
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


def _silent(finding: Finding) -> bool:
    """Tell whether the operator of the account that people try first has no part in *finding*."""
    return finding.organization is None or finding.organization.code != SPEAKER


def _owner(authority: Authority, order: int) -> PersonParty:
    """Return an owner of an internet point; every fourth was entered twice, once without a number."""
    name = f"Chủ điểm minh họa {order - order % 4}" if order % 4 == 1 else f"Chủ điểm minh họa {order}"
    return PersonParty(
        authority=authority,
        name=name,
        birth_year=str(1970 + order % 4 if order % 4 == 1 else 1970 + order),
        id_number="" if order % 4 == 1 else f"0330{order:08d}",
        occupation="Kinh doanh dịch vụ Internet",
        nationality="Việt Nam",
        address="Xã minh họa",
    )


def _run(officer: User, case: ViolationCase, script: Script, speaker: User | None) -> None:
    """Take the script's steps; where the law refuses one for this case, the case stays where it stands."""
    if case.pk % 3 == 0:
        _mitigate(officer, case)
    late = PACES[case.pk % len(PACES)] if script.age > UNHURRIED else 0
    for planned in script.moves:
        move = replace(planned, after=planned.after + late) if planned.after > 1 else planned
        case.refresh_from_db()
        if isinstance(move, Says):
            if speaker is not None:
                _say(speaker, case, move)
        elif not _take(officer, case, move):
            return


def _mitigate(officer: User, case: ViolationCase) -> None:
    charge = case.charges.first()
    if charge is None:
        return
    change = ChargeChange(charge.pk, mitigating=[MITIGATING])
    try:
        charges_change(actor=officer, case=case, changes=[change], reason=REASON, at=_at(case.detected_on, hour=10))
    except CannotChange:
        return


def _say(speaker: User, case: ViolationCase, move: Says) -> None:
    on = min(case.detected_on + timedelta(days=move.after), timezone.localdate())
    paper = f"{move.text}\n".encode()
    case_answer_add(
        actor=speaker,
        case=case,
        text=move.text,
        files=[Upload("van-ban-giai-trinh.txt", [paper], "text/plain")] if move.kind == A.EXPLANATION else [],
        reason="Bên vi phạm gửi",
        kind=move.kind,
        at=_at(on, hour=16),
    )


def _take(officer: User, case: ViolationCase, move: Does) -> bool:
    on = min(case.detected_on + timedelta(days=move.after), timezone.localdate())
    try:
        given = _given(case, move, on)
        case_step_take(actor=officer, case=case, given=given, reason=REASON, at=_at(on, hour=15))
    except StepRefused:
        return False
    return True


def _given(case: ViolationCase, move: Does, on: date) -> StepInput:
    """Return what the officer would enter for a step. Papers get their numbers from their series."""
    kind, more = move.kind, dict(move.more)
    whole, remedies = more.pop("whole", False), more.pop("remedies", False)
    if kind == K.DECISION:
        file = open_file(case, on)
        more["authority"] = default_office(file.competent)
        more["amount_vnd"] = sum(charge.proposed_vnd or 0 for charge in file.charges)
        if remedies and case.party == "organization":
            more["remedies"] = ((REMEDY, on + timedelta(days=30)),)
    elif kind == K.PAYMENT:
        fine = case.fine_vnd or 0
        more["amount_vnd"] = fine if whole else fine // 3_000 * 1_000
        more["document"] = f"BL-{case.pk:05d}"
    elif kind == K.INSTALMENTS:
        fine = case.fine_vnd or 0
        parts = (fine // 3, fine // 3, fine - 2 * (fine // 3))
        more["instalments"] = tuple(Instalment(on + timedelta(days=30 * n), part) for n, part in enumerate(parts))
        more["note"] = "Khó khăn về kinh tế, có xác nhận"
    elif kind == K.REMEDY:
        more["carried_out"] = tuple(case.remedies.filter(done_on__isnull=True).values_list("pk", flat=True))
    elif kind == K.TRANSFER:
        more |= {"authority": "Công an tỉnh", "to": "outside", "note": "Có dấu hiệu tội phạm (minh họa)"}
    elif kind in (K.NO_PENALTY, K.COMPLAINT, K.ENFORCE, K.CLOSE):
        more["note"] = "Minh họa"
    return StepInput(kind=kind, on=on, **more)


def _at(day: date, hour: int = 9) -> datetime:
    """Return a moment on *day*, never in the future."""
    return min(timezone.make_aware(datetime.combine(day, time(hour))), timezone.now())
