"""Reads what radiates from the register: cells in service of operating stations, and stations known without cells."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from infra.access import Scope
from infra.models import Band, Base
from infra.spatial import sql
from infra.spatial.box import EVERYTHING, in_box
from infra.spatial.places import Box
from infra.spatial.scope import Condition, scope_condition
from infra.spatial.tables import base_station, cell, core, installation, mast
from maps.radio.emitters import Emitters, LeftOut, emitters_of
from maps.radio.parameters import Parameters
from maps.radio.patterns import Uses

OPERATING = "operating"
_band = core(Band)


@dataclass(frozen=True)
class Asked:
    """Which emitters: of whom, which technologies, where. Empty means all."""

    authority: int | None = None
    organizations: tuple[int, ...] = ()
    technologies: tuple[str, ...] = ()
    stations: tuple[int, ...] = ()
    #: first and last station, both included, where a run of numbers is asked for
    span: tuple[int, int] | None = None
    box: Box | None = None
    with_assumed: bool = True


@dataclass(frozen=True)
class Found:
    """Emitters, and the rows left out with the cell they are about (raw values by name)."""

    emitters: Emitters
    left_out: list[tuple[LeftOut, dict[str, Any]]]


_STATION_COLUMNS: dict[str, Any] = {
    "station": installation.c.id,
    "organization": installation.c.organization_id,
    "unit": installation.c.unit_id,
    "lon": sa.func.ST_X(installation.c.position),
    "lat": sa.func.ST_Y(installation.c.position),
    "transmit_power_w": base_station.c.transmit_power_w,
    "mast_m": mast.c.height_m,
    "roof_m": sa.case((mast.c.base == Base.ROOF.value, mast.c.building_height_m), else_=0.0),
}
_CELL_COLUMNS: dict[str, Any] = {
    "cell": cell.c.id,
    "code": cell.c.code,
    "technology": cell.c.technology_id,
    "band": cell.c.band_id,
    "band_mhz": (_band.c.low_mhz + _band.c.high_mhz) / 2,
    "frequency_mhz": cell.c.frequency_mhz,
    "bandwidth_mhz": cell.c.bandwidth_mhz,
    "azimuth_deg": cell.c.azimuth_deg,
    "tilt_deg": cell.c.tilt_deg,
    "electrical_tilt_deg": cell.c.electrical_tilt_deg,
    "height_agl_m": cell.c.height_agl_m,
    "gain_dbi": cell.c.gain_dbi,
    "eirp_dbm": cell.c.eirp_dbm,
    "beamwidth_h_deg": cell.c.beamwidth_h_deg,
    "beamwidth_v_deg": cell.c.beamwidth_v_deg,
    "in_service": cell.c.in_service,
}
NAMES = (*_STATION_COLUMNS, *_CELL_COLUMNS)
_PLACE = {name: place for place, name in enumerate(NAMES)}
_STATION, _TECHNOLOGY, _AZIMUTH, _IN_SERVICE = (
    _PLACE[name] for name in ("station", "technology", "azimuth_deg", "in_service")
)
#: one cell's raw values in the order of NAMES
Row = tuple[Any, ...]


def read_emitters(asked: Asked, parameters: Parameters, *, scope: Scope = EVERYTHING) -> Found:
    """Return what *asked* describes, as far as *scope* lets a person see (four queries, two of them for patterns)."""
    uses = Uses.read(asked.authority)
    cells = _cells(asked, scope)
    rows = [row for row in cells if row[_IN_SERVICE] and _wanted(row[_TECHNOLOGY], asked)]
    if asked.with_assumed:
        rows += _assumed(_stations(asked, scope), cells, asked, parameters)
    return _found(rows, parameters, uses)


def _found(rows: list[Row], parameters: Parameters, uses: Uses) -> Found:
    columns: dict[str, Any] = (
        dict(zip(NAMES, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(NAMES, ())
    )
    if uses:
        columns["pattern"] = [uses.place_of(_named(row)) for row in rows]
    emitters, left = emitters_of(columns, parameters, uses.patterns)
    return Found(emitters, [(one, _named(rows[one.row])) for one in left])


def _named(row: Row) -> dict[str, Any]:
    return dict(zip(NAMES, row, strict=True))


def _wanted(technology: str, asked: Asked) -> bool:
    return not asked.technologies or technology in asked.technologies


def _conditions(asked: Asked, scope: Scope) -> list[Condition]:
    conditions: list[Condition] = [installation.c.status_id == OPERATING]
    if asked.authority is not None:
        conditions.append(installation.c.authority_id == asked.authority)
    if asked.organizations:
        conditions.append(installation.c.organization_id.in_(asked.organizations))
    if asked.stations:
        conditions.append(installation.c.id.in_(asked.stations))
    if asked.span:
        conditions.append(installation.c.id.between(*asked.span))
    allowed = scope_condition(installation, scope)
    return conditions if allowed is None else [*conditions, allowed]


def _select(asked: Asked, scope: Scope, columns: Sequence[Any]) -> sa.Select[Any]:
    conditions = _conditions(asked, scope)
    if asked.box is None:
        return sa.select(*columns).select_from(installation).where(*conditions)
    return in_box(installation, columns, asked.box, scope=EVERYTHING, where=conditions)


def _cells(asked: Asked, scope: Scope) -> list[Row]:
    """Return every cell of the stations asked for, out of service too: a station with cells needs no assumed ones."""
    columns = [column.label(name) for name, column in (_STATION_COLUMNS | _CELL_COLUMNS).items()]
    statement = (
        _select(asked, scope, columns)
        .join(cell, cell.c.station_id == installation.c.id)
        .join(base_station, base_station.c.installation_id == installation.c.id)
        .outerjoin(mast, mast.c.id == installation.c.mast_id)
        .outerjoin(_band, _band.c.code == cell.c.band_id)
        .order_by(cell.c.id)
    )
    return sql.read(statement)


def _stations(asked: Asked, scope: Scope) -> list[Row]:
    """Return the stations that name technologies: the columns of a station, then technologies and code."""
    columns = [column.label(name) for name, column in _STATION_COLUMNS.items()]
    statement = (
        _select(asked, scope, [*columns, base_station.c.technologies, installation.c.code])
        .join(base_station, base_station.c.installation_id == installation.c.id)
        .outerjoin(mast, mast.c.id == installation.c.mast_id)
        .where(base_station.c.technologies != "")
        .order_by(installation.c.id)
    )
    return sql.read(statement)


def _assumed(stations: list[Row], cells: list[Row], asked: Asked, parameters: Parameters) -> list[Row]:
    """Return assumed cells for each technology that a station says it has but lists no cell of.

    They look where the station's other cells look, or evenly all around.
    """
    known: dict[int, dict[str, set[float]]] = defaultdict(lambda: defaultdict(set))
    for row in cells:
        azimuths = known[row[_STATION]][row[_TECHNOLOGY]]
        if row[_AZIMUTH] is not None:
            azimuths.add(row[_AZIMUTH])
    sectors = round(parameters.value("sectors"))
    evenly = [360.0 * place / sectors for place in range(sectors)]
    templates: dict[str, list[Any]] = {}
    made = []
    for *station, technologies, code in stations:
        here = known.get(station[_STATION], {})
        looking = sorted(set().union(*here.values())) or evenly
        for technology in technologies.split(","):
            if not technology or technology in here or not _wanted(technology, asked):
                continue
            template = templates.get(technology) or _template(technology, parameters)
            if template is None:
                continue  # nobody says on which frequency such a station would be
            templates[technology] = template
            made += [_made(station, f"{code} {technology}", azimuth, template) for azimuth in looking]
    return made


def _template(technology: str, parameters: Parameters) -> list[Any] | None:
    """Return the cell's part of an assumed row, None without a usual frequency; what is not said here is unknown."""
    frequency = parameters.row("frequency_mhz", technology)
    if frequency is None:
        return None
    values: dict[str, Any] = dict.fromkeys(_CELL_COLUMNS)
    values.update(technology=technology, in_service=True, frequency_mhz=frequency.value)
    return list(values.values())


def _made(station: list[Any], code: str, azimuth: float, template: list[Any]) -> Row:
    row = [*station, *template]
    row[_PLACE["code"]], row[_AZIMUTH] = code, azimuth
    return tuple(row)
