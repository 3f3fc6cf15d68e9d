"""The one table of what may follow what. Asking what is possible and moving a case both read ``MOVES``.

A move has the state it leads to, what it needs from the officer, the form it is written on, the clause it rests on and
guards: conditions on the case and on what was entered, each refusing in words that cite the rule.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from django.utils.translation import gettext as _

from infra import formats
from inspections.casework.deadlines import Deadline
from inspections.casework.penalties import Frame
from inspections.models import CaseState, StepKind
from inspections.selectors.law import Competence

S, K = CaseState, StepKind

#: kind of step -> where the law speaks of it (Luật Xử lý vi phạm hành chính 15/2012/QH13 as amended)
CLAUSES: dict[str, str] = {
    K.RECORD: "Luật XLVPHC, Điều 58",
    K.EXPLANATION_REQUEST: "Luật XLVPHC, Điều 61",
    K.EXPLANATION: "Luật XLVPHC, Điều 61",
    K.HEARING: "Luật XLVPHC, Điều 61",
    K.VERIFICATION: "Luật XLVPHC, Điều 59",
    K.TRANSFER: "Luật XLVPHC, Điều 62",
    K.DECISION: "Luật XLVPHC, Điều 66, 67",
    K.NO_PENALTY: "Luật XLVPHC, Điều 65",
    K.SERVE: "Luật XLVPHC, Điều 70",
    K.PAYMENT: "Luật XLVPHC, Điều 73, 78",
    K.INSTALMENTS: "Luật XLVPHC, Điều 79",
    K.POSTPONE: "Luật XLVPHC, Điều 76",
    K.REDUCE: "Luật XLVPHC, Điều 77",
    K.REMEDY: "Luật XLVPHC, Điều 28, 85",
    K.ENFORCE: "Luật XLVPHC, Điều 86",
    K.COMPLAINT: "Luật XLVPHC, Điều 15",
    K.LAWSUIT: "Luật XLVPHC, Điều 15",
    K.CLOSE: "Luật XLVPHC, Điều 73, 74",
    K.ANNUL: "Luật XLVPHC, Điều 18",
}


@dataclass(frozen=True)
class StepInput:
    """What an officer enters for a step."""

    kind: str
    on: date
    authority: str = ""
    amount_vnd: int | None = None
    document: str = ""
    note: str = ""
    step: int | None = None


@dataclass
class Situation:
    """What the guards may look at: the case as it stands, read once, and what is being tried."""

    state: str
    party: str
    today: date
    last_on: date
    given: StepInput
    frames: list[Frame] = field(default_factory=list)
    explanation_right: bool = False
    on_the_spot: bool = False
    competent: list[Competence] = field(default_factory=list)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    due_vnd: int = 0
    interest_vnd: int = 0
    is_remedied: bool = True
    explanation_clause: str = CLAUSES[K.EXPLANATION]

    @property
    def lowest_vnd(self) -> int | None:
        """The least that the frames together allow; None where a frame is not known."""
        return self._sum("min_vnd")

    @property
    def highest_vnd(self) -> int | None:
        """The most that the frames together allow."""
        return self._sum("max_vnd")

    def _sum(self, end: str) -> int | None:
        ends = [getattr(frame, end) for frame in self.frames]
        return None if not ends or None in ends else sum(ends)

    def passed(self, name: str, on: date) -> Deadline | None:
        """Return the deadline *name* if *on* lies behind it."""
        deadline = self.deadlines.get(name)
        return deadline if deadline is not None and on > deadline.due else None


Guard = Callable[[Situation], str | None]


@dataclass(frozen=True)
class Move:
    """One row of the table. ``to`` None keeps the state; ``needs`` names members of the step's body."""

    to: str | None = None
    needs: tuple[str, ...] = ("date",)
    form: str = ""
    guards: tuple[Guard, ...] = ()


# --- Guards -----------------------------------------------------------------------------------------------------------


def has_charge(now: Situation) -> str | None:
    if not now.frames:
        return _("No behaviour is charged yet (%(clause)s).") % {"clause": CLAUSES[K.DECISION]}
    return None


def may_explain(now: Situation) -> str | None:
    if now.explanation_right:
        return None
    return _(
        "The party has no right to explain: no licence is at stake and the top of the frame is below the threshold "
        "(%(clause)s)."
    ) % {"clause": now.explanation_clause}


def within_limitation(now: Situation) -> str | None:
    deadline = now.passed("limitation", now.given.on)
    if deadline is None:
        return None
    return _("The limitation for penalties ended on %(day)s (%(clause)s).") % {
        "day": formats.day(deadline.due),
        "clause": deadline.clock.legal_basis,
    }


def within_execution_limitation(now: Situation) -> str | None:
    deadline = now.passed("execution_limitation", now.given.on)
    if deadline is None:
        return None
    return _("The limitation for execution ended on %(day)s (%(clause)s).") % {
        "day": formats.day(deadline.due),
        "clause": deadline.clock.legal_basis,
    }


def small_enough_for_the_spot(now: Situation) -> str | None:
    if now.on_the_spot:
        return None
    return _("A decision without a record is possible for small fines only; write the record first (%(clause)s).") % {
        "clause": "Luật XLVPHC, Điều 56"
    }


def inside_the_frame(now: Situation) -> str | None:
    amount, lowest, highest = now.given.amount_vnd, now.lowest_vnd, now.highest_vnd
    if amount is None or lowest is None or highest is None or lowest <= amount <= highest:
        return None
    rules = ", ".join(frame.rule.code for frame in now.frames)
    return _("%(amount)s lies outside the frame of %(low)s to %(high)s (%(rules)s).") % {
        "amount": formats.vnd(amount),
        "low": formats.vnd(lowest),
        "high": formats.vnd(highest),
        "rules": rules,
    }


def competent_office(now: Situation) -> str | None:
    if not now.competent:
        return _("No office is known that may impose this penalty: check frames and field maxima.")
    if not now.given.authority or now.given.authority in {office.code for office in now.competent}:
        return None
    lowest = now.competent[0]
    return _(
        "“%(given)s” may not decide this: by the top of the frame it takes at least %(title)s, up to %(amount)s "
        "(%(clause)s)."
    ) % {
        "given": now.given.authority,
        "title": lowest.title_vi,
        "amount": formats.vnd(lowest.max_vnd or 0),
        "clause": lowest.legal_basis,
    }


def payment_or_remedy_late(now: Situation) -> str | None:
    on = now.given.on
    deadline = now.deadlines.get("payment")
    if deadline is not None and on > deadline.due and (now.due_vnd > 0 or not now.is_remedied):
        return None
    due = formats.day(deadline.due) if deadline else "–"
    return _(
        "Enforcement starts only when the time to comply has passed (%(day)s) and something is left (%(clause)s)."
    ) % {
        "day": due,
        "clause": CLAUSES[K.ENFORCE],
    }


def something_to_pay(now: Situation) -> str | None:
    if now.due_vnd + now.interest_vnd > 0:
        return None
    return _("Nothing is left to pay (%(clause)s).") % {"clause": CLAUSES[K.PAYMENT]}


def something_to_remedy(now: Situation) -> str | None:
    if not now.is_remedied:
        return None
    return _("No remedial measure is open (%(clause)s).") % {"clause": CLAUSES[K.REMEDY]}


def settled_or_barred(now: Situation) -> str | None:
    if within_execution_limitation(now) is not None:
        return None
    if now.due_vnd + now.interest_vnd <= 0 and now.is_remedied:
        return None
    return _("Before closing, %(amount)s is to be paid and every remedial measure carried out (%(clause)s).") % {
        "amount": formats.vnd(now.due_vnd + now.interest_vnd),
        "clause": CLAUSES[K.CLOSE],
    }


def barred(now: Situation) -> str | None:
    if within_limitation(now) is not None:
        return None
    return _("A case without a decision is closed only when limitation has ended (%(clause)s).") % {
        "clause": "Luật XLVPHC, Điều 6"
    }


def not_in_the_future(now: Situation) -> str | None:
    if now.given.on > now.today:
        return _("%(day)s lies in the future; a step is entered once it is done.") % {"day": formats.day(now.given.on)}
    return None


def not_before_the_last_step(now: Situation) -> str | None:
    if now.given.on < now.last_on:
        return _("%(day)s lies before the step of %(last)s that it follows.") % {
            "day": formats.day(now.given.on),
            "last": formats.day(now.last_on),
        }
    return None


ALWAYS: tuple[Guard, ...] = (not_in_the_future, not_before_the_last_step)

# --- The table --------------------------------------------------------------------------------------------------------

_DECIDE: tuple[Guard, ...] = (has_charge, within_limitation, competent_office, inside_the_frame)
_DECISION = Move(S.DECIDED, ("date", "document", "authority", "amount_vnd"), "MQD02", _DECIDE)
_NO_PENALTY = Move(S.NO_PENALTY, ("date", "note"))
_VERIFICATION = Move(S.EXPLAINING, ("date", "document"), "MBB05")
_TRANSFER = Move(S.TRANSFERRED, ("date", "note"))
_BARRED_CLOSE = Move(S.TIME_BARRED, ("date", "note"), guards=(barred,))
_CLOSE = Move(S.CLOSED, ("date",), guards=(settled_or_barred,))
_PAY = Move(S.EXECUTING, ("date", "amount_vnd"), guards=(something_to_pay, within_execution_limitation))
_EASE = Move(S.EXECUTING, ("date", "document"), guards=(something_to_pay,))
_REMEDY = Move(S.EXECUTING, ("date", "note"), guards=(something_to_remedy,))
_ENFORCE = Move(S.ENFORCING, ("date", "document"), "", (payment_or_remedy_late, within_execution_limitation))
_BESIDE = Move(None, ("date", "note"))


def _explain(form: str = "") -> Move:
    return Move(S.EXPLAINING, ("date",), form, (may_explain,))


MOVES: Mapping[tuple[str, str], Move] = {
    (S.DETECTED, K.RECORD): Move(S.RECORDED, ("date", "document"), "MBB01", (has_charge, within_limitation)),
    (S.DETECTED, K.VERIFICATION): Move(None, ("date", "document"), "MBB05"),
    (S.DETECTED, K.TRANSFER): _TRANSFER,
    (S.DETECTED, K.DECISION): Move(
        S.DECIDED,
        ("date", "document", "authority", "amount_vnd"),
        "MQD01",
        (small_enough_for_the_spot, *_DECIDE),
    ),
    (S.DETECTED, K.NO_PENALTY): _NO_PENALTY,
    (S.DETECTED, K.CLOSE): _BARRED_CLOSE,
    (S.RECORDED, K.EXPLANATION_REQUEST): _explain(),
    (S.RECORDED, K.EXPLANATION): _explain(),
    (S.RECORDED, K.HEARING): _explain("MBB03"),
    (S.RECORDED, K.VERIFICATION): _VERIFICATION,
    (S.RECORDED, K.TRANSFER): _TRANSFER,
    (S.RECORDED, K.DECISION): _DECISION,
    (S.RECORDED, K.NO_PENALTY): _NO_PENALTY,
    (S.RECORDED, K.CLOSE): _BARRED_CLOSE,
    (S.EXPLAINING, K.EXPLANATION_REQUEST): _explain(),
    (S.EXPLAINING, K.EXPLANATION): _explain(),
    (S.EXPLAINING, K.HEARING): _explain("MBB03"),
    (S.EXPLAINING, K.VERIFICATION): _VERIFICATION,
    (S.EXPLAINING, K.TRANSFER): _TRANSFER,
    (S.EXPLAINING, K.DECISION): _DECISION,
    (S.EXPLAINING, K.NO_PENALTY): _NO_PENALTY,
    (S.EXPLAINING, K.CLOSE): _BARRED_CLOSE,
    (S.TRANSFERRED, K.DECISION): _DECISION,
    (S.TRANSFERRED, K.NO_PENALTY): _NO_PENALTY,
    (S.TRANSFERRED, K.CLOSE): Move(S.CLOSED, ("date", "note")),
    (S.NO_PENALTY, K.CLOSE): Move(S.CLOSED, ("date",)),
    (S.DECIDED, K.SERVE): Move(S.SERVED, ("date",)),
    (S.DECIDED, K.COMPLAINT): _BESIDE,
    (S.DECIDED, K.LAWSUIT): _BESIDE,
    (S.SERVED, K.PAYMENT): _PAY,
    (S.SERVED, K.INSTALMENTS): _EASE,
    (S.SERVED, K.POSTPONE): Move(S.EXECUTING, ("date", "document"), "MQD03", (something_to_pay,)),
    (S.SERVED, K.REDUCE): Move(S.EXECUTING, ("date", "document", "amount_vnd"), "", (something_to_pay,)),
    (S.SERVED, K.REMEDY): _REMEDY,
    (S.SERVED, K.ENFORCE): _ENFORCE,
    (S.SERVED, K.COMPLAINT): _BESIDE,
    (S.SERVED, K.LAWSUIT): _BESIDE,
    (S.SERVED, K.CLOSE): _CLOSE,
    (S.EXECUTING, K.PAYMENT): _PAY,
    (S.EXECUTING, K.INSTALMENTS): _EASE,
    (S.EXECUTING, K.POSTPONE): Move(S.EXECUTING, ("date", "document"), "MQD03", (something_to_pay,)),
    (S.EXECUTING, K.REDUCE): Move(S.EXECUTING, ("date", "document", "amount_vnd"), "", (something_to_pay,)),
    (S.EXECUTING, K.REMEDY): _REMEDY,
    (S.EXECUTING, K.ENFORCE): _ENFORCE,
    (S.EXECUTING, K.COMPLAINT): _BESIDE,
    (S.EXECUTING, K.LAWSUIT): _BESIDE,
    (S.EXECUTING, K.CLOSE): _CLOSE,
    (S.ENFORCING, K.PAYMENT): Move(
        None, ("date", "amount_vnd"), guards=(something_to_pay, within_execution_limitation)
    ),
    (S.ENFORCING, K.REMEDY): Move(None, ("date", "note"), guards=(something_to_remedy,)),
    (S.ENFORCING, K.COMPLAINT): _BESIDE,
    (S.ENFORCING, K.LAWSUIT): _BESIDE,
    (S.ENFORCING, K.CLOSE): _CLOSE,
}

#: states from which nothing follows but the annulment of a step
ENDS = frozenset({S.CLOSED, S.TIME_BARRED})


@dataclass(frozen=True)
class Option:
    """A step that is possible now."""

    kind: str
    move: Move


@dataclass(frozen=True)
class Refusal:
    """A step that is not possible now, and why, in words that cite the rule."""

    kind: str
    why: str
    clause: str

    @property
    def name(self) -> str:
        return str(StepKind(self.kind).label)


def check(now: Situation) -> tuple[Move | None, list[str]]:
    """Return the move that is being tried and every reason against it."""
    move = MOVES.get((now.state, now.given.kind))
    if move is None:
        return None, [_why_not_from_here(now.state, now.given.kind)]
    reasons = [guard(now) for guard in (*ALWAYS, *move.guards)]
    return move, [reason for reason in reasons if reason]


def options(now: Situation) -> tuple[list[Option], list[Refusal]]:
    """Return (steps possible now, the others with the reason), in the order of the procedure."""
    possible, refused = [], []
    for kind in StepKind:
        if kind == K.ANNUL:
            continue
        move = MOVES.get((now.state, kind))
        if move is None:
            refused.append(Refusal(kind, _why_not_from_here(now.state, kind), CLAUSES[kind]))
            continue
        tried = replace(now, given=StepInput(kind, now.today))
        reasons = [reason for guard in move.guards if (reason := guard(tried))]
        if reasons:
            refused.append(Refusal(kind, " ".join(reasons), CLAUSES[kind]))
        else:
            possible.append(Option(kind, move))
    return possible, refused


def _why_not_from_here(state: str, kind: str) -> str:
    clause = CLAUSES.get(kind, "")
    if state in ENDS:
        return _("The case is closed (%(clause)s).") % {"clause": clause}
    before = [str(CaseState(start).label) for start, step in MOVES if step == kind]
    if not before:
        return _("There is no such step in the procedure.")
    return _("Possible when the case is: %(states)s; it is: %(state)s (%(clause)s).") % {
        "states": ", ".join(dict.fromkeys(before)),
        "state": str(CaseState(state).label),
        "clause": clause,
    }


def target(now: Situation, move: Move) -> str:
    """Return the state that *move* leads to; what limitation ended is time-barred, not closed."""
    if move.to is None:
        return now.state
    if move.to == S.CLOSED and within_execution_limitation(now) is not None:
        left = now.due_vnd + now.interest_vnd > 0 or not now.is_remedied
        return S.TIME_BARRED if left else S.CLOSED
    return move.to


#: steps that stand side by side: taking one away moves nothing that rests on another
SIDE_BY_SIDE = frozenset(
    {K.EXPLANATION_REQUEST, K.EXPLANATION, K.HEARING, K.VERIFICATION}
    | {K.PAYMENT, K.INSTALMENTS, K.POSTPONE, K.REDUCE, K.REMEDY, K.COMPLAINT, K.LAWSUIT}
)


def replay(steps: Iterable[tuple[str, str]]) -> str | None:
    """Return the state after (kind, state reached by it) in order, or None where the order breaks the table.

    The state a closing reached is kept with it, because it depended on the day; every other follows from the table.
    """
    state: str = S.DETECTED
    for kind, reached in steps:
        move = MOVES.get((state, kind))
        if move is None:
            return None
        state = reached if kind == K.CLOSE else (move.to or state)
    return state
