"""States of a submission and the moves between them: one table, read by those who ask and by those who move."""

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Who makes a move: the operator that submits, the authority that decides, or the machine between them."""

    OPERATOR = "operator"
    AUTHORITY = "authority"
    MACHINE = "machine"


@dataclass(frozen=True)
class Move:
    """A lawful move. ``act`` names it in the ledger; a move that ``needs_reason`` is refused without words."""

    act: str
    side: Side
    needs_reason: bool = False


_CHECKED = Move("submission.checked", Side.MACHINE)
_AGAIN = Move("submission.checking", Side.OPERATOR)
_WITHDRAWN = Move("submission.withdrawn", Side.OPERATOR)
_FAILED = Move("submission.failed", Side.MACHINE)

#: (from, to) → move; what is not in the table does not happen
MOVES: dict[tuple[str, str], Move] = {
    ("received", "checking"): Move("submission.checking", Side.MACHINE),
    ("checking", "invalid"): _CHECKED,
    ("checking", "ready"): _CHECKED,
    ("checking", "failed"): _FAILED,
    ("invalid", "checking"): _AGAIN,
    ("ready", "checking"): _AGAIN,
    ("failed", "checking"): _AGAIN,
    ("ready", "sent"): Move("submission.sent", Side.OPERATOR),
    ("received", "withdrawn"): _WITHDRAWN,
    ("invalid", "withdrawn"): _WITHDRAWN,
    ("ready", "withdrawn"): _WITHDRAWN,
    ("sent", "withdrawn"): _WITHDRAWN,
    ("failed", "withdrawn"): _WITHDRAWN,
    ("sent", "applying"): Move("submission.accepted", Side.AUTHORITY),
    ("failed", "applying"): Move("submission.accepted", Side.AUTHORITY),
    ("sent", "returned"): Move("submission.returned", Side.AUTHORITY, needs_reason=True),
    ("sent", "rejected"): Move("submission.rejected", Side.AUTHORITY, needs_reason=True),
    ("applying", "accepted"): Move("submission.applied", Side.MACHINE),
    ("applying", "partly_accepted"): Move("submission.applied", Side.MACHINE),
    ("applying", "failed"): _FAILED,
}

#: moves of a planned mast; (from, to) → move
PLAN_MOVES: dict[tuple[str, str], Move] = {
    ("asked", "agreed"): Move("plan.agreed", Side.AUTHORITY),
    ("asked", "share"): Move("plan.share", Side.AUTHORITY, needs_reason=True),
    ("asked", "refused"): Move("plan.refused", Side.AUTHORITY, needs_reason=True),
    ("asked", "withdrawn"): Move("plan.withdrawn", Side.OPERATOR),
}

#: moves of a request for more time
EXTENSION_MOVES: dict[tuple[str, str], Move] = {
    ("asked", "granted"): Move("extension.granted", Side.AUTHORITY),
    ("asked", "refused"): Move("extension.refused", Side.AUTHORITY, needs_reason=True),
    ("asked", "withdrawn"): Move("extension.withdrawn", Side.OPERATOR),
}

#: states in which the operator may still change rows: apply suggestions, leave rows out, explain warnings
OPEN = frozenset({"invalid", "ready"})


def moves_from(state: str, side: Side) -> dict[str, Move]:
    """Return the states that *side* may move a submission to from *state*, with the moves."""
    return {to: move for (start, to), move in MOVES.items() if start == state and move.side is side}


def move_of(state: str, to: str) -> Move | None:
    """Return the move from *state* to *to*, or None where there is none."""
    return MOVES.get((state, to))
