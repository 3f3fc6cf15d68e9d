"""The layers of the map, declared once: what each reads, from which zoom one by one, who may see it, how it is shown.

The console, the public map, the tiles, the feature endpoint and whatever serves the same layers in another form ask
this list. Two forms exist side by side:

- **vector tiles** (``tiles``): ``/tiles/{layer}/{z}/{x}/{y}.mvt``, described by ``/tiles/{layer}.json`` (TileJSON).
  A feature is one thing, with its key as id; things at one place are features at one place, with the same ``site``.
  Below ``single_from``, and in a tile with more than 2,000 of them, a feature is a cell of a grid of 32 × 32: it has
  ``n``, ``sites`` and counts by class (``operator_VIETTEL``, ``safety_unsafe``, ``technology_5G``) and stands at the
  mean place of what it counts. Tiles overlap by a sixteenth: what is counted by a script must count each id once.
- **GeoJSON** (``read``): below its zoom, or where a box holds more than ``MOST_FEATURES``, counts by unit.

The parameters of both are :class:`maps.queries.filters.Filters`; ``published=1`` shows what everybody sees.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import shapely
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from infra.access import Permission
from infra.models import InstallationKind
from infra.spatial.places import Box
from inspections.models import IncidentKind, Severity
from maps.queries.casework import Event, open_cases, recent_inspections
from maps.queries.counts import Counted, counted, placed, station_counts, thing_counts
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.queries.stations import SiteStations, stations_in_view
from maps.queries.things import Thing, things_in_view
from maps.queries.units import UnitShape, unit_shapes
from maps.tiles import layers as tiled
from maps.tiles.declared import PointTiles, Tiles

MOST_FEATURES = 2_000
#: a site carries 1.3 stations on average; a box with more rows than this is counted by unit
MOST_ROWS = 6_000
#: below this zoom counts are by province, above it by commune
COMMUNES_FROM_ZOOM = 8

Feature = dict[str, Any]


@dataclass(frozen=True)
class Question:
    """What is asked of a layer. ``reader`` bounds the rows, ``filters`` the choice, ``box`` and ``zoom`` the view."""

    reader: Reader
    filters: Filters
    box: Box
    zoom: int
    today: date


@dataclass(frozen=True)
class Answer:
    """GeoJSON features, and by which level of units they are counted (None: one by one)."""

    features: list[Feature]
    grouped: str | None = None


@dataclass(frozen=True)
class Sort:
    """One line of a layer's legend: a kind and whether it is drawn as the weaker of the two symbols."""

    code: str
    weak: bool = False


@dataclass(frozen=True)
class Legend:
    """The lines under a layer: codes of a class that its tiles count by (``by``: "severity"), with their words.

    Without words the codes speak for themselves, as far as any thing has them.
    """

    by: str
    words: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Layer:
    """One layer. ``single_from`` is the zoom from which things are drawn one by one.

    ``tiles`` says what its vector tiles hold; the console draws a layer out of them where ``drawn_from_tiles``.
    ``permission`` is asked of whoever sees more than what is published; ``public`` layers answer everybody, with the
    published rows and ``public_properties`` only. ``total`` counts everything the reader may see.
    """

    name: str
    title: str | Promise
    icon: str
    geometry: str
    single_from: int
    read: Callable[[Question], Answer] | None = None
    tiles: Tiles | None = None
    total: Callable[[Reader, Filters, date], float] | None = None
    total_unit: str = ""
    permission: Permission = Permission.SEE_REGISTER
    public: bool = False
    public_properties: tuple[str, ...] = ()
    on: bool = False
    weak_sorts: tuple[str, ...] = ()
    hint: str | Promise = ""
    drawn_from_tiles: bool = False
    legend: Legend | None = None

    def open_to(self, reader: Reader) -> bool:
        return self.public or reader.can(self.permission)

    def answer(self, question: Question) -> Answer:
        """Answer *question*; the public gets the published properties only."""
        assert self.read is not None, f"{self.name} has tiles only"
        found = self.read(question)
        if not question.reader.public or not self.public_properties:
            return found
        return replace(found, features=[self._published(feature) for feature in found.features])

    def _published(self, feature: Feature) -> Feature:
        properties = feature["properties"]
        return {**feature, "properties": {k: v for k, v in properties.items() if k in self.public_properties}}


# --- Features ---------------------------------------------------------------------------------------------------------


def _feature(lon: float, lat: float, properties: Mapping[str, Any]) -> Feature:
    """Return a point with five decimals of a degree: a metre, which is what a map can show."""
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [round(lon, 5), round(lat, 5)]},
        "properties": dict(properties),
    }


def _site(one: SiteStations) -> Feature:
    properties = {
        "site": one.code,
        "name": one.name,
        "n": one.states.total(),
        "states": dict(one.states),
        "operators": dict(one.operators),
        "technologies": dict(one.technologies),
        "statuses": dict(one.statuses),
    }
    return _feature(one.lon, one.lat, properties)


def _counts(question: Question, counts: list[Counted]) -> Answer:
    """Return the counts by commune, or by province at low zooms, whose centre lies in the box."""
    level = "commune" if question.zoom >= COMMUNES_FROM_ZOOM else "province"
    box = question.box
    features = [
        _feature(one.lon, one.lat, {"unit": one.code, "name": one.name, **one.properties})
        for one in counted(counts, level)
        if box.west <= one.lon <= box.east and box.south <= one.lat <= box.north
    ]
    return Answer(features, level)


def _stations(question: Question) -> Answer:
    if question.zoom >= STATIONS_FROM_ZOOM:
        sites = stations_in_view(
            question.reader,
            question.filters,
            question.box,
            question.today,
            most_sites=MOST_FEATURES,
            most_rows=MOST_ROWS,
        )
        if sites is not None:
            return Answer([_site(one) for one in sites])
    return _counts(question, station_counts(question.reader, question.filters, question.today))


def _stations_total(reader: Reader, filters: Filters, today: date) -> float:
    return sum(one.properties["n"] for one in station_counts(reader, filters, today))


def _thing(one: Thing, weak: tuple[str, ...]) -> Feature:
    geometry = shapely.set_precision(one.shape, 1e-5, mode="pointwise")
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(geometry),
        "properties": {
            "ref": one.number,
            "name": one.name,
            "operator": one.operator,
            "site": one.site,
            "sort": one.sort,
            "weak": one.sort in weak,
            **({"radius_m": one.radius_m} if one.radius_m else {}),
        },
    }


def _things(kind: str, single_from: int, weak: tuple[str, ...] = ()) -> Callable[[Question], Answer]:
    """Return the reader of a layer of installations of *kind*; *weak* are the sorts with the lighter symbol."""

    def read(question: Question) -> Answer:
        if question.zoom >= single_from:
            things = things_in_view(
                kind, question.reader, question.filters, question.box, question.today, MOST_FEATURES + 1
            )
            if len(things) <= MOST_FEATURES:
                return Answer([_thing(one, weak) for one in things])
        return _counts(question, thing_counts(kind, question.reader, question.filters, question.today))

    return read


def _things_total(kind: str) -> Callable[[Reader, Filters, date], float]:
    def total(reader: Reader, filters: Filters, today: date) -> float:
        return sum(one.properties["n"] for one in thing_counts(kind, reader, filters, today))

    return total


def _tiled_total(tiles: PointTiles) -> Callable[[Reader, Filters, date], float]:
    def total(reader: Reader, filters: Filters, today: date) -> float:
        return len(tiles.selection(reader, filters, today))

    return total


def _event(one: Event) -> Feature:
    properties = {"ref": one.ref, "name": one.number, "state": one.state, "site": one.site, "weak": one.state == "fail"}
    return _feature(one.lon, one.lat, {**properties, "on": one.on.isoformat() if one.on else None})


def _events(question: Question, found: list[Event]) -> Answer:
    """Return the events one by one, or counted by unit from afar."""
    if question.zoom >= EVENTS_FROM_ZOOM:
        return Answer([_event(one) for one in found])
    return _counts(question, placed({key: {"n": n} for key, n in Counter(one.unit_id for one in found).items()}))


def _cases(question: Question) -> Answer:
    box = question.box if question.zoom >= EVENTS_FROM_ZOOM else None
    return _events(question, open_cases(question.reader, question.filters, box, MOST_FEATURES))


def _cases_total(reader: Reader, filters: Filters, today: date) -> float:  # noqa: ARG001 -- as every total
    return len(open_cases(reader, filters, None, MOST_FEATURES))


def _inspections_total(reader: Reader, filters: Filters, today: date) -> float:
    return len(recent_inspections(reader, filters, today, None, MOST_FEATURES))


def _inspections(question: Question) -> Answer:
    box = question.box if question.zoom >= EVENTS_FROM_ZOOM else None
    found = recent_inspections(question.reader, question.filters, question.today, box, MOST_FEATURES)
    return _events(question, found)


def _unit(one: UnitShape) -> Feature:
    return {
        "type": "Feature",
        "geometry": shapely.geometry.mapping(one.boundary),
        "properties": {
            "code": one.code,
            "level": one.level,
            "name": one.name,
            "population": one.population,
            "schematic": one.schematic,
            "own": one.own,
            "at": one.at and [round(one.at[0], 5), round(one.at[1], 5)],
        },
    }


def _units(question: Question) -> Answer:
    day = question.filters.as_of or question.today
    return Answer([_unit(one) for one in unit_shapes(question.box, question.zoom, day)])


# --- The list ---------------------------------------------------------------------------------------------------------

STATIONS_FROM_ZOOM = 11
POSTAL_FROM_ZOOM = 11
EVENTS_FROM_ZOOM = 11
LETTER_BOXES = ("BOX",)
ORDINARY_NODES = ("wan_node",)
HUNG_CABLE = ("aerial",)
#: classes of permits by their last day; the script compares it with the day of the map
EXPIRY = {
    "expired": gettext_lazy("expired"),
    "soon": gettext_lazy("expires within 180 days"),
    "later": gettext_lazy("expires later"),
    "never": gettext_lazy("no last day"),
}

LAYERS: tuple[Layer, ...] = (
    Layer(
        name="units",
        tiles=tiled.UNIT_TILES,
        title=gettext_lazy("Commune boundaries"),
        icon="map-2",
        geometry="area",
        single_from=0,
        read=_units,
        public=True,
        on=True,
    ),
    Layer(
        name="stations",
        title=gettext_lazy("Base stations"),
        icon="antenna",
        geometry="point",
        single_from=STATIONS_FROM_ZOOM,
        read=_stations,
        total=_stations_total,
        public=True,
        public_properties=("site", "unit", "name", "n", "operators", "sites", "shared"),
        on=True,
    ),
    Layer(
        name="installations",
        tiles=tiled.INSTALLATION_TILES,
        title=gettext_lazy("Installations"),
        icon="antenna",
        geometry="point",
        single_from=STATIONS_FROM_ZOOM,
        public=True,
    ),
    Layer(
        name="sites",
        tiles=tiled.SITE_TILES,
        title=gettext_lazy("Sites"),
        icon="map-pin",
        geometry="point",
        single_from=STATIONS_FROM_ZOOM,
        public=True,
    ),
    Layer(
        name="masts",
        tiles=tiled.MAST_TILES,
        title=gettext_lazy("Masts"),
        icon="building-broadcast-tower",
        geometry="point",
        single_from=STATIONS_FROM_ZOOM,
        total=_tiled_total(tiled.MAST_TILES),
        drawn_from_tiles=True,
        legend=Legend("class"),
        hint=gettext_lazy("larger: taller; hollow: on a roof"),
    ),
    Layer(
        name="findings",
        tiles=tiled.FINDING_TILES,
        title=gettext_lazy("Findings"),
        icon="alert-triangle",
        geometry="point",
        single_from=EVENTS_FROM_ZOOM,
        permission=Permission.SEE_INSPECTIONS,
        total=_tiled_total(tiled.FINDING_TILES),
        drawn_from_tiles=True,
        legend=Legend("severity", dict(reversed(Severity.choices))),
        hint=gettext_lazy("not remedied yet"),
    ),
    Layer(
        name="incidents",
        tiles=tiled.INCIDENT_TILES,
        title=gettext_lazy("Incidents"),
        icon="bolt",
        geometry="point",
        single_from=EVENTS_FROM_ZOOM,
        permission=Permission.SEE_INSPECTIONS,
        total=_tiled_total(tiled.INCIDENT_TILES),
        drawn_from_tiles=True,
        legend=Legend("kind", dict(IncidentKind.choices)),
        hint=gettext_lazy("two years; hollow: over"),
    ),
    Layer(
        name="permits",
        tiles=tiled.PERMIT_TILES,
        title=gettext_lazy("Permits"),
        icon="certificate",
        geometry="point",
        single_from=STATIONS_FROM_ZOOM,
        total=_tiled_total(tiled.PERMIT_TILES),
        drawn_from_tiles=True,
        legend=Legend("expiry", EXPIRY),
        hint=gettext_lazy("by the day they expire"),
    ),
    Layer(
        name="links",
        tiles=tiled.LINK_TILES,
        title=gettext_lazy("Links between nodes"),
        icon="affiliate",
        geometry="line",
        single_from=5,
        drawn_from_tiles=True,
        hint=gettext_lazy("dashed: by radio"),
    ),
    Layer(
        name="cases",
        tiles=tiled.CASE_TILES,
        title=gettext_lazy("Open cases"),
        icon="gavel",
        geometry="point",
        single_from=EVENTS_FROM_ZOOM,
        read=_cases,
        total=_cases_total,
        permission=Permission.SEE_CASES,
        on=True,
    ),
    Layer(
        name="inspections",
        tiles=tiled.INSPECTION_TILES,
        title=gettext_lazy("Inspections of the last 90 days"),
        icon="clipboard-check",
        geometry="point",
        single_from=EVENTS_FROM_ZOOM,
        read=_inspections,
        total=_inspections_total,
        permission=Permission.SEE_INSPECTIONS,
    ),
    Layer(
        name="postal",
        tiles=tiled.POSTAL_TILES,
        title=gettext_lazy("Postal points"),
        icon="mail",
        geometry="point",
        single_from=POSTAL_FROM_ZOOM,
        read=_things(InstallationKind.POSTAL_POINT, POSTAL_FROM_ZOOM, LETTER_BOXES),
        total=_things_total(InstallationKind.POSTAL_POINT),
        public=True,
        public_properties=("site", "unit", "name", "n", "operator", "sort", "weak", "ref", "radius_m"),
        hint=gettext_lazy("hollow: letter box; near: the radius it serves"),
    ),
    Layer(
        name="nodes",
        tiles=tiled.NODE_TILES,
        title=gettext_lazy("Network nodes and data centres"),
        icon="server-2",
        geometry="point",
        single_from=10,
        read=_things(InstallationKind.NETWORK_NODE, 10, ORDINARY_NODES),
        total=_things_total(InstallationKind.NETWORK_NODE),
        hint=gettext_lazy("small: WAN node"),
    ),
    Layer(
        name="routes",
        tiles=tiled.ROUTE_TILES,
        title=gettext_lazy("Ducts and hung cable"),
        icon="route",
        geometry="line",
        single_from=9,
        read=_things(InstallationKind.CABLE_ROUTE, 9, HUNG_CABLE),
        total=_things_total(InstallationKind.CABLE_ROUTE),
        hint=gettext_lazy("dashed: hung"),
    ),
    Layer(
        name="internet",
        tiles=tiled.INTERNET_TILES,
        title=gettext_lazy("Public internet points"),
        icon="device-desktop",
        geometry="point",
        single_from=POSTAL_FROM_ZOOM,
        read=_things(InstallationKind.INTERNET_POINT, POSTAL_FROM_ZOOM),
        total=_things_total(InstallationKind.INTERNET_POINT),
    ),
)

BY_NAME: dict[str, Layer] = {layer.name: layer for layer in LAYERS}


def layers_for(reader: Reader) -> list[Layer]:
    """Return the layers that *reader* may open, in the order of the panel."""
    return [layer for layer in LAYERS if (layer.read is not None or layer.drawn_from_tiles) and layer.open_to(reader)]


def schematic_note() -> str:
    """Return the sentence under a map whose boundaries were derived by us."""
    return _("Boundaries are schematic, not surveyed.")
