"""During and after a storm: what is out of service by commune and operator, since when, what is broken.

While the storm is on, out of service is what any open row of an incident says; afterwards, and for what came back or
was damaged, only the storm's own incidents are told.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, F, FloatField, Func

from infra.access import Person
from infra.models import InstallationKind, Organization
from inspections.models import Damage, IncidentObject, OutageReport, Storm, StormPhase
from inspections.selectors.storm_area import Commune, communes_of, stations_in

#: points of the curve of what is out of service
CURVE_POINTS = 96
BROKEN = (Damage.MINOR, Damage.MAJOR, Damage.DESTROYED)


@dataclass
class Tally:
    """Operating stations and those out of service now; ``since`` is when the first of them went out."""

    total: int = 0
    out: int = 0
    since: datetime | None = None
    expected: datetime | None = None
    by_operator: dict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def share(self) -> float | None:
        return 100 * self.out / self.total if self.total else None


@dataclass
class OperatorTally(Tally):
    """One operator: besides, how often it was out in all, what came back, what is damaged, when it last reported."""

    organization: Organization | None = None
    ever: int = 0
    back: int = 0
    damaged: int = 0
    hours: list[float] = field(default_factory=list)
    last_report: datetime | None = None

    @property
    def median_hours(self) -> float | None:
        ordered = sorted(self.hours)
        return ordered[len(ordered) // 2] if ordered else None


@dataclass(frozen=True)
class Row:
    """One time an installation was out of service, or damaged, in the storm."""

    number: str
    code: str
    site: str | None
    operator: str
    unit_id: int | None
    organization_id: int
    incident: str
    out_since: datetime | None
    back_at: datetime | None
    expected_back_at: datetime | None
    cause: str
    damage: str
    note: str
    lon: float
    lat: float

    @property
    def is_out(self) -> bool:
        return self.out_since is not None and self.back_at is None


@dataclass
class Picture:
    """Everything the desk shows of a storm that is on or has passed."""

    communes: dict[int, Commune]
    by_commune: dict[int, Tally]
    by_operator: dict[int, OperatorTally]
    rows: list[Row]

    @property
    def total(self) -> int:
        return sum(one.total for one in self.by_commune.values())

    @property
    def out(self) -> int:
        return sum(one.out for one in self.by_commune.values())

    @property
    def silent(self) -> list[Commune]:
        """Communes in which no station works."""
        return [self.communes[pk] for pk, one in self.by_commune.items() if one.total and one.out >= one.total]

    @property
    def people(self) -> int:
        """People in communes weighed by the share of stations that are out: an estimate, not a count."""
        return round(
            sum(
                (self.communes[pk].population or 0) * one.out / one.total
                for pk, one in self.by_commune.items()
                if one.total
            )
        )


def picture_of(person: Person, storm: Storm, organization: str = "") -> Picture:
    """Return what *person* may see of the storm's outages (six queries)."""
    communes = {commune.pk: commune for commune in communes_of(storm)}
    picture = Picture(communes, {pk: Tally() for pk in communes}, {}, [])
    _count_stations(person, picture, organization)
    picture.rows = _rows(person, storm, picture, organization)
    for row in picture.rows:
        _count(picture, row)
    _read_reports(person, storm, picture)
    return picture


def _count_stations(person: Person, picture: Picture, organization: str) -> None:
    rows = stations_in(person, list(picture.communes), organization)
    counted = rows.order_by().values_list("unit_id", "organization_id").annotate(n=Count("pk"))
    organizations: dict[int, Organization] = {}
    for unit_id, organization_id, n in counted:
        picture.by_commune[unit_id].total += n
        operator = picture.by_operator.setdefault(organization_id, OperatorTally())
        operator.total += n
        organizations[organization_id] = Organization()
    for one in Organization.objects.filter(pk__in=organizations):
        picture.by_operator[one.pk].organization = one


def _rows(person: Person, storm: Storm, picture: Picture, organization: str) -> list[Row]:
    """Return the rows of the storm's incidents in the area; while it is on, also what is out for another reason."""
    rows = IncidentObject.objects.visible_to(person).filter(
        installation__unit__in=list(picture.communes), installation__kind=InstallationKind.BASE_STATION
    )
    if organization:
        rows = rows.filter(incident__organization__code=organization)
    columns = (
        "installation__registry_number", "installation__code", "installation__site__code",
        "incident__organization__short_name", "incident__organization__name", "installation__unit_id",
        "incident__organization_id", "incident__number", "out_since", "back_at", "expected_back_at", "cause",
        "damage", "note", _ordinate("X"), _ordinate("Y"),
    )  # fmt: skip
    of_storm = rows.filter(incident__storm=storm)
    others = rows.out().exclude(incident__storm=storm) if storm.phase == StormPhase.DURING else rows.none()
    return [
        Row(number, code, site, short or name, *rest)
        for number, code, site, short, name, *rest in (*of_storm.values_list(*columns), *others.values_list(*columns))
    ]


def _ordinate(axis: str) -> Func:
    return Func(F("installation__position"), function=f"ST_{axis}", output_field=FloatField())


def _count(picture: Picture, row: Row) -> None:
    commune = picture.by_commune[row.unit_id or 0]
    operator = picture.by_operator.setdefault(row.organization_id, OperatorTally())
    if row.out_since is not None:
        operator.ever += 1
    if row.is_out:
        for tally in (commune, operator):
            tally.out += 1
            tally.since = min(filter(None, (tally.since, row.out_since)))
            tally.expected = max(filter(None, (tally.expected, row.expected_back_at)), default=None)
        commune.by_operator[row.organization_id] += 1
    elif row.out_since is not None and row.back_at is not None:
        operator.back += 1
        operator.hours.append((row.back_at - row.out_since).total_seconds() / 3600)
    if row.damage in BROKEN:
        operator.damaged += 1


def _read_reports(person: Person, storm: Storm, picture: Picture) -> None:
    reports = OutageReport.objects.visible_to(person).filter(storm=storm).order_by("at")
    for organization_id, moment in reports.values_list("organization_id", "at"):
        if organization_id in picture.by_operator:
            picture.by_operator[organization_id].last_report = moment


def late_by(storm: Storm, tally: OperatorTally, now: datetime) -> timedelta | None:
    """Return by how much an operator's report is late while the storm is on, None where it is not."""
    first = tally.last_report or storm.began_at
    if first is None:
        return None
    late = now - first - timedelta(hours=storm.report_every_h)
    return late if late > timedelta() else None


def curve(rows: Iterable[Row], start: datetime, end: datetime) -> list[tuple[datetime, int]]:
    """Return how many were out of service at each of some moments from *start* to *end*."""
    outs = sorted(row.out_since for row in rows if row.out_since is not None)
    backs = sorted(row.back_at for row in rows if row.back_at is not None and row.out_since is not None)
    if not outs or end <= start:
        return []
    step = (end - start) / CURVE_POINTS
    moments = [start + step * place for place in range(CURVE_POINTS + 1)]
    return [(moment, bisect_right(outs, moment) - bisect_right(backs, moment)) for moment in moments]
