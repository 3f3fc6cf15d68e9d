"""What happened or stands open somewhere: inspections, findings, cases, incidents, permits.

A thing without a place of its own stands where its installation, mast or site stands, or else at the centre of its
commune. Things that were over longer than :data:`LOOK_BACK_DAYS` ago are not on the map, nor on that of a day before
them; their lists hold them.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa
from django.db import models
from django.utils import timezone

from infra.models import AdministrativeUnit, Installation, Organization, Permit, Site
from infra.models.versions import end_of_day
from infra.spatial import sql
from infra.spatial.tables import (
    core,
    installation,
    installation_version,
    mast,
    permit,
    permit_version,
    site,
    site_version,
    unit,
)
from inspections.models import (
    CaseObject,
    Finding,
    FindingAnswer,
    FindingState,
    Incident,
    IncidentObject,
    Inspection,
    InspectionStatus,
    Verdict,
    ViolationCase,
)
from inspections.selectors.cases import OPEN as OPEN_CASES
from maps.queries.reader import Reader
from maps.tiles.changes import Acts, few
from maps.tiles.columns import NO_DAY, Codes, Column, Kept, Mask
from maps.tiles.reach import in_scope
from maps.tiles.sources.installations import of_organizations
from maps.tiles.sources.source import Asked, Source, Statement, as_it_was, in_force

LOOK_BACK_DAYS = 730
#: what the map shows of cases and findings unless it is asked for a state
OPEN, ALL = "open", "all"
#: whether an installation is still out, or an incident not over
LASTING, OVER = "lasting", "over"

_inspection, _finding, _incident = core(Inspection), core(Finding), core(Incident)
_case, _object = core(ViolationCase), core(CaseObject)
_concerned, _answer = core(IncidentObject), core(FindingAnswer)
_finding_version = core(Finding.version_model)  # type: ignore[attr-defined]


def _since() -> date:
    return timezone.localdate() - timedelta(days=LOOK_BACK_DAYS)


def _first_moment() -> datetime:
    return end_of_day(_since() - timedelta(days=1))


def _place(*shapes: Any) -> tuple[Any, Any, Any]:
    """Return longitude, latitude and the condition that one of *shapes* is known."""
    place = sa.func.coalesce(*shapes)
    return sa.func.ST_X(place).label("lon"), sa.func.ST_Y(place).label("lat"), place.is_not(None)


def _seen(model: type[models.Model]) -> Any:
    def seen(table: Kept, reader: Reader) -> Mask:
        return in_scope(table, model, reader.scope)

    return seen


def _left(
    state: str,
    day: str,
    standing: frozenset[str] | None = None,
    *,
    has_past: bool = False,
    closed: str = "",
    stood: "Stood | None" = None,
) -> Any:
    """Return the conditions of events: their state (*standing* are those that count as open) and their day.

    Those that have a past are shown as they stood on an earlier day: begun by then, and not *closed* by then, or in
    the state that *stood* tells of that day.
    """

    def left(table: Kept, _seen: Mask, asked: Asked) -> list[Mask]:
        filters, found = asked.filters, []
        if filters.organization:
            found.append(of_organizations(table, filters.organization))
        wanted: set[str] = set(filters.state) or ({OPEN} if standing is not None else {ALL})
        days = table.numbers(day)
        then = filters.as_of.toordinal() if has_past and filters.as_of else None
        if then is not None:
            found.append((days <= then) & (days != NO_DAY))
        if ALL not in wanted:
            codes = wanted - {OPEN} | (set(standing or ()) if OPEN in wanted else set())
            states = table.codes(state) if then is None or stood is None else stood(table, then)
            mask = states.among(codes)
            if then is not None and closed and OPEN in wanted:
                mask = mask | (table.numbers(closed) > then)
            found.append(mask)
        if filters.since:
            found.append(days >= filters.since.toordinal())
        if filters.until:
            found.append((days <= filters.until.toordinal()) & (days != NO_DAY))
        return found

    return left


#: the states that rows had at the end of a day
Stood = Callable[[Kept, int], Codes]


def _told(stood: Stood) -> Callable[[Kept, Asked], dict[str, Column]]:
    """Return what tells the states of an earlier day instead of today's."""

    def told(table: Kept, asked: Asked) -> dict[str, Column]:
        day = asked.filters.as_of
        return {} if day is None else {"state": stood(table, day.toordinal())}

    return told


def _put(codes: Codes, rows: Mask, value: str) -> Codes:
    """Return *codes* with *value* in *rows*."""
    values = codes.values if value in codes.values else (*codes.values, value)
    labels = codes.labels if value in codes.values else (*codes.labels, value)
    return Codes(np.where(rows, values.index(value), codes.places.astype(np.int16)), values, labels)


def _all_again(*nouns: type[models.Model]) -> tuple[str, ...]:
    return tuple(noun._meta.label_lower for noun in nouns)


# --- Inspections ------------------------------------------------------------------------------------------------------


def inspections(_day: date | None) -> Statement:
    """Select the submitted inspections of the last two years."""
    lon, lat, there = _place(_inspection.c.subject_position, site.c.position, unit.c.centroid)
    return (
        sa.select(
            _inspection.c.id.label("id"),
            lon,
            lat,
            _inspection.c.authority_id.label("authority"),
            _inspection.c.unit_id.label("unit"),
            _inspection.c.organization_id.label("organization"),
            _inspection.c.field.label("field"),
            _inspection.c.result.label("result"),
            _inspection.c.visited_on.label("day"),
            _inspection.c.number.label("number"),
            _inspection.c.subject_name.label("name"),
            _inspection.c.uuid.label("uuid"),
            site.c.code.label("site"),
            sa.func.coalesce(site.c.id, -1).label("site_id"),
        )
        .outerjoin(installation, installation.c.id == _inspection.c.installation_id)
        .outerjoin(site, site.c.id == sa.func.coalesce(_inspection.c.site_id, installation.c.site_id))
        .outerjoin(unit, unit.c.id == _inspection.c.unit_id)
        .where(_inspection.c.status == str(InspectionStatus.SUBMITTED), _inspection.c.visited_on >= _since(), there)
    )


def _inspections_changed(table: Kept, acts: Acts) -> set[int] | None:
    """A submitted inspection never changes: what is new has a greater key, or was a draft when the table was read."""
    if acts.wrote(*_all_again(Organization, AdministrativeUnit)):
        return None
    ids = set(table.ids[np.isin(table.numbers("site_id"), list(acts.ids(Site)))].tolist())
    submitted = [UUID(value) for value in acts.noted("inspection")]
    rows = sql.read(sa.select(_inspection.c.id).where(_inspection.c.uuid.in_(submitted))) if submitted else []
    ids.update(pk for (pk,) in rows)
    return few(ids)


INSPECTIONS = Source(
    "inspections",
    Inspection,
    inspections,
    seen=_seen(Inspection),
    left=_left("result", "day", has_past=True),
    changed=_inspections_changed,
    codes=("authority", "unit", "organization", "field", "result"),
    keys=("site_id",),
    days=("day",),
    texts=("number", "name", "uuid", "site"),
    group="site_id",
)


# --- Findings ---------------------------------------------------------------------------------------------------------


def findings(_day: date | None) -> Statement:
    """Select the findings of the last two years, and all that stood in them."""
    since = _since()
    lon, lat, there = _place(site.c.position, _inspection.c.subject_position, unit.c.centroid)
    standing = _finding.c.state.in_([str(FindingState.OPEN), str(FindingState.ANSWERED)])
    where_from = sa.func.coalesce(_finding.c.site_id, installation.c.site_id, mast.c.site_id)
    as_dropped = (
        _finding_version.c.noun_id == _finding.c.id,
        _finding_version.c.state == _finding.c.state,
        _finding.c.state.in_([str(FindingState.DISMISSED), str(FindingState.REPEATED)]),
    )
    dropped = sa.select(sa.func.min(_finding_version.c.valid_from)).where(*as_dropped)
    dropped_since = sa.exists().where(*as_dropped, _finding_version.c.valid_from >= _first_moment())
    answered = sa.select(sa.func.min(_answer.c.at)).where(
        _answer.c.finding_id == _finding.c.id, _answer.c.verdict != str(Verdict.REFUSED)
    )
    return (
        sa.select(
            _finding.c.id.label("id"),
            lon,
            lat,
            _finding.c.authority_id.label("authority"),
            _finding.c.unit_id.label("unit"),
            _finding.c.organization_id.label("organization"),
            _finding.c.field.label("field"),
            _finding.c.severity.label("severity"),
            _finding.c.state.label("state"),
            sa.case((_finding.c.is_safety.is_(True), "yes"), else_="no").label("unsafe"),
            _finding.c.rule_code.label("rule"),
            _finding.c.found_on.label("day"),
            _finding.c.due_on.label("due"),
            _finding.c.remedied_on.label("remedied"),
            dropped.scalar_subquery().label("dropped"),
            answered.scalar_subquery().label("answered"),
            _finding.c.text_vi.label("text"),
            _inspection.c.uuid.label("uuid"),
            site.c.code.label("site"),
            sa.func.coalesce(site.c.id, -1).label("site_id"),
        )
        .join(_inspection, _inspection.c.id == _finding.c.inspection_id)
        .outerjoin(installation, installation.c.id == _finding.c.installation_id)
        .outerjoin(mast, mast.c.id == _finding.c.mast_id)
        .outerjoin(site, site.c.id == where_from)
        .outerjoin(unit, unit.c.id == _finding.c.unit_id)
        .where(sa.or_(standing, _finding.c.found_on >= since, _finding.c.remedied_on >= since, dropped_since), there)
    )


def _by_versions(noun: type[models.Model]) -> Any:
    def changed(table: Kept, acts: Acts) -> set[int] | None:
        if acts.wrote(*_all_again(Organization, AdministrativeUnit)):
            return None
        moved = np.isin(table.numbers("site_id"), list(acts.ids(Site)))
        return few(acts.ids(noun).union(table.ids[moved].tolist()))

    return changed


def _findings_stood(table: Kept, then: int) -> Codes:
    """A finding that was settled later stood; it was answered if the answer that counted was there."""
    states, answered = table.codes("state"), table.numbers("answered")
    later = (table.numbers("remedied") > then) | (table.numbers("dropped") > then)
    was_answered = (answered != NO_DAY) & (answered <= then)
    not_yet = states.among([str(FindingState.ANSWERED)]) & (answered > then)
    found = _put(states, later & was_answered, str(FindingState.ANSWERED))
    return _put(found, (later & ~was_answered) | not_yet, str(FindingState.OPEN))


_FINDINGS_OPEN = frozenset({str(FindingState.OPEN), str(FindingState.ANSWERED)})

FINDINGS = Source(
    "findings",
    Finding,
    findings,
    seen=_seen(Finding),
    left=_left("state", "day", _FINDINGS_OPEN, has_past=True, stood=_findings_stood),
    told=_told(_findings_stood),
    changed=_by_versions(Finding),
    nouns=(Finding,),
    codes=("authority", "unit", "organization", "field", "severity", "state", "unsafe", "rule"),
    keys=("site_id",),
    days=("day", "due", "remedied", "dropped", "answered"),
    texts=("text", "uuid", "site"),
    group="site_id",
)


# --- Cases ------------------------------------------------------------------------------------------------------------


def cases(_day: date | None) -> Statement:
    """Select the cases of the last two years and all that were open in them; one about several objects stands at the
    first of them.
    """
    first = (
        sa.select(_object.c.case_id, sa.func.min(_object.c.id).label("id")).group_by(_object.c.case_id).subquery("f")
    )
    standing = installation.alias("standing")
    where_from = sa.func.coalesce(_object.c.site_id, standing.c.site_id, mast.c.site_id)
    lon, lat, there = _place(_case.c.position, site.c.position, unit.c.centroid)
    open_now = _case.c.state.in_([str(state) for state in OPEN_CASES])
    return (
        sa.select(
            _case.c.id.label("id"),
            lon,
            lat,
            _case.c.authority_id.label("authority"),
            _case.c.unit_id.label("unit"),
            _case.c.organization_id.label("organization"),
            _case.c.field.label("field"),
            _case.c.state.label("state"),
            _case.c.party.label("party"),
            _case.c.detected_on.label("day"),
            _case.c.closed_on.label("closed"),
            _case.c.number.label("number"),
            _case.c.place.label("name"),
            site.c.code.label("site"),
            sa.func.coalesce(site.c.id, -1).label("site_id"),
        )
        .outerjoin(first, first.c.case_id == _case.c.id)
        .outerjoin(_object, _object.c.id == first.c.id)
        .outerjoin(standing, standing.c.id == _object.c.installation_id)
        .outerjoin(mast, mast.c.id == _object.c.mast_id)
        .outerjoin(site, site.c.id == where_from)
        .outerjoin(unit, unit.c.id == _case.c.unit_id)
        .where(sa.or_(open_now, _case.c.detected_on >= _since(), _case.c.closed_on >= _since()), there)
    )


CASES = Source(
    "cases",
    ViolationCase,
    cases,
    seen=_seen(ViolationCase),
    left=_left("state", "day", frozenset(str(state) for state in OPEN_CASES), has_past=True, closed="closed"),
    changed=_by_versions(ViolationCase),
    nouns=(ViolationCase,),
    codes=("authority", "unit", "organization", "field", "state", "party"),
    keys=("site_id",),
    days=("day", "closed"),
    texts=("number", "name", "site"),
    group="site_id",
)


# --- Incidents --------------------------------------------------------------------------------------------------------

#: an incident that names no installation is one feature by itself, with its key above all keys of rows
WITHOUT_ROWS = 2**40


def incidents(_day: date | None) -> Statement:
    """Select what incidents of the last two years, and those that lasted in them, did to each of their installations.

    One row an installation, where it stands; an incident that names none stands where it happened.
    """
    lon, lat, there = _place(installation.c.position, _incident.c.position, unit.c.centroid)
    started = sa.func.coalesce(_concerned.c.out_since, _incident.c.started_at)
    ended = sa.func.coalesce(_concerned.c.back_at, _incident.c.ended_at)
    lasting, since = ended.is_(None), _first_moment()
    return (
        sa.select(
            sa.func.coalesce(_concerned.c.id, _incident.c.id + WITHOUT_ROWS).label("id"),
            lon,
            lat,
            _incident.c.authority_id.label("authority"),
            _incident.c.unit_id.label("unit"),
            _incident.c.organization_id.label("organization"),
            _incident.c.kind.label("kind"),
            sa.case((lasting, LASTING), else_=OVER).label("state"),
            sa.func.coalesce(_concerned.c.cause, _incident.c.cause).label("cause"),
            _concerned.c.damage.label("damage"),
            sa.type_coerce(started, sa.DateTime(timezone=True)).label("day"),
            sa.type_coerce(ended, sa.DateTime(timezone=True)).label("ended"),
            _incident.c.people_affected.label("people"),
            _incident.c.number.label("number"),
            _incident.c.text.label("text"),
            installation.c.registry_number.label("installation"),
            site.c.code.label("site"),
            sa.func.coalesce(site.c.id, -1).label("site_id"),
        )
        .outerjoin(_concerned, _concerned.c.incident_id == _incident.c.id)
        .outerjoin(installation, installation.c.id == _concerned.c.installation_id)
        .outerjoin(site, site.c.id == installation.c.site_id)
        .outerjoin(unit, unit.c.id == _incident.c.unit_id)
        .where(sa.or_(lasting, started >= since, ended >= since), there)
    )


def _incidents_stood(table: Kept, then: int) -> Codes:
    """What ended later lasted."""
    return _put(table.codes("state"), table.numbers("ended") > then, LASTING)


INCIDENTS = Source(
    "incidents",
    Incident,
    incidents,
    seen=_seen(Incident),
    left=_left("state", "day", has_past=True, stood=_incidents_stood),
    told=_told(_incidents_stood),
    changed=lambda _table, _acts: None,
    codes=("authority", "unit", "organization", "kind", "state", "cause", "damage"),
    keys=("site_id",),
    floats=("people",),
    days=("day", "ended"),
    texts=("number", "text", "installation", "site"),
    group="site_id",
)


# --- Permits ----------------------------------------------------------------------------------------------------------


def permits(day: date | None) -> Statement:
    """Select the permits of installations and sites that are not replaced, of today or as they stood on *day*."""
    paper = permit if day is None else permit_version
    standing = installation if day is None else installation_version
    place = site if day is None else site_version
    key = "id" if day is None else "noun_id"
    lon, lat, there = _place(standing.c.position, place.c.position)
    where_from = sa.func.coalesce(paper.c.site_id, standing.c.site_id)
    return (
        sa.select(
            paper.c[key].label("id"),
            lon,
            lat,
            paper.c.authority_id.label("authority"),
            standing.c.unit_id.label("unit"),
            paper.c.organization_id.label("organization"),
            paper.c.kind_id.label("kind"),
            paper.c.state.label("state"),
            paper.c.expires_on.label("day"),
            paper.c.renewal_due_on.label("renewal"),
            paper.c.number.label("number"),
            standing.c.registry_number.label("installation"),
            place.c.code.label("site"),
            sa.func.coalesce(place.c[key], -1).label("site_id"),
            sa.func.coalesce(standing.c[key], -1).label("installation_id"),
        )
        .outerjoin(standing, sa.and_(standing.c[key] == paper.c.installation_id, *in_force(standing, day)))
        .outerjoin(place, sa.and_(place.c[key] == where_from, *in_force(place, day)))
        .where(paper.c.state != "replaced", there, *in_force(paper, day))
    )


def _permits_left(table: Kept, seen: Mask, asked: Asked) -> list[Mask]:
    """Permits obey ``certificate`` by their own date: expired on the day of the map, or within so many days of it."""
    found: list[Mask] = _left("state", "day")(table, seen, asked)
    today = (asked.filters.as_of or asked.today).toordinal()
    days, wanted = table.numbers("day"), asked.filters.certificate
    if wanted == "expired":
        found.append((days != NO_DAY) & (days < today))
    elif wanted.isdigit():
        found.append((days >= today) & (days <= today + int(wanted)))
    return found


def _permits_changed(table: Kept, acts: Acts) -> set[int] | None:
    if acts.wrote(*_all_again(Organization, AdministrativeUnit)):
        return None
    moved = np.isin(table.numbers("site_id"), list(acts.ids(Site)))
    moved |= np.isin(table.numbers("installation_id"), list(acts.ids(Installation)))
    return few(acts.ids(Permit).union(table.ids[moved].tolist()))


PERMITS = Source(
    "permits",
    Permit,
    permits,
    seen=_seen(Permit),
    left=_permits_left,
    changed=_permits_changed,
    nouns=(Permit,),
    depends=(Installation, Site),
    has_past=True,
    turned=as_it_was,
    codes=("authority", "unit", "organization", "kind", "state"),
    keys=("site_id", "installation_id"),
    days=("day", "renewal"),
    texts=("number", "installation", "site"),
    group="site_id",
)
