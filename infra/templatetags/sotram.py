"""What the templates of all apps share: icons, figures, states, addresses that keep the filters."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from infra import formats, icons
from infra.safety import SYMBOLS, label_of, state_of

register = template.Library()

EMPTY = "–"
#: parameters that say where in a list one is; any change of a filter starts at the top again
PAGING = ("after", "before", "page")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon. With a *label* it speaks for itself, without one the word beside it does."""
    speech = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="icon" width="24" height="24" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" focusable="false" '
        "{}>{}</svg>",
        speech,
        mark_safe(icons.drawing(name)),
    )


@register.simple_tag
def sprite(name: str) -> SafeString:
    """Put an icon into a page's sprite, under the id ``i-<name>``, for scripts that draw it with ``<use>``."""
    return format_html('<symbol id="i-{}" viewBox="0 0 24 24">{}</symbol>', name, mark_safe(icons.drawing(name)))


@register.filter
def number(value: Any, digits: int | str | None = None) -> str:
    """Write a number the way the language does; a dash where there is none."""
    if value is None or value == "":
        return EMPTY
    return formats.number(value, None if digits in (None, "") else int(digits))


@register.filter
def quantity(value: Any, unit: str) -> str:
    """Write a number with its unit behind a no-break space; a dash where there is none."""
    return EMPTY if value is None or value == "" else formats.quantity(value, unit)


@register.filter
def percent(value: Any, digits: int | str = 0) -> str:
    """Write a share of 1 as a percentage."""
    return EMPTY if value is None or value == "" else formats.quantity(round(100 * value, int(digits)), "%")


@register.filter
def vnd(value: Any) -> str:
    return EMPTY if value is None or value == "" else formats.vnd(value)


@register.filter
def day(value: date | None) -> str:
    return EMPTY if value is None or value == "" else formats.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    return EMPTY if value is None or value == "" else formats.moment(value)


@register.filter
def position(point: Any) -> str:
    """Write a point (longitude, latitude) as people read it out."""
    return EMPTY if point is None else formats.coordinates(point.x, point.y)


@register.filter
def yes_no(value: bool | None) -> str:
    """Write a yes, a no, or that nobody knows."""
    if value is None:
        return gettext("not known")
    return gettext("yes") if value else gettext("no")


@register.filter
def tone_of_status(code: str) -> str:
    """Return the tone in which a registration status is drawn: only what needs a look stands out."""
    return {"operating": "accent", "suspended": "due", "decommissioned": "unknown"}.get(code, "neutral")


@register.filter
def yes_if(value: str, wanted: str) -> str:
    """Write "true" or "false" for aria-pressed and its like."""
    return "true" if value == wanted else "false"


@register.simple_tag
def state_symbol(state: str | Mapping[str, Any] | None, label: bool = False) -> SafeString:
    """Draw the symbol of a safety state; with *label* it names itself (where no word stands beside it)."""
    code = state_of(state)
    speech = format_html('role="img" aria-label="{}"', label_of(code)) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="st-symbol st-symbol--{}" viewBox="0 0 16 16" focusable="false" {}>{}</svg>',
        code,
        speech,
        mark_safe(SYMBOLS[code]),
    )


@register.simple_tag
def state_tag(state: str | Mapping[str, Any] | None, text: str = "") -> SafeString:
    """Draw a safety state: symbol and word on its soft ground. *text* replaces the word."""
    code = state_of(state)
    return format_html('<span class="st-tag st-tag--{}">{} {}</span>', code, state_symbol(code), text or label_of(code))


@register.simple_tag
def state_text(state: str | Mapping[str, Any] | None, text: str = "") -> SafeString:
    """Draw a safety state inside a line or a cell: symbol and word, without ground."""
    code = state_of(state)
    return format_html(
        '<span class="st-state st-state--{}">{} <span>{}</span></span>',
        code,
        state_symbol(code),
        text or label_of(code),
    )


@register.simple_tag
def tag(text: Any, tone: str = "neutral") -> SafeString:
    """Draw any other state as a word: tone neutral, accent, error, warning or one of the safety states'."""
    return format_html('<span class="st-tag st-tag--{}">{}</span>', tone, text)


@register.filter
def value_of(query: Mapping[str, Any], name: str) -> Any:
    """Look up *name*, which a template only knows as a variable."""
    return query.get(name, "")


@register.simple_tag(takes_context=True)
def url_without(context: Context, name: str) -> str:
    """Return the query string of this page without the parameter *name*, from the list's beginning."""
    return str(url_with(context, **{name: None}))


@register.simple_tag(takes_context=True)
def url_with(context: Context, **changes: Any) -> str:
    """Return the query string of this page with *changes*; None or "" takes a parameter out, lists repeat it."""
    query = context["request"].GET.copy()
    if not set(changes) & set(PAGING):
        changes = {**dict.fromkeys(PAGING), **changes}
    for name, value in changes.items():
        query.pop(name, None)
        if isinstance(value, list | tuple):
            query.setlist(name, [str(part) for part in value])
        elif value not in (None, ""):
            query[name] = str(value)
    return f"?{query.urlencode()}" if query else "?"
