"""Who may see which rows, said in Core: the same answer as ``visible_to``, from the same table of paths."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from django.db import models

from infra.access import PATHS, Paths, Scope
from infra.spatial.tables import core

Condition = sa.ColumnElement[bool]
Model = type[models.Model]
Table = sa.FromClause


def scope_condition(table: sa.Table, scope: Scope) -> Condition | None:
    """Return the condition on *table*'s rows that the person with *scope* may see; None means every row.

    Every statement that answers a person takes it. Equal to ``Model.objects.visible_to(person)``, on versions too.
    Raises KeyError for a table whose model has no paths: what nobody declared, nobody sees.
    """
    model: Model = table.info["model"]
    paths = PATHS[getattr(model, "noun_model", model)._meta.label_lower]
    if scope.everything or paths.open_to_public:
        return None
    if paths.authority is None and scope.can(paths.see):
        return None
    parts = [*_steward(table, model, paths, scope), *_holder(table, model, paths, scope)]
    if paths.person and scope.user_id is not None:
        parts.append(_leads_to(table, model, paths.person, [scope.user_id]))
    return sa.or_(sa.false(), *parts)


def _steward(table: Table, model: Model, paths: Paths, scope: Scope) -> list[Condition]:
    found = []
    for grant in scope.stewardships(paths.see) if paths.authority else ():
        part = _leads_to(table, model, str(paths.authority), [grant.authority_id])
        if grant.unit_ids and paths.unit:
            part = sa.and_(part, _leads_to(table, model, paths.unit, sorted(grant.unit_ids)))
        if grant.fields and paths.field_path:
            part = sa.and_(part, _leads_to(table, model, paths.field_path, sorted(grant.fields)))
        found.append(part)
    return found


def _holder(table: Table, model: Model, paths: Paths, scope: Scope) -> list[Condition]:
    organizations = sorted(scope.organizations(paths.see))
    if not organizations:
        return []
    noun: Any = getattr(model, "noun_model", model)
    key = table.c["noun_id" if noun is not model else str(noun._meta.pk.column)]
    return [
        *(_leads_to(table, model, path, organizations) for path in paths.holders),
        *(_leads_to(table, noun, path, organizations, key) for path in paths.related_holders),
    ]


def _leads_to(
    table: Table, model: Model, path: str, values: Iterable[Any], key: sa.ColumnElement[Any] | None = None
) -> Condition:
    """Return the condition that *path*, a lookup string over relations, leads from a row of *table* to a value.

    *key* is the column that relations back to *model* point at, where it is not the primary key.
    """
    name, _, rest = path.partition("__")
    field: Any = model._meta.get_field(name)
    if field.auto_created and not field.concrete:  # backwards, from one to many
        remote = field.related_model
        there = core(remote).alias()
        back = there.c[field.field.column]
        own = table.c[str(model._meta.pk.column)] if key is None else key
        held = _leads_to(there, remote, rest or remote._meta.pk.name, values)
        return own.in_(sa.select(back).where(held))
    column = table.c[field.column]
    if rest:
        remote = field.related_model
        there = core(remote).alias()
        target = there.c[field.target_field.column]
        return column.in_(sa.select(target).where(_leads_to(there, remote, rest, values)))
    # Each value is a bind of its own: a list of unknown length could not be compiled once and kept.
    return column.in_([sa.literal(value, column.type) for value in values])
