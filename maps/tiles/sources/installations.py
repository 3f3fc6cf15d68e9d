"""Everything that stands at a point: base stations, postal points, network nodes, internet points."""

from datetime import date, timedelta
from functools import partial
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.utils import timezone

from infra.models import (
    AdministrativeUnit,
    BaseStation,
    Cell,
    Installation,
    InstallationKind,
    InternetPoint,
    Mast,
    NetworkNode,
    Organization,
    Permit,
    PermitState,
    PostalPoint,
    Site,
    Verification,
)
from infra.spatial import sql
from infra.spatial.tables import (
    cell,
    cell_version,
    core,
    installation,
    installation_version,
    mast,
    mast_version,
    permit,
    permit_version,
    site,
    site_version,
)
from inspections.models import Finding, SafetyState
from maps.queries.filters import EXPIRED, MISSING, Bounds
from maps.queries.installations import CERTIFICATE
from maps.queries.reader import PUBLISHED_KINDS, PUBLISHED_STATUS, Reader
from maps.queries.safety import states_of
from maps.tiles.changes import Acts, few
from maps.tiles.columns import NO_DAY, CodesBuilder, Column, Kept, Mask, combinations, rows_of
from maps.tiles.reach import in_scope
from maps.tiles.sources.source import Asked, Conditions, Lists, Source, Statement, in_force, labels_of

#: states that are missing or late are decided while a piece of a table is read, as long as they are few
MOST_DECIDED = 2_000
#: nouns that share the installation's key
OWN = (Installation, BaseStation, PostalPoint, NetworkNode, InternetPoint)
UNKNOWN = "unknown"

_safety = core(SafetyState)


# --- Reading ----------------------------------------------------------------------------------------------------------


def _certificates(day: date | None) -> sa.Subquery:
    """The day on which the last certificate in force of each installation ends."""
    table = permit if day is None else permit_version
    held: Conditions = [
        table.c.kind_id == CERTIFICATE,
        table.c.state == str(PermitState.IN_FORCE),
        table.c.installation_id.is_not(None),
        *in_force(table, day),
    ]
    expires = sa.func.max(table.c.expires_on).label("expires_on")
    return sa.select(table.c.installation_id, expires).where(*held).group_by(table.c.installation_id).subquery()


def _detail(model: Any, number: sa.ColumnElement[Any], day: date | None) -> tuple[sa.Table, sa.ColumnElement[bool]]:
    """Return a table of details and what joins it to the installation."""
    table = core(model if day is None else model.version_model)
    key = table.c.installation_id if day is None else table.c.noun_id
    return table, sa.and_(key == number, *in_force(table, day))


def statement(day: date | None) -> Statement:
    """Select today's installations, or the versions in force at the end of *day*, with what decides about them."""
    main = installation if day is None else installation_version
    place, pole = (site, mast) if day is None else (site_version, mast_version)
    key = "id" if day is None else "noun_id"
    number = main.c.id if day is None else main.c.noun_id
    (station, on_station), (postal, on_postal) = _detail(BaseStation, number, day), _detail(PostalPoint, number, day)
    (node, on_node), (internet, on_internet) = _detail(NetworkNode, number, day), _detail(InternetPoint, number, day)
    certificate = _certificates(day)
    game = sa.case((internet.c.is_game_point.is_(True), "game"), (internet.c.is_game_point.is_(False), "internet"))
    columns = (
        number.label("id"),
        sa.func.ST_X(main.c.position).label("lon"),
        sa.func.ST_Y(main.c.position).label("lat"),
        main.c.authority_id.label("authority"),
        main.c.organization_id.label("organization"),
        main.c.unit_id.label("unit"),
        main.c.site_id.label("site_id"),
        main.c.mast_id.label("mast_id"),
        main.c.kind.label("kind"),
        main.c.status_id.label("status"),
        main.c.registry_number.label("number"),
        main.c.code.label("code"),
        sa.func.coalesce(sa.func.nullif(main.c.name, ""), place.c.name).label("name"),
        place.c.code.label("site"),
        station.c.technologies.label("technologies"),
        station.c.verification.label("verification"),
        sa.func.coalesce(postal.c.postal_kind_id, node.c.node_kind_id, game).label("sort"),
        postal.c.service_radius_m.label("radius_m"),
        pole.c.height_m.label("height_m"),
        pole.c.mast_class_id.label("mast_class"),
        certificate.c.expires_on.label("expires_on"),
        _safety.c.state.label("safety"),
        _safety.c.changes_on.label("changes_on"),
    )
    return (
        sa.select(*columns)
        .select_from(main)
        .outerjoin(station, on_station)
        .outerjoin(postal, on_postal)
        .outerjoin(node, on_node)
        .outerjoin(internet, on_internet)
        .outerjoin(place, sa.and_(place.c[key] == main.c.site_id, *in_force(place, day)))
        .outerjoin(pole, sa.and_(pole.c[key] == main.c.mast_id, *in_force(pole, day)))
        .outerjoin(certificate, certificate.c.installation_id == number)
        .outerjoin(_safety, _safety.c.installation_id == number)
        .where(main.c.position.is_not(None), main.c.kind != str(InstallationKind.CABLE_ROUTE), *in_force(main, day))
    )


def _states(rows: Lists, day: date | None) -> Lists:
    """Return the states of today; a map of the past has none: nobody judged it then.

    What is not kept yet, or past the day on which time may change it, is decided now where it is not too much.
    """
    if day is not None:
        return {"safety": [None] * len(rows["id"])}
    today = timezone.localdate()
    states = list(rows["safety"])
    late = [
        place
        for place, (state, turns) in enumerate(zip(states, rows["changes_on"], strict=True))
        if state is None or (turns is not None and turns <= today)
    ]
    decided = states_of([rows["id"][place] for place in late]) if len(late) <= MOST_DECIDED else {}
    for place in late:
        states[place] = decided.get(rows["id"][place], states[place] or UNKNOWN)
    return {"safety": states}


def _turned(table: Kept) -> dict[str, Column]:
    """Return the safety states as they are kept now."""
    states: list[Any] = [None] * len(table)
    turns: list[Any] = [None] * len(table)
    rows = sql.read(sa.select(_safety.c.installation_id, _safety.c.state, _safety.c.changes_on))
    at = rows_of(table, np.array([pk for pk, _state, _day in rows], dtype=np.int64))
    for place, (_pk, state, day) in zip(at.tolist(), rows, strict=True):
        if place >= 0:
            states[place], turns[place] = state, day
    builder = CodesBuilder(partial(labels_of, "safety"))
    builder.add(_states({"id": table.ids.tolist(), "safety": states, "changes_on": turns}, None)["safety"])
    return {"safety": builder.column()}


# --- What acts touched ------------------------------------------------------------------------------------------------


def _changed(table: Kept, acts: Acts) -> set[int] | None:
    if acts.wrote(Organization._meta.label_lower, AdministrativeUnit._meta.label_lower):
        return None
    ids = set().union(*(acts.ids(noun) for noun in OWN))
    masts, sites = acts.ids(Mast) | acts.ids(Finding, "mast_id"), acts.ids(Site)
    papers = [
        *acts.versions(Permit, "installation_id", "site_id"),
        *acts.versions(Finding, "installation_id", "site_id"),
    ]
    for one, where in papers:
        ids.add(one or -1)
        sites.add(where or -1)
    there = np.isin(table.numbers("site_id"), list(sites - {-1})) | np.isin(table.numbers("mast_id"), list(masts))
    return few(ids.union(table.ids[there].tolist()) - {-1})


# --- Who sees what ----------------------------------------------------------------------------------------------------


def _seen(table: Kept, reader: Reader) -> Mask:
    return published(table) if reader.public else in_scope(table, Installation, reader.scope)


def published(table: Kept) -> Mask:
    """Return the mask of installations that everybody may see."""
    kinds = table.codes("kind").among(str(kind) for kind in PUBLISHED_KINDS)
    return kinds & table.codes("status").among([PUBLISHED_STATUS])


# --- What filters leave -----------------------------------------------------------------------------------------------


def _left(table: Kept, seen: Mask, asked: Asked) -> list[Mask]:
    filters = asked.filters
    found = [
        table.codes(name).among(wanted)
        for name, wanted in (("kind", filters.kind), ("status", filters.status), ("safety", filters.safety))
        if wanted
    ]
    if filters.organization:
        found.append(of_organizations(table, filters.organization))
    stations = table.codes("kind").among([str(InstallationKind.BASE_STATION)])
    if filters.technology:
        found.append(_technologies(table, filters.technology) | ~stations)
    if filters.newest:
        found.append(_newest(table, filters.newest) | ~stations)
    if filters.band:
        found.append(_bands(table, filters.band, filters.as_of) | ~stations)
    if filters.certificate:
        found.append(_certificate(table, filters.certificate, filters.as_of or asked.today) | ~stations)
    if filters.shared:
        found.append(shared(table, seen & stations) | ~stations)
    if filters.height:
        found.append(between(table.numbers("height_m"), filters.height) | ~stations)
    if filters.mast_class:
        found.append(table.codes("mast_class").among(filters.mast_class) | ~stations)
    return found


def of_organizations(table: Kept, codes: tuple[str, ...]) -> Mask:
    """Return the mask of rows of the organizations with *codes*."""
    column = table.codes("organization")
    return column.where([label in codes for label in column.labels])


def between(values: Any, bounds: Bounds) -> Mask:
    """Return the mask of numbers within *bounds*; what is not known is not between."""
    return np.asarray((values >= bounds.least) & (values <= bounds.most))


def _technologies(table: Kept, wanted: tuple[str, ...]) -> Mask:
    codes = table.codes("technologies")
    return codes.where([not set(value.split(",")).isdisjoint(wanted) for value in codes.values])


def _newest(table: Kept, wanted: tuple[str, ...]) -> Mask:
    """Return the mask of stations whose newest technology is one of those, as the legend counts them."""
    codes = table.codes("technologies")
    return codes.where([max(value.split(",")) in wanted for value in codes.values])


def _bands(table: Kept, wanted: tuple[str, ...], day: date | None) -> Mask:
    """Return the mask of stations that have a cell in one of the bands, or had on *day* (cells are not held)."""
    rows_of = cell if day is None else cell_version
    held = sa.select(rows_of.c.station_id).where(rows_of.c.band_id.in_(wanted), *in_force(rows_of, day))
    rows = sql.read(held.distinct())
    return np.isin(table.ids, np.array(rows, dtype=np.int64).reshape(-1))


def _certificate(table: Kept, wanted: str, today: date) -> Mask:
    """The certificate is missing though mandatory, has expired and no other is in force, or expires within days."""
    expires, now = table.numbers("expires_on"), today.toordinal()
    if wanted == MISSING:
        return table.codes("verification").among([str(Verification.REQUIRED)]) & (expires < now)
    if wanted == EXPIRED:
        return np.asarray((expires != NO_DAY) & (expires < now))
    until = (today + timedelta(days=int(wanted))).toordinal()
    return np.asarray((expires >= now) & (expires <= until))


def shared(table: Kept, among: Mask) -> Mask:
    """Return the mask of rows whose site has rows of several organizations, of those in *among*."""
    sites, holders = table.numbers("site_id")[among], table.codes("organization").places[among]
    at, _holder = combinations(sites, holders)
    first = np.flatnonzero(np.concatenate([[True], at[1:] != at[:-1]]) if len(at) else at)
    several = np.diff(first, append=len(at)) > 1
    return np.isin(table.numbers("site_id"), at[first][several & (at[first] >= 0)])


INSTALLATIONS = Source(
    "installations",
    Installation,
    statement,
    seen=_seen,
    left=_left,
    changed=_changed,
    nouns=OWN,
    depends=(Cell,),
    codes=(
        *("authority", "organization", "unit", "kind", "status"),
        *("technologies", "verification", "sort", "safety", "mast_class"),
    ),
    keys=("site_id", "mast_id"),
    floats=("radius_m", "height_m"),
    days=("expires_on",),
    texts=("number", "code", "name", "site"),
    group="site_id",
    has_past=True,
    of_today=("safety",),
    more=_states,
    turned=_turned,
)
