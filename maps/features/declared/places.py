"""Collections of places: sites, masts, links between nodes, administrative units."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from django.utils.translation import gettext_lazy as _

from infra.models import AdministrativeUnit, Mast, Site
from infra.spatial import sql
from infra.spatial.tables import core, installation, link, organization, unit
from maps.features.collection import Collection, Column, Condition, Drawn, number_of, standing, table_at
from maps.queries.reader import published

_owner = organization.alias("owner")
_parent = unit.alias("parent")


_SITE = (
    Column("code", "string", _("Code"), public=True),
    Column("name", "string", _("Name"), public=True),
    Column("address", "string", _("Address"), public=True),
    Column("unit", "string", _("Code of the commune"), public=True),
    Column("unit_name", "string", _("Commune"), public=True),
    Column("declared_unit", "string", _("Unit as declared")),
    Column("position_method", "string", _("How the position is known")),
    Column("accuracy_m", "number", _("Accuracy (m)")),
    Column("submitted_text", "string", _("Position as submitted")),
    Column("submitted_crs", "string", _("Submitted CRS")),
)


def _sites(moment: datetime | None) -> Drawn:
    main = table_at(Site, moment)
    own = (
        "code",
        "name",
        "address",
        "declared_unit",
        "position_method",
        "accuracy_m",
        "submitted_text",
        "submitted_crs",
    )
    return Drawn(
        main=main,
        key=number_of(main, moment),
        values={**{name: main.c[name] for name in own}, "unit": unit.c.code, "unit_name": unit.c.full_name},
        geometry=main.c.position,
        joins=((unit, unit.c.id == main.c.unit_id),),
        where=[main.c.merged_into_id.is_(None), *standing(main, moment)],
        indexed=(main, "position", number_of(main, moment), number_of(main, moment)),
    )


def _published_sites(drawn: Drawn) -> Sequence[Condition]:
    return [drawn.key.in_(sa.select(installation.c.site_id).where(*published()))]


_MAST = (
    Column("code", "string", _("Code")),
    Column("owner", "string", _("Owner")),
    Column("mast_class", "string", _("Mast class")),
    Column("structure", "string", _("Structure")),
    Column("base", "string", _("Stands on")),
    Column("height_m", "number", _("Height of the mast (m)")),
    Column("building_height_m", "number", _("Height of the building (m)")),
    Column("built_on", "date", _("Built on")),
    Column("design_wind_ms", "number", _("Design wind (m/s)")),
    Column("capacity", "integer", _("Antenna places")),
    Column("site", "string", _("Site")),
    Column("site_name", "string", _("Name of the site")),
    Column("unit", "string", _("Code of the commune")),
)


def _masts(moment: datetime | None) -> Drawn:
    main, place = table_at(Mast, moment), table_at(Site, moment)
    own = ("code", "base", "height_m", "building_height_m", "built_on", "design_wind_ms", "capacity")
    values = {
        **{name: main.c[name] for name in own},
        "owner": _owner.c.code,
        "mast_class": main.c.mast_class_id,
        "structure": main.c.structure_type_id,
        "site": place.c.code,
        "site_name": place.c.name,
        "unit": unit.c.code,
    }
    return Drawn(
        main=main,
        key=number_of(main, moment),
        values=values,
        geometry=place.c.position,
        joins=(
            (place, sa.and_(number_of(place, moment) == main.c.site_id, *standing(place, moment))),
            (_owner, _owner.c.id == main.c.owner_id),
            (unit, unit.c.id == place.c.unit_id),
        ),
        where=[main.c.merged_into_id.is_(None), place.c.position.is_not(None), *standing(main, moment)],
        indexed=(place, "position", number_of(place, moment), main.c.site_id),
    )


_LINK = (
    Column("code", "string", _("Code")),
    Column("operator", "string", _("Operator")),
    Column("medium", "string", _("Medium")),
    Column("capacity_mbps", "number", _("Capacity (Mbit/s)")),
    Column("from", "string", _("From node")),
    Column("to", "string", _("To node")),
)


def _links(_moment: datetime | None) -> Drawn:
    straight = sa.func.ST_MakeLine if sql.vendor() == "postgresql" else sa.func.MakeLine
    start, end = installation.alias("start"), installation.alias("finish")
    values = {
        "code": link.c.code,
        "operator": organization.c.code,
        "medium": link.c.medium,
        "capacity_mbps": link.c.capacity_mbps,
        "from": start.c.registry_number,
        "to": end.c.registry_number,
    }
    return Drawn(
        main=link,
        key=link.c.id,
        values=values,
        geometry=straight(start.c.position, end.c.position),
        joins=(
            (organization, organization.c.id == link.c.organization_id),
            (start, start.c.id == link.c.from_node_id),
            (end, end.c.id == link.c.to_node_id),
        ),
        where=[start.c.position.is_not(None), end.c.position.is_not(None)],
    )


_UNIT = (
    Column("code", "string", _("Code"), public=True),
    Column("level", "string", _("Level"), public=True),
    Column("name", "string", _("Name"), public=True),
    Column("full_name", "string", _("Full name"), public=True),
    Column("type", "string", _("Type"), public=True),
    Column("parent", "string", _("Unit above"), public=True),
    Column("population", "integer", _("Population"), public=True),
    Column("area_km2", "number", _("Area (km²)"), public=True),
    Column("boundary_kind", "string", _("Kind of boundary"), public=True),
    Column("valid_from", "date", _("Valid from"), public=True),
    Column("valid_to", "date", _("Valid to"), public=True),
    Column("source", "string", _("Source"), public=True),
)


def _units(_moment: datetime | None) -> Drawn:
    own = ("code", "level", "name", "full_name", "population", "area_km2", "boundary_kind")
    dates = ("valid_from", "valid_to", "source")
    values = {**{name: unit.c[name] for name in (*own, *dates)}, "type": unit.c.type_id, "parent": _parent.c.code}
    return Drawn(
        main=core(AdministrativeUnit),
        key=unit.c.id,
        values=values,
        geometry=unit.c.boundary,
        joins=((_parent, _parent.c.id == unit.c.parent_id),),
        where=[unit.c.boundary.is_not(None)],
        indexed=(unit, "boundary", unit.c.id, unit.c.id),
        time=(unit.c.valid_from, unit.c.valid_to),
    )


PLACES: tuple[Collection, ...] = (
    Collection(
        name="sites",
        title=_("Sites"),
        description=_("Positions at which something stands, with how they are known."),
        geometry_type="Point",
        columns=_SITE,
        draw=_sites,
        published=_published_sites,
        has_past=True,
        layer="sites",
    ),
    Collection(
        name="masts",
        title=_("Masts"),
        description=_("Antenna masts with class, height and owner."),
        geometry_type="Point",
        columns=_MAST,
        draw=_masts,
        has_past=True,
        layer="masts",
    ),
    Collection(
        name="links",
        title=_("Links between nodes"),
        description=_("Connections of network nodes as straight lines."),
        geometry_type="LineString",
        columns=_LINK,
        draw=_links,
        layer="links",
    ),
    Collection(
        name="units",
        title=_("Administrative units"),
        description=_("Provinces and communes with their boundaries and the time they are in force."),
        geometry_type="MultiPolygon",
        columns=_UNIT,
        draw=_units,
        published=lambda _drawn: (),
        is_scoped=False,
        layer="units",
    ),
)
