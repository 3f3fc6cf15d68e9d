"""A case told to a person: what may follow, what may not and why, dates with their reasoning, money.

The pages and the API show the same thing, so it is put together once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from inspections.casework.deadlines import Deadline
from inspections.casework.execution import Account
from inspections.casework.reasoning import sentence, skipped_days
from inspections.casework.situation import CaseFile
from inspections.casework.transitions import Effect, Option, Refusal, options
from inspections.models import CaseDeadline, FormCode, StepKind
from inspections.selectors.law import forms_by_code

#: kind of step -> the deadline that says by when
DUE_BY: dict[str, str] = {
    StepKind.EXPLANATION_REQUEST: "hearing_request",
    StepKind.EXPLANATION: "written_explanation",
    StepKind.HEARING: "hearing_notice",
    StepKind.DECISION: "decision",
    StepKind.NO_PENALTY: "decision",
    StepKind.SERVE: "serve",
    StepKind.PAYMENT: "payment",
    StepKind.REMEDY: "remedy",
    StepKind.ENFORCE: "execution_limitation",
    StepKind.RECORD: "limitation",
}


@dataclass(frozen=True)
class NextStep:
    """A step that is lawful now: what it needs, on which form, by when, what it does to the clocks."""

    kind: str
    needs: tuple[str, ...]
    form: FormCode | None
    form_code: str
    due: date | None
    effect: Effect
    cautions: tuple[str, ...] = ()
    forms: tuple[FormCode, ...] = ()

    @property
    def name(self) -> str:
        return str(StepKind(self.kind).label)


@dataclass(frozen=True)
class CaseView:
    """Everything a page or an answer shows of a case beyond its columns."""

    next_steps: list[NextStep]
    blocked_steps: list[Refusal]
    deadlines: list[Deadline]
    account: Account
    forms: dict[str, FormCode]


def tell(file: CaseFile) -> CaseView:
    """Return what follows from *file* on its day."""
    now = file.situation()
    possible, refused = options(now)
    forms = forms_by_code(file.today)
    return CaseView(
        next_steps=[_next(option, now.deadlines, forms) for option in possible],
        blocked_steps=refused,
        deadlines=sorted(now.deadlines.values(), key=lambda row: row.due),
        account=now.account,
        forms=forms,
    )


def _next(option: Option, deadlines: dict[str, Deadline], forms: dict[str, FormCode]) -> NextStep:
    deadline = deadlines.get(DUE_BY.get(option.kind, ""))
    due = deadline.due if deadline is not None and deadline.is_open else None
    return NextStep(
        kind=option.kind,
        needs=option.move.needs,
        form=forms.get(option.move.form),
        form_code=option.move.form,
        due=due,
        effect=option.effect,
        cautions=option.cautions,
        forms=tuple(form for form in forms.values() if form.step == option.kind),
    )


def deadline_told(row: Deadline) -> dict[str, Any]:
    """Return a computed deadline as CONTRACT §3 has it."""
    return _told(row.as_row())


def deadlines_told(rows: Iterable[CaseDeadline]) -> list[dict[str, Any]]:
    """Return stored deadlines as CONTRACT §3 has them."""
    return [_told(row) for row in rows]


def _told(row: CaseDeadline) -> dict[str, Any]:
    return {
        "name": row.name,
        "due": row.due_on.isoformat(),
        "rule": row.rule,
        "working_days": row.working_days,
        "skipped": skipped_days(row.skipped),
        "basis": sentence(row.basis, row.due_on, row.skipped),
        "open": row.is_open,
    }
