"""What a mode of the console is: one way of looking at the map, with its own panel, tools and script.

The console gives every mode the same house: the map with the base map, search, the sheet on the right, the tray at the
bottom, the permalink, notices, the keyboard. A mode brings templates for its places and one script that puts its class
into ``Sotram.modes[name]`` (``static/maps/console.js`` says what the console calls). To add a mode, write a module with
a :class:`Mode` beside this one and list it in ``maps.pages.modes.MODES``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise

from infra.access import Permission
from maps.queries.reader import Reader


@dataclass(frozen=True)
class Visit:
    """Who opens the console, with which address, on which day."""

    request: HttpRequest
    reader: Reader
    today: date


@dataclass(frozen=True)
class View:
    """A mode made ready for one visit: values for its templates, settings for its script (JSON)."""

    context: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Mode:
    """One mode. Templates: ``panel`` on the left, ``bar`` under the search, ``tools`` in the tool bar, ``buttons`` at
    the top right, ``tray`` at the bottom; an empty name leaves the place empty. ``scripts`` and ``styles`` are static
    files, loaded only where the mode is open.
    """

    name: str
    title: str | Promise
    open: Callable[[Visit], View]
    panel: str
    bar: str = ""
    tools: str = ""
    buttons: str = ""
    tray: str = ""
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    permission: Permission = Permission.SEE_REGISTER
