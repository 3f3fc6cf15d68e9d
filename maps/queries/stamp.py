"""The state of the register in a word: equal words, equal answers."""

import sqlalchemy as sa

from infra.models import LedgerHead
from infra.spatial import sql
from infra.spatial.tables import core

_head = core(LedgerHead)
_HEADS = sa.select(_head.c.authority_id, _head.c.sequence, _head.c.digest).order_by(_head.c.authority_id)


def register_stamp() -> str:
    """Return a text that changes with every act (one query).

    The heads of all chains, not the newest record: an act that got its number earlier may be written later, and its
    head moves all the same. The digest tells two acts apart of which the first was rolled back.
    """
    return ",".join(f"{authority}:{sequence}:{digest[:8]}" for authority, sequence, digest in sql.read(_HEADS))
