"""What the templates of cases need besides the frame's."""

from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from infra.templatetags.sotram import state_symbol
from inspections.models import Circumstance
from inspections.pages.words import deadline_name

register = template.Library()


@register.filter
def own_words(texts: Iterable[str], circumstances: Iterable[Circumstance]) -> str:
    """Return the circumstances that an officer wrote in other words than the law's, a line each."""
    listed = {row.name_vi for row in circumstances}
    return "\n".join(text for text in texts if text not in listed)


@register.simple_tag
def due_lines(lines: Iterable[Any]) -> SafeString:
    """Draw the lines of an agenda in one go: there are a hundred, a template takes several times as long."""
    return mark_safe("".join(_due_line(line) for line in lines))


def _due_line(line: Any) -> str:
    what = f"{line.what} · {line.unit}" if line.unit else line.what
    day = f'<time datetime="{line.iso}">{escape(line.day)}</time>' if line.day else ""
    left = f'<span class="st-second">{escape(line.left)}</span>' if line.left else ""
    return (
        f'<li>{state_symbol(line.tone)}<div><a href="{escape(line.url)}">{escape(line.number)}</a> · '
        f'{escape(line.party)}<span class="st-second">{escape(what)}</span></div>'
        f'<div class="st-agenda__when">{day}{left}</div></li>\n'
    )


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
