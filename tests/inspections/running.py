"""Short ways to open cases and run them, as an officer does: every step by the service, at a day of one's choice."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone

from infra.models import User
from inspections.casework.execution import Instalment
from inspections.casework.guards import StepInput
from inspections.casework.opening import CaseDraft, case_open
from inspections.casework.steps import case_step_take
from inspections.models import CaseState, PersonParty, Step, StepKind, ViolationCase
from tests.world import World

TODAY = date(2026, 11, 23)
EXPIRED = "15/2020/ND-CP:54.3.a"
K = StepKind


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(9)))


class Office:
    """An officer of the authority who opens and runs cases."""

    def __init__(self, world: World, person: User | None = None) -> None:
        self.world, self.person = world, person or world.officer

    def open(self, *rules: str, on: date = date(2026, 11, 2), today: date = TODAY, **draft: Any) -> ViolationCase:
        """Open a case against VIETTEL (or a person) about its harbour station; it is entered on *today*."""
        values: dict[str, Any] = {
            "field": "telecom",
            "detected_on": on,
            "rules": rules or (EXPIRED,),
            "unit": self.world.thai_thuy,
            "installations": [self.world.station.installation],
            "position": self.world.harbour.position,
        } | draft
        if "person" not in values:
            values.setdefault("organization", self.world.viettel)
        return case_open(
            actor=self.person,
            authority=self.world.authority,
            draft=CaseDraft(**values),
            reason="Thử",
            at=moment(max(on, today)),
        )

    def citizen(self, name: str = "Phạm Văn Ất", **more: str) -> PersonParty:
        return PersonParty(authority=self.world.authority, name=name, **more)

    def take(
        self, case: ViolationCase, kind: str, on: date, *, person: User | None = None, today: date = TODAY, **given: Any
    ) -> Step:
        """Take a step; it is entered on *today*, or on its own day if that is later."""
        step = case_step_take(
            actor=person or self.person, case=case, given=StepInput(kind, on, **given), at=moment(max(on, today))
        )
        case.refresh_from_db()
        return step

    def decided(self, *rules: str, on: date = date(2026, 11, 2), **draft: Any) -> ViolationCase:
        case = self.open(*rules, on=on, **draft)
        self.take(case, K.RECORD, on)
        self.take(case, K.DECISION, on + timedelta(days=3))
        return case

    def served(self, *rules: str, on: date = date(2026, 11, 2), **draft: Any) -> ViolationCase:
        case = self.decided(*rules, on=on, **draft)
        self.take(case, K.SERVE, on + timedelta(days=4))
        return case

    def in_state(self, state: str) -> ViolationCase:
        """Bring a new case into *state* by lawful steps."""
        on = date(2025, 8, 4) if state in (CaseState.ENFORCING, CaseState.TIME_BARRED) else date(2026, 11, 2)
        case = self.open(on=on)
        for kind, days, given in PATHS[state]:
            self.take(case, kind, on + timedelta(days=days), **given)
        assert case.state == state
        return case


Path = Sequence[tuple[str, int, dict[str, Any]]]
_RECORD: Path = [(K.RECORD, 0, {})]
_DECIDED: Path = [*_RECORD, (K.DECISION, 3, {})]
_SERVED: Path = [*_DECIDED, (K.SERVE, 4, {})]
PATHS: dict[str, Path] = {
    CaseState.DETECTED: [],
    CaseState.RECORDED: _RECORD,
    CaseState.EXPLAINING: [*_RECORD, (K.EXPLANATION, 1, {})],
    CaseState.TRANSFERRED: [*_RECORD, (K.TRANSFER, 1, {"authority": "province_chair", "note": "Vượt thẩm quyền"})],
    CaseState.DECIDED: _DECIDED,
    CaseState.NO_PENALTY: [*_RECORD, (K.NO_PENALTY, 2, {"note": "Không có lỗi"})],
    CaseState.SERVED: _SERVED,
    CaseState.EXECUTING: [*_SERVED, (K.PAYMENT, 5, {"amount_vnd": 5_000_000})],
    CaseState.ENFORCING: [*_SERVED, (K.ENFORCE, 30, {})],
    CaseState.CLOSED: [*_SERVED, (K.PAYMENT, 5, {"amount_vnd": 25_000_000}), (K.CLOSE, 6, {})],
    CaseState.TIME_BARRED: [(K.CLOSE, 400, {"note": "Hết thời hiệu"})],
}


def parts(*rows: tuple[date, int]) -> tuple[Instalment, ...]:
    return tuple(Instalment(due, amount) for due, amount in rows)
