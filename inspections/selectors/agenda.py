"""What is due: for an officer, for everybody who is to be reminded, for a calendar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet

from infra.access import Permission, Person, Role, scope_of
from infra.models import Membership, User
from inspections.models import CaseDeadline, CaseStanding, Reminder
from inspections.selectors.cases import ENDED, OPEN, open_cases

ROWS = 120
#: what no line of an agenda shows
HEAVY = ("case__evidence", "case__position", "case__unit__boundary", "case__unit__centroid")
#: dates that concern the party, by which it is reminded too
OF_PARTY = ("hearing_request", "written_explanation", "payment", "instalment", "remedy")
RIGHTS = ("hearing_request", "written_explanation")


@dataclass(frozen=True)
class Group:
    """Cases that are due in one stretch of time."""

    name: str
    count: int
    rows: list[CaseStanding]


def agenda(person: Person, officer: User, today: date) -> list[Group]:
    """Return the open cases of *officer* that *person* may see, by how near their next date is (two queries)."""
    rows = CaseStanding.objects.visible_to(person).filter(case__officer=officer, case__state__in=OPEN)
    week, month = today + timedelta(days=7), today + timedelta(days=30)
    stretches = {
        "overdue": Q(due_on__lt=today),
        "today": Q(due_on=today),
        "week": Q(due_on__gt=today, due_on__lte=week),
        "month": Q(due_on__gt=week, due_on__lte=month),
        "later": Q(due_on__gt=month),
    }
    counts = rows.aggregate(**{name: Count("pk", filter=condition) for name, condition in stretches.items()})
    listed = rows.select_related("case__organization", "case__unit").defer(*HEAVY).order_by("due_on", "case_id")
    near: dict[str, list[CaseStanding]] = {name: [] for name in stretches}
    for row in listed[:ROWS]:
        near[_stretch(row.due_on, today, week, month)].append(row)
    return [Group(name, counts[name], near[name]) for name in stretches]


def _stretch(due: date, today: date, week: date, month: date) -> str:
    if due < today:
        return "overdue"
    if due == today:
        return "today"
    return "week" if due <= week else "month" if due <= month else "later"


def officers_of(person: Person) -> list[tuple[User, int]]:
    """Return who has open cases that *person* may see, with how many, busiest first."""
    rows = open_cases(person).filter(officer__isnull=False)
    counts = dict(rows.order_by().values_list("officer").annotate(n=Count("pk")))
    people = User.objects.filter(pk__in=counts)
    return sorted(((user, counts[user.pk]) for user in people), key=lambda pair: (-pair[1], str(pair[0])))


def case_officers(person: Person, today: date) -> list[User]:
    """Return the case officers of the authorities in which *person* works."""
    scope = scope_of(person)
    ids = [grant.authority_id for grant in scope.grants if grant.authority_id]
    rows = Membership.objects.in_force(today).filter(role=Role.OFFICER)
    if not scope.everything:
        rows = rows.filter(organization__authority__in=ids)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("display_name", "username"))


def duties_of(person: User, limit: int) -> Sequence[CaseDeadline]:
    """Return the open dates of the cases that *person* runs, nearest first; rights of parties are left out."""
    rows = CaseDeadline.objects.visible_to(person).filter(case__officer=person, is_open=True)
    rows = rows.exclude(name__in=RIGHTS).exclude(case__state__in=ENDED)
    rows = rows.select_related("case__organization", "case__unit").defer(*HEAVY)
    return list(rows.order_by("due_on", "id")[:limit])


def open_dates(since: date, until: date) -> QuerySet[CaseDeadline]:
    """Return the open dates of open cases in a stretch of time, with what a reminder says of them."""
    rows = CaseDeadline.objects.filter(is_open=True, due_on__gte=since, due_on__lte=until)
    return rows.exclude(case__state__in=ENDED).select_related("case__organization", "case__officer")


def managers_by_authority(today: date) -> dict[int, list[int]]:
    """Return authority id -> ids of its managers: they are told of cases that nobody runs."""
    rows = Membership.objects.in_force(today).filter(role=Role.MANAGER, user__is_active=True)
    found: dict[int, list[int]] = {}
    for authority_id, user_id in rows.values_list("organization__authority", "user_id"):
        if authority_id is not None:
            found.setdefault(authority_id, []).append(user_id)
    return found


def speakers_by_organization(ids: Iterable[int], today: date) -> dict[int, list[int]]:
    """Return organization id -> ids of the people who speak for it."""
    rows = Membership.objects.in_force(today).filter(role=Role.SUBMITTER, organization__in=set(ids))
    found: dict[int, list[int]] = {}
    for organization_id, user_id in rows.filter(user__is_active=True).values_list("organization_id", "user_id"):
        found.setdefault(organization_id, []).append(user_id)
    return found


def reminders_of(person: User) -> QuerySet[Reminder]:
    """Return what *person* was reminded of and has not read, newest first."""
    rows = Reminder.objects.visible_to(person).filter(person=person, read_at__isnull=True)
    return rows.select_related("case__organization").order_by("due_on", "-id")


def may_see_agendas(person: Person) -> bool:
    """Tell whether *person* may look at other people's agendas: whoever works with cases at an authority."""
    scope = scope_of(person)
    return scope.is_staff() and scope.can(Permission.SEE_CASES)
