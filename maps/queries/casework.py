"""Open cases and recent inspections as places on a map."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.scope import Condition, scope_condition
from infra.spatial.tables import core, installation, organization, site, unit
from inspections.models import CaseObject, Inspection, InspectionStatus, ViolationCase
from inspections.selectors.cases import OPEN
from maps.queries.changed import written_since
from maps.queries.filters import Filters
from maps.queries.installations import units_below
from maps.queries.reader import Reader

RECENT_DAYS = 90
case, case_object, inspection = core(ViolationCase), core(CaseObject), core(Inspection)


@dataclass(frozen=True)
class Event:
    """A case or an inspection where it happened; ``ref`` is the key of its page, ``site`` the code of the site."""

    ref: str
    number: str
    state: str
    on: date | None
    site: str | None
    unit_id: int | None
    lon: float
    lat: float


def _about(main: sa.Table, filters: Filters) -> list[Condition]:
    found: list[Condition] = []
    if filters.organization:
        wanted = sa.select(organization.c.id).where(organization.c.code.in_(filters.organization))
        found.append(main.c.organization_id.in_(wanted))
    if filters.unit:
        found.append(main.c.unit_id.in_(units_below(filters.unit)))
    return found


def _changed(filters: Filters) -> list[Condition]:
    return [] if filters.changed_since is None else [case.c.id.in_(written_since(ViolationCase, filters.changed_since))]


def _allowed(statement: sa.Select[Any], main: sa.Table, reader: Reader) -> sa.Select[Any]:
    allowed = scope_condition(main, reader.scope)
    return statement if allowed is None else statement.where(allowed)


def _open_on(day: date | None) -> list[Condition]:
    """Return the condition of a case that it is open, or was on a past *day*."""
    is_open = case.c.state.in_([str(state) for state in OPEN])
    if day is None:
        return [is_open]
    return [case.c.detected_on <= day, sa.or_(is_open, case.c.closed_on > day)]


def open_cases(reader: Reader, filters: Filters, box: Box | None, limit: int) -> list[Event]:
    """Return the cases open today, or on a past day, that the reader may see and whose place is known, newest first."""
    standing = installation.alias("standing")
    place = sa.func.coalesce(case.c.position, standing.c.position, site.c.position, unit.c.centroid)
    statement = (
        sa.select(
            case.c.id,
            case.c.number,
            case.c.state,
            case.c.detected_on,
            site.c.code,
            case.c.unit_id,
            sa.func.ST_X(place),
            sa.func.ST_Y(place),
        )
        .select_from(case)
        .outerjoin(case_object, case_object.c.case_id == case.c.id)
        .outerjoin(standing, standing.c.id == case_object.c.installation_id)
        .outerjoin(site, site.c.id == sa.func.coalesce(case_object.c.site_id, standing.c.site_id))
        .outerjoin(unit, unit.c.id == case.c.unit_id)
        .where(*_open_on(filters.as_of), place.is_not(None), *_about(case, filters), *_changed(filters))
        .order_by(case.c.id.desc(), case_object.c.id)
        .limit(limit)
    )
    return _once(_inside(_allowed(statement, case, reader), place, box))


def recent_inspections(reader: Reader, filters: Filters, today: date, box: Box | None, limit: int) -> list[Event]:
    """Return the inspections of the last 90 days, or of 90 before a past day, that the reader may see, newest first."""
    last = filters.as_of or today
    place = sa.func.coalesce(inspection.c.subject_position, site.c.position)
    statement = (
        sa.select(
            inspection.c.uuid,
            inspection.c.number,
            inspection.c.result,
            inspection.c.visited_on,
            site.c.code,
            inspection.c.unit_id,
            sa.func.ST_X(place),
            sa.func.ST_Y(place),
        )
        .select_from(inspection)
        .outerjoin(installation, installation.c.id == inspection.c.installation_id)
        .outerjoin(site, site.c.id == sa.func.coalesce(inspection.c.site_id, installation.c.site_id))
        .where(
            inspection.c.status == str(InspectionStatus.SUBMITTED),
            inspection.c.visited_on >= last - timedelta(days=RECENT_DAYS),
            *([inspection.c.visited_on <= last] if filters.as_of else []),
            *([inspection.c.visited_on >= filters.changed_since] if filters.changed_since else []),
            place.is_not(None),
            *_about(inspection, filters),
        )
        .order_by(inspection.c.id.desc())
        .limit(limit)
    )
    return _once(_inside(_allowed(statement, inspection, reader), place, box))


def _inside(statement: sa.Select[Any], place: sa.ColumnElement[Any], box: Box | None) -> sa.Select[Any]:
    if box is None:
        return statement
    return statement.where(
        sa.func.ST_X(place).between(box.west, box.east), sa.func.ST_Y(place).between(box.south, box.north)
    )


def _once(statement: sa.Select[Any]) -> list[Event]:
    """Read one event for each case: a case about several objects stands at the first."""
    found: dict[str, Event] = {}
    for ref, *rest in sql.read(statement):
        found.setdefault(str(ref), Event(str(ref), *rest))
    return list(found.values())
