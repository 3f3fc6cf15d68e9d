"""Targets of campaigns that other apps pick: the map hands on what was selected there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from infra.access import Person


@dataclass(frozen=True)
class Pick:
    """Installations that were picked, by id, and the corners of the area they were picked in, if there is one."""

    ids: Sequence[int]
    corners: Sequence[tuple[float, float]] = ()


class CannotPick(ValueError):
    """An address that picks nothing that can be understood; the message says why."""


Picker = Callable[[Person, QueryDict], Pick]

_PICKERS: dict[str, Picker] = {}


def add_picker(name: str, picker: Picker) -> None:
    """Let addresses with ``from=name`` pick by *picker*, which raises CannotPick."""
    _PICKERS[name] = picker


def pick(name: str, person: Person, query: QueryDict) -> Pick:
    """Return what the picker *name* reads out of an address. Raises CannotPick; KeyError for a picker not there."""
    return _PICKERS[name](person, query)
