"""What is held in memory: for each source its statement, and what its columns are."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import sqlalchemy as sa

from infra.models import (
    BaseStation,
    InstallationKind,
    InternetPoint,
    NetworkNode,
    PermitState,
    PostalPoint,
)
from infra.models.versions import end_of_day
from infra.spatial import sql
from infra.spatial.tables import (
    core,
    installation,
    installation_version,
    mast,
    organization,
    permit,
    permit_version,
    site,
    unit,
)
from maps.queries.installations import CERTIFICATE
from maps.queries.safety import states_of
from maps.queries.stations import MOST_JUDGED
from maps.tiles.columns import NO_DAY, Codes, Column, Kept, TextColumn, sorted_along_curve

#: rows read at once
SIZE = 20_000

Statement = sa.Select[Any]


@dataclass(frozen=True)
class Source:
    """One table of points to be held. ``statement`` selects ``id``, ``lon``, ``lat`` and the columns named here.

    ``codes`` repeat, ``keys`` are whole numbers (-1 for none), ``floats`` numbers (NaN for none), ``days`` dates,
    ``texts`` differ from row to row. ``labels`` names the coded columns that hold keys of another table and the column
    of it that tiles show. ``group`` is the column of what stands together.
    """

    name: str
    statement: Callable[[date | None], Statement]
    codes: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    floats: tuple[str, ...] = ()
    days: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    group: str = ""
    has_past: bool = False
    more: Callable[[dict[str, list[Any]], date | None], dict[str, list[Any]]] | None = None

    def load(self, stamp: str, day: date | None) -> Kept:
        """Read the rows of today, or as they stood at the end of *day*."""
        rows = self.rows(self.statement(day))
        if self.more is not None:
            rows.update(self.more(rows, day))
        return self.keep(stamp, rows)

    def rows(self, statement: Statement) -> dict[str, list[Any]]:
        """Read a statement into one list a column."""
        names = list(statement.selected_columns.keys())
        found: dict[str, list[Any]] = {name: [] for name in names}
        for rows in _pieces(statement):
            for name, values in zip(names, zip(*rows, strict=True), strict=True):
                found[name].extend(values)
        return found

    def keep(self, stamp: str, rows: dict[str, list[Any]]) -> Kept:
        """Make columns of lists and sort them along the curve."""
        columns: dict[str, Column] = {}
        for name in self.codes:
            columns[name] = Codes.of(rows[name], _labels(name, rows[name]))
        for name in self.keys:
            columns[name] = np.array([-1 if v is None else v for v in rows[name]], dtype=np.int64)
        for name in self.floats:
            columns[name] = np.array([np.nan if v is None else v for v in rows[name]], dtype=np.float64)
        for name in self.days:
            columns[name] = np.array([_ordinal(v) for v in rows[name]], dtype=np.int32)
        for name in self.texts:
            columns[name] = TextColumn.of(rows[name])
        ids = np.array(rows["id"], dtype=np.int64)
        lon, lat = np.array(rows["lon"], dtype=np.float64), np.array(rows["lat"], dtype=np.float64)
        return sorted_along_curve(stamp, ids, lon, lat, columns, self.group)


def _pieces(statement: Statement) -> Iterator[Sequence[sql.Row]]:
    return sql.stream(statement, size=SIZE)


def _ordinal(value: Any) -> int:
    if value is None:
        return NO_DAY
    day = date.fromisoformat(value) if isinstance(value, str) else value
    found: int = day.toordinal()
    return found


def _labels(name: str, column: list[Any]) -> Callable[[Any], str]:
    table = {"organization": organization, "unit": unit}.get(name)
    if table is None:
        return str
    wanted = set(column) - {None}
    rows = sql.read(sa.select(table.c.id, table.c.code)) if wanted else []
    codes = {pk: str(code) for pk, code in rows if pk in wanted}
    return lambda value: codes.get(value, "")


# --- Installations ----------------------------------------------------------------------------------------------------

Conditions = list[sa.ColumnElement[bool]]


def in_force(table: sa.Table, day: date | None) -> Conditions:
    """Return the condition that a version of *table* was open at the end of *day*; nouns have none."""
    if day is None:
        return []
    moment = end_of_day(day)
    return [table.c.valid_from < moment, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= moment)]


def _of_day(model: Any, day: date | None) -> sa.Table:
    return core(model if day is None else model.version_model)


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
    table = _of_day(model, day)
    key = table.c.installation_id if day is None else table.c.noun_id
    return table, sa.and_(key == number, *in_force(table, day))


def installations(day: date | None) -> Statement:
    """Everything that stands at a point: stations, postal points, nodes, internet points."""
    main = installation if day is None else installation_version
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
        sa.func.coalesce(sa.func.nullif(main.c.name, ""), site.c.name).label("name"),
        site.c.code.label("site"),
        station.c.technologies.label("technologies"),
        station.c.verification.label("verification"),
        sa.func.coalesce(postal.c.postal_kind_id, node.c.node_kind_id, game).label("sort"),
        postal.c.service_radius_m.label("radius_m"),
        mast.c.height_m.label("height_m"),
        certificate.c.expires_on.label("expires_on"),
    )
    return (
        sa.select(*columns)
        .select_from(main)
        .outerjoin(station, on_station)
        .outerjoin(postal, on_postal)
        .outerjoin(node, on_node)
        .outerjoin(internet, on_internet)
        .outerjoin(site, site.c.id == main.c.site_id)
        .outerjoin(mast, mast.c.id == main.c.mast_id)
        .outerjoin(certificate, certificate.c.installation_id == number)
        .where(main.c.position.is_not(None), main.c.kind != str(InstallationKind.CABLE_ROUTE), *in_force(main, day))
    )


def _safety(rows: dict[str, list[Any]], day: date | None) -> dict[str, list[Any]]:
    """The states of today; a map of the past has none: nobody judged it then."""
    states = states_of(rows["id"]) if day is None and len(rows["id"]) <= MOST_JUDGED else {}
    return {"safety": [states.get(pk) for pk in rows["id"]]}


INSTALLATIONS = Source(
    "installations",
    installations,
    codes=("authority", "organization", "unit", "kind", "status", "technologies", "verification", "sort", "safety"),
    keys=("site_id", "mast_id"),
    floats=("radius_m", "height_m"),
    days=("expires_on",),
    texts=("number", "code", "name", "site"),
    group="site_id",
    has_past=True,
    more=_safety,
)
