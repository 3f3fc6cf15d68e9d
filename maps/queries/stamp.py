"""The state of the register in a word: equal words, equal answers."""

import sqlalchemy as sa

from infra.models import LedgerHead
from infra.spatial import sql
from infra.spatial.tables import core
from inspections.models import KeptRound

#: authority -> number and digest of the last record of its chain
Stamp = dict[int, tuple[int, str]]

_head, _round = core(LedgerHead), core(KeptRound)
_HEADS: sql.Statement = sa.union_all(
    sa.select(_head.c.authority_id, _head.c.sequence, _head.c.digest, sa.literal(None, sa.String())),
    sa.select(sa.literal(0), _round.c.rows, sa.literal(""), sa.cast(_round.c.finished_at, sa.String())).where(
        _round.c.name == "safety"
    ),
)


def register_state() -> tuple[Stamp, str]:
    """Return the heads of all chains, and when the safety states were last gone through as a whole (one query).

    The heads, not the newest record: an act that got its number earlier may be written later, and its head moves all
    the same. The digest tells two acts apart of which the first was rolled back.
    """
    heads: Stamp = {}
    last_round = ""
    for authority, sequence, digest, finished in sql.read(_HEADS):
        if authority:
            heads[authority] = (sequence, digest)
        else:
            last_round = f"{sequence}@{finished}"
    return heads, last_round


def register_stamp() -> str:
    """Return a text that changes with every act, and with every round over the safety states (one query)."""
    heads, last_round = register_state()
    return ",".join([*(f"{pk}:{n}:{digest[:8]}" for pk, (n, digest) in sorted(heads.items())), last_round])
