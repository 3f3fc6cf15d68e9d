"""Lists that a file's words are looked up in: codes, names and aliases, loosely spelt."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices

from infra import models
from infra.models import Organization
from infra.text import fold

_NOT_LETTERS = re.compile(r"[^0-9a-z]+")


def loose(text: str) -> str:
    """Return *text* without case, accents, blanks and punctuation ("A2-b" → "a2b")."""
    return _NOT_LETTERS.sub("", fold(text))


@dataclass
class Choices:
    """One list: what is written → code, and in order what the text of is the name that people read."""

    codes: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Code → name in the language of the request."""
        return {code: str(value) for code, value in self.values.items()}

    def add(self, code: str, value: Any, spellings: Iterable[str]) -> None:
        """Add a value, known by its own text; a spelling that another value has already stays with that one."""
        self.values[code] = value
        self.codes.setdefault(loose(code), code)
        for spelling in spellings:
            key = loose(spelling)
            if key:
                self.codes.setdefault(key, code)

    def code_of(self, text: str) -> str | None:
        """Return the code that *text* means, or None."""
        return self.codes.get(loose(text))

    def words(self, most: int = 8) -> str:
        """Return the names for a message, the first *most* of them."""
        names = list(self.names.values())
        return "; ".join(names[:most]) + ("; …" if len(names) > most else "")  # names have commas of their own


def choices_of(name: str) -> Choices:
    """Return the list *name*: a lookup model or a set of choices of :mod:`infra.models`.

    Values no longer in force are in it: a file also tells of the past.
    """
    source: Any = getattr(models, name)
    choices = Choices()
    if isinstance(source, type) and issubclass(source, TextChoices):
        for code, label in source.choices:
            choices.add(code, label, (str(label),))
        return choices
    rows = list(source.objects.order_by("order", "code", "-valid_from"))
    for row in rows:  # every code wins over every alias, whatever their order
        choices.add(row.code, row, ())
    for row in rows:
        choices.add(row.code, row, (row.name_vi, row.name_en, *row.aliases))
    return choices


def organizations() -> Choices:
    """Return the organizations by code, name, short name and alias."""
    choices = Choices()
    rows = list(Organization.objects.order_by("code"))
    for row in rows:
        choices.add(row.code, row, ())
    for row in rows:
        choices.add(row.code, row, (row.name, row.name_en, row.short_name, *row.aliases))
    return choices
