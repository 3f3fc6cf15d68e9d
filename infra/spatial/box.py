"""What lies in a box: once for both databases, through the spatial index, exact to the stored coordinate.

Both indexes keep 32-bit floats (0.8 m at 106° E) and answer a little too much. The index finds the candidates, then the
stored coordinates decide; on SpatiaLite only for the few whose index box touches the edge. A geometry that is not a
point is in the box when its own bounding box meets it.

Versions have no index of their own: the one that is open lies where its noun does, and those that were closed are few.
So the versions of nouns that lie in the box, or once did, are the candidates.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models.expressions import Col, Func
from sqlalchemy.ext.compiler import compiles

from infra.access import Scope
from infra.spatial import sql
from infra.spatial.places import SRID, Box
from infra.spatial.scope import Condition, scope_condition
from infra.spatial.tables import core, index_of, installation, site

#: degrees by which SpatiaLite's index may be wrong besides its rounding: it is filled with 12 decimals
MARGIN_DEG = 1e-9
#: for statements that answer no person: benchmarks, computations, tasks that scope later
EVERYTHING = Scope(everything=True)
ANYWHERE = Box(-180.0, -90.0, 180.0, 90.0)
_INSTALLATION, _SITE = (installation.c.id,), (site.c.id,)

Columns = Sequence[sa.ColumnElement[Any]]
#: byte order, polygon with SRID, one ring of five corners; then the corners
_EWKB_BOX = struct.Struct("<BIIII10d")
_POLYGON_WITH_SRID = 0x2000_0003


class NativeBox(sa.types.UserDefinedType[str]):
    """PostgreSQL's own ``box``, bound as its text, so that a planned statement does not build it anew for each row."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_kw: Any) -> str:
        return "box"


class NativeEnvelope(sa.types.UserDefinedType[str]):
    """The box as PostGIS's ``geometry``, bound as its EWKB in hex and read once; a plan calls ST_MakeEnvelope again."""

    cache_ok = True
    render_bind_cast = True

    def get_col_spec(self, **_kw: Any) -> str:
        return "geometry"


_NATIVE: dict[str, sa.types.UserDefinedType[str]] = {"box": NativeBox(), "envelope": NativeEnvelope()}


class Driving(sa.Join):
    """A join that SQLite runs from left to right.

    Without statistics SQLite thinks little of an R-tree and would rather walk an index on the authority, which holds
    every row of the register; CROSS JOIN is its documented way to fix the order.
    """

    inherit_cache = True


@compiles(Driving)
def _driving(join: Driving, compiler: Any, **kw: Any) -> str:
    left = compiler.process(join.left, asfrom=True, **{k: v for k, v in kw.items() if k != "asfrom"})
    right = compiler.process(join.right, asfrom=True, **{k: v for k, v in kw.items() if k != "asfrom"})
    return f"{left} CROSS JOIN {right} ON {compiler.process(join.onclause)}"


def in_box(
    table: sa.Table,
    columns: Columns,
    box: Box,
    *,
    scope: Scope,
    where: Sequence[Condition] = (),
    geometry: str = "position",
    using: str = DEFAULT_DB_ALIAS,
) -> sa.Select[Any]:
    """Return the select of *columns* of the rows of *table* in *box*, for joining, ordering and streaming further."""
    values = _edges(box, sql.vendor(using))
    edges: dict[str, Any] = {name: sa.literal(value, _type_of(name)) for name, value in values.items()}
    return _statement(table, tuple(columns), geometry, scope, sql.vendor(using), edges).where(*where)


def rows_in_box(
    table: sa.Table,
    columns: Columns,
    box: Box,
    *,
    scope: Scope,
    where: Sequence[Condition] = (),
    geometry: str = "position",
    limit: int | None = None,
    using: str = DEFAULT_DB_ALIAS,
) -> list[sql.Row]:
    """Return *columns* of the rows in *box*, at most *limit* of them (which ones is not said), in no order."""
    statement = _kept(table, tuple(columns), geometry, scope, sql.vendor(using), limit is not None)
    if where:
        statement = statement.where(*where)
    values = _edges(box, sql.vendor(using))
    if limit is not None:
        values["most"] = limit
    return sql.read(statement, using=using, **values)


def installation_ids(box: Box, scope: Scope, limit: int | None = None, using: str = DEFAULT_DB_ALIAS) -> list[int]:
    """Return the ids of the installations in *box* that *scope* lets a person see."""
    return [pk for (pk,) in rows_in_box(installation, _INSTALLATION, box, scope=scope, limit=limit, using=using)]


def site_ids(box: Box, scope: Scope, limit: int | None = None, using: str = DEFAULT_DB_ALIAS) -> list[int]:
    """Return the ids of the sites in *box* that *scope* lets a person see."""
    return [pk for (pk,) in rows_in_box(site, _SITE, box, scope=scope, limit=limit, using=using)]


@lru_cache(maxsize=256)
def _kept(
    table: sa.Table, columns: tuple[Any, ...], geometry: str, scope: Scope, vendor: str, limited: bool
) -> sa.Select[Any]:
    edges: dict[str, Any] = {name: sa.bindparam(name, type_=_type_of(name)) for name in _edges(ANYWHERE, vendor)}
    statement = _statement(table, columns, geometry, scope, vendor, edges)
    return statement.limit(sa.bindparam("most", type_=sa.Integer())) if limited else statement


def _statement(
    table: sa.Table, columns: tuple[Any, ...], geometry: str, scope: Scope, vendor: str, edges: dict[str, Any]
) -> sa.Select[Any]:
    through = _through_rtree if vendor == "sqlite" else _through_gist
    statement = through(sa.select(*columns), table, geometry, edges)
    allowed = scope_condition(table, scope)
    return statement if allowed is None else statement.where(allowed)


def _type_of(name: str) -> Any:
    return _NATIVE.get(name) or sa.Double()


def _edges(box: Box, vendor: str) -> dict[str, Any]:
    """Return what a statement binds: the edges; for an R-tree also those a hair farther out and farther in."""
    edges: dict[str, Any] = box.edges()
    if vendor == "postgresql":
        edges["box"] = f"({box.east!r},{box.north!r}),({box.west!r},{box.south!r})"
        edges["envelope"] = _ewkb(box)
    if vendor == "sqlite":
        pad = MARGIN_DEG
        edges.update(w_out=box.west - pad, s_out=box.south - pad, e_out=box.east + pad, n_out=box.north + pad)
        edges.update(w_in=box.west + pad, s_in=box.south + pad, e_in=box.east - pad, n_in=box.north - pad)
    return edges


def _ewkb(box: Box) -> str:
    west, south, east, north = box.west, box.south, box.east, box.north
    corners = (west, south, west, north, east, north, east, south, west, south)
    return _EWKB_BOX.pack(1, _POLYGON_WITH_SRID, SRID, 1, 5, *corners).hex()


def _through_rtree(statement: sa.Select[Any], table: sa.Table, geometry: str, at: dict[str, Any]) -> sa.Select[Any]:
    stored = sa.func.ST_EnvIntersects(table.c[geometry], at["west"], at["south"], at["east"], at["north"]) == 1
    noun = _noun_of(table)
    index = index_of(noun, geometry).alias("i")
    around = (
        index.c.xmax >= at["w_out"],
        index.c.xmin <= at["e_out"],
        index.c.ymax >= at["s_out"],
        index.c.ymin <= at["n_out"],
    )
    if noun is not table:
        where = Driving(index, noun, _row(noun) == index.c.pkid)
        return statement.select_from(table).where(_version_among(table, noun, where, around), stored)
    surely = sa.and_(
        index.c.xmin >= at["w_in"], index.c.xmax <= at["e_in"], index.c.ymin >= at["s_in"], index.c.ymax <= at["n_in"]
    )
    driven = Driving(index, table, _row(table) == index.c.pkid)
    return statement.select_from(driven).where(*around, sa.or_(surely, stored))


def _row(table: sa.Table) -> sa.ColumnElement[int]:
    return sa.literal_column(f"{table.name}.rowid")


def _noun_of(table: sa.Table) -> sa.Table:
    """Return the table whose index tells where the rows of *table* lie: the noun's for its versions."""
    model: type[models.Model] = table.info["model"]
    noun: type[models.Model] = getattr(model, "noun_model", model)
    return core(noun)


def _version_among(
    table: sa.Table, noun: sa.Table, where: sa.FromClause, around: Sequence[Condition], once: Sequence[Condition] = ()
) -> Condition:
    """Return the condition that a version is of a noun found in *where* by *around*, or of one with a closed version
    that meets *once*.
    """
    here = sa.select(next(iter(noun.primary_key))).select_from(where).where(*around)
    then = sa.select(table.c.noun_id).where(table.c.closed_act_id.is_not(None), *once).correlate(None)
    return table.c.noun_id.in_(sa.union_all(here, then))


def _through_gist(statement: sa.Select[Any], table: sa.Table, geometry: str, at: dict[str, Any]) -> sa.Select[Any]:
    west, south, east, north = (at[name] for name in ("west", "south", "east", "north"))
    shape = table.c[geometry]
    exact: Condition
    if getattr(shape.type, "geometry_type", "") == "POINT":
        # PostgreSQL's own point in its own box: exact, closed, and one condition to plan where ST_X and ST_Y make four.
        exact = sa.func.point(shape).op("<@")(at["box"])
    else:
        exact = sa.and_(
            sa.func.ST_XMin(shape) <= east,
            sa.func.ST_XMax(shape) >= west,
            sa.func.ST_YMin(shape) <= north,
            sa.func.ST_YMax(shape) >= south,
        )
    near: Condition = shape.op("&&")(at["envelope"])
    noun = _noun_of(table)
    if noun is not table:
        near = _version_among(table, noun, noun, (noun.c[geometry].op("&&")(at["envelope"]),), (near,))
    return statement.select_from(table).where(near, exact)


class InBox(Func):
    """The same question as a condition on a Django queryset, to be filtered, ordered and paged further.

    ``Installation.objects.visible_to(person).filter(InBox("position", box))``; *path* may follow relations.
    """

    output_field = models.BooleanField()
    conditional = True

    def __init__(self, path: str, box: Box) -> None:
        super().__init__(models.F(path))
        self.box = box

    def as_sqlite(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """Ask the R-tree for row numbers, then the stored coordinates."""
        column: Col = self.get_source_expressions()[0]
        model = column.target.model
        # In a subquery Django writes its own aliases without quotes.
        alias = compiler.quote_name_unless_alias(column.alias)
        shape = f'{alias}."{column.target.column}"'
        noun = getattr(model, "noun_model", model)
        index = f'"idx_{noun._meta.db_table}_{column.target.column}"'
        west, south, east, north = self.box.edges().values()
        pad = MARGIN_DEG
        around = "xmax >= %s AND xmin <= %s AND ymax >= %s AND ymin <= %s"
        rows = f"SELECT pkid FROM {index} WHERE {around}"  # noqa: S608 -- our own names
        if noun is not model:
            rows = self._of_versions(model, f"n.rowid IN ({rows})", "")
        key = "rowid" if noun is model else "noun_id"
        return (
            f"({alias}.{key} IN ({rows}) AND ST_EnvIntersects({shape}, %s, %s, %s, %s) = 1)",
            (west - pad, east + pad, south - pad, north + pad, west, south, east, north),
        )

    def as_postgresql(self, compiler: Any, *_: Any, **__: Any) -> tuple[str, tuple[Any, ...]]:
        """Ask the GiST index, then the stored coordinates."""
        column: Col = self.get_source_expressions()[0]
        model = column.target.model
        alias, name = compiler.quote_name_unless_alias(column.alias), f'"{column.target.column}"'
        shape = f"{alias}.{name}"
        west, south, east, north = edges = tuple(self.box.edges().values())
        box = f"ST_MakeEnvelope(%s, %s, %s, %s, {SRID})"
        near, asked = f"{shape} && {box}", edges
        noun = getattr(model, "noun_model", model)
        if noun is not model:
            near = f"{alias}.noun_id IN ({self._of_versions(model, f'n.{name} && {box}', f' AND {name} && {box}')})"
            asked = (*edges, *edges)
        return (
            f"({near} "
            f"AND ST_XMin({shape}) <= %s AND ST_XMax({shape}) >= %s "
            f"AND ST_YMin({shape}) <= %s AND ST_YMax({shape}) >= %s)",
            (*asked, east, west, north, south),
        )

    @staticmethod
    def _of_versions(model: Any, around: str, once: str) -> str:
        """Return the select of the keys of nouns that lie *around*, and of those whose closed versions did (*once*)."""
        noun = model.noun_model._meta
        return (
            f'SELECT n."{noun.pk.column}" FROM "{noun.db_table}" n WHERE {around} '  # noqa: S608 -- our own names
            f'UNION ALL SELECT noun_id FROM "{model._meta.db_table}" WHERE closed_act_id IS NOT NULL{once}'
        )
