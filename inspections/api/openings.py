"""From the body of a request to an opened case: names become rows, or a problem that names the member."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError

from infra.access import Permission
from infra.models import (
    AdministrativeUnit,
    Authority,
    Installation,
    Organization,
    Permit,
    PublicReport,
    Site,
    User,
)
from infra.selectors.authorities import authority_acted_for
from inspections.casework.opening import (
    CaseDraft,
    case_open,
    case_open_from_finding,
    case_open_from_permit,
    draft_from_incident,
    draft_from_report,
)
from inspections.models import Finding, Incident, PersonParty, ViolationCase


def open_case(person: User, given: Mapping[str, Any]) -> ViolationCase:
    """Open the case that *given* (a validated CaseBody) describes."""
    if "finding" in given:
        finding: Finding = _seen(person, Finding, pk=given["finding"])
        reason = given["reason"] or _("Opened from finding %(id)s") % {"id": finding.pk}
        return case_open_from_finding(actor=person, finding=finding, reason=reason, rules=given.get("rules") or ())
    if "permit" in given:
        permit: Permit = _seen(person, Permit, pk=given["permit"])
        reason = given["reason"] or _("Opened from permit %(number)s") % {"number": permit.number}
        return case_open_from_permit(actor=person, permit=permit, reason=reason, on=given.get("detected_on"))
    draft, authority = _draft(person, given)
    # What happened stands in the case, where it can be erased; the reason of an act stays in the ledger for good.
    reason = given["reason"] or _("Opened by hand")
    return case_open(actor=person, authority=authority, draft=draft, reason=reason)


def _draft(person: User, given: Mapping[str, Any]) -> tuple[CaseDraft, Authority]:
    installations = _rows(person, Installation, "registry_number", given.get("installations") or (), "installations")
    sites = _rows(person, Site, "code", given.get("sites") or (), "sites")
    base, source = _base(person, given)
    objects = [row for row in (source, *installations, *sites) if row is not None]
    authority = _authority(person, objects)
    named = "organization" in given or "person" in given
    draft = dataclasses.replace(
        base,
        field=given.get("field") or base.field,
        detected_on=given.get("detected_on") or base.detected_on,
        violation_on=given.get("violation_on"),
        rules=list(dict.fromkeys(given.get("rules") or ())),
        organization=_organization(person, given) if named else base.organization,
        person=_person(person, given["person"], authority) if "person" in given else None,
        unit=_unit(given, [*installations, *sites]) or base.unit,
        place=given["place"] or base.place,
        position=_position(given, [*installations, *sites]) or base.position,
        is_complex=given["complex"],
        summary=given["summary"] or base.summary,
        installations=installations or base.installations,
        sites=sites or base.sites,
        places=[(row["text"], _point(row)) for row in given.get("places") or ()],
        mitigating=given.get("mitigating") or (),
        aggravating=given.get("aggravating") or (),
    )
    return draft, authority


def _base(person: User, given: Mapping[str, Any]) -> tuple[CaseDraft, Any]:
    """Return the draft that an incident or a report gives, and that row; an empty draft where neither is named."""
    if "incident" in given:
        incident: Incident = _seen(person, Incident, number=given["incident"])
        return draft_from_incident(incident), incident
    if "report" in given:
        report: PublicReport = _seen(person, PublicReport, pk=given["report"])
        return draft_from_report(report), report
    return CaseDraft(field=given["field"], detected_on=given["detected_on"]), None


def _seen(person: User, model: Any, **key: Any) -> Any:
    row = model.objects.visible_to(person).filter(**key).select_related("authority").first()
    if row is None:
        raise Http404
    return row


def _person(viewer: User, given: Mapping[str, Any], authority: Authority) -> PersonParty:
    """Return the person known by ``id``, or a new one."""
    if "id" in given:
        known = PersonParty.objects.visible_to(viewer).filter(pk=given["id"], erased_on__isnull=True).first()
        if known is None:
            raise unknown("person", str(given["id"]))
        return known.merged_into or known
    return PersonParty(authority=authority, **given)


def unknown(member: str, value: str) -> ValidationError:
    """Return the problem that *member* names something nobody knows."""
    message = _("“%(value)s” is not known.") % {"value": value}
    return ValidationError({member: [serializers.ErrorDetail(message, "reference.unknown")]})


def _rows(person: User, model: Any, column: str, codes: Iterable[str], member: str) -> list[Any]:
    found = {
        getattr(row, column): row
        for row in model.objects.visible_to(person).filter(**{f"{column}__in": list(codes)}).select_related("authority")
    }
    for code in codes:
        if code not in found:
            raise unknown(member, code)
    return list(found.values())


def _organization(person: User, given: Mapping[str, Any]) -> Organization | None:
    if "person" in given:
        return None
    row = Organization.objects.visible_to(person).filter(code=given["organization"]).first()
    if row is None:
        raise unknown("organization", given["organization"])
    return row


def _authority(person: User, objects: list[Any]) -> Authority:
    if objects:
        authority: Authority = objects[0].authority
        return authority
    found = authority_acted_for(person, Permission.RUN_CASES)
    if found is None:
        raise PermissionDenied
    return found


def _unit(given: Mapping[str, Any], objects: list[Any]) -> AdministrativeUnit | None:
    if given.get("unit"):
        unit = AdministrativeUnit.objects.filter(code=given["unit"], valid_to__isnull=True).first()
        if unit is None:
            raise unknown("unit", given["unit"])
        return unit
    return next((row.unit for row in objects if row.unit_id), None)


def _point(given: Mapping[str, Any]) -> Point | None:
    if given.get("lon") is None or given.get("lat") is None:
        return None
    return Point(given["lon"], given["lat"], srid=4326)


def _position(given: Mapping[str, Any], objects: list[Any]) -> Point | None:
    return _point(given) or next((row.position for row in objects if row.position), None)
