"""From the body of a request to an opened case: names become rows, or a problem that names the member."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.gis.geos import Point
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError

from infra.access import Permission, scope_of
from infra.models import AdministrativeUnit, Authority, Installation, Organization, Site, User
from inspections.casework.opening import CaseDraft, case_open, case_open_from_finding
from inspections.models import Finding, PersonParty, ViolationCase


def open_case(person: User, given: Mapping[str, Any]) -> ViolationCase:
    """Open the case that *given* (a validated CaseBody) describes."""
    if "finding" in given:
        finding = Finding.objects.visible_to(person).filter(pk=given["finding"]).first()
        if finding is None:
            raise Http404
        reason = given["reason"] or _("Opened from finding %(id)s") % {"id": finding.pk}
        return case_open_from_finding(actor=person, finding=finding, reason=reason, rules=given.get("rules") or ())
    installations = _rows(person, Installation, "registry_number", given.get("installations") or (), "installations")
    sites = _rows(person, Site, "code", given.get("sites") or (), "sites")
    authority = _authority(person, [*installations, *sites])
    draft = CaseDraft(
        field=given["field"],
        detected_on=given["detected_on"],
        violation_on=given.get("violation_on"),
        rules=list(dict.fromkeys(given.get("rules") or ())),
        organization=_organization(person, given),
        person=PersonParty(authority=authority, **given["person"]) if "person" in given else None,
        unit=_unit(given, [*installations, *sites]),
        place=given["place"],
        position=_position(given, [*installations, *sites]),
        is_complex=given["complex"],
        summary=given["summary"],
        installations=installations,
        sites=sites,
        mitigating=given.get("mitigating") or (),
        aggravating=given.get("aggravating") or (),
    )
    reason = given["reason"] or given["summary"] or _("Opened by hand")
    return case_open(actor=person, authority=authority, draft=draft, reason=reason)


def _unknown(member: str, value: str) -> ValidationError:
    message = _("“%(value)s” is not known.") % {"value": value}
    return ValidationError({member: [serializers.ErrorDetail(message, "reference.unknown")]})


def _rows(person: User, model: Any, column: str, codes: Iterable[str], member: str) -> list[Any]:
    found = {
        getattr(row, column): row
        for row in model.objects.visible_to(person).filter(**{f"{column}__in": list(codes)}).select_related("authority")
    }
    for code in codes:
        if code not in found:
            raise _unknown(member, code)
    return list(found.values())


def _organization(person: User, given: Mapping[str, Any]) -> Organization | None:
    if "person" in given:
        return None
    row = Organization.objects.visible_to(person).filter(code=given["organization"]).first()
    if row is None:
        raise _unknown("organization", given["organization"])
    return row


def _authority(person: User, objects: list[Any]) -> Authority:
    if objects:
        authority: Authority = objects[0].authority
        return authority
    scope = scope_of(person)
    ids = [grant.authority_id for grant in scope.stewardships(Permission.RUN_CASES) if grant.authority_id]
    if ids:
        return Authority.objects.get(pk=ids[0])
    first = Authority.objects.order_by("pk").first() if scope.everything else None
    if first is None:
        raise PermissionDenied
    return first


def _unit(given: Mapping[str, Any], objects: list[Any]) -> AdministrativeUnit | None:
    if given.get("unit"):
        unit = AdministrativeUnit.objects.filter(code=given["unit"], valid_to__isnull=True).first()
        if unit is None:
            raise _unknown("unit", given["unit"])
        return unit
    return next((row.unit for row in objects if row.unit_id), None)


def _position(given: Mapping[str, Any], objects: list[Any]) -> Point | None:
    if given.get("lon") is not None and given.get("lat") is not None:
        return Point(given["lon"], given["lat"], srid=4326)
    return next((row.position for row in objects if row.position), None)
