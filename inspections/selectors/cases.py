"""Cases, read for lists, panels and counts."""

from datetime import date

from django.db.models import DateField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from infra.access import Person
from infra.models import Installation, Site
from inspections.models import CaseDeadline, CaseObject, CaseState, Charge, ViolationCase
from inspections.models.cases import CaseAnswer

ENDED = (CaseState.CLOSED, CaseState.TIME_BARRED)
#: where a case without an open deadline stands in the order of deadlines
NEVER = date(9999, 12, 31)
PANEL_ROWS = 5


def cases(person: Person) -> QuerySet[ViolationCase]:
    """Return the cases that *person* may see, with what the list draws; ``next_due`` orders them, overdue first."""
    following = CaseDeadline.objects.filter(case=OuterRef("pk"), is_next=True)
    never = Value(NEVER, output_field=DateField())
    return (
        ViolationCase.objects.visible_to(person)
        .select_related("organization", "person", "unit", "officer")
        .annotate(
            next_due=Coalesce(Subquery(following.values("due_on")[:1]), never),
            next_name=Subquery(following.values("name")[:1]),
        )
        .prefetch_related(
            Prefetch("charges", Charge.objects.order_by("id"), to_attr="charges_seen"),
            Prefetch(
                "objects_concerned",
                CaseObject.objects.select_related("installation", "mast", "site").order_by("id"),
                to_attr="objects_seen",
            ),
        )
    )


def open_cases(person: Person) -> QuerySet[ViolationCase]:
    """Return the cases that are not at an end."""
    return ViolationCase.objects.visible_to(person).exclude(state__in=ENDED)


def cases_about(subject: Installation | Site, person: Person) -> list[ViolationCase]:
    """Return the newest cases about an installation, or about a site and what stands there (three queries)."""
    if isinstance(subject, Site):
        concerned = Q(site=subject) | Q(installation__site=subject) | Q(mast__site=subject)
    else:
        concerned = Q(installation=subject)
        if subject.mast_id:
            concerned |= Q(mast=subject.mast_id)
        if subject.site_id:
            concerned |= Q(site=subject.site_id)
    ids = CaseObject.objects.filter(concerned).values("case_id")
    return list(cases(person).filter(pk__in=ids).order_by("-pk")[:PANEL_ROWS])


def overdue_count(person: Person) -> int:
    """Return how many cases have passed a deadline that is still open."""
    late = CaseDeadline.objects.visible_to(person).filter(is_next=True, due_on__lt=timezone.localdate())
    return late.count()


def open_count(person: Person) -> int:
    """Return how many cases are not at an end."""
    return open_cases(person).count()


def answers_to(case: ViolationCase) -> list[CaseAnswer]:
    """Return what the party wrote, oldest first."""
    return list(CaseAnswer.objects.filter(case=case).select_related("author").prefetch_related("files").order_by("id"))


def objects_of(case: ViolationCase, person: Person) -> list[CaseObject]:
    """Return what the case is about; ``reachable`` tells whether *person* may open the installation's sheet."""
    rows = list(
        CaseObject.objects.filter(case=case)
        .select_related("installation__organization", "installation__unit", "mast__site", "site")
        .order_by("id")
    )
    visible = set(
        Installation.objects.visible_to(person)
        .filter(pk__in=[row.installation_id for row in rows if row.installation_id])
        .values_list("pk", flat=True)
    )
    for row in rows:
        row.reachable = row.installation_id in visible  # type: ignore[attr-defined]
    return rows
