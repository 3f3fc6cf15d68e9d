"""Marks of a sketch, drawn in one go: there are thousands."""

from collections.abc import Sequence
from html import escape

from django import template
from django.utils.safestring import SafeString, mark_safe

from inspections.documents.sketch import Dot

register = template.Library()

#: more marks than this carry no titles: nobody finds one among them, and the page is twice as heavy
TITLED = 700


@register.simple_tag
def sketch_dots(dots: Sequence[Dot]) -> SafeString:
    """Draw the marks of a sketch, each with its title where they are few."""
    titled = len(dots) < TITLED
    return mark_safe("".join(_dot(dot, titled=titled) for dot in dots))


def _dot(dot: Dot, *, titled: bool) -> str:
    kind = escape(dot.mark.kind)
    title = f"<title>{escape(dot.mark.title)}</title>" if titled else ""
    return f'<circle class="st-sketch__dot st-dot--{kind} st-person--{kind}" cx="{dot.x}" cy="{dot.y}">{title}</circle>'
