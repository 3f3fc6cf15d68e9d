"""Campaigns: their visits, how far they are, what does not fit."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.access import ROLE_TABLE, Permission, Person, holds
from infra.models import Authority, Installation, Membership, User
from inspections.models import Campaign, CampaignStatus, CampaignTask, DayKind, Finding, Inspection, TaskStatus
from inspections.selectors.calendar import SATURDAY, Year, year_of

GOING_ON = (CampaignStatus.PLANNED, CampaignStatus.RUNNING)
INSPECTING = tuple(role for role, permissions in ROLE_TABLE.items() if Permission.INSPECT in permissions)
#: conflicts of one kind that are written out
SHOWN = 12


def campaigns(person: Person) -> models.QuerySet[Campaign]:
    """Return the campaigns that *person* may see, newest first, with planned and done visits."""
    tasks = CampaignTask.objects.filter(campaign=models.OuterRef("pk")).exclude(status=TaskStatus.DROPPED)
    done = models.Count("pk", filter=models.Q(status=TaskStatus.DONE))
    counted = tasks.order_by().values("campaign")
    return (
        Campaign.objects.visible_to(person)
        .annotate(
            planned=_number(counted.annotate(n=models.Count("pk")).values("n")),
            done=_number(counted.annotate(n=done).values("n")),
        )
        .select_related("authority", "checklist")
    )


def _number(rows: Any) -> models.functions.Coalesce:
    return models.functions.Coalesce(models.Subquery(rows, output_field=models.IntegerField()), 0)


def progress_of(campaign_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """Return campaign id -> (visits planned, visits done); dropped visits do not count (one query)."""
    rows = (
        CampaignTask.objects.filter(campaign__in=campaign_ids)
        .exclude(status=TaskStatus.DROPPED)
        .values("campaign")
        .annotate(planned=models.Count("id"), done=models.Count("id", filter=models.Q(status=TaskStatus.DONE)))
        .order_by()
    )
    return {row["campaign"]: (row["planned"], row["done"]) for row in rows}


def task_of(
    person: Person, pk: int | None, campaign: Campaign | None, installation: Installation | None, site_id: int | None
) -> CampaignTask | None:
    """Return the visit of a campaign that is being done: the one named, else the campaign's own of that subject.

    One that is still to be made goes before one that was made.
    """
    rows = CampaignTask.objects.visible_to(person).select_related("campaign")
    if pk is not None:
        return rows.filter(pk=pk).first()
    if campaign is None or (installation is None and site_id is None):
        return None
    subject: dict[str, Any] = {"installation": installation} if installation else {"site": site_id}
    made = models.Case(models.When(status=TaskStatus.OPEN, then=0), default=1)
    found = rows.filter(campaign=campaign, **subject).exclude(status=TaskStatus.DROPPED)
    return found.order_by(made, "pk").first()


def tasks_of(campaign: Campaign) -> models.QuerySet[CampaignTask]:
    """Return the visits of *campaign* with what a list draws of each, in the order they are planned in."""
    rows = CampaignTask.objects.filter(campaign=campaign).select_related(
        "installation__organization", "installation__site", "site", "unit", "assignee"
    )
    return rows.defer("unit__boundary", "unit__centroid").order_by(
        models.F("planned_on").asc(nulls_last=True), "assignee_id", "order", "pk"
    )


def open_visits(installation_id: int) -> list[CampaignTask]:
    """Return the visits of an installation that are planned and not made (one query)."""
    rows = CampaignTask.objects.filter(
        installation=installation_id, status=TaskStatus.OPEN, campaign__status__in=GOING_ON
    )
    return list(rows.select_related("campaign", "assignee"))


def campaigns_to_plan_in(authority_id: int, field: str, today: date) -> list[Campaign]:
    """Return the campaigns that go on and can take another visit, each with its team (two queries)."""
    rows = Campaign.objects.filter(
        authority=authority_id, field=field, status__in=GOING_ON, ends_on__gte=today
    ).prefetch_related("team")  # fmt: skip
    return list(rows.order_by("starts_on", "pk"))


def inspectors_of(authority: Authority) -> list[User]:
    """Return who may inspect for *authority* today, by name."""
    memberships = Membership.objects.in_force(timezone.localdate()).filter(
        organization__authority=authority, role__in=INSPECTING
    )
    rows = User.objects.filter(pk__in=memberships.values("user"), is_active=True)
    return sorted(rows, key=lambda person: str(person).casefold())


def working_days(campaign: Campaign, *, since: date | None = None) -> list[date]:
    """Return the working days of the campaign's period, from *since* on (two queries a year)."""
    years: dict[int, Year] = {}
    first = max(campaign.starts_on, since or campaign.starts_on)
    found = []
    for number in range((campaign.ends_on - first).days + 1):
        day = first + timedelta(days=number)
        if day.year not in years:
            years[day.year] = year_of(campaign.authority.calendar, day.year)
        if _is_working(day, years[day.year]):
            found.append(day)
    return found


def _is_working(day: date, year: Year) -> bool:
    special = year.days.get(day)
    if special is not None:
        return special.kind == DayKind.WORKING_DAY
    return day.weekday() < SATURDAY


# --- Progress ---------------------------------------------------------------------------------------------------------


@dataclass
class Share:
    """How far a part of a campaign is: an inspector's, a commune's, a day's."""

    name: str
    key: Any = None
    planned: int = 0
    done: int = 0
    late: int = 0
    unplanned: int = 0

    @property
    def percent(self) -> int:
        return round(100 * self.done / self.planned) if self.planned else 0


@dataclass
class Progress:
    """How far a campaign is, in whole and by parts."""

    whole: Share
    inspectors: list[Share] = field(default_factory=list)
    units: list[Share] = field(default_factory=list)
    findings: int = 0
    dangers: int = 0


def campaign_progress(campaign: Campaign, tasks: Iterable[CampaignTask]) -> Progress:
    """Return how far *campaign* is (one query besides *tasks*); late is an open visit whose day has passed."""
    today = timezone.localdate()
    whole = Share(_("All"))
    by_person: dict[int | None, Share] = {}
    by_unit: dict[int | None, Share] = {}
    for task in tasks:
        if task.status == TaskStatus.DROPPED:
            continue
        person = by_person.setdefault(
            task.assignee_id, Share(str(task.assignee) if task.assignee else _("Nobody yet"), task.assignee_id)
        )
        unit = by_unit.setdefault(task.unit_id, Share(task.unit.full_name if task.unit else "–", task.unit_id))
        for share in (whole, person, unit):
            _count(share, task, today, campaign)
    found = Finding.objects.filter(inspection__campaign=campaign).aggregate(
        all=models.Count("pk"), dangers=models.Count("pk", filter=models.Q(is_safety=True))
    )
    people = sorted(by_person.values(), key=lambda share: (share.key is None, share.name))
    units = sorted(by_unit.values(), key=lambda share: share.name)
    return Progress(whole, people, units, found["all"], found["dangers"])


def _count(share: Share, task: CampaignTask, today: date, campaign: Campaign) -> None:
    share.planned += 1
    if task.status == TaskStatus.DONE:
        share.done += 1
        return
    share.unplanned += task.planned_on is None or task.assignee_id is None
    share.late += (task.planned_on or campaign.ends_on) < today


# --- Conflicts --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Conflict:
    """Something that does not fit, in words; ``tasks`` are the visits concerned."""

    code: str
    text: str
    tasks: tuple[int, ...] = ()


def campaign_conflicts(campaign: Campaign, tasks: Collection[CampaignTask]) -> list[Conflict]:
    """Return what does not fit: targets of two campaigns, inspectors booked twice, days off, places out of reach."""
    if campaign.status == CampaignStatus.CLOSED:
        return []
    standing = [task for task in tasks if task.status == TaskStatus.OPEN]
    return [
        *_same_targets(campaign, standing),
        *_double_bookings(campaign, standing),
        *_full_days(campaign, standing),
        *_days_off(campaign, standing),
        *_out_of_reach(campaign, standing),
    ]


def _elsewhere(campaign: Campaign) -> models.QuerySet[CampaignTask]:
    rows = CampaignTask.objects.filter(status=TaskStatus.OPEN, campaign__status__in=GOING_ON)
    return rows.exclude(campaign=campaign).select_related("campaign", "assignee")


def _same_targets(campaign: Campaign, tasks: list[CampaignTask]) -> Iterable[Conflict]:
    own = {task.installation_id: task for task in tasks if task.installation is not None}
    standing = CampaignTask.objects.filter(campaign=campaign, status=TaskStatus.OPEN)
    twice: dict[Campaign, list[CampaignTask]] = defaultdict(list)
    for other in _elsewhere(campaign).filter(installation__in=standing.values("installation")):
        if other.installation_id in own:
            twice[other.campaign].append(own[other.installation_id])
    for other_campaign, rows in sorted(twice.items(), key=lambda item: item[0].number):
        names = ", ".join(row.installation.registry_number for row in rows[:SHOWN] if row.installation)
        words = _("%(n)s targets are planned in campaign %(number)s too: %(names)s")
        text = words % {"n": len(rows), "number": other_campaign.number, "names": names + _more(len(rows))}
        yield Conflict("target.twice", text, tuple(row.pk for row in rows))


def _double_bookings(campaign: Campaign, tasks: list[CampaignTask]) -> Iterable[Conflict]:
    own: dict[tuple[int, date], list[CampaignTask]] = defaultdict(list)
    for task in tasks:
        if task.assignee_id and task.planned_on:
            own[task.assignee_id, task.planned_on].append(task)
    if not own:
        return
    days = sorted({day for _person, day in own})
    booked: dict[tuple[int, date], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    others = _elsewhere(campaign).filter(
        assignee__in={person for person, _day in own}, planned_on__range=(days[0], days[-1])
    )
    for row in others:
        if row.assignee_id and row.planned_on:
            booked[row.assignee_id, row.planned_on][row.campaign.number] += 1
    for key, elsewhere in sorted(booked.items(), key=lambda item: (item[0][1], item[0][0])):
        here = own.get(key)
        if not here:
            continue
        numbers = ", ".join(str(number) for number in sorted(elsewhere))
        words = _("%(who)s is booked twice on %(day)s: %(n)s visits here, %(others)s in campaign %(numbers)s")
        values = {
            "who": here[0].assignee,
            "day": formats.day(key[1]),
            "n": len(here),
            "others": sum(elsewhere.values()),
            "numbers": numbers,
        }
        yield Conflict("inspector.twice", words % values, tuple(task.pk for task in here))


def _full_days(campaign: Campaign, tasks: list[CampaignTask]) -> Iterable[Conflict]:
    by_day: dict[tuple[int, date], list[CampaignTask]] = defaultdict(list)
    for task in tasks:
        if task.assignee_id and task.planned_on:
            by_day[task.assignee_id, task.planned_on].append(task)
    for (_person, day), here in sorted(by_day.items(), key=lambda item: (item[0][1], item[0][0])):
        if len(here) > campaign.per_day and len({task.site_key for task in here}) > 1:
            words = _("%(who)s has %(n)s visits on %(day)s; %(most)s are planned a day")
            values = {"who": here[0].assignee, "n": len(here), "day": formats.day(day), "most": campaign.per_day}
            yield Conflict("day.full", words % values, tuple(task.pk for task in here))


def _days_off(campaign: Campaign, tasks: list[CampaignTask]) -> Iterable[Conflict]:
    planned = [task for task in tasks if task.planned_on]
    outside = [t for t in planned if not campaign.starts_on <= (t.planned_on or campaign.starts_on) <= campaign.ends_on]
    if outside:
        text = _("%(n)s visits lie outside the campaign's period") % {"n": len(outside)}
        yield Conflict("day.outside", text, tuple(task.pk for task in outside))
    working = set(working_days(campaign)) if planned else set()
    off: dict[date, list[int]] = defaultdict(list)
    for task in planned:
        if task.planned_on and task not in outside and task.planned_on not in working:
            off[task.planned_on].append(task.pk)
    for day, keys in sorted(off.items()):
        text = _("%(n)s visits are planned on %(day)s, a day off") % {"n": len(keys), "day": formats.day(day)}
        yield Conflict("day.off", text, tuple(keys))


def _out_of_reach(campaign: Campaign, tasks: list[CampaignTask]) -> Iterable[Conflict]:
    by_person: dict[User, list[CampaignTask]] = defaultdict(list)
    for task in tasks:
        if task.assignee is not None:
            by_person[task.assignee].append(task)
    for person, theirs in by_person.items():
        wrong = [task for task in theirs if not may_do(person, campaign, task.unit_id)]
        if wrong:
            words = _("%(who)s may not inspect %(n)s of the targets: territory or field does not fit")
            yield Conflict(
                "inspector.reach", words % {"who": person, "n": len(wrong)}, tuple(task.pk for task in wrong)
            )


def may_do(person: User, campaign: Campaign, unit_id: int | None) -> bool:
    """Tell whether *person* may inspect in that unit for *campaign*."""
    return holds(person, Permission.INSPECT, authority_id=campaign.authority_id, unit_id=unit_id, field=campaign.field)


def _more(n: int) -> str:
    return "" if n <= SHOWN else f" (+{n - SHOWN})"


def inspections_of(campaign: Campaign, person: Person) -> models.QuerySet[Inspection]:
    """Return the inspections filed for *campaign* that *person* may see."""
    return Inspection.objects.visible_to(person).filter(campaign=campaign)
