"""What a periodic report tells: figures at the end of a period beside its beginning, and what happened within it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.access import Permission, can
from infra.models import Organization, PublicReport, Submission, SubmissionStatus
from inspections.models import (
    Finding,
    Incident,
    IncidentObject,
    Inspection,
    InspectionStatus,
    Payment,
    Result,
    Storm,
    ViolationCase,
)
from maps.queries.counts import Counted
from maps.queries.stations import stations
from maps.selectors.ages import DataAge
from maps.selectors.figures import Figure, board_of
from maps.selectors.figures.figure import Asked
from maps.selectors.figures.work import narrowed
from maps.tiles.counting import counted

MONTH, QUARTER, HALF, YEAR = "month", "quarter", "half", "year"
MONTHS_OF = {MONTH: 1, QUARTER: 3, HALF: 6, YEAR: 12}


@dataclass(frozen=True)
class Period:
    """A month, a quarter, half a year or a year, by its first and last day."""

    kind: str
    first: date
    last: date

    @property
    def name(self) -> str:
        """The period in words ("Quarter 3/2026")."""
        year = self.first.year
        if self.kind == MONTH:
            return _("Month %(n)s/%(year)s") % {"n": self.first.month, "year": year}
        if self.kind == QUARTER:
            return _("Quarter %(n)s/%(year)s") % {"n": (self.first.month + 2) // 3, "year": year}
        if self.kind == HALF:
            return (
                _("First half of %(year)s") % {"year": year}
                if self.first.month == 1
                else _("Second half of %(year)s") % {"year": year}
            )
        return _("Year %(year)s") % {"year": year}

    @property
    def code(self) -> str:
        return f"{self.kind}-{self.first:%Y-%m}"

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The first moment of the period, and the first after it."""
        zone = timezone.get_current_timezone()
        return (
            datetime.combine(self.first, time(), zone),
            datetime.combine(self.last + timedelta(days=1), time(), zone),
        )


def period_of(kind: str, day: date) -> Period:
    """Return the period of *kind* in which *day* lies."""
    months = MONTHS_OF[kind]
    start = (day.month - 1) // months * months + 1
    first = date(day.year, start, 1)
    following = date(day.year + (start + months - 1) // 12, (start + months - 1) % 12 + 1, 1)
    return Period(kind, first, following - timedelta(days=1))


def period_named(code: str, today: date) -> Period | None:
    """Return the period that *code* names ("quarter-2026-07"); None for none, or one that has not begun."""
    kind, _dash, month = code.partition("-")
    if kind not in MONTHS_OF:
        return None
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return None
    found = period_of(kind, first)
    return found if found.first <= today and found.first.year > today.year - 20 else None


def periods_offered(today: date) -> list[Period]:
    """Return the periods a report is asked for: the running and the last of each kind."""
    found: list[Period] = []
    for kind in MONTHS_OF:
        running = period_of(kind, today)
        found += [running, period_of(kind, running.first - timedelta(days=1))]
    return found


@dataclass(frozen=True)
class OperatorLine:
    """One operator in the report."""

    name: str
    stations: int
    sites: int
    by_technology: dict[str, int]
    overdue: int
    unsafe: int
    data_days: int | None
    accepted_files: int


@dataclass
class Periodic:
    """Everything the report says."""

    period: Period
    figures: list[Figure]
    operators: list[OperatorLine]
    communes: list[Counted]
    technologies: list[str]
    events: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)
    storms: Sequence[Storm] = ()


def periodic_of(asked: Asked, period: Period) -> Periodic:
    """Return what *period* brought. Standing figures are those of today: the report says as of which day."""
    board = board_of(asked.person, asked.unit, asked.organization, asked.day)
    lines, technologies = _operators(asked, board.ages, period)
    found = Periodic(period, board.figures, lines, board.communes, technologies)
    found.events = [part for part in _events(asked, period) if part[1]]
    start, end = period.moments
    found.storms = list(
        Storm.objects.visible_to(asked.person).filter(
            Q(began_at__gte=start) | Q(opened_at__gte=start), opened_at__lt=end
        )
    )
    return found


def _operators(asked: Asked, ages: Sequence[DataAge], period: Period) -> tuple[list[OperatorLine], list[str]]:
    chosen = stations(asked.reader, asked.filters, asked.day)
    classes = {"technologies": "technology", "safety": "safety"}
    by_code = counted(chosen, classes, frozenset({"technologies"}), "site_id", by="organization")
    start, end = period.moments
    accepted = dict(
        Submission.objects.visible_to(asked.person)
        .filter(status__in=(SubmissionStatus.ACCEPTED, SubmissionStatus.PARTLY_ACCEPTED))
        .filter(decided_at__gte=start, decided_at__lt=end)
        .order_by()
        .values_list("organization")
        .annotate(n=Count("pk"))
    )
    days = {age.code: age.days for age in ages}
    names = {one.pk: one for one in Organization.objects.filter(pk__in=[key for key in by_code if key is not None])}
    lines = [
        OperatorLine(
            name=names[key].display_name,
            stations=counts.n,
            sites=counts.sites,
            by_technology=dict(counts.classes["technology"]),
            overdue=counts.classes["safety"]["overdue"],
            unsafe=counts.classes["safety"]["unsafe"],
            data_days=days.get(names[key].code),
            accepted_files=accepted.get(key, 0),
        )
        for key, counts in by_code.items()
        if key in names
    ]
    known = sorted({technology for line in lines for technology in line.by_technology})
    return sorted(lines, key=lambda line: (-line.stations, line.name)), known


def _events(asked: Asked, period: Period) -> list[tuple[str, list[tuple[str, str]]]]:
    number = formats.number
    return [
        (_("Inspections"), [(title, number(n)) for title, n in _inspections(asked, period)]),
        (_("Cases"), [(title, formats.vnd(n) if unit else number(n)) for title, n, unit in _cases(asked, period)]),
        (_("Incidents"), [(title, number(n)) for title, n in _incidents(asked, period)]),
        (_("Reports of citizens"), [(title, number(n)) for title, n in _reports(asked, period)]),
    ]


def _inspections(asked: Asked, period: Period) -> list[tuple[str, Any]]:
    if not can(asked.person, Permission.SEE_INSPECTIONS):
        return []
    rows = Inspection.objects.visible_to(asked.person).filter(
        status=InspectionStatus.SUBMITTED, visited_on__range=(period.first, period.last)
    )
    counts = narrowed(rows, asked).aggregate(
        all=Count("pk"),
        passed=Count("pk", filter=Q(result=Result.PASS)),
        failed=Count("pk", filter=Q(result=Result.FAIL)),
    )
    findings = narrowed(Finding.objects.visible_to(asked.person), asked)
    return [
        (_("Inspections filed"), counts["all"]),
        (_("Passed without remarks"), counts["passed"]),
        (_("Not passed"), counts["failed"]),
        (_("Findings made"), findings.filter(found_on__range=(period.first, period.last)).count()),
        (_("Findings remedied"), findings.filter(remedied_on__range=(period.first, period.last)).count()),
    ]


def _cases(asked: Asked, period: Period) -> list[tuple[str, Any, bool]]:
    if not can(asked.person, Permission.SEE_CASES):
        return []
    rows = narrowed(ViolationCase.objects.visible_to(asked.person), asked)
    opened = rows.filter(detected_on__range=(period.first, period.last))
    decided = rows.filter(steps__kind="decision", steps__on__range=(period.first, period.last)).distinct()
    fines = ViolationCase.objects.filter(pk__in=decided.values("pk")).aggregate(sum=Sum("fine_vnd"))["sum"] or 0
    payments = Payment.objects.filter(case__in=rows.values("pk"), on__range=(period.first, period.last))
    paid = payments.aggregate(sum=Sum("amount_vnd"))["sum"] or 0
    return [
        (_("Cases opened"), opened.count(), False),
        (_("Decisions made"), decided.count(), False),
        (_("Fines decided"), fines, True),
        (_("Paid in"), paid, True),
        (_("Cases closed"), rows.filter(closed_on__range=(period.first, period.last)).count(), False),
    ]


def _incidents(asked: Asked, period: Period) -> list[tuple[str, Any]]:
    if not can(asked.person, Permission.SEE_INSPECTIONS):
        return []
    start, end = period.moments
    rows = narrowed(Incident.objects.visible_to(asked.person), asked).filter(started_at__gte=start, started_at__lt=end)
    hit = IncidentObject.objects.filter(incident__in=rows.values("pk"), out_since__isnull=False)
    lasted = hit.filter(back_at__isnull=False).aggregate(
        mean=Avg(ExpressionWrapper(F("back_at") - F("out_since"), output_field=DurationField()))
    )["mean"]
    found: list[tuple[str, Any]] = [
        (_("Incidents"), rows.count()),
        (_("Stations that were out of service"), hit.values("installation").distinct().count()),
    ]
    if lasted is not None:
        found.append((_("Out of service on average (hours)"), round(lasted.total_seconds() / 3600, 1)))
    return found


def _reports(asked: Asked, period: Period) -> list[tuple[str, Any]]:
    if not can(asked.person, Permission.SEE_REPORTS):
        return []
    start, end = period.moments
    rows = narrowed(PublicReport.objects.visible_to(asked.person), asked)
    return [
        (_("Reports received"), rows.filter(received_at__gte=start, received_at__lt=end).count()),
        (_("Reports answered"), rows.filter(answered_at__gte=start, answered_at__lt=end).count()),
    ]
