"""How urgent the inspection of installations is: computed now for a few, read from the kept table for lists.

A span of keys is read with one statement for each kind of fact, so that a whole country is read in minutes' seconds.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from django.db import models
from django.utils import timezone

from infra.access import Person
from infra.models import (
    BaseStation,
    CableRoute,
    Installation,
    InstallationKind,
    InternetPoint,
    Limit,
    Mast,
    PublicReport,
    ReportKind,
    ReportStatus,
)
from inspections.models import CaseObject, Inspection, InspectionPriority, InspectionStatus, Review
from inspections.selectors.cases import ENDED
from inspections.selectors.priority_decision import LIMITS, POINTS, Priority, Risk, prioritize
from inspections.selectors.safety import CHUNK, Held, read_facts
from inspections.selectors.spans import Span


def rules_on(day: date) -> dict[str, float]:
    """Return code -> points and limits in force on *day* (one query)."""
    codes = {**POINTS, **LIMITS}
    rows = Limit.objects.in_force(day).filter(code__in=codes).order_by("valid_from")
    return codes | {row.code: row.value for row in rows}


def priorities_of(ids: Iterable[int], on: date | None = None) -> dict[int, Priority]:
    """Return installation id -> priority on *on* (today), decided now. The ids must be ones the person may see."""
    day = on or timezone.localdate()
    wanted = list(dict.fromkeys(ids))
    rules = rules_on(day) if wanted else {}
    found: dict[int, Priority] = {}
    for start in range(0, len(wanted), CHUNK):
        risks = read_risks(wanted[start : start + CHUNK])
        found.update((pk, prioritize(risk, day, rules)) for pk, risk in risks.items())
    return found


def priority_of(person: Person, installation: Installation) -> InspectionPriority | None:
    """Return the kept priority of what *person* sees."""
    return InspectionPriority.objects.visible_to(person).filter(pk=installation.pk).first()


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_risks(ids: Sequence[int], *, dense: bool = False) -> dict[int, Risk]:
    """Return installation id -> what its priority depends on, for at most 5,000 *ids* (some fourteen queries).

    *dense* promises that *ids* are all there are between the first and the last.
    """
    span = Span(ids, dense=dense)
    risks: dict[int, Risk] = {}
    on_mast: Held = defaultdict(list)
    at_site: Held = defaultdict(list)
    columns = ("pk", "kind", "status_id", "in_service_on", "mast_id", "site_id")
    for pk, kind, status, since, mast_id, site_id in Installation.objects.filter(span.rows()).values_list(*columns):
        risks[pk] = Risk(kind=kind, status=status, in_service_on=since)
        if mast_id:
            on_mast[mast_id].append(pk)
        if site_id:
            at_site[site_id].append(pk)
    for pk, facts in read_facts(ids, dense=dense).items():
        risks[pk].safety = facts
    _read_details(span, risks)
    _read_masts(span, risks, on_mast)
    _read_visits(span, risks, on_mast, at_site)
    _read_cases(span, risks, on_mast, at_site)
    _read_reports(span, risks, at_site)
    return risks


def _read_details(span: Span, risks: dict[int, Risk]) -> None:
    kinds = {risk.kind for risk in risks.values()}
    if InstallationKind.BASE_STATION in kinds:
        rows = BaseStation.objects.filter(span.rows())
        for pk, near, above in rows.values_list("pk", "nearest_building_m", "antenna_above_roof_m"):
            risks[pk].nearest_building_m, risks[pk].antenna_above_roof_m = near, above
    if InstallationKind.CABLE_ROUTE in kinds:
        for pk, due in CableRoute.objects.filter(span.rows()).values_list("pk", "tidy_due_on"):
            risks[pk].tidy_due_on = due
    if InstallationKind.INTERNET_POINT in kinds:
        games = InternetPoint.objects.filter(span.rows(), is_game_point=True)
        for pk, metres in games.values_list("pk", "nearest_school_m"):
            risks[pk].school_m = metres


def _read_masts(span: Span, risks: dict[int, Risk], on_mast: Held) -> None:
    if not on_mast:
        return
    columns = ("pk", "height_m", "structure_type_id", "built_on", "design_wind_ms")
    for mast_id, *values in Mast.objects.filter(span.held_by("pk", "mast_id", on_mast)).values_list(*columns):
        for pk in on_mast[mast_id]:
            risk = risks[pk]
            risk.mast_height_m, risk.mast_structure, risk.mast_built_on, risk.mast_design_wind = values


def _read_visits(span: Span, risks: dict[int, Risk], on_mast: Held, at_site: Held) -> None:
    """File the last visit: of the installation itself, of its mast, or of its site as a whole."""
    rows = Inspection.objects.filter(status=InspectionStatus.SUBMITTED).exclude(review=Review.SET_ASIDE)
    own = rows.filter(span.rows("installation_id")).order_by()
    for pk, key, day, result in own.values_list("installation_id", "pk", "visited_on", "result"):
        _visit(risks[pk or 0], (day, key), result)
    mast = span.held_by("mast_id", "mast_id", on_mast)
    site = models.Q(mast_id__isnull=True) & span.held_by("site_id", "site_id", at_site)
    whole = rows.filter(mast | site, installation_id__isnull=True).order_by()
    for mast_id, site_id, key, day, result in whole.values_list("mast_id", "site_id", "pk", "visited_on", "result"):
        for pk in on_mast[mast_id] if mast_id else at_site[site_id or 0]:
            _visit(risks[pk], (day, key), result)


def _visit(risk: Risk, when: tuple[date, int], result: str) -> None:
    if risk.last_key is None or when > risk.last_key:
        risk.last_key, risk.last_visit, risk.last_result = when, when[0], result


def _read_cases(span: Span, risks: dict[int, Risk], on_mast: Held, at_site: Held) -> None:
    concerned = span.rows("installation_id")
    concerned |= span.held_by("mast_id", "mast_id", on_mast) | span.held_by("site_id", "site_id", at_site)
    rows = CaseObject.objects.filter(concerned).exclude(case__state__in=ENDED).order_by("id")
    for pk, mast_id, site_id, number in rows.values_list("installation_id", "mast_id", "site_id", "case__number"):
        for held in [pk] if pk else on_mast.get(mast_id or 0) or at_site.get(site_id or 0, []):
            if held in risks:
                risks[held].open_case = number


def _read_reports(span: Span, risks: dict[int, Risk], at_site: Held) -> None:
    if not at_site:
        return
    rows = PublicReport.objects.filter(
        span.held_by("site_id", "site_id", at_site), status__in=(ReportStatus.OPEN, ReportStatus.TAKEN)
    )
    for site_id, kind in rows.values_list("site_id", "kind"):
        for pk in at_site[site_id or 0]:
            if kind == ReportKind.SAFETY:
                risks[pk].safety_complaints += 1
            else:
                risks[pk].other_complaints += 1
