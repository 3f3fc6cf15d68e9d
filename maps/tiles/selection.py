"""Which rows of a kept table a reader may see, and which of them the filters leave: masks, derived once and kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.db import models
from numpy.typing import NDArray

from infra.access import PATHS, Paths, Scope
from infra.models import InstallationKind, Verification
from infra.spatial import sql
from infra.spatial.scope import scope_condition
from infra.spatial.tables import core
from maps.queries.filters import EXPIRED, MISSING, Filters
from maps.queries.installations import units_below
from maps.queries.reader import PUBLISHED_KINDS, PUBLISHED_STATUS, Reader
from maps.tiles.columns import NO_DAY, Kept, Mask, Rows

#: selections kept beside a table; each takes some 12 bytes a row
MOST_KEPT = 12


@dataclass(frozen=True)
class Selection:
    """Rows of *table* in the order of the curve, with their codes, so that a tile is again a range of them."""

    table: Kept
    rows: Rows
    curve: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.rows)


def visible(table: Kept, model: type[models.Model], reader: Reader) -> Mask:
    """Return the mask of the rows of *model* that *reader* may see: what ``visible_to`` says, on columns."""
    key = ("visible", reader.key)
    found: Mask | None = table.kept.get(key)
    if found is None:
        found = published(table) if reader.public else in_scope(table, model, reader.scope)
        _keep(table, key, found)
    return found


def published(table: Kept) -> Mask:
    """Return the mask of installations that everybody may see."""
    kinds = table.codes("kind").among(str(kind) for kind in PUBLISHED_KINDS)
    return kinds & table.codes("status").among([PUBLISHED_STATUS])


def in_scope(table: Kept, model: type[models.Model], scope: Scope) -> Mask:
    """Return the mask of the rows of *model* that *scope* reaches, by the table of paths.

    Columns ``authority``, ``unit`` and ``organization`` are what the paths of the model lead to; a path over a to-many
    relation is asked of the database.
    """
    paths = PATHS[model._meta.label_lower]
    if scope.everything:
        return np.ones(len(table), dtype=bool)
    if paths.related_holders:
        return np.isin(table.ids, _ids_in_scope(model, scope))
    return _stewarded(table, paths, scope) | _held(table, paths, scope)


def _stewarded(table: Kept, paths: Paths, scope: Scope) -> Mask:
    reached = np.zeros(len(table), dtype=bool)
    for grant in scope.stewardships(paths.see):
        part = table.codes("authority").among([grant.authority_id])
        if grant.unit_ids and paths.unit:
            part &= table.codes("unit").among(grant.unit_ids)
        if grant.fields and paths.field_path:
            part &= table.codes("field").among(grant.fields)
        reached |= part
    return reached


def _held(table: Kept, paths: Paths, scope: Scope) -> Mask:
    organizations = scope.organizations(paths.see)
    if not organizations or not paths.holders:
        return np.zeros(len(table), dtype=bool)
    return table.codes("organization").among(organizations)


def _ids_in_scope(model: type[models.Model], scope: Scope) -> NDArray[np.int64]:
    rows = core(model)
    condition = scope_condition(rows, scope)
    statement = sa.select(rows.c.id)
    return np.array(sql.read(statement if condition is None else statement.where(condition)), dtype=np.int64).reshape(
        -1
    )


# --- Filters ----------------------------------------------------------------------------------------------------------


def select(
    table: Kept, model: type[models.Model], reader: Reader, filters: Filters, today: date, kinds: tuple[str, ...] = ()
) -> Selection:
    """Return the rows that *reader* may see and *filters* leave; *kinds* keeps installations of these kinds."""
    key = ("selected", reader.key, filters.key, kinds, today)
    found: Selection | None = table.kept.get(key)
    if found is None:
        mask = visible(table, model, reader)
        for part in _conditions(table, mask, filters, today, kinds):
            mask = mask & part
        rows = np.flatnonzero(mask)
        found = Selection(table, rows, table.curve if len(rows) == len(table) else table.curve[rows])
        _keep(table, key, found)
    return found


def _keep(table: Kept, key: tuple[Any, ...], value: Any) -> None:
    of_kind = [one for one in list(table.kept) if one[0] == key[0]]
    for one in of_kind[: max(0, len(of_kind) - MOST_KEPT + 1)]:
        table.kept.pop(one, None)
    table.kept[key] = value


def _conditions(table: Kept, seen: Mask, filters: Filters, today: date, kinds: tuple[str, ...]) -> list[Mask]:
    found: list[Mask] = []
    for name, wanted in (("kind", kinds or filters.kind), ("status", filters.status), ("safety", filters.safety)):
        if wanted:
            found.append(table.codes(name).among(wanted))
    if filters.organization:
        codes = table.codes("organization")
        found.append(codes.where([label in filters.organization for label in codes.labels]))
    if filters.unit:
        ids = {pk for (pk,) in sql.read(units_below(filters.unit))}
        found.append(table.codes("unit").among(ids))
    stations = table.codes("kind").among([str(InstallationKind.BASE_STATION)])
    if filters.technology:
        found.append(_technologies(table, filters.technology) | ~stations)
    if filters.certificate:
        found.append(_certificate(table, filters.certificate, today) | ~stations)
    if filters.shared:
        found.append(shared(table, seen & stations) | ~stations)
    return found


def _technologies(table: Kept, wanted: tuple[str, ...]) -> Mask:
    codes = table.codes("technologies")
    return codes.where([not set(value.split(",")).isdisjoint(wanted) for value in codes.values])


def _certificate(table: Kept, wanted: str, today: date) -> Mask:
    """The certificate is missing though mandatory, has expired and no other is in force, or expires within days."""
    expires, now = table.numbers("expires_on"), today.toordinal()
    if wanted == MISSING:
        return table.codes("verification").among([str(Verification.REQUIRED)]) & (expires < now)
    if wanted == EXPIRED:
        return (expires != NO_DAY) & (expires < now)
    until = (today + timedelta(days=int(wanted))).toordinal()
    return (expires >= now) & (expires <= until)


def shared(table: Kept, among: Mask) -> Mask:
    """Return the mask of rows whose site has rows of several organizations, of those in *among*."""
    sites, holders = table.numbers("site_id")[among], table.codes("organization").places[among]
    pairs = np.unique(np.stack([sites, holders.astype(np.int64)], axis=1), axis=0)
    site, holders_at = np.unique(pairs[:, 0], return_counts=True)
    return np.isin(table.numbers("site_id"), site[(holders_at > 1) & (site >= 0)])
