"""What acts have touched since a table was read, so that a change of one mast does not cost reading a country."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from django.db import models

from infra.models import ChangeRecord
from infra.spatial import sql
from infra.spatial.tables import core
from maps.queries.stamp import Stamp

#: more acts, or rows, than these are read as a whole again
MOST_ACTS, MOST_ROWS = 300, 20_000

_record = core(ChangeRecord)


class TooManyError(Exception):
    """More versions than are looked at one by one: everything is to be read again."""


@dataclass(frozen=True)
class Acts:
    """Acts by their keys, the nouns they wrote ("infra.site") and the facts they noted without versions."""

    keys: tuple[int, ...]
    nouns: frozenset[str]
    details: tuple[dict[str, Any], ...] = ()

    def wrote(self, *labels: str) -> bool:
        return not self.nouns.isdisjoint(labels)

    def noted(self, name: str) -> list[str]:
        """Return what these acts noted under *name*."""
        return [str(details[name]) for details in self.details if details.get(name)]

    def reach_back(self, nouns: Iterable[type[models.Model]], moment: datetime) -> bool:
        """Tell whether these acts wrote a version of *nouns* that starts or ends before *moment*."""
        for noun in nouns:
            if noun._meta.label_lower not in self.nouns:
                continue
            table = core(noun.version_model)  # type: ignore[attr-defined]
            opened = sa.and_(table.c.act_id.in_(self.keys), table.c.valid_from < moment)
            closed = sa.and_(table.c.closed_act_id.in_(self.keys), table.c.valid_to < moment)
            if sql.read(sa.select(table.c.id).where(sa.or_(opened, closed)).limit(1)):
                return True
        return False

    def versions(self, noun: type[models.Model], *columns: str) -> list[tuple[Any, ...]]:
        """Return *columns* of the versions of *noun* that these acts opened or closed. Raises TooManyError."""
        if noun._meta.label_lower not in self.nouns:
            return []
        table = core(noun.version_model)  # type: ignore[attr-defined]
        chosen = [table.c[name] for name in columns]
        opened = sa.select(*chosen).where(table.c.act_id.in_(self.keys))
        closed = sa.select(*chosen).where(table.c.closed_act_id.in_(self.keys))
        return _few_rows(sa.union(opened, closed))

    def ids(self, noun: type[models.Model], column: str = "noun_id") -> set[int]:
        """Return the keys in *column* of those versions, without None."""
        return {pk for (pk,) in self.versions(noun, column) if pk is not None}


@dataclass(frozen=True)
class Since(Acts):
    """All that stands otherwise than it stood at *moment*, whenever that was entered: what tells a past day from today.

    Which acts that were is not asked: what they noted beside versions has no past.
    """

    moment: datetime = field(kw_only=True)

    @classmethod
    def of(cls, moment: datetime) -> "Since":
        return cls((), frozenset(), moment=moment)

    def versions(self, noun: type[models.Model], *columns: str) -> list[tuple[Any, ...]]:
        table = core(noun.version_model)  # type: ignore[attr-defined]
        later = sa.or_(table.c.valid_from >= self.moment, table.c.valid_to >= self.moment)
        return _few_rows(sa.select(*(table.c[name] for name in columns)).where(later).distinct())


def _few_rows(statement: sa.Select[Any] | sa.CompoundSelect[Any]) -> list[tuple[Any, ...]]:
    rows = sql.read(statement.limit(MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise TooManyError
    return rows


def acts_between(before: Stamp, now: Stamp) -> Acts | None:
    """Return what was done between two states of the register; None where that cannot be told, or is too much."""
    if before.keys() - now.keys():
        return None
    moved = [(pk, before.get(pk, (0, ""))[0], head[0]) for pk, head in now.items() if before.get(pk) != head]
    if any(last <= first for _pk, first, last in moved):
        return None  # put back to an older state
    parts = [
        sa.and_(_record.c.authority_id == pk, _record.c.sequence > first, _record.c.sequence <= last)
        for pk, first, last in moved
    ]
    statement = sa.select(_record.c.id, _record.c.counts, _record.c.details).where(sa.or_(sa.false(), *parts))
    rows = sql.read(statement.limit(MOST_ACTS + 1))
    if len(rows) > MOST_ACTS or len(rows) != sum(last - first for _pk, first, last in moved):
        return None
    nouns = frozenset(label for _pk, counts, _details in rows for label in counts)
    details = tuple(details for _pk, _counts, details in rows if details)
    return Acts(tuple(pk for pk, _counts, _details in rows), nouns, details)


def went_through(heads: Stamp) -> bool:
    """Tell whether the ledger holds these very heads: then nothing of what was done before them is otherwise."""
    parts = [
        sa.and_(_record.c.authority_id == pk, _record.c.sequence == number, _record.c.digest == digest)
        for pk, (number, digest) in heads.items()
    ]
    rows = sql.read(sa.select(sa.func.count()).select_from(_record).where(sa.or_(sa.false(), *parts)))
    return bool(heads) and rows[0][0] == len(heads)


def few(ids: Iterable[int]) -> set[int] | None:
    """Return *ids* as a set, None where there are so many that all rows are read again."""
    found = set(ids)
    return found if len(found) <= MOST_ROWS else None
