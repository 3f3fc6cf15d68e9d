"""Checks that ``manage.py check`` runs: every icon that templates or the navigation name exists, every place too."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core import checks
from django.core.checks import CheckMessage, Error, register

from infra.icons import UnknownIconError, drawing
from infra.navigation import Entry, all_entries

OUR_APPS = ("config", "maps", "inspections", "infra")
_ICON = re.compile(r"""\{%\s*icon\s+["']([^"']+)["']""")


def icons_in_templates() -> Iterator[tuple[str, str]]:
    """Yield icon name and template of every icon that our templates name."""
    for config in apps.get_app_configs():
        if config.name in OUR_APPS:
            for template in sorted(Path(config.path, "templates").rglob("*.html")):
                for name in _ICON.findall(template.read_text("utf-8")):
                    yield name, str(template)


def _entries() -> Iterator[Entry]:
    for entry in all_entries():
        yield entry
        yield from entry.parts


@register("templates")
def icons_exist(**_kwargs: Any) -> list[CheckMessage]:
    """Report every icon that is named and does not exist."""
    named = [*icons_in_templates(), *((entry.icon, str(entry.url_name)) for entry in _entries())]
    found: list[CheckMessage] = []
    for name, where in named:
        try:
            drawing(name)
        except UnknownIconError as error:
            found.append(Error(str(error), hint="Run: npm ci", obj=where, id="infra.E001"))
    return found


@register("urls")
def places_exist(**_kwargs: Any) -> list[CheckMessage]:
    """Report every place of work whose page is not installed; it would be missing from the top bar in silence."""
    return [
        checks.Warning(f"The navigation names the page {entry.url_name}, which does not exist.", id="infra.W001")
        for entry in _entries()
        if entry.url() is None
    ]
