"""What a person may see, as a mask over columns: the answer of ``visible_to``, from the same table of paths."""

import numpy as np
import sqlalchemy as sa
from django.db import models
from numpy.typing import NDArray

from infra.access import PATHS, Paths, Scope
from infra.spatial import sql
from infra.spatial.scope import scope_condition
from infra.spatial.tables import core
from maps.tiles.columns import Kept, Mask


def in_scope(table: Kept, model: type[models.Model], scope: Scope) -> Mask:
    """Return the mask of the rows of *model* that *scope* reaches.

    Columns ``authority``, ``unit``, ``organization`` and ``field`` are what the paths of the model lead to; a path over
    a to-many relation is asked of the database.
    """
    paths = PATHS[model._meta.label_lower]
    if scope.everything:
        return np.ones(len(table), dtype=bool)
    reached = _stewarded(table, paths, scope)
    if paths.related_holders and scope.organizations(paths.see):
        return reached | np.isin(table.ids, _ids_in_scope(model, scope))
    return reached | _held(table, paths, scope)


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
    found = sql.read(statement if condition is None else statement.where(condition))
    return np.array(found, dtype=np.int64).reshape(-1)
