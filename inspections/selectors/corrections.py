"""Proposals of inspectors for the register, with what became of them."""

from django.db.models import Case, F, QuerySet, Value, When

from infra.models import Organization, OrganizationKind, SubmissionStatus
from inspections.models import Correction, CorrectionState

#: what became of the submission -> of the proposal
DECIDED = {
    SubmissionStatus.ACCEPTED: CorrectionState.ACCEPTED,
    SubmissionStatus.PARTLY_ACCEPTED: CorrectionState.ACCEPTED,
    SubmissionStatus.REJECTED: CorrectionState.REFUSED,
    SubmissionStatus.RETURNED: CorrectionState.REFUSED,
    SubmissionStatus.WITHDRAWN: CorrectionState.REFUSED,
}


def corrections_of(inspection_id: int) -> QuerySet[Correction]:
    """Return the proposals of an inspection, with ``standing``: what its submission says, or what was decided."""
    told = Case(
        *(When(submission__status=status, then=Value(str(state))) for status, state in DECIDED.items()),
        default=F("state"),
    )
    rows = Correction.objects.filter(inspection=inspection_id).annotate(standing=told)
    return rows.select_related("decided_by", "submission__decided_by").order_by("order", "id")


def station_owners() -> list[Organization]:
    """Return the organizations that a station can belong to, by name (one query)."""
    return list(
        Organization.objects.filter(kind=OrganizationKind.TELECOM_OPERATOR, owns_stations=True).order_by("name")
    )
