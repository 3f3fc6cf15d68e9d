"""Storms and incidents of the demo: one storm that has passed with its outages, one that is coming, some thefts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from infra.models import AdministrativeUnit, Authority, Installation, InstallationKind, Organization, User
from inspections.models import Damage, IncidentCause, IncidentKind, Storm, StormPhase
from inspections.outages.rows import BACK, OutageRow, Report
from inspections.outages.taking import outages_take
from inspections.services.incidents import IncidentFacts, incident_report
from inspections.services.storms import StormFacts, storm_move, storm_open

REASON = "Dữ liệu minh họa"
#: days since the storm that has passed, share of stations it took, and of those what was damaged
PASSED_DAYS, HIT_SHARE, BROKEN_SHARE = 64, 0.13, 0.09
CAUSES = (IncidentCause.POWER, IncidentCause.TRANSMISSION, IncidentCause.STRUCTURE, IncidentCause.FLOOD)
CAUSE_SHARES = (0.62, 0.2, 0.06, 0.12)
#: kind, days ago, hours it lasted (None: it goes on), cause, words
EVENTS = (
    (IncidentKind.THEFT, 41, 9.0, IncidentCause.POWER, "Mất trộm 8 bình ắc quy (minh họa)"),
    (IncidentKind.SABOTAGE, 18, 5.5, IncidentCause.TRANSMISSION, "Cáp quang bị cắt ba điểm (minh họa)"),
    (IncidentKind.FIRE, 9, 30.0, IncidentCause.EQUIPMENT, "Cháy tủ nguồn trong nhà trạm (minh họa)"),
    (IncidentKind.THEFT, 3, None, IncidentCause.POWER, "Mất trộm dây tiếp đất (minh họa)"),
    (IncidentKind.OUTAGE, 0, None, IncidentCause.TRANSMISSION, "Đứt cáp do thi công đường (minh họa)"),
    (IncidentKind.OUTAGE, 0, None, IncidentCause.POWER, "Mất điện lưới kéo dài (minh họa)"),
)


def write_storms(*, officer: User, inspector: User, authority: Authority, random: np.random.Generator) -> None:
    """Write a storm that has passed, with what operators reported, one that comes, and single incidents."""
    communes = list(AdministrativeUnit.objects.filter(parent__in=authority.territory.all(), valid_to__isnull=True))
    coast = sorted(communes, key=lambda unit: -unit.centroid.x if unit.centroid else 0)
    passed = timezone.now() - timedelta(days=PASSED_DAYS)
    storm = storm_open(
        actor=officer,
        authority=authority,
        facts=StormFacts(
            name="Bão số 4 (minh họa)",
            expected_at=passed,
            wind_ms=32.6,
            text="Báo cáo trạm mất liên lạc ba giờ một lần.",
        ),
        reason=REASON,
        at=passed - timedelta(days=2),
    )
    storm_move(actor=officer, storm=storm, to=StormPhase.DURING, reason=REASON, at=passed)
    _outages(inspector, authority, storm, coast, random, passed)
    storm_move(actor=officer, storm=storm, to=StormPhase.AFTER, reason=REASON, at=passed + timedelta(hours=20))
    storm_move(actor=officer, storm=storm, to=StormPhase.CLOSED, reason=REASON, at=passed + timedelta(days=9))
    storm_open(
        actor=officer,
        authority=authority,
        facts=StormFacts(
            name="Bão số 6 (minh họa)",
            expected_at=timezone.now() + timedelta(hours=40),
            wind_ms=41.4,
            units=coast[: len(coast) // 2],
            text="Kiểm tra cột cao, cột trên mái và nguồn dự phòng trước khi bão đổ bộ.",
        ),
        reason=REASON,
        at=timezone.now() - timedelta(hours=5),
    )
    _events(inspector, authority, random)


def _stations(authority: Authority) -> dict[int, list[Installation]]:
    found: dict[int, list[Installation]] = {}
    rows = Installation.objects.filter(
        authority=authority, kind=InstallationKind.BASE_STATION, status_id="operating", unit__isnull=False
    )
    for row in rows.select_related("organization", "unit").order_by("id"):
        found.setdefault(row.organization_id, []).append(row)
    return found


def _outages(
    inspector: User,
    authority: Authority,
    storm: Storm,
    coast: Sequence[AdministrativeUnit],
    random: np.random.Generator,
    began: datetime,
) -> None:
    """Report outages in three waves, more of them near the coast, and their return over the days after."""
    nearness = {unit.pk: 1.7 - 1.5 * place / max(1, len(coast) - 1) for place, unit in enumerate(coast)}
    for organization_id, stations in _stations(authority).items():
        organization = Organization.objects.get(pk=organization_id)
        odds = np.array([HIT_SHARE * nearness.get(row.unit_id or 0, 0.5) for row in stations])
        hit = [row for row, chosen in zip(stations, random.random(len(stations)) < odds, strict=True) if chosen]
        rows = []
        for place, row in enumerate(hit, start=1):
            out = began + timedelta(hours=float(random.gamma(2.2, 2.0)))
            back = out + timedelta(hours=float(min(random.lognormal(2.6, 0.9), 200)))
            broken = random.random() < BROKEN_SHARE
            damage = str(random.choice([Damage.MINOR, Damage.MAJOR, Damage.DESTROYED], p=[0.7, 0.25, 0.05]))
            rows.append(
                OutageRow(
                    row=place,
                    station=row.registry_number,
                    state=BACK,
                    out_since=out.replace(second=0, microsecond=0),
                    back_at=back.replace(second=0, microsecond=0),
                    cause=str(random.choice(CAUSES, p=CAUSE_SHARES)),
                    damage=damage if broken else Damage.NONE,
                )
            )
        report = Report(organization, at=began + timedelta(days=9), rows=rows, storm=storm, source="file")
        outages_take(actor=inspector, report=report, reason=REASON)


def _events(inspector: User, authority: Authority, random: np.random.Generator) -> None:
    stations = [row for rows in _stations(authority).values() for row in rows]
    for kind, days, hours, cause, text in EVENTS:
        row = stations[int(random.integers(len(stations)))]
        started = timezone.now() - timedelta(days=days, hours=float(random.uniform(1, 6)))
        incident_report(
            actor=inspector,
            authority=authority,
            facts=IncidentFacts(
                kind=kind,
                organization=row.organization,
                started_at=started,
                ended_at=None if hours is None else started + timedelta(hours=hours),
                installations=[row],
                cause=cause,
                text=text,
            ),
            reason=REASON,
            at=started + timedelta(minutes=40),
        )
