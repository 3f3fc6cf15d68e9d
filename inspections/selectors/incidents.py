"""Incidents and storms, read for lists, sheets and the storm desk."""

from collections.abc import Collection
from typing import Any

from django.db.models import F, QuerySet

from infra.access import Permission, Person, scope_of
from infra.models import Authority, Installation, Organization
from inspections.models import Incident, IncidentObject, Storm, StormPhase


def incidents(person: Person) -> QuerySet[Incident]:
    """Return the incidents that *person* may see, with what a list shows."""
    return Incident.objects.visible_to(person).select_related("organization", "unit", "storm")


def open_incidents(person: Person) -> int:
    """Count the incidents that have not ended; for the navigation."""
    return Incident.objects.visible_to(person).filter(ended_at__isnull=True).count()


def objects_of_incidents(incident_ids: Collection[int], person: Person) -> dict[int, list[dict[str, Any]]]:
    """Return incident id → its installations that *person* may see, with times and damage (one query)."""
    visible = Installation.objects.visible_to(person).values("pk")
    rows = (
        IncidentObject.objects.filter(incident__in=incident_ids, installation__in=visible)
        .order_by("installation__registry_number", "id")
        .values(
            "incident_id",
            "out_since",
            "back_at",
            "expected_back_at",
            "cause",
            "damage",
            "note",
            number=F("installation__registry_number"),
            code=F("installation__code"),
        )
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        plain: dict[str, Any] = dict(row)
        found.setdefault(plain.pop("incident_id"), []).append(plain)
    return found


def storms(person: Person) -> QuerySet[Storm]:
    """Return the storms that *person* may see, the newest first."""
    return Storm.objects.visible_to(person).select_related("authority")


def storm_now(authority: Authority | None = None) -> Storm | None:
    """Return the storm that is on, of *authority* or of all; None without one, or where it is not clear which."""
    rows = Storm.objects.filter(phase=StormPhase.DURING)
    if authority is not None:
        rows = rows.filter(authority=authority)
    found = list(rows.select_related("authority")[:2])
    return found[0] if len(found) == 1 else None


def organizations_to_report_for(person: Person) -> QuerySet[Organization]:
    """Return the organizations whose outages *person* may report, by name."""
    scope = scope_of(person)
    with_stations = Organization.objects.filter(owns_stations=True, kind="telecom_operator")
    if scope.everything or scope.stewardships(Permission.INSPECT):
        return with_stations.order_by("short_name", "name")
    return Organization.objects.filter(pk__in=scope.organizations(Permission.SUBMIT)).order_by("short_name", "name")
