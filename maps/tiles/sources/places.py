"""Sites and masts: rows of their own, and what stands on them as far as the reader may see it."""

from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.utils import timezone
from numpy.typing import NDArray

from infra.models import (
    AdministrativeUnit,
    BaseStation,
    Installation,
    InternetPoint,
    Mast,
    NetworkNode,
    Organization,
    Permit,
    PostalPoint,
    Site,
)
from infra.spatial.tables import mast, mast_version, site, site_version
from inspections.models import Finding
from inspections.selectors.safety import ORDER
from maps.queries.filters import Filters
from maps.tiles.changes import Acts, few
from maps.tiles.columns import Codes, Column, Kept, Mask, rows_of
from maps.tiles.reach import in_scope
from maps.tiles.selection import Selection, select
from maps.tiles.sources.installations import INSTALLATIONS, between, of_organizations
from maps.tiles.sources.source import Asked, Source, Statement, as_it_was, in_force

#: nouns that change what is told of a place without changing its row
STANDING = (Installation, BaseStation, PostalPoint, NetworkNode, InternetPoint, Permit, Finding)
#: values of a column that fit into one whole number, a bit each
MOST_BITS = 62
NOT_ABOUT_PLACES = {"mast_class": (), "height": None, "changed_since": None}


def sites(day: date | None) -> Statement:
    """Select the standing sites."""
    main = site if day is None else site_version
    return sa.select(
        (main.c.id if day is None else main.c.noun_id).label("id"),
        sa.func.ST_X(main.c.position).label("lon"),
        sa.func.ST_Y(main.c.position).label("lat"),
        main.c.authority_id.label("authority"),
        main.c.unit_id.label("unit"),
        main.c.position_method.label("method"),
        main.c.accuracy_m.label("accuracy_m"),
        main.c.code.label("code"),
        main.c.name.label("name"),
        main.c.address.label("address"),
    ).where(main.c.merged_into_id.is_(None), *in_force(main, day))


def masts(day: date | None) -> Statement:
    """Select the standing masts where their sites are."""
    main = mast if day is None else mast_version
    place = site if day is None else site_version
    key = place.c.id if day is None else place.c.noun_id
    return (
        sa.select(
            (main.c.id if day is None else main.c.noun_id).label("id"),
            sa.func.ST_X(place.c.position).label("lon"),
            sa.func.ST_Y(place.c.position).label("lat"),
            main.c.authority_id.label("authority"),
            place.c.unit_id.label("unit"),
            main.c.site_id.label("site_id"),
            main.c.owner_id.label("organization"),
            main.c.mast_class_id.label("mast_class"),
            main.c.structure_type_id.label("structure"),
            main.c.base.label("base"),
            main.c.height_m.label("height_m"),
            main.c.building_height_m.label("building_height_m"),
            main.c.built_on.label("built_on"),
            main.c.code.label("code"),
            place.c.code.label("site"),
            place.c.name.label("name"),
        )
        .join(place, sa.and_(key == main.c.site_id, *in_force(place, day)))
        .where(main.c.merged_into_id.is_(None), *in_force(main, day))
    )


# --- What stands there ------------------------------------------------------------------------------------------------


def _standing(asked: Asked) -> Selection:
    """Return the installations that the filters leave, of those the reader may see."""
    filters = Filters(**{**vars(asked.filters), **NOT_ABOUT_PLACES})
    return select(INSTALLATIONS, asked.reader, filters, asked.today)


def _asks_of_installations(filters: Filters) -> bool:
    asked = (filters.technology, filters.band, filters.status, filters.kind, filters.safety, filters.certificate)
    return any(asked) or filters.shared


def _told(key: str) -> Any:
    """Return what tells of each place how much stands there, whose, and how safe it is; *key* leads to the place."""

    def told(table: Kept, asked: Asked) -> dict[str, Column]:
        standing = _standing(asked)
        held = standing.table
        places = held.numbers(key)[standing.rows]
        rows = standing.rows[places >= 0]
        order = np.argsort(places[places >= 0], kind="stable")
        rows, keys = rows[order], places[places >= 0][order]
        starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, int)
        at = rows_of(table, keys[starts])
        there = at >= 0
        n = np.diff(starts, append=len(rows))
        told: dict[str, Column] = {"installations": _numbers(table, at, there, n, 0)}
        if not len(rows):
            return {**told, "operators": _none(table), "technologies": _none(table), "safety": _none(table)} | {
                "shared": np.zeros(len(table), dtype=np.int64)
            }
        operators = _flags(held.codes("organization"), rows, starts)
        told["operators"] = _named(table, at, there, operators, held.codes("organization").labels)
        told["shared"] = _numbers(table, at, there, (operators.sum(axis=1) > 1).astype(np.int64), 0)
        told["technologies"] = _lists(table, at, there, held.codes("technologies"), rows, starts)
        told["safety"] = _worst(table, at, there, held.codes("safety"), rows, starts)
        return told

    return told


def _numbers(table: Kept, at: Any, there: Mask, values: Any, otherwise: int) -> Column:
    column = np.full(len(table), otherwise, dtype=np.int64)
    column[at[there]] = values[there]
    return column


def _none(table: Kept) -> Codes:
    return Codes(np.full(len(table), -1, dtype=np.int32), (), ())


def _flags(codes: Codes, rows: Any, starts: Any) -> NDArray[np.bool_]:
    """Return for each place which of the column's values stand there (places × values)."""
    found = np.zeros((len(starts), len(codes.values)), dtype=bool)
    of_place = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(rows)))
    places = codes.places[rows]
    found[of_place[places >= 0], places[places >= 0]] = True
    return found


def _named(table: Kept, at: Any, there: Mask, flags: NDArray[np.bool_], labels: tuple[str, ...]) -> Codes:
    """Return the values of each place as one text, in order of name, with commas."""
    order = sorted(range(len(labels)), key=lambda place: labels[place])
    rows = flags[:, order]
    if rows.shape[1] <= MOST_BITS:  # a row as one number is sorted in a tenth of the time
        numbers = rows @ (1 << np.arange(rows.shape[1])[::-1])
        _different, first, which = np.unique(numbers, return_index=True, return_inverse=True)
        different = rows[first]
    else:
        different, which = np.unique(rows, axis=0, return_inverse=True)
    texts = [",".join(labels[order[n]] for n in np.flatnonzero(row)) for row in different]
    column = np.full(len(table), -1, dtype=np.int16)
    column[at[there]] = which.reshape(-1)[there]
    return Codes(column, tuple(texts), tuple(texts))


def _lists(table: Kept, at: Any, there: Mask, codes: Codes, rows: Any, starts: Any) -> Codes:
    """Join the lists of what stands at each place ("2G,4G" and "4G,5G" give "2G,4G,5G")."""
    parts = tuple(sorted({part for label in codes.labels for part in label.split(",") if part}))
    holds = np.array([[part in label.split(",") for part in parts] for label in codes.labels], dtype=bool)
    flags = _flags(codes, rows, starts)
    joined = (flags @ holds) if parts else np.zeros((len(starts), 0), dtype=bool)
    return _named(table, at, there, joined, parts)


def _worst(table: Kept, at: Any, there: Mask, codes: Codes, rows: Any, starts: Any) -> Codes:
    ranks = np.array([*(ORDER.index(value) for value in codes.values), -1], dtype=np.int32)
    worst = np.maximum.reduceat(ranks[codes.places[rows]], starts)
    column = np.full(len(table), -1, dtype=np.int16)
    column[at[there]] = worst[there]
    return Codes(column, ORDER, ORDER)


# --- Sites ------------------------------------------------------------------------------------------------------------


def _sites_seen(table: Kept, reader: Any) -> Mask:
    if reader.public:
        held = select(INSTALLATIONS, reader, Filters(), timezone.localdate())
        return np.isin(table.ids, held.table.numbers("site_id")[held.rows])
    return in_scope(table, Site, reader.scope)


def _sites_left(table: Kept, _seen: Mask, asked: Asked) -> list[Mask]:
    filters = asked.filters
    if not (_asks_of_installations(filters) or filters.organization):
        return []
    standing = _standing(asked)
    return [np.isin(table.ids, standing.table.numbers("site_id")[standing.rows])]


def _sites_changed(_table: Kept, acts: Acts) -> set[int] | None:
    if acts.wrote(AdministrativeUnit._meta.label_lower):
        return None
    return few(acts.ids(Site))


SITES = Source(
    "sites",
    Site,
    sites,
    seen=_sites_seen,
    left=_sites_left,
    changed=_sites_changed,
    told=_told("site_id"),
    turned=as_it_was,
    nouns=(Site,),
    depends=(Mast, *STANDING),
    codes=("authority", "unit", "method"),
    floats=("accuracy_m",),
    texts=("code", "name", "address"),
    has_past=True,
)


# --- Masts ------------------------------------------------------------------------------------------------------------


def _masts_seen(table: Kept, reader: Any) -> Mask:
    return in_scope(table, Mast, reader.scope)


def _masts_left(table: Kept, _seen: Mask, asked: Asked) -> list[Mask]:
    filters, found = asked.filters, []
    if filters.mast_class:
        found.append(table.codes("mast_class").among(filters.mast_class))
    if filters.height:
        found.append(between(table.numbers("height_m"), filters.height))
    if _asks_of_installations(filters) or filters.organization:
        standing = _standing(asked)
        carrying = np.isin(table.ids, standing.table.numbers("mast_id")[standing.rows])
        if filters.organization and not _asks_of_installations(filters):
            carrying |= of_organizations(table, filters.organization)
        found.append(carrying)
    return found


def _masts_changed(table: Kept, acts: Acts) -> set[int] | None:
    if acts.wrote(Organization._meta.label_lower, AdministrativeUnit._meta.label_lower):
        return None
    moved = np.isin(table.numbers("site_id"), list(acts.ids(Site)))
    return few(acts.ids(Mast).union(table.ids[moved].tolist()))


MASTS = Source(
    "masts",
    Mast,
    masts,
    seen=_masts_seen,
    left=_masts_left,
    changed=_masts_changed,
    told=_told("mast_id"),
    turned=as_it_was,
    nouns=(Mast,),
    depends=STANDING,
    codes=("authority", "unit", "organization", "mast_class", "structure", "base"),
    keys=("site_id",),
    floats=("height_m", "building_height_m"),
    days=("built_on",),
    texts=("code", "site", "name"),
    group="site_id",
    has_past=True,
)
