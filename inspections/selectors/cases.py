"""Cases, read for lists, panels and counts."""

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils import timezone

from infra.access import Person
from infra.models import Installation, Site
from inspections.models import CaseAnswer, CaseObject, CaseStanding, CaseState, Charge, PersonParty, ViolationCase

ENDED = (CaseState.CLOSED, CaseState.TIME_BARRED)
#: the others; named one by one, an index finds them among a hundred thousand closed ones
OPEN = tuple(state for state in CaseState if state not in ENDED)
PANEL_ROWS = 5
#: what a list of cases never shows
HEAVY = ("evidence", "unit__boundary", "unit__centroid")

#: what it shows of charges and objects
CHARGE_SEEN = ("case", "rule_code", "text_vi", "text_en")
OBJECT_SEEN = ("case", "text", "installation__registry_number")


def cases(person: Person) -> QuerySet[ViolationCase]:
    """Return the cases that *person* may see, with what the list draws; ``next_due`` orders them, overdue first."""
    return drawn(ViolationCase.objects.visible_to(person))


def drawn(rows: QuerySet[ViolationCase]) -> QuerySet[ViolationCase]:
    """Return *rows* with what the list draws and is ordered by.

    Every case has its standing; that its authority is the case's lets an index give the rows in this order.
    """
    return (
        rows.filter(standing__authority=F("authority"))
        .select_related("organization", "person", "unit", "officer", "standing")
        .defer(*HEAVY)
        .annotate(next_due=F("standing__due_on"), next_name=F("standing__due_name"))
        .prefetch_related(
            Prefetch("charges", Charge.objects.only(*CHARGE_SEEN).order_by("id"), to_attr="charges_seen"),
            Prefetch(
                "objects_concerned",
                CaseObject.objects.select_related("installation").only(*OBJECT_SEEN).order_by("id"),
                to_attr="objects_seen",
            ),
        )
    )


def open_cases(person: Person) -> QuerySet[ViolationCase]:
    """Return the cases that are not at an end."""
    return ViolationCase.objects.visible_to(person).filter(state__in=OPEN)


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
    return CaseStanding.objects.visible_to(person).filter(due_on__lt=timezone.localdate()).count()


def open_count(person: Person) -> int:
    """Return how many cases are not at an end."""
    return open_cases(person).count()


def find_case(person: Person, key: str) -> ViolationCase | None:
    """Return the visible case with that number or id."""
    if "\x00" in key:
        return None
    rows = ViolationCase.objects.visible_to(person).select_related(
        "authority__organization", "organization", "person", "unit", "officer", "inspection"
    )
    found = rows.filter(number=key).first()
    if found is None and key.isascii() and key.isdigit() and len(key) <= 18:
        found = rows.filter(pk=int(key)).first()
    return found


def may_read_papers(person: Person, case: ViolationCase) -> bool:
    """Tell whether *person* may read papers that name the party: a person charged is named to case officers only."""
    if case.person_id is None:
        return True
    return PersonParty.objects.visible_to(person).filter(pk=case.person_id).exists()


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
