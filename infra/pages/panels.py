"""What upper apps add to the sheets of an installation and a site: panels, buttons, the safety state.

They register in their ``AppConfig.ready()``::

    from infra.pages import panels
    panels.add_panels("installation", inspections_of)   # (request, installation) -> Iterable[Panel]

A provider answers for one subject with a fixed number of queries and shows only what the person may see.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db.models import Model
from django.http import HttpRequest
from django.utils.functional import Promise

from infra.pages.columns import RowAct

Subject = Literal["installation", "site"]


@dataclass(frozen=True)
class Panel:
    """One card of a sheet. *template* is included with *context*; ``aside`` puts it into the narrow column."""

    title: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    order: int = 50
    aside: bool = True
    count: int | None = None
    url: str | None = None


@dataclass(frozen=True)
class Action:
    """One button at the head of a sheet; at most one is the main one."""

    label: str | Promise
    url: str
    icon: str
    main: bool = False
    order: int = 50


@dataclass(frozen=True)
class RowActs:
    """What can be done with the rows of a list: the column's title, row id -> act."""

    title: str | Promise
    by_row: Mapping[Any, RowAct]


#: (request, rows of the page) -> what can be done with them, None where the person can do nothing
RowActsProvider = Callable[[HttpRequest, Sequence[Any]], RowActs | None]
PanelProvider = Callable[[HttpRequest, Any], Iterable[Panel]]
ActionProvider = Callable[[HttpRequest, Any], Iterable[Action]]
SafetyProvider = Callable[[HttpRequest, Any], Mapping[str, Any] | None]

_panels: dict[str, list[PanelProvider]] = {}
_actions: dict[str, list[ActionProvider]] = {}
_safety: dict[str, SafetyProvider] = {}
_row_acts: dict[str, RowActsProvider] = {}


def add_panels(subject: Subject, provider: PanelProvider) -> None:
    """Let *provider* add panels to the sheets of *subject*; adding it twice changes nothing."""
    providers = _panels.setdefault(subject, [])
    if provider not in providers:
        providers.append(provider)


def add_actions(subject: Subject, provider: ActionProvider) -> None:
    """Let *provider* add buttons to the sheets of *subject*."""
    providers = _actions.setdefault(subject, [])
    if provider not in providers:
        providers.append(provider)


def set_safety(subject: Subject, provider: SafetyProvider) -> None:
    """Name the one function that tells the safety state (``{state, since, reasons}``) on the sheets of *subject*."""
    _safety[subject] = provider


def set_row_acts(stem: str, provider: RowActsProvider) -> None:
    """Name the function that tells what can be done with each row of the list with that stem."""
    _row_acts[stem] = provider


def row_acts_of(stem: str, request: HttpRequest, rows: Sequence[Any]) -> RowActs | None:
    """Return what can be done with *rows*; None where nothing is offered."""
    provider = _row_acts.get(stem)
    return provider(request, rows) if provider and rows else None


def panels_of(subject: Subject, request: HttpRequest, row: Model) -> list[Panel]:
    """Return all panels that upper apps show for *row*, in order."""
    found = [panel for provider in _panels.get(subject, []) for panel in provider(request, row)]
    return sorted(found, key=lambda panel: panel.order)


def actions_of(subject: Subject, request: HttpRequest, row: Model) -> list[Action]:
    """Return all buttons that upper apps show for *row*, in order."""
    found = [action for provider in _actions.get(subject, []) for action in provider(request, row)]
    return sorted(found, key=lambda action: action.order)


def safety_of(subject: Subject, request: HttpRequest, row: Model) -> Mapping[str, Any] | None:
    """Return the safety state of *row*, or None where no app tells it."""
    provider = _safety.get(subject)
    return provider(request, row) if provider else None
