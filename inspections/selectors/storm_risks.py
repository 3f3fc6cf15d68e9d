"""Before a storm: which masts to look at first, and why. The reasons are told, never a bare number.

A mast is weighed by what is known to fail: a finding of danger that still stands, a design wind below the forecast,
height, a roof or guys under it, a long time since anybody looked, little power backup. Wind is compared as registered
and as forecast, both at 10 m above ground. Thresholds are dated limits (``storm_…``), not law: ``verified`` is false.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, FloatField, Func, Max, Min
from django.db.models.functions import Coalesce

from infra.access import Person
from infra.models import Base, Mast
from inspections.models import Finding, Inspection, InspectionStatus, Storm
from inspections.selectors.law import limit_value
from inspections.selectors.storm_area import Commune, communes_of, stations_in

UNSAFE, WEAK, UNKNOWN_WIND = "unsafe", "weak", "unknown_wind"
TALL, ROOF, GUYED, STALE, NEVER, BACKUP = "tall", "roof", "guyed", "stale", "never", "backup"
#: reason → how much it weighs; the worst first
WEIGHTS = {
    UNSAFE: 5,
    WEAK: 4,
    NEVER: 2,
    TALL: 2,
    BACKUP: 2,
    STALE: 1,
    ROOF: 1,
    GUYED: 1,
    UNKNOWN_WIND: 1,
}
#: from these sums on a mast is to be looked at before the storm, or at least watched
LOOK, WATCH = 5, 3
GUYED_STRUCTURE = "guyed"
TALL_M, AGE_DAYS, BACKUP_H = 45.0, 365.0, 4.0


@dataclass(frozen=True)
class Thresholds:
    """What counts as tall, long ago and little backup, and the wind that is forecast."""

    tall_m: float
    age_days: float
    backup_h: float
    wind_ms: float | None

    @classmethod
    def on(cls, day: date, wind_ms: float | None) -> "Thresholds":
        return cls(
            limit_value("storm_tall_mast", day, TALL_M),
            limit_value("storm_check_age", day, AGE_DAYS),
            limit_value("storm_backup", day, BACKUP_H),
            wind_ms,
        )


@dataclass
class MastAtRisk:
    """One mast of the area. ``height_m`` is its top above ground, the building under it included."""

    site: str
    site_name: str
    mast: str
    unit: Commune
    lon: float
    lat: float
    owner: str
    height_m: float | None
    base: str
    design_wind_ms: float | None
    operators: tuple[str, ...] = ()
    stations: int = 0
    backup_h: float | None = None
    last_check: date | None = None
    reasons: list[str] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return sum(WEIGHTS[reason] for reason in self.reasons)

    @property
    def level(self) -> str:
        """look, watch or calm."""
        return "look" if self.weight >= LOOK else "watch" if self.weight >= WATCH else "calm"


@dataclass
class Standing:
    """What is known of the installations of one site."""

    operators: set[str] = field(default_factory=set)
    stations: int = 0
    backup_h: float | None = None


def masts_at_risk(person: Person, storm: Storm, today: date, organization: str = "") -> list[MastAtRisk]:
    """Return the masts with operating stations in the storm's area, what is to be looked at first (six queries)."""
    communes = {commune.pk: commune for commune in communes_of(storm)}
    limits = Thresholds.on(today, storm.wind_ms)
    standing = _standing(person, list(communes), organization)
    checked, unsafe = _last_checks(list(communes)), _unsafe(list(communes))
    rows = (
        Mast.objects.visible_to(person)
        .filter(site__unit__in=list(communes), merged_into__isnull=True, site__merged_into__isnull=True)
        .annotate(lon=_ordinate("X"), lat=_ordinate("Y"))
        .values_list(
            "site_id", "site__code", "site__name", "code", "site__unit_id", "lon", "lat", "owner__short_name",
            "owner__name", "height_m", "building_height_m", "base", "structure_type_id", "design_wind_ms",
        )
    )  # fmt: skip
    found = []
    for site_id, code, name, mast, unit_id, lon, lat, short, owner, height, building, base, structure, wind in rows:
        here = standing.get(site_id)
        if here is None:
            continue
        top = None if height is None else height + (building or 0 if base == Base.ROOF else 0)
        one = MastAtRisk(
            code, name, mast, communes[unit_id], lon, lat, short or owner, top, base, wind,
            tuple(sorted(here.operators)), here.stations, here.backup_h, checked.get(site_id),
        )  # fmt: skip
        one.reasons = list(_reasons(one, structure, limits, today, is_unsafe=site_id in unsafe))
        found.append(one)
    return sorted(found, key=lambda one: (-one.weight, -(one.height_m or 0), one.site))


def _ordinate(axis: str) -> Func:
    return Func(F("site__position"), function=f"ST_{axis}", output_field=FloatField())


def _standing(person: Person, unit_ids: list[int], organization: str) -> dict[int, Standing]:
    rows = stations_in(person, unit_ids, organization).filter(site__isnull=False)
    grouped = rows.values_list("site_id", "organization__short_name", "organization__name").order_by()
    found: dict[int, Standing] = {}
    for site_id, short, name, stations, backup in grouped.annotate(
        n=Count("pk"), least=Min("base_station__backup_hours")
    ):
        one = found.setdefault(site_id, Standing())
        one.operators.add(short or name)
        one.stations += stations
        if backup is not None:
            one.backup_h = backup if one.backup_h is None else min(one.backup_h, backup)
    return found


def _last_checks(unit_ids: list[int]) -> dict[int, date]:
    """Return site id → day of the last inspection of the site, its mast or anything on it."""
    rows = (
        Inspection.objects.filter(status=InspectionStatus.SUBMITTED, unit__in=unit_ids)
        .annotate(at=Coalesce("site_id", "installation__site_id", "mast__site_id"))
        .filter(at__isnull=False)
        .order_by()
        .values_list("at")
        .annotate(last=Max("visited_on"))
    )
    return dict(rows)


def _unsafe(unit_ids: list[int]) -> set[int]:
    """Return the sites with a finding of danger that still stands."""
    rows = (
        Finding.objects.standing()
        .filter(is_safety=True, unit__in=unit_ids)
        .annotate(at=Coalesce("site_id", "installation__site_id", "mast__site_id"))
    )
    return set(rows.values_list("at", flat=True))


def _reasons(one: MastAtRisk, structure: str, limits: Thresholds, today: date, *, is_unsafe: bool) -> Iterable[str]:
    if is_unsafe:
        yield UNSAFE
    if one.design_wind_ms is None:
        yield UNKNOWN_WIND
    elif limits.wind_ms is not None and one.design_wind_ms < limits.wind_ms:
        yield WEAK
    if one.height_m is not None and one.height_m >= limits.tall_m:
        yield TALL
    if one.base == Base.ROOF:
        yield ROOF
    if structure == GUYED_STRUCTURE:
        yield GUYED
    if one.last_check is None:
        yield NEVER
    elif (today - one.last_check).days > limits.age_days:
        yield STALE
    if one.backup_h is not None and one.backup_h < limits.backup_h:
        yield BACKUP
