"""A case as the transition table sees it: read once, with a constant number of queries."""

from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from inspections.casework.deadlines import Clocks, Deadline, Facts, deadlines_of
from inspections.casework.execution import Account, account_of
from inspections.casework.penalties import Frame, competent_for, has_right_to_explain, is_on_the_spot
from inspections.casework.transitions import CLAUSES, Situation, StepInput
from inspections.casework.working_days import WorkingCalendar
from inspections.models import CaseState, Charge, Payment, Remedy, Step, StepKind, ViolationCase
from inspections.selectors.law import Competence, clocks_in_force

#: what a late payment costs where no clock says so (Luật XLVPHC, Điều 78), percent of the unpaid part per day
LATE_PERCENT_PER_DAY = 0.05


@dataclass
class CaseFile:
    """A case with its rows and everything computed from them on one day."""

    case: ViolationCase
    today: date
    steps: list[Step]
    charges: list[Charge]
    remedies: list[Remedy]
    payments: list[Payment]
    clocks: Clocks
    calendar: WorkingCalendar
    frames: list[Frame] = field(default_factory=list)
    competent: list[Competence] = field(default_factory=list)
    offices: list[Competence] = field(default_factory=list)
    explanation_right: bool = False
    on_the_spot: bool = False

    @property
    def standing_steps(self) -> list[Step]:
        """The steps that were not annulled, in order."""
        return [step for step in self.steps if step.annulled_at is None]

    def facts(self) -> Facts:
        """Return what the deadlines depend on."""
        account_settled = self.case.state in (CaseState.CLOSED, CaseState.TIME_BARRED, CaseState.NO_PENALTY)
        return Facts(
            field=self.case.field,
            steps=tuple((step.kind, step.on) for step in self.standing_steps),
            explanation_right=self.explanation_right,
            is_complex=self.case.is_complex,
            detected_on=self.case.detected_on,
            violation_on=self.case.violation_on,
            is_settled=account_settled or self._all_done(),
        )

    def _all_done(self) -> bool:
        fine = self.fine_vnd
        paid = sum(row.amount_vnd for row in self.payments)
        return fine is not None and paid >= fine and self.is_remedied

    @property
    def fine_vnd(self) -> int | None:
        """The fine decided less what was remitted; None before a decision."""
        decided = [step for step in self.standing_steps if step.kind == StepKind.DECISION]
        if not decided or decided[-1].amount_vnd is None:
            return None
        remitted = sum(step.amount_vnd or 0 for step in self.standing_steps if step.kind == StepKind.REDUCE)
        return max(decided[-1].amount_vnd - remitted, 0)

    @property
    def is_remedied(self) -> bool:
        return all(remedy.done_on is not None for remedy in self.remedies)

    def deadlines(self) -> list[Deadline]:
        """Return the case's deadlines as they follow from its steps."""
        return deadlines_of(self.facts(), self.calendar, self.clocks)

    def account(self, deadlines: list[Deadline] | None = None) -> Account:
        """Return paid, due and interest on the day."""
        rows = self.deadlines() if deadlines is None else deadlines
        payable_by = next((row.due for row in rows if row.name == "payment"), None)
        rate = self.clocks.on(payable_by or self.today, "late_interest")
        return account_of(
            fine_vnd=self.fine_vnd or 0,
            payments=self.payments,
            payable_by=payable_by,
            percent_per_day=rate.amount if rate else LATE_PERCENT_PER_DAY,
            today=self.today,
            remedied=self.is_remedied,
        )

    def situation(self, given: StepInput | None = None) -> Situation:
        """Return the case for the guards; *given* is the step that is tried."""
        rows = self.deadlines()
        account = self.account(rows)
        # A complaint beside the procedure does not hold up its order.
        last = max((step.on for step in self.standing_steps), default=self.case.detected_on)
        right = next((row for row in self.clocks.rows if row.clock == "explanation_right"), None)
        return Situation(
            state=self.case.state,
            party=self.case.party,
            today=self.today,
            last_on=last,
            given=given or StepInput("", self.today),
            frames=self.frames,
            explanation_right=self.explanation_right,
            on_the_spot=self.on_the_spot,
            competent=self.competent,
            deadlines={row.name: row for row in rows},
            due_vnd=account.due_vnd,
            interest_vnd=account.interest_vnd,
            is_remedied=self.is_remedied,
            explanation_clause=right.legal_basis if right else CLAUSES[StepKind.EXPLANATION],
        )


def open_file(case: ViolationCase, today: date | None = None) -> CaseFile:
    """Read everything about *case* that decides what may follow (about ten queries, whatever its size)."""
    day = today or timezone.localdate()
    file = CaseFile(
        case=case,
        today=day,
        steps=list(Step.objects.filter(case=case).select_related("actor").order_by("on", "id")),
        charges=list(Charge.objects.filter(case=case).select_related("rule").order_by("id")),
        remedies=list(Remedy.objects.filter(case=case)),
        payments=list(Payment.objects.filter(case=case)),
        clocks=Clocks(),
        calendar=WorkingCalendar(case.authority.calendar),
    )
    judge(file)
    return file


def judge(file: CaseFile, on: date | None = None) -> None:
    """Work out frames, competence and the right to explain from the charges as they were copied into the case.

    The law of *on* decides: the day of the decision, or the day the file was opened for before there is one.
    """
    case, day = file.case, on or decided_on(file)
    file.frames = [Frame(charge.rule, charge.min_vnd, charge.max_vnd) for charge in file.charges]
    clocks = clocks_in_force(day)
    file.explanation_right = has_right_to_explain(file.frames, case.party, clocks)
    file.on_the_spot = is_on_the_spot(file.frames, case.party, clocks)
    file.competent, file.offices = competent_for(file.frames, case.party, day)


def decided_on(file: CaseFile) -> date:
    """Return the day whose law says who may fine: that of the decision, today before there is one."""
    decisions = [step.on for step in file.standing_steps if step.kind == StepKind.DECISION]
    return decisions[-1] if decisions else file.today
