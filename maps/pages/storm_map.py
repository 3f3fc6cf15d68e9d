"""The map of the storm desk: a class for each commune, points with a level, the worst drawn last."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra.access import Permission
from infra.pages.guard import needs
from inspections.models import Damage, StormPhase
from inspections.selectors.storm_outages import BROKEN, Picture, Row, picture_of
from inspections.selectors.storm_risks import MastAtRisk, masts_at_risk
from maps.pages.storms import Asked, asked_of, cause_of, code_of, damage_of, of_unit, reasons_in_words

MOST_POINTS = 2_000
#: what is drawn over what: damage, as the list beside the map marks it, over stations that are out
WORST_LAST = ("out", "minor", "broken")
#: lower edge of each class of a commune's share in per cent, worst first
SHARES = (50.0, 25.0, 10.0, 0.001)


def step_of(share: float | None) -> int | None:
    """Return the class of a share in per cent, 0 for the worst; None where there is nothing to share."""
    if share is None:
        return None
    return next((place for place, edge in enumerate(SHARES) if share >= edge), len(SHARES))


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def storm_map(request: HttpRequest, number: str) -> HttpResponseBase:
    """Return what the desk's map draws: a class for each commune, points with a level, the worst last."""
    asked = asked_of(request, number)
    if asked.tab == StormPhase.BEFORE:
        content = _map_before(asked, masts_at_risk(request.user, asked.storm, timezone.localdate(), asked.organization))
    else:
        content = _map_outages(asked, picture_of(request.user, asked.storm, asked.organization))
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-store"
    return response


def _map_before(asked: Asked, masts: list[MastAtRisk]) -> dict[str, Any]:
    look: dict[str, int] = {}
    total: dict[str, int] = {}
    for one in masts:
        total[one.unit.code] = total.get(one.unit.code, 0) + 1
        look[one.unit.code] = look.get(one.unit.code, 0) + (one.level == "look")
    areas = {
        code: {
            "step": step_of(100 * look[code] / n),
            "words": _("%(n)s of %(all)s masts to look at") % {"n": look[code], "all": n},
        }
        for code, n in total.items()
    }
    shown = [one for one in of_unit(masts, asked.unit) if one.level != "calm"][:MOST_POINTS]
    points = [
        {
            "lon": round(one.lon, 5),
            "lat": round(one.lat, 5),
            "sort": one.level,
            "name": one.site_name or one.site,
            "text": reasons_in_words(one),
            "site": one.site,
        }
        for one in reversed(shown)
    ]
    return {"areas": areas, "points": points, "unit": asked.unit}


def _map_outages(asked: Asked, picture: Picture) -> dict[str, Any]:
    areas = {
        picture.communes[pk].code: {
            "step": step_of(one.share),
            "words": _("%(n)s of %(all)s stations out") % {"n": one.out, "all": one.total},
        }
        for pk, one in picture.by_commune.items()
        if one.total
    }
    after = asked.tab == StormPhase.AFTER
    rows = [row for row in picture.rows if row.is_out or (after and row.damage in BROKEN)]
    rows = [row for row in rows if not asked.unit or code_of(picture, row) == asked.unit][:MOST_POINTS]
    points = [
        {
            "lon": round(row.lon, 5),
            "lat": round(row.lat, 5),
            "sort": _sort_of(row) if after else "out",
            "name": f"{row.operator} · {row.code or row.number}",
            "text": ", ".join(filter(None, (damage_of(row), cause_of(row)))),
            "site": row.site,
        }
        for row in sorted(rows, key=lambda row: WORST_LAST.index(_sort_of(row)))
    ]
    return {"areas": areas, "points": points, "unit": asked.unit}


def _sort_of(row: Row) -> str:
    if row.damage == Damage.MINOR:
        return "minor"
    return "broken" if row.damage in BROKEN else "out"
