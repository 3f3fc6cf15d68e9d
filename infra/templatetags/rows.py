"""The rows of a list and the choices of its filters, drawn in one go.

A page has hundreds of them; a template would take five times as long.
"""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from infra.pages.columns import Cell, RowAct
from infra.templatetags.sotram import icon, state_text

register = template.Library()


@register.simple_tag(takes_context=True)
def list_rows(context: Context, rows: Sequence[Sequence[Cell]]) -> SafeString:
    """Draw *rows*: the first cell of each heads it, the last one opens what a narrow screen leaves out."""
    details = escape(gettext("Details"))
    return mark_safe("".join(_row(context, cells, details) for cells in rows))


@register.simple_tag
def options(choices: Iterable[tuple[Any, Any]], chosen: str) -> SafeString:
    """Draw the options of a choice, the *chosen* one marked."""
    return mark_safe("".join(_option(str(value), str(words), chosen) for value, words in choices))


def _option(value: str, words: str, chosen: str) -> str:
    return f'<option value="{escape(value)}"{" selected" if value == chosen else ""}>{escape(words)}</option>'


def _row(context: Context, cells: Sequence[Cell], details: str) -> str:
    name = escape(cells[0].text)
    parts = [f'<tr><th scope="row">{_content(context, cells[0], name)}</th>']
    for cell in cells[1:]:
        figure = ' class="st-figure-cell"' if cell.figure else ""
        opening = f'<td data-card="{escape(cell.card)}" data-label="{escape(cell.title)}"{figure}>'
        parts.append(f"{opening}{_content(context, cell, name)}</td>")
    parts.append(
        '<td class="st-details"><button class="btn btn-small btn-link" type="button" data-open-row '
        f'aria-expanded="false">{details}<span class="visually-hidden"> {name}</span></button></td></tr>\n'
    )
    return "".join(parts)


def _content(context: Context, cell: Cell, name: str) -> str:
    if cell.act:
        content = _act(context, cell.act, name)
    elif cell.state:
        content = state_text(*cell.state)
    elif cell.url:
        content = f'<a href="{escape(cell.url)}">{escape(cell.text)}</a>'
    else:
        content = escape(cell.text)
    return f'{content} <span class="st-second">{escape(cell.second)}</span>' if cell.second else content


def _act(context: Context, act: RowAct, name: str) -> str:
    if not act.posts:
        return format_html('<a href="{}">{}</a>', act.url, act.label)
    return format_html(
        '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
        '<button class="btn btn-small text-nowrap" type="submit">{} {}<span class="visually-hidden"> {}</span></button>'
        "</form>",
        act.url,
        get_token(context["request"]),
        icon(act.icon),
        act.label,
        mark_safe(name),
    )
