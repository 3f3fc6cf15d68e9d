"""A case as the transition table sees it: read once, with a constant number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone

from inspections.casework.deadlines import Deadline, Facts, deadlines_of
from inspections.casework.execution import Account, Instalment, account_of
from inspections.casework.guards import CLAUSES, Situation, StepInput
from inspections.casework.penalties import Frame, competent_for, has_right_to_explain
from inspections.casework.transitions import EXPLAINING_STEPS, beside
from inspections.casework.working_days import WorkingCalendar
from inspections.models import CaseState, Charge, Payment, Remedy, Step, StepKind, ViolationCase
from inspections.selectors.law import Competence, LawBook

#: what a late payment costs where no clock says so (Luật XLVPHC, Điều 78), percent of the unpaid part per day
LATE_PERCENT_PER_DAY = 0.05
#: kinds of receivers that answer for the dates of a file themselves
OUTSIDE = ("authority", "outside")
SETTLED = (CaseState.CLOSED, CaseState.TIME_BARRED)


@dataclass
class CaseFile:
    """A case with its rows and everything computed from them on one day."""

    case: ViolationCase
    today: date
    steps: list[Step]
    charges: list[Charge]
    remedies: list[Remedy]
    payments: list[Payment]
    book: LawBook
    calendar: WorkingCalendar
    frames: dict[int, Frame] = field(default_factory=dict)
    competent: list[Competence] = field(default_factory=list)
    offices: list[Competence] = field(default_factory=list)
    explanation_right: bool = False

    # --- What was done ---

    @property
    def standing_steps(self) -> list[Step]:
        """The steps that were not annulled, in order."""
        return [step for step in self.steps if step.annulled_at is None]

    def latest(self, *kinds: str) -> Step | None:
        """Return the last standing step of these kinds."""
        found = [step for step in self.standing_steps if step.kind in kinds]
        return found[-1] if found else None

    @property
    def decision(self) -> Step | None:
        return self.latest(StepKind.DECISION)

    @property
    def has_record(self) -> bool:
        return self.latest(StepKind.RECORD) is not None

    @property
    def is_on_the_spot(self) -> bool:
        """Whether the case was decided without a record."""
        return self.decision is not None and not self.has_record

    @property
    def left_the_house(self) -> bool:
        """Whether another authority answers for the dates now."""
        transfer = self.latest(StepKind.TRANSFER)
        if transfer is None or self.case.state != CaseState.TRANSFERRED:
            return False
        return transfer.details.get("to") in OUTSIDE

    @property
    def is_suspended(self) -> bool:
        """Whether the last complaint or lawsuit suspends execution."""
        step = self.latest(StepKind.COMPLAINT, StepKind.LAWSUIT)
        return bool(step and step.details.get("suspends"))

    # --- Money and measures ---

    @property
    def decided_vnd(self) -> int | None:
        """The fine as decided; None before a decision."""
        return self.decision.amount_vnd if self.decision else None

    @property
    def remitted(self) -> list[tuple[date, int]]:
        """What was taken off the fine, and when."""
        steps = [step for step in self.standing_steps if step.kind == StepKind.REDUCE]
        return [(step.on, step.amount_vnd or 0) for step in steps]

    @property
    def fine_vnd(self) -> int | None:
        """The fine decided less what was remitted; None before a decision."""
        if self.decided_vnd is None:
            return None
        return max(self.decided_vnd - sum(amount for _on, amount in self.remitted), 0)

    @property
    def open_remedies(self) -> list[Remedy]:
        return [remedy for remedy in self.remedies if remedy.done_on is None]

    @property
    def is_paid(self) -> bool:
        return self.fine_vnd is not None and sum(row.amount_vnd for row in self.payments) >= self.fine_vnd

    def instalments(self) -> list[Instalment]:
        """Return the parts in which the fine is to be paid after the last decision about it; empty: in one part."""
        step = self.latest(StepKind.INSTALMENTS, StepKind.POSTPONE)
        if step is None or step.kind != StepKind.INSTALMENTS:
            return []
        parts = [
            Instalment(date.fromisoformat(part["due"]), int(part["amount_vnd"]))
            for part in step.details.get("instalments", [])
        ]
        return sorted(parts, key=lambda part: part.due)

    @property
    def pay_until(self) -> date | None:
        """The day to which payment was put off, by postponement or the last instalment."""
        step = self.latest(StepKind.INSTALMENTS, StepKind.POSTPONE)
        parts = self.instalments()
        if parts:
            return parts[-1].due
        until = step.details.get("until") if step else None
        return date.fromisoformat(until) if until else None

    def _next_instalment(self) -> date | None:
        parts = self.instalments()
        if not parts:
            return None
        covered = self._covered_before(parts)
        for part in parts:
            if covered < part.amount_vnd:
                return part.due
            covered -= part.amount_vnd
        return None

    def _covered_before(self, parts: Iterable[Instalment]) -> int:
        """Return how much of the instalments is covered: everything paid beyond what they do not comprise."""
        paid = sum(row.amount_vnd for row in self.payments)
        return paid - max((self.fine_vnd or 0) - sum(part.amount_vnd for part in parts), 0)

    # --- Dates ---

    def facts(self) -> Facts:
        """Return what the deadlines depend on."""
        case, paid = self.case, self.is_paid
        ended = case.state in SETTLED or case.state == CaseState.NO_PENALTY
        dates = [remedy.due_on for remedy in self.open_remedies if remedy.due_on is not None]
        return Facts(
            field=case.field,
            steps=tuple((step.kind, step.on) for step in self.standing_steps),
            explanation_right=self.explanation_right,
            is_complex=case.is_complex,
            detected_on=case.detected_on,
            violation_on=case.violation_on,
            is_paid=ended or paid,
            is_settled=ended or (paid and not self.open_remedies),
            extension_days=case.explanation_extension,
            comply_days=int(self.decision.details.get("comply_days") or 0) if self.decision else 0,
            pay_until=self.pay_until,
            instalment_on=self._next_instalment(),
            remedy_on=min(dates, default=None) if case.state not in SETTLED else None,
            left_the_house=self.left_the_house,
            handed_over_at_once=self.is_on_the_spot,
        )

    def deadlines(self) -> list[Deadline]:
        """Return the case's deadlines as they follow from its steps."""
        return deadlines_of(self.facts(), self.calendar, self.book)

    def account(self, deadlines: Iterable[Deadline] | None = None) -> Account:
        """Return paid, due and interest on the day."""
        rows = self.deadlines() if deadlines is None else deadlines
        payable_by = next((row.due for row in rows if row.name == "payment"), None)
        rate = self.book.clock(payable_by or self.today, "late_interest")
        return account_of(
            schedule=self._schedule(payable_by),
            payments=self.payments,
            remitted=self.remitted,
            percent_per_day=rate.amount if rate else LATE_PERCENT_PER_DAY,
            today=self.today,
            remedied=not self.open_remedies,
        )

    def _schedule(self, payable_by: date | None) -> list[Instalment]:
        """Return when which part of the fine as decided is due; before service nothing is late."""
        fine, parts = self.decided_vnd or 0, self.instalments()
        before = fine - sum(part.amount_vnd for part in parts)
        first = [Instalment(parts[0].due if parts else payable_by or date.max, before)] if before > 0 else []
        return [*first, *parts]

    def last_on(self, kind: str) -> date:
        """Return the latest day of the steps that a step of *kind* must not precede."""
        free = beside(kind)
        return max((step.on for step in self.standing_steps if step.kind not in free), default=self.case.detected_on)

    # --- The table's view ---

    def situation(self, given: StepInput | None = None) -> Situation:
        """Return the case for the guards; *given* is the step that is tried."""
        tried = given or StepInput("", self.today)
        rows = self.deadlines()
        right = self.book.for_party(self.law_day, "explanation_right", self.case.party)
        return Situation(
            state=self.case.state,
            party=self.case.party,
            today=self.today,
            given=tried,
            book=self.book,
            last_on=self.last_on,
            frames=self.frames,
            proposed_vnd=self.proposed_vnd,
            explanation_right=self.explanation_right,
            explanation_clause=right.legal_basis if right else CLAUSES[StepKind.EXPLANATION],
            competent=self.competent,
            offices=self.offices,
            deadlines={row.name: row for row in rows},
            account=self.account(rows),
            has_record=self.has_record,
            has_explained=self.latest(*EXPLAINING_STEPS - {StepKind.VERIFICATION}) is not None,
            is_suspended=self.is_suspended,
            has_open_remedies=bool(self.open_remedies),
            orders_remedies=bool(self.remedies),
        )

    @property
    def proposed_vnd(self) -> int | None:
        """The sum proposed; None where a charge is never proposed."""
        amounts = []
        for charge in self.charges:
            warns = charge.rule.warning and charge.max_vnd is None
            if charge.proposed_vnd is None and not warns:
                return None
            amounts.append(charge.proposed_vnd or 0)
        return sum(amounts) if amounts else None

    @property
    def law_day(self) -> date:
        """The day whose law says who may fine: that of the decision, today before there is one."""
        return self.decision.on if self.decision else self.today


def open_file(case: ViolationCase, today: date | None = None) -> CaseFile:
    """Read everything about *case* that decides what may follow (about nine queries, whatever its size)."""
    file = CaseFile(
        case=case,
        today=today or timezone.localdate(),
        steps=list(Step.objects.filter(case=case).select_related("actor").order_by("on", "id")),
        charges=list(Charge.objects.filter(case=case).select_related("rule").order_by("id")),
        remedies=list(Remedy.objects.filter(case=case)),
        payments=list(Payment.objects.filter(case=case)),
        book=LawBook.read(),
        calendar=WorkingCalendar(case.authority.calendar),
    )
    judge(file)
    return file


def judge(file: CaseFile, on: date | None = None) -> None:
    """Work out frames, competence and the right to explain from the charges as they were copied into the case.

    The law of *on* decides: the day of the decision, or the day the file was opened for before there is one.
    """
    case, day = file.case, on or file.law_day
    record = file.latest(StepKind.RECORD)
    file.frames = frames_of(file.charges)
    frames = list(file.frames.values())
    file.explanation_right = has_right_to_explain(frames, case.party, file.book, record.on if record else day)
    file.competent, file.offices = competent_for(frames, case.party, file.book, day)


def frames_of(charges: Iterable[Charge]) -> dict[int, Frame]:
    """Return charge id -> its frame as copied into the case; charges not yet stored are numbered from -1 down."""
    return {
        charge.pk or -number: Frame(charge.rule, charge.min_vnd, charge.max_vnd)
        for number, charge in enumerate(charges, start=1)
    }
