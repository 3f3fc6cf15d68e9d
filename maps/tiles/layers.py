"""The tiles of each layer, named in :mod:`maps.layers`."""

from django.utils.translation import gettext_lazy as _

from infra.models import Installation, InstallationKind
from maps.tiles import lines, outlines
from maps.tiles.declared import BOOLEAN, NUMBER, TEXT, PointTiles, Property, Question, ShapeTiles
from maps.tiles.sources import INSTALLATIONS

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


def _units(name: str, asked: Question) -> bytes:
    day = asked.filters.as_of or asked.today
    return outlines.tile_of(name, asked.tile, day, outlines.units_stamp())


def _routes(name: str, asked: Question) -> bytes:
    return lines.routes(name, asked.reader, asked.filters, asked.tile, asked.today)


def _links(name: str, asked: Question) -> bytes:
    return lines.links(name, asked.reader, asked.filters, asked.tile, asked.today)


INSTALLATION_TILES = PointTiles(
    INSTALLATIONS,
    Installation,
    properties=(
        _NUMBER,
        _CODE,
        _NAME,
        _KIND,
        _OPERATOR,
        Property("technologies", TEXT, _("Technologies"), public=True),
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
        Installation,
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
