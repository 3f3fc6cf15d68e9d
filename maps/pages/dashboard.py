"""The overview: a few figures that survive a question, the communes behind them, the age of the data."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import AdministrativeUnit
from infra.pages.guard import needs
from infra.selectors.registers import organizations_offered, units_offered
from inspections.models import CaseDeadline
from maps.pages.choropleth import choropleth
from maps.pages.ground import bounds_for, source_note
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.selectors.figures import Figure, dashboard_of, open_cases_of

MOST_DEADLINES = 6


@dataclass(frozen=True)
class Tile:
    """A figure in the words of the request's language."""

    figure: Figure
    value: str
    sentence: str
    list_words: str


def _tile(figure: Figure) -> Tile:
    value = "–" if figure.value is None else formats.number(figure.value)
    if figure.share and figure.value is not None:
        value = formats.quantity(figure.value, "%")
    words = {
        "n": formats.number(figure.numerator),
        "all": formats.number(figure.denominator),
        "rest": formats.number(figure.denominator - figure.numerator),
    }
    return Tile(figure, value, str(figure.sentence) % words, str(figure.list_words) % words)


@require_safe
@needs(Permission.SEE_REPORTS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the overview of one unit and one organization, or of everything."""
    today = timezone.localdate()
    unit, organization = _chosen(request, "unit"), _chosen(request, "organization")
    units = units_offered(request.user, unit)
    organizations = organizations_offered(request.user)
    unit = unit if unit in dict(units) or AdministrativeUnit.objects.filter(code=unit).exists() else ""
    organization = organization if organization in dict(organizations) else ""
    found = dashboard_of(request.user, unit, organization, today)
    scope = Reader.of(request.user).scope
    context = {
        "tiles": [_tile(figure) for figure in found.figures],
        "ages": found.ages,
        "areas": choropleth(found.communes, bounds_for(scope), _below(unit), today),
        "deadlines": _deadlines(request, unit, organization),
        "units": units,
        "organizations": organizations,
        "unit": unit,
        "organization": organization,
        "now": timezone.now(),
        "today": today,
        "source_note": source_note(),
    }
    return render(request, "maps/dashboard.html", context)


def _chosen(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")[:32]


def _below(code: str) -> tuple[str, ...]:
    """Return *code* and the codes of the units below it."""
    return tuple(AdministrativeUnit.objects.under(code).values_list("code", flat=True)) if code else ()


def _deadlines(request: HttpRequest, unit: str, organization: str) -> list[CaseDeadline]:
    """Return the next deadlines of open cases, the latest missed first."""
    if not can(request.user, Permission.SEE_CASES):
        return []
    filters = Filters(unit=(unit,) if unit else (), organization=(organization,) if organization else ())
    cases = open_cases_of(request.user, filters)
    rows = CaseDeadline.objects.filter(case__in=cases, is_next=True, is_open=True)
    return list(rows.select_related("case__organization").order_by("due_on", "id")[:MOST_DEADLINES])
