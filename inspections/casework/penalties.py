"""Lawful amounts: what to propose for a charge, who may impose it, whether the party may explain itself.

Frames are written for organizations; a person pays the part that the field says (half), except where the rule's
amounts are for individuals already (Điều 106). Competence and the right to explain go by the top of the frame for the
party charged, not by the amount chosen; a penalty without a record goes by the fine itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from inspections.models import FieldMaximum, PartyKind, Rule
from inspections.selectors.law import (
    INDIVIDUAL_PART,
    ORGANIZATION_FACTOR,
    Competence,
    LawBook,
    rules_in_force,
)

#: how far one circumstance moves the proposal from the mean towards an end of the frame; two reach the end.
#: The law fixes the mean and the ends only (Luật XLVPHC, Điều 23); the steps between are a proposal to the officer.
CIRCUMSTANCE_SHARE = 0.5
#: proposals are rounded to this, inside the frame
ROUNDING_VND = 1000


@dataclass(frozen=True)
class Frame:
    """A fine frame for one party in ₫; both ends None where the law's text is not known."""

    rule: Rule
    min_vnd: int | None
    max_vnd: int | None

    @property
    def is_known(self) -> bool:
        return self.min_vnd is not None and self.max_vnd is not None

    @property
    def is_proposable(self) -> bool:
        return self.is_known and self.rule.proposable

    def allows(self, amount: int) -> bool:
        """Tell whether *amount* is lawful for this behaviour; 0 is a warning, where the rule provides one."""
        if amount == 0 and self.rule.warning:
            return True
        return self.min_vnd is not None and self.max_vnd is not None and self.min_vnd <= amount <= self.max_vnd


@dataclass(frozen=True)
class Proposal:
    """One charge with its amount; ``proposed_vnd`` None where the rule is never proposed."""

    frame: Frame
    proposed_vnd: int | None


@dataclass(frozen=True)
class Assessment:
    """Everything the penalty calculator answers."""

    proposals: tuple[Proposal, ...]
    total_vnd: int
    explanation_right: bool
    competent: tuple[Competence, ...]
    offices: tuple[Competence, ...]
    on_the_spot: bool
    unknown_rules: tuple[str, ...]


def frame_for(rule: Rule, party: str, maximum: FieldMaximum | None) -> Frame:
    """Return the frame of *rule* for *party*."""
    factor = 1.0
    if rule.individual_amounts:
        factor = (maximum.organization_factor if maximum else ORGANIZATION_FACTOR) if party != PartyKind.PERSON else 1.0
    elif party == PartyKind.PERSON:
        factor = maximum.individual_factor_of_rule if maximum else INDIVIDUAL_PART
    return Frame(rule, _times(rule.min_vnd, factor), _times(rule.max_vnd, factor))


def _times(amount: int | None, factor: float) -> int | None:
    return None if amount is None else round(amount * factor)


def proposed_amount(frame: Frame, mitigating: int = 0, aggravating: int = 0) -> int | None:
    """Return the amount proposed: the mean of the frame, moved by circumstances, which offset each other."""
    if not frame.is_proposable or frame.min_vnd is None or frame.max_vnd is None:
        return None
    half = (frame.max_vnd - frame.min_vnd) / 2
    moved = max(-1.0, min(1.0, (aggravating - mitigating) * CIRCUMSTANCE_SHARE))
    amount = round((frame.min_vnd + half + half * moved) / ROUNDING_VND) * ROUNDING_VND
    return max(frame.min_vnd, min(frame.max_vnd, amount))


def reachable_sums(frames: Sequence[Frame]) -> list[tuple[int, int]]:
    """Return the intervals in which the fines for *frames* may add up; a rule with a warning may add nothing.

    Empty where a frame is not known and no warning is provided.
    """
    sums = [(0, 0)]
    for frame in frames:
        ways = [(0, 0)] if frame.rule.warning else []
        if frame.min_vnd is not None and frame.max_vnd is not None:
            ways.append((frame.min_vnd, frame.max_vnd))
        sums = _joined([(low + a, high + b) for low, high in sums for a, b in ways])
    return sums if frames else []


def _joined(intervals: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for low, high in sorted(intervals):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def has_right_to_explain(frames: Iterable[Frame], party: str, book: LawBook, day: date) -> bool:
    """Tell whether the party may explain itself: licence at stake, or a top of the frame at the threshold."""
    threshold = book.for_party(day, "explanation_right", party)
    return any(
        frame.rule.takes_licence
        or (threshold is not None and frame.max_vnd is not None and frame.max_vnd >= threshold.amount)
        for frame in frames
    )


def is_on_the_spot(frames: Sequence[Frame], fine_vnd: int | None, party: str, book: LawBook, day: date) -> bool:
    """Tell whether the penalty may be imposed without a record: a warning, or a fine within the limit of *day*."""
    limit = book.for_party(day, "on_the_spot", party)
    if limit is None or not frames or fine_vnd is None:
        return False
    return fine_vnd <= limit.amount


def proposed_total(proposals: Iterable[Proposal]) -> int | None:
    """Return the sum proposed; a warning adds nothing, a charge that is never proposed leaves the sum open (None)."""
    total = 0
    for row in proposals:
        if row.proposed_vnd is None and not (row.frame.rule.warning and not row.frame.is_known):
            return None
        total += row.proposed_vnd or 0
    return total


def competent_for(
    frames: Sequence[Frame], party: str, book: LawBook, day: date
) -> tuple[list[Competence], list[Competence]]:
    """Return (offices competent for every charge, all offices of the fields), lowest first.

    An office appears with the least of its maxima over the fields of the charges.
    """
    known = [frame for frame in frames if frame.max_vnd is not None or frame.rule.warning]
    offices: dict[str, Competence] = {}
    short: set[str] = set()
    seen: dict[str, int] = {}
    fields = sorted({frame.rule.field for frame in frames})
    for field in fields:
        top = max((frame.max_vnd or 0 for frame in known if frame.rule.field == field), default=0)
        for office in book.competences(field, party, day):
            seen[office.code] = seen.get(office.code, 0) + 1
            if office.max_vnd is None or office.max_vnd < top:
                short.add(office.code)
            before = offices.get(office.code)
            if before is None or (office.max_vnd is not None and (before.max_vnd or 0) > office.max_vnd):
                offices[office.code] = office
    rows = sorted(offices.values(), key=lambda row: (row.max_vnd is None, row.max_vnd or 0, row.code))
    competent = [row for row in rows if row.code not in short and seen[row.code] == len(fields)]
    return (competent if known else []), rows


def frames_on(
    codes: Sequence[str], party: str, day: date, book: LawBook | None = None
) -> tuple[list[Frame], list[str]]:
    """Return (frames for *party* of the rules in force on *day*, codes without such a rule)."""
    rules, law = rules_in_force(codes, day), book or LawBook.read()
    frames = [frame_for(rules[code], party, law.maximum(rules[code].field, day)) for code in codes if code in rules]
    return frames, [code for code in codes if code not in rules]


def assess(
    codes: Sequence[str],
    party: str,
    day: date,
    mitigating: int = 0,
    aggravating: int = 0,
    *,
    law: LawBook | None = None,
) -> Assessment:
    """Answer the penalty calculator for *codes* on *day* (four queries)."""
    book = law or LawBook.read()
    frames, unknown = frames_on(codes, party, day, book)
    proposals = tuple(Proposal(frame, proposed_amount(frame, mitigating, aggravating)) for frame in frames)
    competent, offices = competent_for(frames, party, book, day)
    return Assessment(
        proposals=proposals,
        total_vnd=sum(row.proposed_vnd or 0 for row in proposals),
        explanation_right=has_right_to_explain(frames, party, book, day),
        competent=tuple(competent),
        offices=tuple(offices),
        on_the_spot=is_on_the_spot(frames, proposed_total(proposals), party, book, day),
        unknown_rules=tuple(unknown),
    )
