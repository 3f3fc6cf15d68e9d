"""Conditions of steps: what speaks against one, in words that cite the rule.

A guard looks at a :class:`Situation` and returns None or the reason. What a row of law says that somebody has verified
refuses; what nobody has verified yet only warns (a *caution*), so that an unread text never stops an officer.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from infra import formats
from inspections.casework.deadlines import Deadline
from inspections.casework.execution import Account, Instalment
from inspections.casework.penalties import Frame, is_on_the_spot, reachable_sums
from inspections.casework.working_days import add_months
from inspections.models import Clock, StepKind
from inspections.selectors.law import Competence, LawBook

K = StepKind

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
ON_THE_SPOT = "Luật XLVPHC, Điều 56"
LIMITATION = "Luật XLVPHC, Điều 6"
COMPETENCE = "Luật XLVPHC, Điều 52"
SUSPENSION = "Luật XLVPHC, Điều 15"


@dataclass(frozen=True)
class StepInput:
    """What an officer enters for a step. Members beyond kind and date belong to some kinds only.

    ``charges`` is charge id -> amount, ``remedies`` orders measures as (text, due) with a decision, ``carried_out`` are
    ids of measures reported done, ``to`` says what a transfer leads to: office, authority or outside.
    """

    kind: str
    on: date
    authority: str = ""
    amount_vnd: int | None = None
    document: str = ""
    note: str = ""
    step: int | None = None
    form: str = ""
    until: date | None = None
    instalments: tuple[Instalment, ...] = ()
    charges: Mapping[int, int] = field(default_factory=dict)
    remedies: tuple[tuple[str, date | None], ...] | None = None
    carried_out: tuple[int, ...] = ()
    comply_days: int | None = None
    suspends: bool = False
    method: str = ""
    to: str = ""
    answer: int | None = None


@dataclass
class Situation:
    """What the guards may look at: the case as it stands, read once, and what is being tried.

    ``frames`` are by charge id; ``proposed_vnd`` is the sum proposed (None: a charge is never proposed). ``last_on``
    maps a kind of step to the latest day of the steps that it must not precede.
    """

    state: str
    party: str
    today: date
    given: StepInput
    book: LawBook
    last_on: Callable[[str], date]
    frames: dict[int, Frame] = field(default_factory=dict)
    proposed_vnd: int | None = None
    explanation_right: bool = False
    explanation_clause: str = CLAUSES[K.EXPLANATION]
    competent: list[Competence] = field(default_factory=list)
    offices: list[Competence] = field(default_factory=list)
    deadlines: dict[str, Deadline] = field(default_factory=dict)
    account: Account = field(default_factory=lambda: Account(0, 0, 0, 0, remedied=True))
    has_record: bool = False
    has_explained: bool = False
    is_suspended: bool = False
    has_open_remedies: bool = False
    orders_remedies: bool = False

    @property
    def left_vnd(self) -> int:
        """What is still to be paid, interest included."""
        return self.account.due_vnd + self.account.interest_vnd

    @property
    def amount_vnd(self) -> int | None:
        """The fine that is tried: as entered, else as proposed."""
        if self.given.charges:
            return sum(self.given.charges.values())
        return self.proposed_vnd if self.given.amount_vnd is None else self.given.amount_vnd

    def passed(self, name: str, on: date | None = None) -> Deadline | None:
        """Return the deadline *name* if the day tried (or *on*) lies behind it."""
        deadline = self.deadlines.get(name)
        return deadline if deadline is not None and (on or self.given.on) > deadline.due else None

    def threshold(self, name: str) -> Clock | None:
        """Return the threshold *name* for the party on the day tried."""
        return self.book.for_party(self.given.on, name, self.party)


Guard = Callable[[Situation], str | None]


@dataclass(frozen=True)
class Caution:
    """A condition by a row of law: it refuses where the row was verified, and warns where it was not."""

    row: Callable[[Situation], Clock | None]
    guard: Guard

    def refuses(self, now: Situation) -> bool:
        row = self.row(now)
        return row is not None and row.verified


# --- Days -------------------------------------------------------------------------------------------------------------


def not_in_the_future(now: Situation) -> str | None:
    if now.given.on > now.today:
        return _("%(day)s lies in the future; a step is entered once it is done.") % {"day": formats.day(now.given.on)}
    return None


def not_before_the_last_step(now: Situation) -> str | None:
    last = now.last_on(now.given.kind)
    if now.given.on < last:
        return _("%(day)s lies before the step of %(last)s that it follows.") % {
            "day": formats.day(now.given.on),
            "last": formats.day(last),
        }
    return None


def within_limitation(now: Situation) -> str | None:
    deadline = now.passed("limitation")
    if deadline is None:
        return None
    return _("The limitation for penalties ended on %(day)s (%(clause)s).") % {
        "day": formats.day(deadline.due),
        "clause": deadline.rule,
    }


def within_execution_limitation(now: Situation) -> str | None:
    deadline = now.passed("execution_limitation")
    if deadline is None:
        return None
    return _("The limitation for execution ended on %(day)s (%(clause)s).") % {
        "day": formats.day(deadline.due),
        "clause": deadline.rule,
    }


def in_time_to_decide(now: Situation) -> str | None:
    deadline = now.passed("decision")
    if deadline is None:
        return None
    return _(
        "The time for the decision ended on %(day)s: no penalty may be imposed any more, remedial measures may "
        "(%(clause)s)."
    ) % {"day": formats.day(deadline.due), "clause": "Luật XLVPHC, Điều 65, 66"}


def served_in_time(now: Situation) -> str | None:
    deadline = now.passed("serve")
    if deadline is None:
        return None
    return _("The decision was to be served by %(day)s (%(clause)s).") % {
        "day": formats.day(deadline.due),
        "clause": deadline.rule,
    }


# --- Before the decision ----------------------------------------------------------------------------------------------


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


def asked_in_time(now: Situation) -> str | None:
    return _late_right(now, "hearing_request")


def explained_in_time(now: Situation) -> str | None:
    return _late_right(now, "written_explanation")


def _late_right(now: Situation, name: str) -> str | None:
    deadline = now.passed(name)
    if deadline is None:
        return None
    return _("The party's time ended on %(day)s (%(clause)s); take it up only for a good reason.") % {
        "day": formats.day(deadline.due),
        "clause": deadline.rule,
    }


def heard_first(now: Situation) -> str | None:
    deadline = now.deadlines.get("written_explanation")
    if not now.explanation_right or now.has_explained or deadline is None or now.given.on > deadline.due:
        return None
    return _(
        "The party may explain itself until %(day)s (%(clause)s); decide earlier only if it gave that up in writing."
    ) % {"day": formats.day(deadline.due), "clause": now.explanation_clause}


def a_known_receiver(now: Situation) -> str | None:
    """A file goes to an office that may decide, to another authority, or outside with the receiver's name."""
    codes = {office.code for office in now.offices}
    if now.given.to != "office" or not now.given.authority or now.given.authority not in codes:
        return None
    if now.given.authority in {office.code for office in now.competent}:
        return None
    return competent_office(now)


# --- The decision -----------------------------------------------------------------------------------------------------


def small_enough_for_the_spot(now: Situation) -> str | None:
    frames = list(now.frames.values())
    if is_on_the_spot(frames, now.amount_vnd, now.party, now.book, now.given.on):
        return None
    limit = now.threshold("on_the_spot")
    return _(
        "A decision without a record is possible up to %(amount)s only (%(basis)s); write the record first "
        "(%(clause)s)."
    ) % {
        "amount": formats.vnd(limit.amount) if limit else "–",
        "basis": limit.legal_basis if limit else "–",
        "clause": ON_THE_SPOT,
    }


def inside_the_frame(now: Situation) -> str | None:
    for key, part in now.given.charges.items():
        frame = now.frames.get(key)
        if frame is None:
            return _("Charge %(id)s does not belong to this case.") % {"id": key}
        if not frame.allows(part):
            return _outside(part, [frame])
    amount, frames = now.amount_vnd, list(now.frames.values())
    sums = reachable_sums(frames)
    if now.given.charges and set(now.given.charges) != set(now.frames):
        return _("Name an amount for every behaviour charged (%(clause)s).") % {"clause": CLAUSES[K.DECISION]}
    if amount is None or not sums or any(low <= amount <= high for low, high in sums):
        return None
    return _outside(amount, frames)


def _outside(amount: int, frames: Sequence[Frame]) -> str:
    low = sum(frame.min_vnd or 0 for frame in frames)
    high = sum(frame.max_vnd or 0 for frame in frames)
    return _("%(amount)s lies outside the frame of %(low)s to %(high)s (%(rules)s).") % {
        "amount": formats.vnd(amount),
        "low": formats.vnd(low),
        "high": formats.vnd(high),
        "rules": ", ".join(frame.rule.code for frame in frames),
    }


def competent_office(now: Situation) -> str | None:
    if not now.frames:
        return None  # ``has_charge`` says what is missing
    if not now.competent:
        return _("No office is known that may impose this penalty: check frames and field maxima (%(clause)s).") % {
            "clause": COMPETENCE
        }
    if not now.given.authority or now.given.authority in {office.code for office in now.competent}:
        return None
    lowest = now.competent[0]
    titles = {office.code: office.title_vi for office in now.offices}
    top = max((frame.max_vnd or 0 for frame in now.frames.values()), default=0)
    return _(
        "“%(given)s” may not decide this: by the top of the frame, %(top)s, it takes at least %(title)s, up to "
        "%(amount)s (%(clause)s)."
    ) % {
        "given": titles.get(now.given.authority, now.given.authority),
        "top": formats.vnd(top),
        "title": lowest.title_vi,
        "amount": formats.vnd(lowest.max_vnd or 0),
        "clause": lowest.legal_basis,
    }


# --- Execution --------------------------------------------------------------------------------------------------------


def handed_over_at_once(now: Situation) -> str | None:
    if not now.has_record:
        return None
    return _("The decision must be served first (%(clause)s).") % {"clause": CLAUSES[K.SERVE]}


def something_to_pay(now: Situation) -> str | None:
    if now.left_vnd > 0:
        return None
    return _("Nothing is left to pay (%(clause)s).") % {"clause": CLAUSES[K.PAYMENT]}


def not_more_than_due(now: Situation) -> str | None:
    amount = now.given.amount_vnd
    if amount is None or amount <= now.left_vnd:
        return None
    return _("%(amount)s is more than the %(left)s that are due (%(clause)s).") % {
        "amount": formats.vnd(amount),
        "left": formats.vnd(now.left_vnd),
        "clause": CLAUSES[K.PAYMENT],
    }


def reduces_what_is_left(now: Situation) -> str | None:
    amount = now.given.amount_vnd
    if amount is None or 0 < amount <= now.account.due_vnd:
        return None
    return _("A reduction takes away at most what is left of the fine, %(left)s (%(clause)s).") % {
        "left": formats.vnd(now.account.due_vnd),
        "clause": CLAUSES[K.REDUCE],
    }


def something_to_remedy(now: Situation) -> str | None:
    if now.has_open_remedies:
        return None
    return _("No remedial measure is open (%(clause)s).") % {"clause": CLAUSES[K.REMEDY]}


def orders_something(now: Situation) -> str | None:
    if now.orders_remedies:
        return None
    return _("Nothing was ordered that would have to be served (%(clause)s).") % {"clause": CLAUSES[K.SERVE]}


def instalments_add_up(now: Situation) -> str | None:
    parts = now.given.instalments
    if not parts:
        return None
    total = sum(part.amount_vnd for part in parts)
    if total != now.account.due_vnd or any(part.amount_vnd <= 0 for part in parts):
        return _("The instalments add up to %(sum)s, but %(left)s is left of the fine (%(clause)s).") % {
            "sum": formats.vnd(total),
            "left": formats.vnd(now.account.due_vnd),
            "clause": CLAUSES[K.INSTALMENTS],
        }
    if any(later.due <= part.due for part, later in itertools.pairwise(parts)):
        return _("Each instalment must be due after the one before it (%(clause)s).") % {
            "clause": CLAUSES[K.INSTALMENTS]
        }
    return None


def large_enough(name: str, kind: str) -> Guard:
    """Return the condition that the fine reaches the threshold *name* (instalments, postponement)."""

    def guard(now: Situation) -> str | None:
        row = now.threshold(name)
        if row is None or now.account.fine_vnd >= row.amount:
            return None
        return _("It is provided for fines from %(amount)s (%(basis)s, %(clause)s).") % {
            "amount": formats.vnd(row.amount),
            "basis": row.legal_basis,
            "clause": CLAUSES[kind],
        }

    return guard


def not_longer_than(name: str, kind: str) -> Guard:
    """Return the condition that the last day entered lies within the period *name*, counted from the step."""

    def guard(now: Situation) -> str | None:
        row = now.book.clock(now.given.on, name)
        last = max([part.due for part in now.given.instalments], default=now.given.until)
        if row is None or last is None or last <= add_months(now.given.on, int(row.amount)):
            return None
        return _("%(day)s lies more than %(n)s months ahead (%(basis)s, %(clause)s).") % {
            "day": formats.day(last),
            "n": int(row.amount),
            "basis": row.legal_basis,
            "clause": CLAUSES[kind],
        }

    return guard


def few_instalments(now: Situation) -> str | None:
    row = now.book.clock(now.given.on, "instalments_most")
    if row is None or len(now.given.instalments) <= row.amount:
        return None
    return _("At most %(n)s instalments (%(basis)s).") % {"n": int(row.amount), "basis": row.legal_basis}


def first_instalment_large(now: Situation) -> str | None:
    row = now.book.clock(now.given.on, "instalments_first")
    if row is None or not now.given.instalments:
        return None
    least = now.account.fine_vnd * row.amount / 100
    if now.given.instalments[0].amount_vnd >= least:
        return None
    return _("The first instalment is at least %(amount)s (%(basis)s).") % {
        "amount": formats.vnd(round(least)),
        "basis": row.legal_basis,
    }


def later_than_today(now: Situation) -> str | None:
    """A postponement names a day after the step."""
    if now.given.until is None or now.given.until > now.given.on:
        return None
    return _("Name a day after %(day)s (%(clause)s).") % {
        "day": formats.day(now.given.on),
        "clause": CLAUSES[K.POSTPONE],
    }


def payment_or_remedy_late(now: Situation) -> str | None:
    late = [now.passed(name) for name, owed in _owed(now) if owed]
    if any(deadline is not None for deadline in late):
        return None
    deadline = now.deadlines.get("payment")
    return _(
        "Enforcement starts only when the time to comply has passed (%(day)s) and something is left (%(clause)s)."
    ) % {"day": formats.day(deadline.due) if deadline else "–", "clause": CLAUSES[K.ENFORCE]}


def _owed(now: Situation) -> list[tuple[str, bool]]:
    money, measures = now.account.due_vnd > 0, now.has_open_remedies
    return [
        ("payment", money or (measures and "remedy" not in now.deadlines)),
        ("instalment", money),
        ("remedy", measures),
    ]


def not_suspended(now: Situation) -> str | None:
    if not now.is_suspended:
        return None
    return _("Execution is suspended because of a complaint or lawsuit (%(clause)s).") % {"clause": SUSPENSION}


# --- The end ----------------------------------------------------------------------------------------------------------


def settled_or_barred(now: Situation) -> str | None:
    if within_execution_limitation(now) is not None:
        return None
    if now.left_vnd <= 0 and not now.has_open_remedies:
        return None
    return _("Before closing, %(amount)s is to be paid and every remedial measure carried out (%(clause)s).") % {
        "amount": formats.vnd(now.left_vnd),
        "clause": CLAUSES[K.CLOSE],
    }


def execution_barred(now: Situation) -> str | None:
    if within_execution_limitation(now) is not None:
        return None
    return _("A decision is to be served and carried out before its case is closed (%(clause)s).") % {
        "clause": CLAUSES[K.CLOSE]
    }


def remedied(now: Situation) -> str | None:
    if not now.has_open_remedies:
        return None
    return _("Every remedial measure ordered is to be carried out first (%(clause)s).") % {"clause": CLAUSES[K.REMEDY]}


def barred(now: Situation) -> str | None:
    if within_limitation(now) is not None:
        return None
    return _("A case without a decision is closed only when limitation has ended (%(clause)s).") % {
        "clause": LIMITATION
    }
