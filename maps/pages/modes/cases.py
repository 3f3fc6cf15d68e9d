"""The console's mode of violation cases: open ones by field, state, next deadline or age."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from infra.access import Permission
from infra.pages.listing import chips_of
from inspections.forms.case_lists import CaseFilters
from inspections.models import Field, ViolationCase
from inspections.pages.case_lists import query_of
from inspections.pages.words import SOON_DAYS
from inspections.selectors.case_boards import BOARD_STATES
from maps.pages.modes import drawing
from maps.pages.modes.drawing import drawing_words
from maps.pages.modes.mode import Mode, View, Visit

COLOURINGS = {
    "field": gettext_lazy("Field"),
    "state": gettext_lazy("State"),
    "deadline": gettext_lazy("Deadline"),
    "age": gettext_lazy("Age"),
}
#: the filter of the list that is a selection on the map
SELECTED = "area"
#: endings of the files that the list is handed out in, and what people call them
FILE_ENDINGS = (("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("geojson", "GeoJSON"))
#: days since detection that part the classes of age
AGES = (30, 90, 180)


@dataclass(frozen=True)
class Value:
    """A value of a colouring: its code, its words, the letters that stand on its disc."""

    code: str
    name: str
    mark: str


def open_cases_mode(visit: Visit) -> View:
    """Make the filters, the legends and the settings ready; the script asks for the cases themselves."""
    request = visit.request
    filters = CaseFilters(request.GET, queryset=ViolationCase.objects.none(), request=request)
    colouring = request.GET.get("colour", "field")
    colouring = colouring if colouring in COLOURINGS else "field"
    legends = values_of()
    query = query_of(request)
    return View(
        context={
            "chips": [chip for chip in chips_of(filters) if chip.name != SELECTED],
            "chosen_query": request.GET,
            "words_searched": request.GET.get("q", ""),
            "colourings": COLOURINGS.items(),
            "colouring": colouring,
            "legends": legends.items(),
            "filtered": any(request.GET.get(name) for name in filters.filters),
            "list_url": reverse("inspections:cases") + (f"?{query}" if query else ""),
            "print_title": _("Open cases"),
            "area": request.GET.get("area", ""),
            "file_endings": FILE_ENDINGS,
        },
        settings=_settings(legends, colouring, visit.today, [name for name in filters.filters if name != SELECTED]),
    )


def values_of() -> dict[str, list[Value]]:
    """Return the values of each colouring, in the order of the legend."""
    low, middle, high = AGES
    within = ngettext_lazy("up to %(n)d day", "up to %(n)d days", "n")
    return {
        "field": [Value(str(field), str(field.label), _initials(str(field.label))) for field in Field],
        "state": [Value(str(s), str(s.label), str(place)) for place, s in enumerate(BOARD_STATES, start=1)],
        "deadline": [
            Value("overdue", _("Overdue"), ""),
            Value("due", str(_("Within %(n)s days") % {"n": SOON_DAYS}), ""),
            Value("unknown", _("Later"), ""),
            Value("compliant", _("Waits for nothing"), ""),
        ],
        "age": [
            Value("0", str(within % {"n": low}), "1"),
            Value("1", _("%(low)s to %(high)s days") % {"low": low + 1, "high": middle}, "2"),
            Value("2", _("%(low)s to %(high)s days") % {"low": middle + 1, "high": high}, "3"),
            Value("3", _("more than %(n)s days") % {"n": high}, "4"),
        ],
    }


def _initials(words: str) -> str:
    parts = words.replace(",", " ").split()
    letters = "".join(part[0] for part in parts[:2]) if len(parts) > 1 else words[:2]
    return letters.upper()


def _settings(legends: dict[str, list[Value]], colouring: str, today: date, filters: list[str]) -> dict[str, Any]:
    return {
        "points": reverse("inspections:case-points"),
        "page": f"{reverse('inspections:cases')}REF/",
        "list": reverse("inspections:cases"),
        "filters": filters,
        "colouring": colouring,
        "today": today.isoformat(),
        "soon": SOON_DAYS,
        "ages": AGES,
        "legends": {
            name: [{"code": value.code, "name": value.name, "mark": value.mark} for value in values]
            for name, values in legends.items()
        },
        "words": {
            "in_view": _("%(n)s cases in view"),
            "more": _("Only the %(n)s with the nearest dates are drawn. Narrow the filters."),
            "failed": _("The cases could not be loaded."),
            "several": _("%(n)s cases here"),
            "inexact": _("in the middle of the commune"),
            "detected": _("detected %(day)s"),
            "due": _("due %(day)s"),
            "selected": _("%(n)s cases selected"),
            "selected_one": _("%(n)s case selected"),
            "figures": _("Figures of the selection"),
            "colourings": {name: str(words) for name, words in COLOURINGS.items()},
            "not_listed": _("and %(n)s more"),
            **drawing_words(),
        },
    }


CASES = Mode(
    name="cases",
    title=gettext_lazy("Cases"),
    open=open_cases_mode,
    panel="maps/console/cases/panel.html",
    bar="maps/console/cases/filters.html",
    buttons="maps/console/cases/buttons.html",
    tray="maps/console/cases/tray.html",
    tools=drawing.TOOLS,
    scripts=(*drawing.SCRIPTS, "maps/cases-selection.js", "maps/cases-mode.js"),
    styles=(*drawing.STYLES, "maps/cases-mode.css"),
    permission=Permission.SEE_CASES,
)
