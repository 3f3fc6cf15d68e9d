"""The console's first mode: the register by safety state or operator, with its layers, legend and filters."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.models import AdministrativeUnit, InstallationStatus, Technology
from infra.safety import STATES
from infra.selectors.registers import organizations_offered
from maps.layers import Layer, layers_for
from maps.pages.ground import operators_setting
from maps.pages.modes.mode import Mode, View, Visit
from maps.queries.filters import EXPIRED, MISSING, PARAMETERS, Filters, WrongParameterError
from maps.selectors.ages import data_ages
from maps.selectors.operators import Operator, operators_for

COLOURINGS = ("safety", "operator")
#: what a map opens with when its address says nothing
USUAL = Filters(status=("operating",))


@dataclass(frozen=True)
class Option:
    code: str
    name: str
    chosen: bool


@dataclass(frozen=True)
class Chip:
    """One filter: ``kind`` is checkbox, radio or units; ``chosen`` the words of what is chosen."""

    name: str
    title: str
    kind: str
    options: list[Option]

    @property
    def chosen(self) -> str:
        names = [option.name for option in self.options if option.chosen and option.code]
        if len(names) > 2:
            return _("%(n)s chosen") % {"n": len(names)}
        return ", ".join(names)


@dataclass(frozen=True)
class ShownLayer:
    """A layer as the panel lists it."""

    name: str
    title: str | Promise
    icon: str
    hint: str | Promise
    on: bool


def open_register(visit: Visit) -> View:
    """Make the register's panel, filters and layers ready."""
    request, reader = visit.request, visit.reader
    filters = _filters(request)
    declared = layers_for(reader)
    layers = [_shown(layer, request) for layer in declared]
    operators = operators_for(reader, visit.today)
    colouring = request.GET.get("colour", "safety")
    colouring = colouring if colouring in COLOURINGS else "safety"
    return View(
        context={
            "filters": filters,
            "chips": _chips(filters, organizations_offered(request.user)),
            "layers": layers,
            "operators": operators,
            "states": [(code, str(word)) for code, word in STATES.items()],
            "shown_states": request.GET["safety"].split(",") if request.GET.get("safety") else list(STATES),
            "colouring": colouring,
            "ages": data_ages(reader),
            "today": visit.today,
        },
        settings=_settings(declared, layers, operators, colouring),
    )


def _filters(request: HttpRequest) -> Filters:
    """Read the filters of the address; what makes no sense there is left out, the chips show what counts."""
    if not set(request.GET) & PARAMETERS:
        return USUAL
    query = request.GET.copy()
    query.pop("safety", None)
    while True:
        try:
            return Filters.parse(query)
        except WrongParameterError as error:
            query.pop(error.parameter, None)


def _shown(layer: Layer, request: HttpRequest) -> ShownLayer:
    asked = request.GET.get("layers")
    on = layer.on if asked is None else layer.name in asked.split(",")
    return ShownLayer(layer.name, layer.title, layer.icon, layer.hint, on)


def _settings(
    declared: list[Layer], shown: list[ShownLayer], operators: list[Operator], colouring: str
) -> dict[str, Any]:
    on = {layer.name: layer.on for layer in shown}
    # where a case or an inspection leads that stands at no site
    pages = {"cases": f"{reverse('inspections:cases')}REF/", "inspections": f"{reverse('inspections:inspections')}REF/"}
    return {
        "layers": [
            {
                "name": layer.name,
                "title": str(layer.title),
                "url": reverse("maps:layer", args=[layer.name]),
                "geometry": layer.geometry,
                "single_from": layer.single_from,
                "page": pages.get(layer.name),
                "on": on[layer.name],
            }
            for layer in declared
        ],
        "usual": [layer.name for layer in declared if layer.on],
        "operators": operators_setting(operators),
        "colouring": colouring,
        "summary": reverse("maps:summary"),
        "list": reverse("maps:list"),
    }


def _chips(filters: Filters, organizations: list[tuple[str, str]]) -> list[Chip]:
    technologies = Technology.objects.order_by("order", "code")
    statuses = InstallationStatus.objects.order_by("order", "code")
    units = AdministrativeUnit.objects.filter(code__in=filters.unit, valid_to__isnull=True)
    choices = [
        ("", _("Any")),
        (MISSING, _("mandatory but missing")),
        (EXPIRED, _("expired")),
        *((days, _("expires within %(days)s days") % {"days": days}) for days in ("30", "90", "180")),
    ]
    return [
        Chip("unit", _("Commune"), "units", [Option(one.code, one.full_name, True) for one in units]),
        Chip("status", _("Status"), "checkbox", [Option(s.code, s.name, s.code in filters.status) for s in statuses]),
        Chip(
            "organization",
            _("Operator"),
            "checkbox",
            [Option(code, name, code in filters.organization) for code, name in organizations],
        ),
        Chip(
            "technology",
            _("Technology"),
            "checkbox",
            [Option(one.code, one.code, one.code in filters.technology) for one in technologies],
        ),
        Chip(
            "certificate",
            _("Certificate"),
            "radio",
            [Option(code, name, code == filters.certificate) for code, name in choices],
        ),
        Chip("shared", _("Sharing"), "checkbox", [Option("1", _("shared masts only"), filters.shared)]),
    ]


REGISTER = Mode(
    name="register",
    title=gettext_lazy("Safety"),
    open=open_register,
    panel="maps/console/register/panel.html",
    bar="maps/console/register/filters.html",
    buttons="maps/console/register/buttons.html",
    scripts=("maps/unit-filter.js", "maps/register-mode.js"),
)
