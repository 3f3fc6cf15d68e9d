"""The list that equals the map: the same stations, the same filters, as a table and as a file."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from infra.access import Permission
from infra.models import InstallationStatus
from infra.pages.columns import Column
from infra.pages.exports import as_csv, as_xlsx
from infra.pages.guard import needs
from infra.safety import label_of
from infra.spatial.places import Box, WrongPlaceError
from maps.queries.filters import SAFETY_STATES, Filters, WrongParameterError
from maps.queries.filters_in_words import filters_in_words
from maps.queries.lists import StationLine, station_lines
from maps.queries.reader import Reader
from maps.queries.stations import KINDS as STATIONS
from maps.tiles.counting import Counts

#: lines on the page; files hold all
MOST_SHOWN = 300

COLUMNS: Sequence[Column] = (
    Column("number", _("Registry number"), lambda line: line.number),
    Column("code", _("Operator's code"), lambda line: line.code),
    Column("operator", _("Operator"), lambda line: line.operator),
    Column("technologies", _("Technology"), lambda line: line.technologies),
    Column("status", _("Status"), lambda line: line.status),
    Column("site", _("Site"), lambda line: line.site),
    Column("site_name", _("Name of the site"), lambda line: line.site_name),
    Column("unit", _("Commune"), lambda line: line.unit),
    Column("safety", _("Safety"), lambda line: label_of(line.state)),
)


@require_safe
@needs(Permission.SEE_REGISTER)
def station_list(request: HttpRequest) -> HttpResponseBase:
    """Show, or send as a file, the stations that the map with the same address shows."""
    problem = ""
    filters, box = Filters(), None
    try:
        filters = Filters.parse(request.GET)
        box = Box.parse(request.GET["bbox"]) if request.GET.get("bbox") else None
    except (WrongParameterError, WrongPlaceError) as error:
        problem = f"{error.parameter}: {error.message}"
    lines = None if problem else station_lines(Reader.of(request.user), filters, box, timezone.localdate())
    kind = request.GET.get("export", "")
    if kind == "csv" and lines is not None:
        return as_csv(_named(lines), COLUMNS, "stations")
    if kind == "xlsx" and lines is not None:
        return as_xlsx(_named(lines), COLUMNS, "stations", filters_in_words(filters))
    context = {
        "problem": problem,
        "lines": list(_named(lines[:MOST_SHOWN])) if lines is not None else [],
        "total": len(lines) if lines is not None else 0,
        "sites": lines.counts.sites if lines is not None else 0,
        "states": _by_state(lines.counts) if lines is not None else [],
        "filters": filters,
        "only_stations": set(filters.kind) <= set(STATIONS),
        "chosen": filters_in_words(filters),
        "box": box,
        "map_url": f"{reverse('maps:console')}?{request.GET.urlencode()}",
    }
    return render(request, "maps/list.html", context, status=400 if problem else 200)


def _named(lines: Iterable[StationLine]) -> Iterator[StationLine]:
    """Give the lines the names of their status in the language of the request."""
    names = {row.code: row.name for row in InstallationStatus.objects.all()}
    return (replace(line, status=names.get(line.status, line.status)) for line in lines)


def _by_state(counts: Counts) -> list[tuple[str, int]]:
    """Return state and number of lines, worst first."""
    states = counts.classes["safety"]
    return [(state, states[state]) for state in reversed(SAFETY_STATES) if states[state]]
