"""The tiles of each layer, named in :mod:`maps.layers`."""

from django.utils.translation import gettext_lazy as _

from infra.models import InstallationKind
from maps.tiles import lines, outlines
from maps.tiles.declared import BOOLEAN, NUMBER, TEXT, PointTiles, Property, Question, ShapeTiles
from maps.tiles.sources.events import CASES, FINDINGS, INCIDENTS, INSPECTIONS, PERMITS
from maps.tiles.sources.installations import INSTALLATIONS
from maps.tiles.sources.places import MASTS, SITES

_NUMBER = Property("number", TEXT, _("Registry number"), public=True)
_CODE = Property("code", TEXT, _("Operator's code"))
_NAME = Property("name", TEXT, _("Name"), public=True)
_KIND = Property("kind", TEXT, _("Kind"), public=True)
_OPERATOR = Property("operator", TEXT, _("Operator"), public=True, column="organization")
_STATUS = Property("status", TEXT, _("Status"), public=True)
_SITE = Property("site", TEXT, _("Site"), public=True)
_UNIT = Property("unit", TEXT, _("Commune"), public=True)
_SORT = Property("sort", TEXT, _("Sort"), public=True)
_SAFETY = Property("safety", TEXT, _("Safety"))
_INSTALLATIONS = Property("installations", NUMBER, _("Installations"), public=True)
_SHARED = Property("shared", NUMBER, _("Shared by several operators"), public=True)
_OPERATORS = Property("operators", TEXT, _("Operators"), public=True)
_TECHNOLOGIES = Property("technologies", TEXT, _("Technologies"), public=True)
_DAY = Property("day", TEXT, _("Day"))
_FIELD = Property("field", TEXT, _("Field"))


def _units(name: str, asked: Question) -> bytes:
    day = asked.filters.as_of or asked.today
    return outlines.tile_of(name, asked.tile, day, outlines.units_stamp())


def _routes(name: str, asked: Question) -> bytes:
    return lines.routes(name, asked.reader, asked.filters, asked.tile, asked.today)


def _links(name: str, asked: Question) -> bytes:
    return lines.links(name, asked.reader, asked.filters, asked.tile, asked.today)


INSTALLATION_TILES = PointTiles(
    INSTALLATIONS,
    properties=(
        _NUMBER,
        _CODE,
        _NAME,
        _KIND,
        _OPERATOR,
        _TECHNOLOGIES,
        _STATUS,
        _SAFETY,
        Property("height_m", NUMBER, _("Height of the mast (m)"), public=True),
        _SITE,
        _UNIT,
    ),
    classes=(
        ("organization", "operator"),
        ("safety", "safety"),
        ("technologies", "technology"),
        ("kind", "kind"),
        ("status", "status"),
    ),
    lists=frozenset({"technologies"}),
    group="site_id",
    single_from=11,
)


def _kind(kind: str, *more: Property, single_from: int) -> PointTiles:
    return PointTiles(
        INSTALLATIONS,
        properties=(_NUMBER, _CODE, _NAME, _OPERATOR, _STATUS, _SAFETY, _SORT, *more, _SITE, _UNIT),
        classes=(("organization", "operator"), ("sort", "sort"), ("status", "status"), ("safety", "safety")),
        group="site_id",
        kinds=(str(kind),),
        single_from=single_from,
    )


POSTAL_TILES = _kind(
    InstallationKind.POSTAL_POINT, Property("radius_m", NUMBER, _("Service radius (m)"), public=True), single_from=9
)
NODE_TILES = _kind(InstallationKind.NETWORK_NODE, single_from=7)
INTERNET_TILES = _kind(InstallationKind.INTERNET_POINT, single_from=10)


SITE_TILES = PointTiles(
    SITES,
    properties=(
        Property("code", TEXT, _("Code"), public=True),
        _NAME,
        _UNIT,
        _INSTALLATIONS,
        _OPERATORS,
        _SHARED,
        _TECHNOLOGIES,
        _SAFETY,
        Property("method", TEXT, _("How the position is known")),
        Property("accuracy_m", NUMBER, _("Accuracy (m)")),
    ),
    classes=(("shared", "shared"), ("safety", "safety"), ("operators", "operator")),
    lists=frozenset({"operators"}),
    single_from=11,
)
MAST_TILES = PointTiles(
    MASTS,
    properties=(
        Property("code", TEXT, _("Code")),
        Property("site", TEXT, _("Site")),
        _NAME,
        Property("owner", TEXT, _("Owner"), column="organization"),
        Property("mast_class", TEXT, _("Mast class")),
        Property("structure", TEXT, _("Structure")),
        Property("base", TEXT, _("Stands on")),
        Property("height_m", NUMBER, _("Height of the mast (m)")),
        Property("building_height_m", NUMBER, _("Height of the building (m)")),
        Property("built_on", TEXT, _("Built on")),
        _INSTALLATIONS,
        _OPERATORS,
        _SHARED,
        _SAFETY,
        _UNIT,
    ),
    classes=(("mast_class", "class"), ("structure", "structure"), ("organization", "owner"), ("safety", "safety")),
    group="site_id",
    single_from=11,
)
INSPECTION_TILES = PointTiles(
    INSPECTIONS,
    properties=(
        _NUMBER,
        _NAME,
        Property("result", TEXT, _("Result")),
        _OPERATOR,
        _FIELD,
        _DAY,
        Property("uuid", TEXT, _("Key")),
        _SITE,
        _UNIT,
    ),
    classes=(("result", "result"), ("organization", "operator")),
    group="site_id",
    single_from=10,
)
FINDING_TILES = PointTiles(
    FINDINGS,
    properties=(
        Property("text", TEXT, _("Finding")),
        Property("severity", TEXT, _("Severity")),
        Property("state", TEXT, _("State")),
        Property("unsafe", TEXT, _("Decides on safety")),
        Property("rule", TEXT, _("Rule")),
        _OPERATOR,
        _FIELD,
        _DAY,
        Property("due", TEXT, _("To be remedied by")),
        Property("inspection", TEXT, _("Inspection"), column="uuid"),
        _SITE,
        _UNIT,
    ),
    classes=(("severity", "severity"), ("state", "state"), ("organization", "operator")),
    group="site_id",
    single_from=10,
)
CASE_TILES = PointTiles(
    CASES,
    properties=(
        _NUMBER,
        Property("place", TEXT, _("Place"), column="name"),
        Property("state", TEXT, _("State")),
        Property("party", TEXT, _("Party")),
        _OPERATOR,
        _FIELD,
        _DAY,
        _SITE,
        _UNIT,
    ),
    classes=(("state", "state"), ("organization", "operator")),
    group="site_id",
    single_from=9,
)
INCIDENT_TILES = PointTiles(
    INCIDENTS,
    properties=(
        _NUMBER,
        _KIND,
        Property("state", TEXT, _("State")),
        Property("text", TEXT, _("What happened")),
        Property("cause", TEXT, _("Cause")),
        Property("damage", TEXT, _("Damage")),
        Property("people", NUMBER, _("People affected")),
        Property("installation", TEXT, _("Installation")),
        _OPERATOR,
        _DAY,
        _SITE,
        _UNIT,
    ),
    classes=(("kind", "kind"), ("state", "state"), ("damage", "damage"), ("organization", "operator")),
    group="site_id",
    single_from=9,
)
PERMIT_TILES = PointTiles(
    PERMITS,
    properties=(
        _NUMBER,
        _KIND,
        Property("state", TEXT, _("State")),
        _OPERATOR,
        Property("expires", TEXT, _("Expires on"), column="day"),
        Property("renewal", TEXT, _("Renewal due on")),
        Property("installation", TEXT, _("Installation")),
        _SITE,
        _UNIT,
    ),
    classes=(("kind", "kind"), ("state", "state"), ("organization", "operator")),
    group="site_id",
    single_from=11,
)

ROUTE_TILES = ShapeTiles(
    properties=(
        _NUMBER,
        _NAME,
        _OPERATOR,
        _SORT,
        _STATUS,
        Property("length_m", NUMBER, _("Length (m)")),
        Property("fibres", NUMBER, _("Fibres")),
    ),
    make=_routes,
    min_zoom=7,
    single_from=7,
)
LINK_TILES = ShapeTiles(
    properties=(
        Property("code", TEXT, _("Code")),
        _OPERATOR,
        Property("medium", TEXT, _("Medium")),
        Property("capacity_mbps", NUMBER, _("Capacity (Mbit/s)")),
        Property("from", TEXT, _("From node")),
        Property("to", TEXT, _("To node")),
    ),
    make=_links,
    min_zoom=5,
    single_from=5,
)
UNIT_TILES = ShapeTiles(
    properties=(
        Property("code", TEXT, _("Code"), public=True),
        Property("level", TEXT, _("Level"), public=True),
        _NAME,
        Property("full_name", TEXT, _("Full name"), public=True),
        Property("population", NUMBER, _("Population"), public=True),
        Property("schematic", BOOLEAN, _("Schematic boundary"), public=True),
        Property("own", BOOLEAN, _("In the territory of an authority here"), public=True),
        Property("label_lon", NUMBER, _("Longitude of the name"), public=True),
        Property("label_lat", NUMBER, _("Latitude of the name"), public=True),
    ),
    make=_units,
)
