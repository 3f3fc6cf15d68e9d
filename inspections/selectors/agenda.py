"""What is due: for an officer, for everybody who is to be reminded, for a calendar."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from infra.access import Permission, Person, Role, scope_of
from infra.models import Membership, Organization, User
from inspections.models import CaseDeadline, CaseStanding, Reminder
from inspections.selectors.cases import ENDED, OPEN, open_cases

ROWS = 120
STRETCHES = ("overdue", "today", "week", "month", "later")
#: what no line of a calendar shows
HEAVY = ("case__evidence", "case__position", "case__unit__boundary", "case__unit__centroid")
#: dates that concern the party, by which it is reminded too
OF_PARTY = ("hearing_request", "written_explanation", "payment", "instalment", "remedy")
RIGHTS = ("hearing_request", "written_explanation")


@dataclass(frozen=True)
class Due:
    """A line of an agenda: a case and the date it waits for."""

    case_id: int
    number: str
    state: str
    party: str
    unit: str
    due_on: date
    due_name: str


@dataclass(frozen=True)
class Group:
    """Cases that are due in one stretch of time: how many, and the nearest of them."""

    name: str
    count: int
    rows: list[Due]


def agenda(person: Person, officer: User, today: date) -> list[Group]:
    """Return the open cases of *officer* that *person* may see, by how near their next date is (three queries)."""
    rows = CaseStanding.objects.visible_to(person).filter(case__officer=officer, case__state__in=OPEN)
    dates = sorted(rows.order_by().values_list("due_on", "case_id"))
    week, month = today + timedelta(days=7), today + timedelta(days=30)
    counts = Counter(_stretch(due_on, today, week, month) for due_on, _case in dates)
    near: dict[str, list[Due]] = {name: [] for name in STRETCHES}
    for row in _lines([case_id for _due, case_id in dates[:ROWS]]):
        near[_stretch(row.due_on, today, week, month)].append(row)
    return [Group(name, counts[name], near[name]) for name in STRETCHES]


def _lines(cases: Sequence[int]) -> list[Due]:
    """Return what the agenda says of *cases*, nearest first; persons are not named in it."""
    names = {row.pk: str(row) for row in Organization.objects.filter(cases__in=cases).distinct()}
    rows = CaseStanding.objects.filter(case__in=cases).order_by("due_on", "case_id")
    columns = ("case_id", "case__number", "case__state", "case__organization", "case__unit__full_name")
    return [
        Due(case_id, number, state, names.get(holder, ""), unit or "", due_on, due_name)
        for case_id, number, state, holder, unit, due_on, due_name in rows.values_list(*columns, "due_on", "due_name")
    ]


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
