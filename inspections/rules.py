"""States of field work and the moves between them: one table each, read by those who ask and by those who move."""

from collections.abc import Mapping
from dataclasses import dataclass

from infra.access import Permission


@dataclass(frozen=True)
class Move:
    """A lawful move. ``act`` names it in the ledger, ``permission`` says who makes it; a move that ``needs_reason`` is
    refused without words.
    """

    act: str
    permission: Permission
    needs_reason: bool = False


Moves = Mapping[tuple[str, str], Move]

_RETURN = Move("inspection.returned", Permission.SUPERVISE, needs_reason=True)

#: a submitted inspection: nobody reviews an own one, and none is returned from which a case was opened
REVIEW: Moves = {
    ("pending", "approved"): Move("inspection.approved", Permission.SUPERVISE),
    ("pending", "returned"): _RETURN,
    ("pending", "set_aside"): Move("inspection.set_aside", Permission.SUPERVISE, needs_reason=True),
    ("approved", "returned"): _RETURN,
    ("returned", "pending"): Move("inspection.submitted", Permission.INSPECT),
    ("returned", "set_aside"): Move("inspection.set_aside", Permission.SUPERVISE, needs_reason=True),
}

#: a finding, until it is remedied
FINDING: Moves = {
    ("open", "answered"): Move("finding.answered", Permission.SUBMIT, needs_reason=True),
    ("answered", "open"): Move("finding.answer_refused", Permission.INSPECT, needs_reason=True),
    ("open", "remedied"): Move("finding.remedied", Permission.INSPECT, needs_reason=True),
    ("answered", "remedied"): Move("finding.remedied", Permission.INSPECT, needs_reason=True),
    ("open", "repeated"): Move("inspection.submitted", Permission.INSPECT),
    ("answered", "repeated"): Move("inspection.submitted", Permission.INSPECT),
    ("open", "dismissed"): Move("finding.dismissed", Permission.INSPECT, needs_reason=True),
    ("answered", "dismissed"): Move("finding.dismissed", Permission.INSPECT, needs_reason=True),
}

#: a version of a checklist
CHECKLIST: Moves = {
    ("draft", "published"): Move("checklist.published", Permission.ADMINISTER, needs_reason=True),
    ("published", "superseded"): Move("checklist.superseded", Permission.ADMINISTER, needs_reason=True),
}

#: a campaign
CAMPAIGN: Moves = {
    ("planned", "running"): Move("campaign.started", Permission.SUPERVISE),
    ("running", "closed"): Move("campaign.closed", Permission.SUPERVISE, needs_reason=True),
    ("planned", "closed"): Move("campaign.closed", Permission.SUPERVISE, needs_reason=True),
    ("closed", "running"): Move("campaign.reopened", Permission.SUPERVISE, needs_reason=True),
}

#: what an inspector proposes to correct in the register
CORRECTION: Moves = {
    ("proposed", "accepted"): Move("correction.accepted", Permission.REVIEW, needs_reason=True),
    ("proposed", "refused"): Move("correction.refused", Permission.REVIEW, needs_reason=True),
}


class NoSuchMove(ValueError):
    """The move is not in the table, or was made without the reason it needs."""


def move_between(moves: Moves, start: str, to: str, reason: str = "") -> Move:
    """Return the move from *start* to *to*. Raises NoSuchMove where there is none or where it needs a *reason*."""
    move = moves.get((start, to))
    if move is None:
        raise NoSuchMove(f"{start} -> {to}")
    if move.needs_reason and not reason.strip():
        raise NoSuchMove(f"{move.act}: a reason is needed")
    return move


def moves_from(moves: Moves, start: str) -> dict[str, Move]:
    """Return the states that can follow *start*, with the moves."""
    return {to: move for (before, to), move in moves.items() if before == start}
