"""The console's first mode: the register by safety state or operator, with its layers, legend and filters."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Permission
from infra.models import AdministrativeUnit, Band, InstallationKind, InstallationStatus, MastClass, Technology
from infra.safety import STATES
from infra.selectors.registers import organizations_offered
from maps.exports import formats
from maps.layers import LAYERS, Layer, layers_for
from maps.models import ExportState
from maps.pages.ground import operators_setting, tiles_address
from maps.pages.modes import drawing
from maps.pages.modes.drawing import drawing_words
from maps.pages.modes.mode import Mode, View, Visit
from maps.queries.filters import EXPIRED, MISSING, MOST_HEIGHT_M, PARAMETERS, Filters, WrongParameterError
from maps.queries.filters_in_words import height_in_words
from maps.queries.reader import Reader
from maps.selectors.ages import data_ages
from maps.selectors.operators import COLOURS, Operator, operators_for
from maps.selectors.shades import indicators_for
from maps.services.exports import KEPT_DAYS
from maps.tiles.declared import PointTiles

COLOURINGS = ("safety", "operator", "technology", "status")
#: how stations are shown: code, words
SHOWN_AS = (
    ("symbols", gettext_lazy("Symbols")),
    ("clusters", gettext_lazy("Groups with counts")),
    ("heat", gettext_lazy("Heat")),
)
#: endings of the files that a selection is exported to, and what people call them
FORMS = (
    ("xlsx", "Excel (XLSX)"),
    ("csv", "CSV"),
    ("gpkg", "GeoPackage"),
    ("geojson", "GeoJSON"),
    ("kml", "KML"),
    ("shp.zip", "Shapefile"),
    ("pmtiles", gettext_lazy("PMTiles (map without a network)")),
)
#: forms that are written in the background however little is selected: what they hold is not rows
BEHIND = ("pmtiles",)
#: layers whose things the selection counts by itself, or that say the same in another form
ALREADY_COUNTED = ("stations", "installations")
#: kinds of installation that stand at a point
KINDS = (
    InstallationKind.BASE_STATION,
    InstallationKind.POSTAL_POINT,
    InstallationKind.NETWORK_NODE,
    InstallationKind.INTERNET_POINT,
)
#: heights of masts to choose from, in metres
HEIGHTS = ("0-15", "15-30", "30-45", f"45-{MOST_HEIGHT_M:g}")
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
    legend: tuple[tuple[str, str], ...] = ()


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
            "shown_as": SHOWN_AS,
            "view": request.GET.get("view", ""),
            "indicators": indicators_for(reader),
            "shade": request.GET.get("shade", ""),
            "palettes": _palettes(),
            "hidden": _hidden(request),
            "exports": _exports(),
            "print_title": _("Stations and networks"),
            "plan_url": _plan_url(reader),
        },
        settings={
            **_settings(declared, layers, operators, colouring),
            "selection": _selection(reader),
            "palette": {one.code: one.colour for _name, _title, lines in _palettes() for one in lines},
            "shades": reverse("maps:shades", args=["CODE"]),
            "moves": reverse("maps:moves"),
            "heat": tiles_address("installations"),
            "words": _words(),
            "today": visit.today.isoformat(),
        },
    )


def _hidden(request: HttpRequest) -> set[str]:
    """Return what the legends hide, as "colouring:code"; the address holds "hide=technology:5G,4G"."""
    found = [text.partition(":") for text in request.GET.getlist("hide")]
    return {f"{name}:{code}" for name, _colon, codes in found for code in codes.split(",")}


def _palettes() -> list[tuple[str, str, list[Operator]]]:
    """Return what stations are coloured by besides safety and operator: code, title, lines with a colour each."""
    technologies = [
        Operator(one.code, one.name, min(place, COLOURS - 1))
        for place, one in enumerate(Technology.objects.order_by("-order", "code"))
    ]
    statuses = [
        Operator(one.code, one.name, min(place, COLOURS - 1))
        for place, one in enumerate(InstallationStatus.objects.order_by("order", "code"))
    ]
    return [
        ("technology", _("Stations by newest technology"), technologies),
        ("status", _("Stations by status"), statuses),
    ]


def _plan_url(reader: Reader) -> str:
    """Return where a campaign is planned, "" for whoever plans none."""
    return reverse("inspections:campaign-new") if reader.can(Permission.SUPERVISE) else ""


def _exports() -> list[tuple[str, str, str]]:
    """Return ending, name and address of each form in which stations leave the map."""
    return [(ending, str(name), reverse("maps:export", args=["installations", ending])) for ending, name in FORMS]


def _files() -> dict[str, Any]:
    """Return what the script of the files asks: above ``limit`` rows a file is written in the background."""
    return {
        "address": reverse("maps:exports"),
        "limit": formats.AT_ONCE,
        "streamed": [one.extension for one in formats.FORMATS.values() if one.texts is not None],
        "behind": BEHIND,
        "forms": {ending: str(name) for ending, name in FORMS},
        "layers": {layer.name: str(layer.title) for layer in LAYERS} | {"installations": _("Registered installations")},
    }


def _selection(reader: Reader) -> dict[str, Any]:
    """Return what the selection's script asks: the stations, and how many things of the other layers lie there."""
    others = [layer for layer in LAYERS if layer.name not in ALREADY_COUNTED and isinstance(layer.tiles, PointTiles)]
    return {
        "counts": reverse("maps:tile-counts", args=["installations"]),
        "list": reverse("maps:list"),
        "plan": _plan_url(reader),
        "exports": _files(),
        "layers": [
            {"title": str(layer.title), "counts": reverse("maps:tile-counts", args=[layer.name])}
            for layer in others
            if layer.open_to(reader)
        ],
    }


def _words() -> dict[str, Any]:
    """Return what the scripts of this mode say."""
    return {
        "states": {code: str(word) for code, word in STATES.items()},
        "selected": _("%(n)s stations selected"),
        "selected_things": _("%(n)s installations selected"),
        "at_sites": _("at %(n)s sites"),
        "figures": _("Figures of the selection"),
        "none_match": _("No station matches. Remove a filter."),
        "none_then": _("No station matches as of that day. Choose a later day, or remove a filter."),
        "by_state": _("By safety state"),
        "by_operator": _("By operator"),
        "by_technology": _("By technology"),
        "other_layers": _("Other layers there"),
        "export_files": _("Files"),
        "export_kept": _("Large files are written in the background and kept for %(days)s days.") % {"days": KEPT_DAYS},
        "export_none": _("No file is being written or kept."),
        "export_states": {
            ExportState.WAITING: _("Waiting to be written"),
            ExportState.RUNNING: _("Being written"),
            ExportState.DONE: _("Ready"),
            ExportState.FAILED: _("Could not be written"),
        },
        "export_done": _("The file is ready."),
        "export_fetch": _("Download the file"),
        "export_remove": _("Delete the file"),
        "export_failed": _("The file was not asked for: %(problem)s"),
        "moved": _("%(n)s stand elsewhere than before; the longest way: %(metres)s."),
        "moved_none": _("Nothing stands elsewhere than before."),
        "moved_title": _("What was moved"),
        "moved_way": _("moved by %(metres)s"),
        "moved_more": _("The %(n)s longest ways are listed."),
        "moves_failed": _("What was moved could not be loaded."),
        **drawing_words(),
    }


def _filters(request: HttpRequest) -> Filters:
    """Read the filters of the address; what makes no sense there is left out, the chips show what counts."""
    if not set(request.GET) & PARAMETERS:
        return USUAL
    query = request.GET.copy()
    for name in ("safety", "area", "near"):
        query.pop(name, None)
    while True:
        try:
            return Filters.parse(query)
        except WrongParameterError as error:
            query.pop(error.parameter, None)


def _shown(layer: Layer, request: HttpRequest) -> ShownLayer:
    asked = request.GET.get("layers")
    on = layer.on if asked is None else layer.name in asked.split(",")
    return ShownLayer(layer.name, layer.title, layer.icon, layer.hint, on, _legend(layer))


def _legend(layer: Layer) -> tuple[tuple[str, str], ...]:
    if layer.legend is None:
        return ()
    if not layer.legend.words:
        return tuple((one.code, f"{one.code} · {one.name}") for one in MastClass.objects.order_by("order", "code"))
    return tuple((code, str(words)) for code, words in layer.legend.words.items())


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
                **_addresses(layer),
                "geometry": layer.geometry,
                "single_from": layer.single_from,
                "page": pages.get(layer.name),
                "by": layer.legend.by if layer.legend else "",
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


def _addresses(layer: Layer) -> dict[str, str]:
    """Return where the script finds what a layer draws, and its counts by class."""
    if not layer.drawn_from_tiles:
        return {"url": reverse("maps:layer", args=[layer.name])}
    found = {"tiles": tiles_address(layer.name)}
    if isinstance(layer.tiles, PointTiles):
        found["counts"] = reverse("maps:tile-counts", args=[layer.name])
        found["units"] = reverse("maps:tile-units", args=[layer.name])
    return found


def _chips(filters: Filters, organizations: list[tuple[str, str]]) -> list[Chip]:
    technologies = Technology.objects.order_by("order", "code")
    bands = Band.objects.order_by("order", "code")
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
        Chip("band", _("Band"), "checkbox", [Option(b.code, b.name, b.code in filters.band) for b in bands]),
        Chip(
            "certificate",
            _("Certificate"),
            "radio",
            [Option(code, name, code == filters.certificate) for code, name in choices],
        ),
        Chip("shared", _("Sharing"), "checkbox", [Option("1", _("shared masts only"), filters.shared)]),
        *_mast_chips(filters),
        Chip("kind", _("Kind"), "checkbox", [Option(kind, str(kind.label), kind in filters.kind) for kind in KINDS]),
    ]


def _mast_chips(filters: Filters) -> list[Chip]:
    """Return the chips of the mast: its class and its height; a height that is no step stands as well."""
    classes = MastClass.objects.order_by("order", "code")
    asked = str(filters.height) if filters.height else ""
    heights = [*HEIGHTS, asked] if asked and asked not in HEIGHTS else HEIGHTS
    return [
        Chip(
            "mast_class",
            _("Mast class"),
            "checkbox",
            [Option(one.code, f"{one.code} · {one.name}", one.code in filters.mast_class) for one in classes],
        ),
        Chip(
            "height",
            _("Mast height"),
            "radio",
            [
                Option("", _("Any"), not asked),
                *(Option(bounds, height_in_words(bounds), bounds == asked) for bounds in heights),
            ],
        ),
    ]


REGISTER = Mode(
    name="register",
    title=gettext_lazy("Safety"),
    open=open_register,
    panel="maps/console/register/panel.html",
    bar="maps/console/register/filters.html",
    buttons="maps/console/register/buttons.html",
    tools=drawing.TOOLS,
    tray="maps/console/register/tray.html",
    styles=drawing.STYLES,
    scripts=(
        *drawing.SCRIPTS,
        "maps/exports.js",
        "maps/selection.js",
        "maps/moves.js",
        "maps/unit-filter.js",
        "maps/register-mode.js",
    ),
)
