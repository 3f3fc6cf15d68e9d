"""The state of the register in a word: equal words, equal answers."""

import time
from dataclasses import dataclass
from functools import cached_property
from secrets import token_hex

import sqlalchemy as sa
from django.core.cache import cache

from infra.models import LedgerHead
from infra.spatial import sql
from infra.spatial.tables import core
from inspections.models import KeptRound

#: authority -> number and digest of the last record of its chain
Stamp = dict[int, tuple[int, str]]

#: for so long a process takes the register as it last saw it, unless it wrote itself: what another process writes
#: shows after a blink, and a burst of tiles does not ask the database for each
GLANCE_S = 0.1
#: whoever clears the cache means everything that is kept under a state of the register: this word then is another
_WORD = "maps:word"

_head, _round = core(LedgerHead), core(KeptRound)
_HEADS: sql.Statement = sa.union_all(
    sa.select(_head.c.authority_id, _head.c.sequence, _head.c.digest, sa.literal(None, sa.String())),
    sa.select(sa.literal(0), _round.c.rows, sa.literal(""), sa.cast(_round.c.finished_at, sa.String())).where(
        _round.c.name == "safety"
    ),
)


@dataclass(frozen=True)
class State:
    """The heads of all chains, and when the safety states were last gone through as a whole.

    The heads, not the newest record: an act that got its number earlier may be written later, and its head moves all
    the same. The digest tells two acts apart of which the first was rolled back.
    """

    word: str
    heads: Stamp
    last_round: str

    @cached_property
    def text(self) -> str:
        heads = sorted(self.heads.items())
        said = (f"{pk}:{n}:{digest[:8]}" for pk, (n, digest) in heads)
        return ",".join([self.word, *said, self.last_round.replace(" ", "T")])


#: when the state was read, and the state
_last: tuple[float, State] | None = None


def register_state() -> State:
    """Return the state of the register: one query, at most ten times a second."""
    global _last  # noqa: PLW0603 -- one for the process
    word, now, last = cache_word(), time.monotonic(), _last
    if last is not None and last[1].word == word and now - last[0] < GLANCE_S:
        return last[1]
    heads: Stamp = {}
    last_round = ""
    for authority, sequence, digest, finished in sql.read(_HEADS):
        if authority:
            heads[authority] = (sequence, digest)
        else:
            last_round = f"{sequence}@{finished}"
    state = State(word, heads, last_round)
    _last = (now, state)
    return state


def register_stamp() -> str:
    """Return a text that changes with every act and every round over the safety states."""
    return register_state().text


def look_again() -> None:
    """Let the next question ask the database: this process is writing."""
    global _last  # noqa: PLW0603 -- one for the process
    _last = None


def cache_word() -> str:
    """Return a word that lives as long as the cache is not cleared."""
    word: str | None = cache.get(_WORD)
    if word is None:
        word = token_hex(8)
        cache.set(_WORD, word, None)
    return word
