"""The one table of what may follow what, for both procedures. Asking what is possible and moving read ``MOVES``.

    detected → record → (explanation, hearing, verification, transfer) → decision | no penalty → served
             → executing (payment, instalments, postponement, reduction, remedies side by side) → closed
    detected → decision on the spot (small fines, no record) → paid → closed
    overdue → enforcement; complaint and lawsuit beside it; limitation over → time-barred

A move has the state it leads to, what it needs from the officer, the form it is written on and its conditions.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from inspections.casework import guards as g
from inspections.casework.guards import CLAUSES, Caution, Guard, Situation, StepInput
from inspections.models import CaseState, Clock, StepKind

S, K = CaseState, StepKind


@dataclass(frozen=True)
class Move:
    """One row of the table. ``to`` None keeps the state; ``needs`` names members of the step's body.

    Left out, a number is the next of its series, a decision's sum and office are those proposed, and nothing is
    suspended; without anything else that it needs a step is refused (:func:`lacking`). ``guards`` refuse.
    ``cautions`` warn, or refuse where they rest on a row of law that somebody has verified.
    """

    to: str | None = None
    needs: tuple[str, ...] = ("date",)
    form: str = ""
    guards: tuple[Guard, ...] = ()
    cautions: tuple[Guard | Caution, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a kind of step does to the clocks: names of the deadlines it starts, stops and moves."""

    starts: tuple[str, ...] = ()
    stops: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()


EFFECTS: Mapping[str, Effect] = {
    K.RECORD: Effect(starts=("hearing_request", "written_explanation", "decision")),
    K.EXPLANATION_REQUEST: Effect(starts=("hearing_notice",), stops=("hearing_request",), moves=("decision",)),
    K.EXPLANATION: Effect(stops=("written_explanation",), moves=("decision",)),
    K.HEARING: Effect(stops=("hearing_request", "hearing_notice"), moves=("decision",)),
    K.VERIFICATION: Effect(moves=("decision",)),
    K.TRANSFER: Effect(moves=("decision",)),
    K.DECISION: Effect(starts=("serve", "remedy", "execution_limitation"), stops=("decision", "limitation")),
    K.NO_PENALTY: Effect(stops=("decision", "limitation")),
    K.SERVE: Effect(starts=("payment",), stops=("serve",)),
    K.PAYMENT: Effect(stops=("payment", "instalment")),
    K.INSTALMENTS: Effect(starts=("instalment",), moves=("payment",)),
    K.POSTPONE: Effect(moves=("payment",)),
    K.REDUCE: Effect(),
    K.REMEDY: Effect(stops=("remedy",)),
    K.ENFORCE: Effect(),
    K.COMPLAINT: Effect(),
    K.LAWSUIT: Effect(),
    K.CLOSE: Effect(stops=("payment", "remedy", "execution_limitation")),
    K.ANNUL: Effect(),
}


def _row(name: str, *, of_party: bool = False) -> "_Row":
    return _Row(name, of_party=of_party)


@dataclass(frozen=True)
class _Row:
    """Finds the row of law on which a caution rests."""

    name: str
    of_party: bool = False

    def __call__(self, now: Situation) -> Clock | None:
        return now.threshold(self.name) if self.of_party else now.book.clock(now.given.on, self.name)


ALWAYS: tuple[Guard, ...] = (g.not_in_the_future, g.not_before_the_last_step)

# --- The rows ---------------------------------------------------------------------------------------------------------

_DECIDE: tuple[Guard, ...] = (g.has_charge, g.within_limitation, g.competent_office, g.inside_the_frame)
_DECISION_NEEDS = ("date", "document", "authority", "amount_vnd")
_RECORD = Move(S.RECORDED, ("date", "document"), "MBB01", (g.has_charge, g.within_limitation))
_REQUEST = Move(S.EXPLAINING, ("date",), "TB02", (g.may_explain,), (g.asked_in_time,))
_EXPLANATION = Move(S.EXPLAINING, ("date",), "", (g.may_explain,), (g.explained_in_time,))
_HEARING = Move(S.EXPLAINING, ("date", "document"), "MBB03", (g.may_explain,))
_VERIFICATION = Move(S.EXPLAINING, ("date", "document"), "MBB05")
_TRANSFER = Move(S.TRANSFERRED, ("date", "note", "authority"), "CV01", (g.a_known_receiver,))
_DECISION = Move(
    S.DECIDED,
    _DECISION_NEEDS,
    "MQD02",
    _DECIDE,
    (Caution(_row("decision_term_bars"), g.in_time_to_decide), g.heard_first),
)
_ON_THE_SPOT = Move(S.DECIDED, _DECISION_NEEDS, "MQD01", (g.small_enough_for_the_spot, *_DECIDE))
_NO_PENALTY = Move(S.NO_PENALTY, ("date", "note"), "TB01")
_BARRED_CLOSE = Move(S.TIME_BARRED, ("date", "note"), guards=(g.barred,))
_SERVE = Move(S.SERVED, cautions=(g.served_in_time,))
_CLOSE = Move(S.CLOSED, ("date",), guards=(g.settled_or_barred,))
_PAYABLE: tuple[Guard, ...] = (g.something_to_pay, g.within_execution_limitation)
_PAY = Move(S.EXECUTING, ("date", "amount_vnd"), guards=_PAYABLE, cautions=(g.not_more_than_due,))
_INSTALMENTS = Move(
    S.EXECUTING,
    ("date", "document", "instalments"),
    "MQD05",
    (*_PAYABLE, g.instalments_add_up),
    (
        Caution(_row("instalments_threshold", of_party=True), g.large_enough("instalments_threshold", K.INSTALMENTS)),
        Caution(_row("instalments_longest"), g.not_longer_than("instalments_longest", K.INSTALMENTS)),
        Caution(_row("instalments_most"), g.few_instalments),
        Caution(_row("instalments_first"), g.first_instalment_large),
    ),
)
_POSTPONE = Move(
    S.EXECUTING,
    ("date", "document", "until"),
    "MQD03",
    (*_PAYABLE, g.later_than_today),
    (
        Caution(_row("postpone_threshold", of_party=True), g.large_enough("postpone_threshold", K.POSTPONE)),
        Caution(_row("postpone_longest"), g.not_longer_than("postpone_longest", K.POSTPONE)),
    ),
)
_REDUCE = Move(S.EXECUTING, ("date", "document", "amount_vnd"), "MQD04", (*_PAYABLE, g.reduces_what_is_left))
_REMEDY = Move(S.EXECUTING, guards=(g.something_to_remedy,))
_ENFORCE = Move(
    S.ENFORCING,
    ("date", "document"),
    "MQD07",
    (g.payment_or_remedy_late, g.not_suspended, g.within_execution_limitation),
)
_BESIDE = Move(None, ("date", "note", "suspends"))


def _stay(move: Move) -> Move:
    """Return *move* as it stands in a state that it does not leave."""
    return replace(move, to=None)


#: before a decision: kind -> move, the same in three states
_BEFORE: Mapping[str, Move] = {
    K.EXPLANATION_REQUEST: _REQUEST,
    K.EXPLANATION: _EXPLANATION,
    K.HEARING: _HEARING,
    K.VERIFICATION: _VERIFICATION,
    K.TRANSFER: _TRANSFER,
    K.DECISION: _DECISION,
    K.NO_PENALTY: _NO_PENALTY,
}
#: while a decision is carried out: side by side
_EXECUTION: Mapping[str, Move] = {
    K.PAYMENT: _PAY,
    K.INSTALMENTS: _INSTALMENTS,
    K.POSTPONE: _POSTPONE,
    K.REDUCE: _REDUCE,
    K.REMEDY: _REMEDY,
    K.ENFORCE: _ENFORCE,
    K.COMPLAINT: _BESIDE,
    K.LAWSUIT: _BESIDE,
    K.CLOSE: _CLOSE,
}
_TABLE: Mapping[str, Mapping[str, Move]] = {
    S.DETECTED: {
        K.RECORD: _RECORD,
        K.VERIFICATION: _stay(_VERIFICATION),
        K.TRANSFER: _TRANSFER,
        K.DECISION: _ON_THE_SPOT,
        K.NO_PENALTY: _NO_PENALTY,
        K.CLOSE: _BARRED_CLOSE,
    },
    S.RECORDED: {**_BEFORE, K.CLOSE: _BARRED_CLOSE},
    S.EXPLAINING: {**_BEFORE, K.CLOSE: _BARRED_CLOSE},
    S.TRANSFERRED: {**_BEFORE, K.CLOSE: Move(S.CLOSED, ("date", "note"))},
    S.NO_PENALTY: {
        K.SERVE: replace(_stay(_SERVE), guards=(g.orders_something,)),
        K.REMEDY: _stay(_REMEDY),
        K.COMPLAINT: _BESIDE,
        K.LAWSUIT: _BESIDE,
        K.CLOSE: Move(S.CLOSED, ("date",), guards=(g.remedied,)),
    },
    S.DECIDED: {
        K.SERVE: _SERVE,
        K.PAYMENT: replace(_PAY, guards=(g.handed_over_at_once, *_PAYABLE)),
        K.COMPLAINT: _BESIDE,
        K.LAWSUIT: _BESIDE,
        K.CLOSE: Move(S.TIME_BARRED, ("date", "note"), guards=(g.execution_barred,)),
    },
    S.SERVED: _EXECUTION,
    S.EXECUTING: _EXECUTION,
    S.ENFORCING: {
        K.PAYMENT: _stay(_PAY),
        K.REDUCE: _stay(_REDUCE),
        K.REMEDY: _stay(_REMEDY),
        K.ENFORCE: _stay(_ENFORCE),
        K.COMPLAINT: _BESIDE,
        K.LAWSUIT: _BESIDE,
        K.CLOSE: _CLOSE,
    },
}
MOVES: Mapping[tuple[str, str], Move] = {
    (state, kind): move for state, moves in _TABLE.items() for kind, move in moves.items()
}

#: states from which nothing follows but the annulment of a step
ENDS = frozenset({S.CLOSED, S.TIME_BARRED})

#: steps that stand side by side: their days bind later stages, not each other
EXPLAINING_STEPS = frozenset({K.EXPLANATION_REQUEST, K.EXPLANATION, K.HEARING, K.VERIFICATION})
EXECUTION_STEPS = frozenset({K.PAYMENT, K.INSTALMENTS, K.POSTPONE, K.REDUCE, K.REMEDY})
BESIDE_STEPS = frozenset({K.COMPLAINT, K.LAWSUIT})
SIDE_BY_SIDE = EXPLAINING_STEPS | EXECUTION_STEPS | BESIDE_STEPS


def beside(kind: str) -> frozenset[str]:
    """Return the kinds whose days do not bind a step of *kind*."""
    if kind in EXPLAINING_STEPS:
        return EXPLAINING_STEPS | BESIDE_STEPS
    if kind in EXECUTION_STEPS:
        return EXECUTION_STEPS | BESIDE_STEPS | {K.ENFORCE}
    return EXECUTION_STEPS | BESIDE_STEPS | {K.SERVE, K.ENFORCE} if kind in BESIDE_STEPS else BESIDE_STEPS


# --- Asking -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Option:
    """A step that is possible now; ``cautions`` are what speaks against it without forbidding it."""

    kind: str
    move: Move
    cautions: tuple[str, ...] = ()

    @property
    def effect(self) -> Effect:
        return EFFECTS[self.kind]


@dataclass(frozen=True)
class Refusal:
    """A step that is not possible now, and why, in words that cite the rule. *member* is what is missing, if any."""

    kind: str
    why: str
    clause: str
    member: str = ""

    @property
    def name(self) -> str:
        return str(StepKind(self.kind).label)


@dataclass(frozen=True)
class Verdict:
    """What the table says about a step that is tried: the move, what forbids it, what warns."""

    move: Move | None
    refusals: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()


def check(now: Situation) -> Verdict:
    """Judge the step that is being tried."""
    move = MOVES.get((now.state, now.given.kind))
    if move is None:
        return Verdict(None, (_why_not_from_here(now.state, now.given.kind),))
    return _judge(now, move, ALWAYS)


def _judge(now: Situation, move: Move, always: tuple[Guard, ...]) -> Verdict:
    refusals = [reason for guard in (*always, *move.guards) if (reason := guard(now))]
    cautions: list[str] = []
    for caution in move.cautions:
        guard = caution.guard if isinstance(caution, Caution) else caution
        reason = guard(now)
        if reason is None:
            continue
        firm = isinstance(caution, Caution) and caution.refuses(now)
        (refusals if firm else cautions).append(reason)
    return Verdict(move, tuple(refusals), tuple(cautions))


def options(now: Situation) -> tuple[list[Option], list[Refusal]]:
    """Return (steps possible today, the others with the reason), in the order of the procedure."""
    possible, refused = [], []
    for kind in StepKind:
        if kind == K.ANNUL:
            continue
        move = MOVES.get((now.state, kind))
        if move is None:
            refused.append(Refusal(kind, _why_not_from_here(now.state, kind), CLAUSES[kind]))
            continue
        verdict = _judge(replace(now, given=StepInput(kind, now.today)), move, ())
        if verdict.refusals:
            refused.append(Refusal(kind, " ".join(verdict.refusals), CLAUSES[kind]))
        else:
            possible.append(Option(kind, move, verdict.cautions))
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


def lacking(given: StepInput, move: Move) -> list[Refusal]:
    """Return what *move* needs and *given* does not say, one refusal for each, in words that name it."""
    said = {
        "note": given.note.strip(),
        "authority": given.authority.strip(),
        "amount_vnd": given.amount_vnd or given.kind == K.DECISION,  # a warning is a decision of 0 ₫
        "until": given.until,
        "instalments": given.instalments,
    }
    clause = CLAUSES[given.kind]
    return [
        Refusal(given.kind, _ask_for(name, given.kind) % {"clause": clause}, clause, name)
        for name in move.needs
        if not said.get(name, True)
    ]


def _ask_for(name: str, kind: str) -> str:
    if name == "note":
        if kind in BESIDE_STEPS:
            return _("Write in the note what is contested, or what was decided about it (%(clause)s).")
        return _("Write the reason in the note (%(clause)s).")
    return {
        "authority": _("Name to whom the file goes (%(clause)s)."),
        "amount_vnd": _("Enter the amount: more than 0 ₫ (%(clause)s)."),
        "until": _("Name the day to which payment is postponed (%(clause)s)."),
        "instalments": _("Name the instalments: a day and an amount for each (%(clause)s)."),
    }[name]


def target(now: Situation, move: Move) -> str:
    """Return the state that *move* leads to; what limitation ended is time-barred, not closed."""
    if move.to is None:
        return now.state
    if move.to == S.CLOSED and g.within_execution_limitation(now) is not None:
        left = now.left_vnd > 0 or now.has_open_remedies
        return S.TIME_BARRED if left else S.CLOSED
    return move.to


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
