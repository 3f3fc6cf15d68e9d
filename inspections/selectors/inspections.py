"""Inspections and findings, read for lists, sheets and panels."""

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from infra.access import Person
from infra.models import Installation, Site
from inspections.models import (
    Answer,
    Finding,
    FindingState,
    Inspection,
    InspectionStatus,
    Photo,
    Review,
    ViolationCase,
)

STANDING = (FindingState.OPEN, FindingState.ANSWERED)
#: how many a panel of a sheet shows
PANEL_ROWS = 5


def inspections(person: Person) -> QuerySet[Inspection]:
    """Return the inspections that *person* may see, with what the list draws of each.

    ``twice`` tells that the same visit of a campaign was filed more than once and nobody has decided yet.
    """
    same_visit = Inspection.objects.filter(task=OuterRef("task"), status=InspectionStatus.SUBMITTED)
    undecided = same_visit.exclude(pk=OuterRef("pk")).exclude(review=Review.SET_ASIDE).order_by()
    of_inspection = Finding.objects.filter(inspection=OuterRef("pk"), state__in=STANDING).order_by()
    standing = of_inspection.values("inspection").annotate(n=Count("*")).values("n")
    return (
        Inspection.objects.visible_to(person)
        .select_related("organization", "unit", "checklist", "inspector")
        .annotate(standing=Coalesce(Subquery(standing), 0), twice=Exists(undecided))
    )


def findings(person: Person) -> QuerySet[Finding]:
    """Return the findings that *person* may see, with what the list draws of each."""
    return Finding.objects.visible_to(person).select_related("inspection", "organization", "unit", "item")


def answers_of(inspection: Inspection) -> list[Answer]:
    """Return the answers of *inspection* in the checklist's order, with item and group."""
    rows = Answer.objects.filter(inspection=inspection).select_related("item__group")
    return list(rows.order_by("item__order", "id"))


def findings_of(inspection: Inspection, person: Person) -> list[Finding]:
    """Return the findings of *inspection* with their cases, as far as *person* may see them."""
    rows = Finding.objects.visible_to(person).filter(inspection=inspection).select_related("item")
    findings = list(rows.order_by("item__order", "id"))
    attach_cases(findings, person)
    return findings


def attach_cases(findings: list[Finding], person: Person) -> None:
    """Put on every finding its case as ``case``, None where there is none that *person* may see (one query)."""
    cases = (
        ViolationCase.objects.visible_to(person)
        .filter(charges__finding__in=[finding.pk for finding in findings])
        .values_list("charges__finding_id", "pk", "number", "state")
    )
    by_finding = {finding_id: {"pk": pk, "number": number, "state": state} for finding_id, pk, number, state in cases}
    for finding in findings:
        finding.case = by_finding.get(finding.pk)  # type: ignore[attr-defined]


def photos_of(inspection: Inspection) -> list[Photo]:
    """Return the photos announced or arrived."""
    return list(Photo.objects.filter(inspection_uuid=inspection.uuid).order_by("id"))


def others_of(inspection: Inspection, person: Person) -> list[Inspection]:
    """Return the other submitted inspections of the same visit of a campaign that *person* may see."""
    if inspection.task_id is None or inspection.status != InspectionStatus.SUBMITTED:
        return []
    rows = Inspection.objects.visible_to(person).filter(task=inspection.task_id, status=InspectionStatus.SUBMITTED)
    return list(rows.exclude(pk=inspection.pk).select_related("inspector").order_by("pk"))


def about(subject: Installation | Site) -> Q:
    """Return the condition on inspections or findings that concern *subject*.

    An installation is concerned by what was found on its mast or at its site as a whole, a site by all that is on it.
    """
    if isinstance(subject, Site):
        return Q(site=subject)
    condition = Q(installation=subject)
    if subject.mast_id:
        condition |= Q(installation__isnull=True, mast=subject.mast_id)
    if subject.site_id:
        condition |= Q(installation__isnull=True, mast__isnull=True, site=subject.site_id)
    return condition


def latest_inspections(subject: Installation | Site, person: Person) -> list[Inspection]:
    """Return the last submitted inspections about *subject* (one query)."""
    rows = Inspection.objects.visible_to(person).filter(about(subject), status=InspectionStatus.SUBMITTED)
    return list(rows.select_related("checklist", "inspector").order_by("-visited_on", "-id")[:PANEL_ROWS])


def standing_findings(subject: Installation | Site, person: Person) -> list[Finding]:
    """Return the findings about *subject* that are not closed, most urgent first (two queries)."""
    rows = Finding.objects.visible_to(person).standing().filter(about(subject)).select_related("inspection")
    findings = list(rows.in_order_of_due()[: 4 * PANEL_ROWS])
    attach_cases(findings, person)
    return findings


def late_findings(person: Person) -> int:
    """Return how many findings are late for *person* to look after."""
    rows = Finding.objects.visible_to(person).standing()
    return rows.filter(due_on__lt=timezone.localdate()).count()
