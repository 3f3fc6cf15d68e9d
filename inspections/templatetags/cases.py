"""What the templates of cases need besides the frame's."""

from collections.abc import Iterable
from typing import Any

from django import template

from inspections.models import Circumstance
from inspections.pages.words import deadline_name

register = template.Library()


@register.filter
def own_words(texts: Iterable[str], circumstances: Iterable[Circumstance]) -> str:
    """Return the circumstances that an officer wrote in other words than the law's, a line each."""
    listed = {row.name_vi for row in circumstances}
    return "\n".join(text for text in texts if text not in listed)


@register.filter
def deadline(name: str) -> str:
    """Return what a deadline is called."""
    return deadline_name(name)


@register.filter
def words(text: str) -> list[str]:
    """Return the words of *text*, for loops over a few names."""
    return text.split()


@register.filter
def bound(form: Any, name: str) -> Any:
    """Return the field of *form* with that name."""
    return form[name]
