"""What was measured and complained about, beside the forecast: points for the console, a sheet of agreement."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, Person, scope_of
from infra.models import AdministrativeUnit, PublicReport, ReportKind
from infra.pages.guard import needs
from maps.coverage.validation import KINDS, Compared, agreements, compared
from maps.models import CoverageMap, MeasurementFile
from maps.pages.coverage.choosing import choice_of

#: points drawn at most; the newest
MOST_POINTS = 5_000
MOST_COMPLAINTS = 1_000
MOST_UNITS = 40


def _chosen(request: HttpRequest) -> CoverageMap:
    coverage = choice_of(request.user, request.GET).coverage
    if coverage is None:
        raise Http404
    return coverage


@require_safe
@needs(Permission.SEE_REGISTER)
def measured_points(request: HttpRequest) -> JsonResponse:
    """Return measured places of the chosen network as [lon, lat, dBm, class, forecast dBm | null, kind]."""
    coverage = _chosen(request)
    found = compared(coverage, scope_of(request.user))
    points = _points(coverage, found)
    return JsonResponse({"points": points, "all": len(found), "kinds": list(KINDS)})


def _points(coverage: CoverageMap, found: Compared) -> list[list[Any]]:
    edges = sorted([coverage.threshold_dbm, *coverage.levels_dbm])
    kinds = found.kinds()
    rows = []
    for row in range(min(len(found), MOST_POINTS)):
        level, forecast = float(found.measured_dbm[row]), float(found.forecast_dbm[row])
        rows.append(
            [
                round(float(found.lon[row]), 6),
                round(float(found.lat[row]), 6),
                round(level, 1),
                sum(level >= edge for edge in edges),
                None if forecast != forecast else round(forecast, 1),
                int(kinds[row]),
            ]
        )
    return rows


def complaints_in(coverage: CoverageMap, person: Person) -> QuerySet[PublicReport]:
    """Return the complaints of no coverage that concern the network and technology of a map."""
    rows = PublicReport.objects.visible_to(person).filter(kind=ReportKind.COVERAGE, position__isnull=False)
    if coverage.organization_id:
        rows = rows.filter(organization=coverage.organization_id) | rows.filter(organization__isnull=True)
    return rows.filter(technology__in=["", coverage.technology_id])


@require_safe
@needs(Permission.SEE_REGISTER)
def complaint_points(request: HttpRequest) -> JsonResponse:
    """Return where people complained of no coverage in the chosen network and technology: [lon, lat, ticket, day]."""
    coverage = _chosen(request)
    rows = complaints_in(coverage, request.user).order_by("-pk")[:MOST_COMPLAINTS]
    points = [
        [
            round(one.position.x, 6),
            round(one.position.y, 6),
            one.ticket,
            formats.day(one.received_at),
        ]
        for one in rows
        if one.position is not None
    ]
    return JsonResponse({"points": points})


@require_safe
@needs(Permission.SEE_REGISTER)
def agreement_sheet(request: HttpRequest) -> HttpResponse:
    """Say how far the forecast agrees with what was measured, in all and by commune."""
    coverage = _chosen(request)
    whole, units = agreements(compared(coverage, scope_of(request.user)))
    shown = units[:MOST_UNITS]
    names = AdministrativeUnit.objects.filter(pk__in=[one.unit for one in shown]).defer("boundary")
    by_key = {one.pk: one for one in names}
    files = MeasurementFile.objects.visible_to(request.user).order_by("-last_on", "-pk")[:10]
    context = {
        "coverage": coverage,
        "whole": rounded(whole),
        "units": [(by_key[one.unit or 0], rounded(one)) for one in shown],
        "more": len(units) - len(shown),
        "files": files,
        "advice": _advice(whole.bias_db),
    }
    return render(request, "maps/coverage/agreement.html", context)


def rounded(one: Any) -> dict[str, Any]:
    agreed = one.kinds["both"] + one.kinds["neither"]
    return {
        "count": one.count,
        "bias_db": None if one.bias_db is None else round(one.bias_db, 1),
        "rmse_db": None if one.rmse_db is None else round(one.rmse_db, 1),
        "agreed_percent": round(100 * agreed / one.count, 1) if one.count else None,
        **one.kinds,
    }


def _advice(bias: float | None) -> str:
    if bias is None:
        return ""
    if bias >= 3:
        return _("The forecast promises more than was measured.")
    if bias <= -3:
        return _("The forecast is more careful than what was measured.")
    return _("On average the forecast is what was measured.")
