"""Some installations, as a condition: a list of keys for a few, a range of keys when everything is gone through.

A list of 5,000 keys costs Django more than the database; between two keys that were read in order lies nothing else.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q

from infra.models import Installation


class Span:
    """Installations by their keys; ``dense`` says that no other key lies between the first and the last."""

    def __init__(self, ids: Sequence[int], *, dense: bool = False) -> None:
        self.ids = ids
        self.dense = dense and len(ids) > 1

    def rows(self, path: str = "pk") -> Q:
        """Return the condition that *path* leads to one of the installations."""
        if self.dense:
            return Q(**{f"{path}__gte": self.ids[0], f"{path}__lte": self.ids[-1]})
        return Q(**{f"{path}__in": list(self.ids)})

    def held_by(self, path: str, column: str, known: Iterable[int]) -> Q:
        """Return the condition that *path* leads to a mast or site (*column*) of one of the installations.

        *known* are those masts or sites, as they were read before.
        """
        holders: Any = Installation.objects.filter(self.rows()).values(column) if self.dense else list(known)
        return Q(**{f"{path}__in": holders})
