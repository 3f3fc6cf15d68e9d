"""The console's mode of coverage: forecast levels, white spots with masts to share, a trial mast, comparisons."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Permission, can
from maps.coverage.painting import MOST_ZOOM
from maps.layers import BY_NAME
from maps.models import CoverageMap
from maps.pages.coverage.choosing import CLASSES, Choice, choice_of
from maps.pages.coverage.sheets import choice_context
from maps.pages.modes import drawing
from maps.pages.modes.drawing import drawing_words
from maps.pages.modes.mode import Mode, View, Visit
from maps.radio.parameters import Parameters


@dataclass(frozen=True)
class ShownLayer:
    """What lies on top of the levels; ``on`` whether it is drawn at first."""

    name: str
    title: str | Promise
    hint: str | Promise = ""
    on: bool = True


LAYERS = (
    ShownLayer("gaps", gettext_lazy("White spots"), gettext_lazy("number by people affected")),
    ShownLayer("masts", gettext_lazy("Masts with the network's stations")),
    ShownLayer("shared", gettext_lazy("Other masts with room to share"), gettext_lazy("near the white spots listed")),
    ShownLayer("measured", gettext_lazy("Measured levels"), gettext_lazy("a ring where the forecast errs"), on=False),
    ShownLayer("complaints", gettext_lazy("Complaints of no coverage"), on=False),
)


def open_coverage(visit: Visit) -> View:
    """Make the chosen map's panel and the script's settings ready."""
    query = visit.request.GET
    choice = choice_of(visit.request.user, query)
    layers = _layers(query)
    context = {
        **choice_context(visit.request, choice),
        "layers": layers,
        "trial": _trial(visit, choice.coverage),
        "print_title": _("Coverage, forecast") if choice.coverage else "",
        "may_compute": can(visit.request.user, Permission.EDIT_REGISTER),
    }
    return View(context=context, settings=_settings(choice, layers))


def _layers(query: QueryDict) -> list[ShownLayer]:
    asked = query.get("layers")
    if asked is None:
        return list(LAYERS)
    return [ShownLayer(one.name, one.title, one.hint, one.name in asked.split(",")) for one in LAYERS]


def _trial(visit: Visit, coverage: CoverageMap | None) -> dict[str, Any]:
    if coverage is None:
        return {}
    parameters = Parameters.on(visit.today)
    technology = coverage.technology_id
    frequency = parameters.value("frequency_mhz", technology)
    return {
        "height_m": round(parameters.value("height_m", technology)),
        "frequency_mhz": round(frequency),
        "eirp_dbm": round(parameters.value("eirp_dbm", technology, frequency)),
    }


def _settings(choice: Choice, layers: list[ShownLayer]) -> dict[str, Any]:
    if choice.coverage is None:
        return {"there": False}
    return {
        "there": True,
        "tiles": "/tiles/coverage/KEY/{z}/{x}/{y}.png",
        "most_zoom": MOST_ZOOM,
        "about": reverse("maps:coverage-about"),
        "gaps": reverse("maps:coverage-gaps"),
        "comparison": reverse("maps:coverage-comparison"),
        "place": reverse("maps:coverage-place"),
        "spots": reverse("maps:coverage-white-spots", args=["KEY"]),
        "indicators": reverse("maps:coverage-indicators", args=["KEY"]),
        "classes": list(CLASSES),
        "trial": reverse("maps:coverage-what-if"),
        "site": reverse("maps:site", args=["REF"]),
        "stations": {
            "name": "stations",
            "title": str(BY_NAME["stations"].title),
            "url": reverse("maps:layer", args=["stations"]),
            "geometry": "point",
            "on": True,
        },
        "layers": [one.name for one in layers if one.on],
        "usual_layers": [one.name for one in LAYERS if one.on],
        "all_layers": [one.name for one in LAYERS],
        "measured": reverse("maps:coverage-measured"),
        "complaints": reverse("maps:coverage-complaints"),
        "agreement": reverse("maps:coverage-agreement"),
        "selected": reverse("maps:coverage-selected"),
        "words": _words(),
    }


def _words() -> dict[str, str]:
    return {
        "spot": _("White spot %(rank)s"),
        "spot_people": _("%(people)s people, %(area)s km²"),
        "trial": _("Trial mast: drag, or move with the arrow keys"),
        "trial_title": _("Forecast for a trial mast, not saved"),
        "left": _("%(people)s people left in the white spot"),
        "won_area": _("area gains coverage"),
        "failed": _("The coverage map could not be loaded."),
        "wrong": _("Not computed: %(problem)s"),
        "azimuths": _("Write the sectors as 0 / 120 / 240, each 0 to 360 degrees."),
        "sharing": _("Sharing instead of a new mast"),
        "new_mast": _("The new mast"),
        "mast": _("Mast, owner"),
        "gain": _("People gain"),
        "away": _("%(km)s km away"),
        "no_sharing": _("No mast with room near the spot."),
        "several": _("%(n)s communes"),
        "measured": _("Measured: %(level)s dBm"),
        "forecast": _("forecast %(level)s dBm"),
        "no_forecast": _("nothing forecast"),
        "complaint": _("Complaint %(ticket)s of %(day)s"),
        **drawing_words(),
    }


COVERAGE = Mode(
    name="coverage",
    title=gettext_lazy("Coverage"),
    open=open_coverage,
    panel="maps/console/coverage/panel.html",
    bar="maps/console/coverage/bar.html",
    buttons="maps/console/coverage/buttons.html",
    tools="maps/console/coverage/tools.html",
    tray="maps/console/coverage/tray.html",
    scripts=(
        *drawing.SCRIPTS,
        "maps/unit-filter.js",
        "maps/coverage-gaps.js",
        "maps/coverage-measured.js",
        "maps/coverage-trial.js",
        "maps/coverage-mode.js",
    ),
    styles=(*drawing.STYLES, "maps/coverage.css"),
)
