"""What an operator's people want to know first: what they have, how old it is, what came back, what runs out."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from infra.access import Permission, Person, scope_of
from infra.models import (
    Installation,
    InstallationKind,
    Organization,
    Permit,
    PermitState,
    Submission,
    SubmissionKind,
    SubmissionStatus,
)
from infra.selectors.collections import age_days, last_accepted
from infra.selectors.permits import CERTIFICATE, Standing, due_window, standing_of

MOST = 5
#: what many of a kind are called
_MANY = {
    InstallationKind.BASE_STATION: SubmissionKind.STATIONS,
    InstallationKind.POSTAL_POINT: SubmissionKind.POSTAL_POINTS,
    InstallationKind.NETWORK_NODE: SubmissionKind.NETWORK_NODES,
    InstallationKind.INTERNET_POINT: SubmissionKind.INTERNET_POINTS,
    InstallationKind.CABLE_ROUTE: SubmissionKind.CABLE_ROUTES,
}
_CAME_BACK = (SubmissionStatus.RETURNED, SubmissionStatus.INVALID, SubmissionStatus.FAILED)


@dataclass(frozen=True)
class OwnData:
    """``kinds`` are (kind, its name, how many); ``age`` is in days, None before the first accepted file."""

    organization: Organization
    age: int | None
    kinds: list[tuple[str, str, int]] = field(default_factory=list)
    came_back: list[Submission] = field(default_factory=list)
    renewals: list[tuple[Permit, Standing]] = field(default_factory=list)
    renewals_total: int = 0
    may_submit: bool = False

    @property
    def is_late(self) -> bool:
        return self.age is None or self.age > self.organization.reporting_period_days

    @property
    def days_left(self) -> int:
        """Days until the next list is due; negative where it is late already."""
        return self.organization.reporting_period_days - (self.age or 0)


def certificates_due(organizations: Any, window: timedelta) -> QuerySet[Permit]:
    """Return the certificates in force that *organizations* have to renew within *window*, the most urgent first.

    One whose renewal was filed is not among them.
    """
    own = Permit.objects.filter(organization__in=organizations, kind_id=CERTIFICATE, state=PermitState.IN_FORCE)
    due = own.filter(
        renewal_filed_on=None, renewal_due_on__lte=timezone.localdate() + window, installation__isnull=False
    )
    return due.exclude(installation__status="decommissioned").order_by("expires_on", "pk")


def own_data(person: Person) -> list[OwnData]:
    """Return this for each organization that *person* acts for; empty for people of an authority."""
    scope = scope_of(person)
    ids = scope.organizations(Permission.SEE_REGISTER)
    if not ids:
        return []
    last = last_accepted(ids)
    window = due_window()
    found = []
    for organization in Organization.objects.filter(pk__in=ids).order_by("code"):
        due = certificates_due([organization.pk], window)
        found.append(
            OwnData(
                organization=organization,
                age=age_days(last.get(organization.pk)),
                kinds=_kinds(person, organization),
                came_back=_came_back(person, organization),
                renewals=[(one, standing_of(one, window)) for one in due.select_related("installation")[:MOST]],
                renewals_total=due.count(),
                may_submit=organization.pk in scope.organizations(Permission.SUBMIT),
            )
        )
    return found


def _kinds(person: Person, organization: Organization) -> list[tuple[str, str, int]]:
    rows = Installation.objects.visible_to(person).filter(organization=organization).exclude(status="decommissioned")
    counted = dict(rows.order_by().values_list("kind").annotate(n=Count("pk")))
    return [(kind.value, str(many.label), counted[kind]) for kind, many in _MANY.items() if counted.get(kind)]


def _came_back(person: Person, organization: Organization) -> list[Submission]:
    rows = Submission.objects.visible_to(person).filter(organization=organization, status__in=_CAME_BACK)
    return list(rows.exclude(corrections__isnull=False).select_related("file").order_by("-pk")[:MOST])
