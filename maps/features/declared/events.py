"""Collections of what happened: inspections, findings, violation cases, incidents. For whoever works here."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from django.utils.translation import gettext_lazy as _

from infra.access import Permission
from infra.spatial.tables import core, installation, mast, organization, permit, site, unit
from inspections.models import (
    CaseObject,
    Finding,
    Incident,
    IncidentObject,
    Inspection,
    InspectionStatus,
    ViolationCase,
)
from maps.features.collection import Collection, Column, Condition, Drawn, Element
from maps.tiles.sources.events import WITHOUT_ROWS


def _event(main: sa.Table, place: Element, values: Mapping[str, Element], time: tuple[Element, Element]) -> Drawn:
    """Return an event drawn at *place*, with operator and commune; it hangs on at most one installation and site."""
    return Drawn(
        main=main,
        key=main.c.id,
        values={**values, "operator": organization.c.code, "unit": unit.c.code, "unit_name": unit.c.full_name},
        geometry=place,
        joins=(
            (organization, organization.c.id == main.c.organization_id),
            (unit, unit.c.id == main.c.unit_id),
        ),
        where=[place.is_not(None)],
        time=time,
    )


_ABOUT = (
    Column("operator", "string", _("Operator")),
    Column("site", "string", _("Site")),
    Column("unit", "string", _("Code of the commune")),
    Column("unit_name", "string", _("Commune")),
)
_INSPECTION = (
    Column("number", "string", _("Number")),
    Column("uuid", "string", _("Key")),
    Column("subject", "string", _("Subject")),
    Column("subject_name", "string", _("Name of the subject")),
    Column("field", "string", _("Field")),
    Column("result", "string", _("Result")),
    Column("visited_on", "date", _("Day of the visit")),
    Column("findings", "integer", _("Findings")),
    *_ABOUT,
)


def _with(drawn: Drawn, *joins: tuple[sa.FromClause, Condition], **changes: Any) -> Drawn:
    return replace(drawn, joins=(*drawn.joins, *joins), **changes)


def _inspections(_moment: datetime | None) -> Drawn:
    main, finding = core(Inspection), core(Finding)
    found = sa.select(sa.func.count()).where(finding.c.inspection_id == main.c.id).scalar_subquery()
    values = {
        "number": main.c.number,
        "uuid": main.c.uuid,
        "subject": main.c.subject_ref,
        "subject_name": main.c.subject_name,
        "field": main.c.field,
        "result": main.c.result,
        "visited_on": main.c.visited_on,
        "findings": found,
        "site": site.c.code,
    }
    place = sa.func.coalesce(main.c.subject_position, site.c.position, unit.c.centroid)
    drawn = _event(main, place, values, (main.c.visited_on, main.c.visited_on))
    joins = (
        (installation, installation.c.id == main.c.installation_id),
        (site, site.c.id == sa.func.coalesce(main.c.site_id, installation.c.site_id)),
    )
    return _with(drawn, *joins, where=[*drawn.where, main.c.status == str(InspectionStatus.SUBMITTED)])


_CASE = (
    Column("number", "string", _("Number")),
    Column("state", "string", _("State")),
    Column("party", "string", _("Party")),
    Column("field", "string", _("Field")),
    Column("place", "string", _("Place")),
    Column("detected_on", "date", _("Detected on")),
    Column("closed_on", "date", _("Closed on")),
    Column("fine_vnd", "integer", _("Fine decided (₫)")),
    *_ABOUT,
)


def _cases(_moment: datetime | None) -> Drawn:
    main, concerned = core(ViolationCase), core(CaseObject)
    first = sa.select(concerned.c.case_id, sa.func.min(concerned.c.id).label("id")).group_by(concerned.c.case_id)
    chosen, own = first.subquery("f"), ("number", "state", "party", "field", "place", "detected_on", "closed_on")
    place = sa.func.coalesce(main.c.position, site.c.position, unit.c.centroid)
    values = {**{name: main.c[name] for name in (*own, "fine_vnd")}, "site": site.c.code}
    drawn = _event(main, place, values, (main.c.detected_on, main.c.closed_on))
    where_from = sa.func.coalesce(concerned.c.site_id, installation.c.site_id, mast.c.site_id)
    joins = (
        (chosen, chosen.c.case_id == main.c.id),
        (concerned, concerned.c.id == chosen.c.id),
        (installation, installation.c.id == concerned.c.installation_id),
        (mast, mast.c.id == concerned.c.mast_id),
        (site, site.c.id == where_from),
    )
    return _with(drawn, *joins)


_FINDING = (
    Column("text", "string", _("Finding")),
    Column("severity", "string", _("Severity")),
    Column("state", "string", _("State")),
    Column("unsafe", "boolean", _("Decides on safety")),
    Column("rule", "string", _("Rule")),
    Column("field", "string", _("Field")),
    Column("found_on", "date", _("Found on")),
    Column("due_on", "date", _("To be remedied by")),
    Column("remedied_on", "date", _("Remedied on")),
    Column("inspection", "string", _("Inspection")),
    *_ABOUT,
)


def _findings(_moment: datetime | None) -> Drawn:
    main, visit = core(Finding), core(Inspection)
    own = ("severity", "state", "field", "found_on", "due_on", "remedied_on")
    values = {
        **{name: main.c[name] for name in own},
        "text": main.c.text_vi,
        "unsafe": main.c.is_safety,
        "rule": main.c.rule_code,
        "inspection": visit.c.number,
        "site": site.c.code,
    }
    place = sa.func.coalesce(site.c.position, visit.c.subject_position, unit.c.centroid)
    drawn = _event(main, place, values, (main.c.found_on, main.c.remedied_on))
    where_from = sa.func.coalesce(main.c.site_id, installation.c.site_id, mast.c.site_id)
    joins = (
        (visit, visit.c.id == main.c.inspection_id),
        (installation, installation.c.id == main.c.installation_id),
        (mast, mast.c.id == main.c.mast_id),
        (site, site.c.id == where_from),
    )
    return _with(drawn, *joins)


_INCIDENT = (
    Column("number", "string", _("Number")),
    Column("kind", "string", _("Kind")),
    Column("text", "string", _("What happened")),
    Column("installation", "string", _("Installation")),
    Column("out_since", "date-time", _("Out since")),
    Column("back_at", "date-time", _("Back")),
    Column("cause", "string", _("Cause")),
    Column("damage", "string", _("Damage")),
    Column("started_at", "date-time", _("Started")),
    Column("ended_at", "date-time", _("Ended")),
    Column("people_affected", "integer", _("People affected")),
    *_ABOUT,
)


def _incidents(_moment: datetime | None) -> Drawn:
    """One row an installation that an incident befell, with the keys of the map's layer."""
    main, row = core(Incident), core(IncidentObject)
    own = ("number", "kind", "text", "started_at", "ended_at", "people_affected")
    values = {
        **{name: main.c[name] for name in own},
        "installation": installation.c.registry_number,
        "out_since": row.c.out_since,
        "back_at": row.c.back_at,
        "cause": sa.func.coalesce(row.c.cause, main.c.cause),
        "damage": row.c.damage,
        "site": site.c.code,
    }
    place = sa.func.coalesce(installation.c.position, main.c.position, unit.c.centroid)
    drawn = _event(main, place, values, (main.c.started_at, main.c.ended_at))
    joins = (
        (row, row.c.incident_id == main.c.id),
        (installation, installation.c.id == row.c.installation_id),
        (site, site.c.id == installation.c.site_id),
    )
    return _with(drawn, *joins, key=sa.func.coalesce(row.c.id, main.c.id + WITHOUT_ROWS))


_PERMIT = (
    Column("number", "string", _("Number")),
    Column("kind", "string", _("Kind")),
    Column("state", "string", _("State")),
    Column("installation", "string", _("Installation")),
    Column("issuer", "string", _("Issuer")),
    Column("issued_on", "date", _("Issued on")),
    Column("expires_on", "date", _("Expires on")),
    Column("renewal_due_on", "date", _("Renewal due on")),
    Column("renewal_filed_on", "date", _("Renewal filed on")),
    Column("posted_on_site", "boolean", _("Posted on site")),
    *_ABOUT,
)


def _permits(_moment: datetime | None) -> Drawn:
    main = permit
    own = (
        "number",
        "state",
        "issuer",
        "issued_on",
        "expires_on",
        "renewal_due_on",
        "renewal_filed_on",
        "posted_on_site",
    )
    values = {
        **{name: main.c[name] for name in own},
        "kind": main.c.kind_id,
        "installation": installation.c.registry_number,
        "operator": organization.c.code,
        "site": site.c.code,
        "unit": unit.c.code,
        "unit_name": unit.c.full_name,
    }
    place = sa.func.coalesce(installation.c.position, site.c.position)
    return Drawn(
        main=main,
        key=main.c.id,
        values=values,
        geometry=place,
        joins=(
            (organization, organization.c.id == main.c.organization_id),
            (installation, installation.c.id == main.c.installation_id),
            (site, site.c.id == sa.func.coalesce(main.c.site_id, installation.c.site_id)),
            (unit, unit.c.id == installation.c.unit_id),
        ),
        where=[place.is_not(None)],
        time=(main.c.issued_on, main.c.expires_on),
    )


EVENTS: tuple[Collection, ...] = (
    Collection(
        name="inspections",
        title=_("Inspections"),
        description=_("Submitted inspections with their result."),
        geometry_type="Point",
        columns=_INSPECTION,
        draw=_inspections,
        permission=Permission.SEE_INSPECTIONS,
        layer="inspections",
    ),
    Collection(
        name="findings",
        title=_("Findings"),
        description=_("What inspections found wrong, and by when it is to be put right."),
        geometry_type="Point",
        columns=_FINDING,
        draw=_findings,
        permission=Permission.SEE_INSPECTIONS,
        layer="findings",
    ),
    Collection(
        name="cases",
        title=_("Violation cases"),
        description=_("Violation cases with their state."),
        geometry_type="Point",
        columns=_CASE,
        draw=_cases,
        permission=Permission.SEE_CASES,
        layer="cases",
    ),
    Collection(
        name="incidents",
        title=_("Incidents"),
        description=_("What outages, theft, fire, storms and attacks did to each installation."),
        geometry_type="Point",
        columns=_INCIDENT,
        draw=_incidents,
        permission=Permission.SEE_INSPECTIONS,
        layer="incidents",
    ),
    Collection(
        name="permits",
        title=_("Permits"),
        description=_("Certificates, licences and declarations with their dates."),
        geometry_type="Point",
        columns=_PERMIT,
        draw=_permits,
        layer="permits",
    ),
)
