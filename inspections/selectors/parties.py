"""Parties of cases: who was charged before, who may be the same person, what one party is charged with."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Max, Q, QuerySet

from infra.access import Person
from infra.models import Organization
from infra.text import fold
from inspections.models import CaseState, PersonParty, Step, StepKind, ViolationCase

#: a decision counts as an earlier one until its case was annulled or ended without a penalty
PENALIZED = (
    CaseState.DECIDED,
    CaseState.SERVED,
    CaseState.EXECUTING,
    CaseState.ENFORCING,
    CaseState.CLOSED,
    CaseState.TIME_BARRED,
)
EARLIER_ROWS = 20
DUPLICATES_SHOWN = 8


@dataclass(frozen=True)
class Earlier:
    """An earlier decision against the same party; ``same_rules`` are the rules charged again now."""

    case: ViolationCase
    decided_on: date
    rules: tuple[str, ...]
    same_rules: tuple[str, ...]


def earlier_decisions(case: ViolationCase, window_months: int) -> list[Earlier]:
    """Return the decisions against the party of *case* that make a repeat offence, newest first (three queries).

    A decision counts until *window_months* after it was carried out; one that is not carried out counts on.
    """
    rows = ViolationCase.objects.filter(state__in=PENALIZED, fine_vnd__isnull=False).exclude(pk=case.pk)
    if case.organization_id:
        rows = rows.filter(organization=case.organization_id)
    else:
        rows = rows.filter(person__in=same_persons(case.person_id or 0))
    day = case.violation_on or case.detected_on
    rows = rows.filter(authority=case.authority_id, detected_on__lte=day).filter(
        Q(closed_on__isnull=True) | Q(closed_on__gte=_back(day, window_months))
    )
    decided = Step.objects.filter(kind=StepKind.DECISION, annulled_at__isnull=True, case__in=rows)
    dates = dict(decided.values_list("case_id").annotate(on=Max("on")))
    charged = set(case.charges.values_list("rule_code", flat=True))
    found = []
    for row in rows.filter(pk__in=dates).prefetch_related("charges").order_by("-pk")[:EARLIER_ROWS]:
        if dates[row.pk] > day:
            continue
        codes = tuple(sorted({charge.rule_code for charge in row.charges.all()}))
        found.append(Earlier(row, dates[row.pk], codes, tuple(code for code in codes if code in charged)))
    return found


def _back(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, min(day.day, 28))


def same_persons(person_id: int) -> QuerySet[PersonParty]:
    """Return the rows that stand for the same person: the one kept and those merged into it."""
    kept = PersonParty.objects.filter(pk=person_id).values("merged_into")
    rows = PersonParty.objects.filter(Q(pk=person_id) | Q(merged_into=person_id) | Q(pk__in=kept))
    return rows | PersonParty.objects.filter(merged_into__in=kept, merged_into__isnull=False)


def persons(person: Person) -> QuerySet[PersonParty]:
    """Return the persons charged that *person* may see, with how many cases each has."""
    rows = PersonParty.objects.visible_to(person).filter(merged_into__isnull=True, erased_on__isnull=True)
    return rows.annotate(case_count=Count("cases"))


def duplicates_of(person: Person, *, name: str, id_number: str, birth_year: str, phone: str) -> list[PersonParty]:
    """Return the persons that may be the one described: same number, same telephone, or same name and year."""
    wanted = Q(pk__in=())
    if id_number.strip():
        wanted |= Q(id_number=id_number.strip())
    if phone.strip():
        wanted |= Q(phone=phone.strip())
    words = fold(name)
    if words:
        named = Q(search_text__startswith=words)
        year = birth_year.strip()
        wanted |= named & (Q(birth_year=year) | Q(birth_year="")) if year else named
    return list(persons(person).filter(wanted).order_by("-pk")[:DUPLICATES_SHOWN])


def organizations_alike(name: str, tax_code: str) -> list[Organization]:
    """Return the organizations that may be the one described: same tax code, or the words of the name."""
    wanted = Q(pk__in=())
    if tax_code.strip():
        wanted |= Q(tax_code=tax_code.strip())
    words = fold(name).split()
    if words:
        alike = Q()
        for word in words:
            alike &= Q(search_text__contains=word)
        wanted |= alike
    return list(Organization.objects.filter(wanted).exclude(kind="authority").order_by("code")[:DUPLICATES_SHOWN])


def cases_of(organization_id: int | None, person_ids: Iterable[int], viewer: Person) -> QuerySet[ViolationCase]:
    """Return the cases against a party that *viewer* may see, newest first."""
    rows = ViolationCase.objects.visible_to(viewer).select_related("organization", "standing", "officer")
    rows = rows.defer("evidence")
    rows = rows.filter(organization=organization_id) if organization_id else rows.filter(person__in=list(person_ids))
    return rows.annotate(next_due=F("standing__due_on")).prefetch_related("charges").order_by("-pk")
