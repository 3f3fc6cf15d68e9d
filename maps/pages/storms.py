"""The storm desk: before, during and after one storm, as list, map and file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import Base
from infra.pages.columns import Column
from infra.pages.exports import as_csv, as_xlsx
from infra.pages.guard import needs
from infra.selectors.registers import organizations_offered
from inspections.models import STORM_MOVES, Damage, IncidentCause, Storm, StormPhase
from inspections.pages.storms import find_storm
from inspections.selectors import storm_risks as risks
from inspections.selectors.storm_outages import BROKEN, OperatorTally, Picture, Row, curve, late_by, picture_of
from inspections.selectors.storm_risks import MastAtRisk, masts_at_risk
from maps.pages.curves import Curve, curve_of
from maps.pages.folium import map_markup
from maps.pages.ground import bounds_for, ground_settings, source_note, words
from maps.queries.reader import Reader

TABS = (StormPhase.BEFORE, StormPhase.DURING, StormPhase.AFTER)
#: rows on the page; files hold all
MOST_ROWS = 100

#: words of the classes of a commune's share, the worst first (``maps.pages.storm_map.SHARES``)
CLASSES = (
    gettext_lazy("50 % and more"),
    gettext_lazy("25–50 %"),
    gettext_lazy("10–25 %"),
    gettext_lazy("below 10 %"),
    gettext_lazy("none"),
)

REASONS: dict[str, Any] = {
    risks.UNSAFE: gettext_lazy("danger found, not remedied"),
    risks.WEAK: gettext_lazy("design wind below the forecast"),
    risks.UNKNOWN_WIND: gettext_lazy("design wind not known"),
    risks.TALL: gettext_lazy("tall"),
    risks.ROOF: gettext_lazy("on a roof"),
    risks.GUYED: gettext_lazy("guyed"),
    risks.STALE: gettext_lazy("not checked for long"),
    risks.NEVER: gettext_lazy("never checked"),
    risks.BACKUP: gettext_lazy("little power backup"),
}
LEVELS: dict[str, Any] = {
    "look": gettext_lazy("Look at before the storm"),
    "watch": gettext_lazy("Keep an eye on"),
    "calm": gettext_lazy("Nothing known against it"),
}


#: what a move between phases is called on its button
MOVES: dict[tuple[str, str], Any] = {
    (StormPhase.BEFORE, StormPhase.DURING): gettext_lazy("The storm is here"),
    (StormPhase.BEFORE, StormPhase.CLOSED): gettext_lazy("Close the desk"),
    (StormPhase.DURING, StormPhase.AFTER): gettext_lazy("The storm has passed"),
    (StormPhase.AFTER, StormPhase.DURING): gettext_lazy("The storm is back"),
    (StormPhase.AFTER, StormPhase.CLOSED): gettext_lazy("Close the desk"),
    (StormPhase.CLOSED, StormPhase.AFTER): gettext_lazy("Open the desk again"),
}


def reasons_in_words(one: MastAtRisk) -> str:
    return ", ".join(str(REASONS[reason]) for reason in one.reasons)


def cause_of(row: Row) -> str:
    return str(IncidentCause(row.cause).label)


def damage_of(row: Row) -> str:
    return str(Damage(row.damage).label) if row.damage else ""


MAST_COLUMNS: Sequence[Column] = (
    Column("site", gettext_lazy("Site"), lambda m: m.site),
    Column("name", gettext_lazy("Name of the site"), lambda m: m.site_name),
    Column("mast", gettext_lazy("Mast"), lambda m: m.mast),
    Column("unit", gettext_lazy("Commune"), lambda m: m.unit.name),
    Column("owner", gettext_lazy("Owner of the mast"), lambda m: m.owner),
    Column("operators", gettext_lazy("Operators"), lambda m: ", ".join(m.operators)),
    Column("stations", gettext_lazy("Stations"), lambda m: m.stations),
    Column("height", gettext_lazy("Top above ground (m)"), lambda m: m.height_m),
    Column("base", gettext_lazy("Stands on"), lambda m: str(Base(m.base).label)),
    Column("wind", gettext_lazy("Design wind (m/s)"), lambda m: m.design_wind_ms),
    Column("backup", gettext_lazy("Least power backup (h)"), lambda m: m.backup_h),
    Column("checked", gettext_lazy("Last inspection"), lambda m: m.last_check),
    Column("level", gettext_lazy("Level"), lambda m: str(LEVELS[m.level])),
    Column("reasons", gettext_lazy("Why"), reasons_in_words),
    Column("lon", gettext_lazy("Longitude"), lambda m: m.lon),
    Column("lat", gettext_lazy("Latitude"), lambda m: m.lat),
)


def _outage_columns(picture: Picture) -> Sequence[Column]:
    return (
        Column("number", gettext_lazy("Registry number"), lambda r: r.number),
        Column("code", gettext_lazy("Operator's code"), lambda r: r.code),
        Column("operator", gettext_lazy("Operator"), lambda r: r.operator),
        Column("unit", gettext_lazy("Commune"), lambda r: picture.communes[r.unit_id].name),
        Column("out_since", gettext_lazy("Out since"), lambda r: r.out_since),
        Column("back_at", gettext_lazy("Restored"), lambda r: r.back_at),
        Column("expected", gettext_lazy("Expected back"), lambda r: r.expected_back_at),
        Column("cause", gettext_lazy("Cause"), cause_of),
        Column("damage", gettext_lazy("Damage"), damage_of),
        Column("note", gettext_lazy("Note"), lambda r: r.note),
        Column("incident", gettext_lazy("Incident"), lambda r: r.incident),
    )


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    storm: Storm
    tab: str
    organization: str
    unit: str

    @property
    def query(self) -> str:
        pairs = {"tab": self.tab, "organization": self.organization, "unit": self.unit}
        return urlencode({name: value for name, value in pairs.items() if value})


def asked_of(request: HttpRequest, number: str) -> Asked:
    storm = find_storm(request, number)
    usual = StormPhase.AFTER if storm.phase == StormPhase.CLOSED else storm.phase
    tab = request.GET.get("tab", "")
    return Asked(
        storm,
        tab if tab in TABS else usual,
        request.GET.get("organization", "")[:32],
        request.GET.get("unit", "")[:10],
    )


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def storm_desk(request: HttpRequest, number: str) -> HttpResponseBase:
    """Show the desk of one storm in its phase, or in the one that the address names."""
    asked = asked_of(request, number)
    wanted = request.GET.get("export", "")
    if asked.tab == StormPhase.BEFORE:
        masts = masts_at_risk(request.user, asked.storm, timezone.localdate(), asked.organization)
        if wanted in ("csv", "xlsx"):
            return _export(asked, wanted, of_unit(masts, asked.unit), MAST_COLUMNS, "storm-masts")
        context = _before(asked, masts)
    else:
        picture = picture_of(request.user, asked.storm, asked.organization)
        if wanted in ("csv", "xlsx"):
            rows = [row for row in picture.rows if not asked.unit or code_of(picture, row) == asked.unit]
            return _export(asked, wanted, rows, _outage_columns(picture), "storm-outages")
        context = _outages(asked, picture)
    return render(request, f"maps/storm/{asked.tab}.html", {**_frame(request, asked), **context})


def _export(asked: Asked, wanted: str, rows: Sequence[Any], columns: Sequence[Column], stem: str) -> HttpResponseBase:
    if wanted == "csv":
        return as_csv(rows, columns, stem)
    about = [
        (_("Storm"), str(asked.storm)),
        (_("Operator"), asked.organization),
        (_("Commune"), asked.unit),
        (_("Exported at"), formats.moment(timezone.now())),
    ]
    return as_xlsx(rows, columns, stem, [(name, value) for name, value in about if value])


def _frame(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Return what all three tabs show around their own."""
    storm = asked.storm
    may_edit = can(request.user, Permission.EDIT_REGISTER)
    markup = map_markup(
        name="storm",
        bounds=bounds_for(Reader.of(request.user).scope),
        start="openStorm",
        settings_of_map={
            "ground": ground_settings(),
            "url": f"{reverse('maps:storm-map', args=[storm.number])}?{asked.query}",
            "site": reverse("maps:site", args=["REF"]),
            "words": words(),
        },
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=("maps/storm.js",),
        styles=("maps/storm.css",),
    )
    return {
        "storm": storm,
        "asked": asked,
        "tab": asked.tab,
        "tabs": [(phase, StormPhase(phase).label) for phase in TABS],
        "organizations": organizations_offered(request.user),
        "moves": _moves(storm),
        "may_edit": may_edit,
        "may_report": can(request.user, Permission.SUBMIT) or can(request.user, Permission.INSPECT),
        "plan_url": plan_url(
            request,
            storm=storm.number,
            damaged="1" if asked.tab == StormPhase.AFTER else "",
            organization=asked.organization,
            unit=asked.unit,
        ),
        "is_staff": Reader.of(request.user).scope.is_staff(),
        "map": markup,
        "source_note": source_note(),
        "classes": list(enumerate(CLASSES)),
        "units_named": list(storm.units.order_by("name").values_list("full_name", flat=True)),
    }


def _moves(storm: Storm) -> list[tuple[str, Any]]:
    """Return the phases that may follow with what each move is called, in the order of a storm."""
    return [(to, MOVES[storm.phase, to]) for to in StormPhase.values if (storm.phase, to) in STORM_MOVES]


def plan_url(request: HttpRequest, **selection: str) -> str | None:
    """Return where a campaign of inspections is planned from a selection; None for whoever plans none."""
    if not can(request.user, Permission.SUPERVISE):
        return None
    try:
        address = reverse("inspections:campaign-new")
    except NoReverseMatch:
        return None
    chosen = {name: value for name, value in selection.items() if value}
    return f"{address}?{urlencode(chosen)}" if chosen else address


# --- Before -----------------------------------------------------------------------------------------------------------


@dataclass
class Count:
    """Masts of a commune or an owner by level."""

    name: str
    code: str = ""
    look: int = 0
    watch: int = 0
    calm: int = 0

    @property
    def total(self) -> int:
        return self.look + self.watch + self.calm


def of_unit(masts: list[MastAtRisk], unit: str) -> list[MastAtRisk]:
    return [one for one in masts if not unit or one.unit.code == unit]


def _before(asked: Asked, masts: list[MastAtRisk]) -> dict[str, Any]:
    shown = of_unit(masts, asked.unit)
    by_unit: dict[str, Count] = {}
    by_owner: dict[str, Count] = {}
    for one in masts:
        for count in (
            by_unit.setdefault(one.unit.code, Count(one.unit.name, one.unit.code)),
            by_owner.setdefault(one.owner, Count(one.owner)),
        ):
            setattr(count, one.level, getattr(count, one.level) + 1)
    limits = risks.Thresholds.on(timezone.localdate(), asked.storm.wind_ms)
    return {
        "masts": [(one, reasons_in_words(one)) for one in shown[:MOST_ROWS]],
        "count": Count("", "", *(sum(one.level == level for one in shown) for level in LEVELS)),
        "shown": min(len(shown), MOST_ROWS),
        "total": len(shown),
        "by_unit": sorted(by_unit.values(), key=lambda one: (-one.look, -one.watch, one.name)),
        "by_owner": sorted(by_owner.values(), key=lambda one: (-one.look, -one.watch, one.name)),
        "limits": limits,
        "unit_name": next((one.unit.name for one in masts if one.unit.code == asked.unit), asked.unit),
    }


# --- During and after -------------------------------------------------------------------------------------------------


def code_of(picture: Picture, row: Row) -> str:
    return picture.communes[row.unit_id or 0].code


def _outages(asked: Asked, picture: Picture) -> dict[str, Any]:
    now = timezone.now()
    storm = asked.storm
    rows = [row for row in picture.rows if not asked.unit or code_of(picture, row) == asked.unit]
    still = sorted((row for row in rows if row.is_out), key=lambda row: (row.out_since or now, row.number))
    broken = [row for row in rows if row.damage in BROKEN]
    start = storm.began_at or storm.expected_at or storm.opened_at
    starts = [start, *(row.out_since for row in picture.rows if row.out_since is not None)]
    end = min(now, (storm.closed_at or now) + timedelta(hours=1))
    points = curve(picture.rows, min(starts), end)
    return {
        "picture": picture,
        "still": [(row, picture.communes[row.unit_id or 0].name, cause_of(row)) for row in still[:MOST_ROWS]],
        "still_total": len(still),
        "broken": [(row, picture.communes[row.unit_id or 0].name, damage_of(row)) for row in broken[:MOST_ROWS]],
        "broken_total": len(broken),
        "damage": [(label, n) for code, label in Damage.choices if (n := sum(row.damage == code for row in broken))],
        "communes": _by_commune(picture),
        "operators": [_operator(storm, one, now) for one in _ranked(picture)],
        "ever": sum(one.ever for one in picture.by_operator.values()),
        "back": sum(one.back for one in picture.by_operator.values()),
        "curve": _drawn(points),
        "from": min(starts),
        "until": end,
        "now": now,
        "unit_name": next((c.name for c in picture.communes.values() if c.code == asked.unit), asked.unit),
    }


def _by_commune(picture: Picture) -> list[tuple[Any, Any]]:
    """Return communes with anything out of service, the worst first."""
    hit = [(picture.communes[pk], one) for pk, one in picture.by_commune.items() if one.out]
    return sorted(hit, key=lambda pair: (-(pair[1].share or 0), -pair[1].out, pair[0].name))


def _ranked(picture: Picture) -> list[OperatorTally]:
    known = [one for one in picture.by_operator.values() if one.organization is not None]
    return sorted(known, key=lambda one: (-one.out, -one.ever, str(one.organization)))


def _operator(storm: Storm, one: OperatorTally, now: datetime) -> dict[str, Any]:
    late = late_by(storm, one, now) if storm.phase == StormPhase.DURING else None
    return {
        "name": one.organization.display_name if one.organization else "",
        "code": one.organization.code if one.organization else "",
        "tally": one,
        "late_h": round(late.total_seconds() / 3600, 1) if late else None,
        "back_share": 100 * one.back / one.ever if one.ever else None,
    }


def _drawn(points: list[tuple[datetime, int]]) -> Curve | None:
    return curve_of([n for _at, n in points], 560, 120, from_zero=True)
