"""How urgent the inspection of an installation is, and why: points for what is known of it. No database here.

Every factor is a dated row of :class:`infra.models.Limit` (``risk_…``): its points are data, and 0 points switch it
off. The sum is the priority; 60 and more is high, 30 and more is medium. A reason is told for every factor that counts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra import formats
from infra.models import InstallationKind, PermitState, Verification
from inspections.models import Result
from inspections.selectors.safety_decision import Facts, Paper, is_mandatory, latest_paper, renewal_open

#: code of a factor -> points where the data have none
POINTS: dict[str, float] = {
    "risk_certificate_lapsed": 60,
    "risk_certificate_expired": 40,
    "risk_certificate_missing": 30,
    "risk_expires_60": 30,
    "risk_expires_90": 20,
    "risk_expires_180": 10,
    "risk_geometry": 10,
    "risk_geometry_unclear": 15,
    "risk_never_inspected": 15,
    "risk_inspected_long_ago": 10,
    "risk_last_failed": 20,
    "risk_last_remarks": 5,
    "risk_danger_stands": 40,
    "risk_remedy_late": 20,
    "risk_old_mast": 10,
    "risk_tall_mast": 10,
    "risk_guyed_mast": 5,
    "risk_weak_design": 10,
    "risk_open_case": 10,
    "risk_complaint_safety": 20,
    "risk_complaint": 8,
    "risk_tidy_late": 20,
    "risk_school_near": 20,
    "risk_level_high": 60,
    "risk_level_medium": 30,
    "risk_inspection_years": 2,
    "risk_mast_years": 15,
    "risk_tall_from": 45,
    "risk_design_wind": 35,
}
#: limits of the law that factors compare with, and what they are where none is entered
LIMITS: dict[str, float] = {
    "verification_distance": 100,
    "verification_height_difference": 28,
    "game_point_school_distance": 200,
}
#: days before expiry -> factor, nearest first; 60 is the law's own day for filing a renewal
WINDOWS = ((60, "risk_expires_60"), (90, "risk_expires_90"), (180, "risk_expires_180"))
#: statuses in which there is something to inspect
STANDING = frozenset({"operating", "suspended", "under_construction"})
HIGH, MEDIUM, LOW = "high", "medium", "low"
LEVELS = ((HIGH, "High"), (MEDIUM, "Medium"), (LOW, "Low"))
YEAR_DAYS = 365.25


Rules = Mapping[str, float]
Day = date  # a field of Cause is named date


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an installation is urgent: a factor, its points, the day or number it turns on."""

    code: str
    points: int
    date: "Day | None" = None
    value: float | None = None
    detail: str = ""
    detail_en: str = ""

    @property
    def text(self) -> str:
        """The reason as one sentence in the language of the request."""
        return _sentence(self)

    def as_json(self) -> dict[str, Any]:
        day = self.date.isoformat() if self.date else None
        return {"code": self.code, "points": self.points, "text": self.text, "date": day}

    def kept(self) -> dict[str, Any]:
        """Return the reason as it is stored: without language, and without what is empty."""
        full = {
            "code": self.code,
            "points": self.points,
            "date": self.date.isoformat() if self.date else None,
            "value": self.value,
            "detail": self.detail,
            "detail_en": self.detail_en,
        }
        return {name: value for name, value in full.items() if value not in (None, "")}

    @classmethod
    def from_kept(cls, row: Mapping[str, Any]) -> "Cause":
        day = Day.fromisoformat(row["date"]) if row.get("date") else None
        return cls(row["code"], row["points"], day, row.get("value"), row.get("detail", ""), row.get("detail_en", ""))


@dataclass(frozen=True, slots=True)
class Priority:
    """The sum of the points and their reasons, the heaviest first."""

    score: int = 0
    causes: tuple[Cause, ...] = ()


@dataclass(slots=True)
class Risk:
    """What the priority of one installation depends on."""

    kind: str = InstallationKind.BASE_STATION
    status: str = "operating"
    in_service_on: date | None = None
    safety: Facts = field(default_factory=Facts)
    nearest_building_m: float | None = None
    antenna_above_roof_m: float | None = None
    mast_height_m: float | None = None
    mast_structure: str | None = None
    mast_built_on: date | None = None
    mast_design_wind: float | None = None
    #: day and key of the last visit, which settle which one it is
    last_key: tuple[date, int] | None = None
    last_visit: date | None = None
    last_result: str = ""
    open_case: str = ""
    safety_complaints: int = 0
    other_complaints: int = 0
    tidy_due_on: date | None = None
    school_m: float | None = None


def prioritize(risk: Risk, day: date, rules: Rules) -> Priority:
    """Return the priority of *risk* on *day* by *rules* (code -> points or limit in force)."""
    if risk.status not in STANDING:
        return Priority()
    causes = [cause for factor in _FACTORS for cause in factor(risk, day, rules) if cause.points]
    causes.sort(key=lambda cause: -cause.points)
    return Priority(sum(cause.points for cause in causes), tuple(causes))


def level_of(score: int, rules: Rules) -> str:
    """Return "high", "medium" or "low"."""
    if score >= rules["risk_level_high"]:
        return HIGH
    return MEDIUM if score >= rules["risk_level_medium"] else LOW


def _cause(code: str, rules: Rules, day: date | None = None, value: float | None = None, **detail: str) -> Cause:
    return Cause(code.removeprefix("risk_"), round(rules[code]), day, value, **detail)


# --- Factors ----------------------------------------------------------------------------------------------------------


def _certificate(risk: Risk, day: date, rules: Rules) -> Iterator[Cause]:
    """Lapsed, expired, missing, or to be renewed; the legal duty is that of the safety state."""
    if risk.kind != InstallationKind.BASE_STATION:
        return
    latest = latest_paper(risk.safety)
    if latest is None:
        if risk.safety.verification == Verification.REQUIRED:
            yield _cause("risk_certificate_missing", rules)
        return
    if latest.state == PermitState.LAPSED:
        yield _cause("risk_certificate_lapsed", rules, latest.expires_on, detail=latest.number)
    elif is_mandatory(risk.safety) and latest.expires_on is not None:
        yield from _expiry(latest, latest.expires_on, day, rules)


def _expiry(latest: Paper, expires_on: date, day: date, rules: Rules) -> Iterator[Cause]:
    if expires_on < day:
        yield _cause("risk_certificate_expired", rules, expires_on, detail=latest.number)
    elif renewal_open(latest):
        left = (expires_on - day).days
        for days, code in WINDOWS:
            if left <= days:
                yield _cause(code, rules, expires_on, detail=latest.number)
                return


def _geometry(risk: Risk, _day: date, rules: Rules) -> Iterator[Cause]:
    """People live or work within 100 m and less than 28 m below: TT 08/2020/TT-BTTTT."""
    near, above = risk.nearest_building_m, risk.antenna_above_roof_m
    if near is None or above is None or risk.kind != InstallationKind.BASE_STATION:
        return
    if near <= rules["verification_distance"] and above < rules["verification_height_difference"]:
        is_known = risk.safety.verification == Verification.REQUIRED
        yield _cause("risk_geometry" if is_known else "risk_geometry_unclear", rules, None, near)


def _visits(risk: Risk, day: date, rules: Rules) -> Iterator[Cause]:
    if risk.last_visit is None:
        yield _cause("risk_never_inspected", rules, risk.in_service_on)
        return
    if risk.last_result == Result.FAIL:
        yield _cause("risk_last_failed", rules, risk.last_visit)
    elif risk.last_result == Result.PASS_WITH_REMARKS:
        yield _cause("risk_last_remarks", rules, risk.last_visit)
    if (day - risk.last_visit).days > rules["risk_inspection_years"] * YEAR_DAYS:
        yield _cause("risk_inspected_long_ago", rules, risk.last_visit)


def _findings(risk: Risk, day: date, rules: Rules) -> Iterator[Cause]:
    standing = [row for row in risk.safety.findings if row.found_on <= day]
    danger = next((row for row in standing if row.is_safety), None)
    if danger is not None:
        yield _cause("risk_danger_stands", rules, danger.found_on, detail=danger.text_vi, detail_en=danger.text_en)
    late = [row for row in standing if row.due_on is not None and row.due_on < day]
    if late:
        first = min(late, key=lambda row: row.due_on or day)
        yield _cause("risk_remedy_late", rules, first.due_on, len(late), detail=first.text_vi, detail_en=first.text_en)


def _mast(risk: Risk, day: date, rules: Rules) -> Iterator[Cause]:
    """Age and what a storm can do to it: height, guys, the wind it was designed for."""
    built = risk.mast_built_on
    if built is not None and (day - built).days > rules["risk_mast_years"] * YEAR_DAYS:
        yield _cause("risk_old_mast", rules, built)
    if risk.mast_height_m is not None and risk.mast_height_m >= rules["risk_tall_from"]:
        yield _cause("risk_tall_mast", rules, None, risk.mast_height_m)
    if risk.mast_structure == "guyed":
        yield _cause("risk_guyed_mast", rules)
    if risk.mast_design_wind is not None and risk.mast_design_wind < rules["risk_design_wind"]:
        yield _cause("risk_weak_design", rules, None, risk.mast_design_wind)


def _others(risk: Risk, _day: date, rules: Rules) -> Iterator[Cause]:
    if risk.open_case:
        yield _cause("risk_open_case", rules, detail=risk.open_case)
    if risk.safety_complaints:
        yield _cause("risk_complaint_safety", rules, None, risk.safety_complaints)
    if risk.other_complaints:
        yield _cause("risk_complaint", rules, None, risk.other_complaints)


def _by_kind(risk: Risk, day: date, rules: Rules) -> Iterator[Cause]:
    if risk.tidy_due_on is not None and risk.tidy_due_on < day:
        yield _cause("risk_tidy_late", rules, risk.tidy_due_on)
    if risk.school_m is not None and risk.school_m < rules["game_point_school_distance"]:
        yield _cause("risk_school_near", rules, None, risk.school_m)


_FACTORS: tuple[Callable[[Risk, date, Rules], Iterator[Cause]], ...] = (
    _certificate,
    _geometry,
    _visits,
    _findings,
    _mast,
    _others,
    _by_kind,
)


def next_turn(risk: Risk, day: date, rules: Rules) -> date | None:
    """Return the first day after *day* on which time alone may change the priority."""
    return min((turn for turn in _turns(risk, rules) if turn > day), default=None)


def _turns(risk: Risk, rules: Rules) -> Iterator[date]:
    one = timedelta(days=1)
    latest = latest_paper(risk.safety)
    if latest is not None and latest.expires_on is not None:
        yield latest.expires_on + one
        yield from (latest.expires_on - timedelta(days=days) for days, _code in WINDOWS)
    for row in risk.safety.findings:
        yield row.found_on
        if row.due_on:
            yield row.due_on + one
    if risk.last_visit is not None:
        yield risk.last_visit + timedelta(days=int(rules["risk_inspection_years"] * YEAR_DAYS) + 1)
    if risk.mast_built_on is not None:
        yield risk.mast_built_on + timedelta(days=int(rules["risk_mast_years"] * YEAR_DAYS) + 1)
    if risk.tidy_due_on is not None:
        yield risk.tidy_due_on + one


# --- In words ---------------------------------------------------------------------------------------------------------


def _sentence(cause: Cause) -> str:
    detail = cause.detail_en or cause.detail if get_language() == "en" else cause.detail
    words = {
        "day": formats.day(cause.date) if cause.date else "",
        "value": formats.number(cause.value) if cause.value is not None else "",
        "detail": detail,
    }
    return _SENTENCES[cause.code]() % words


_SENTENCES: dict[str, Callable[[], str]] = {
    "certificate_lapsed": lambda: _("Certificate %(detail)s has lapsed because limits were exceeded"),
    "certificate_expired": lambda: _("Certificate %(detail)s expired on %(day)s"),
    "certificate_missing": lambda: _("Verification is mandatory; no certificate is known"),
    "expires_60": lambda: _("Certificate %(detail)s expires on %(day)s; renewal should have been filed"),
    "expires_90": lambda: _("Certificate %(detail)s expires on %(day)s, in less than 90 days"),
    "expires_180": lambda: _("Certificate %(detail)s expires on %(day)s, in less than 180 days"),
    "geometry": lambda: _("A building with people stands %(value)s m away: verification is mandatory"),
    "geometry_unclear": lambda: _(
        "A building stands %(value)s m away: verification seems mandatory, which nobody noted"
    ),
    "never_inspected": lambda: _("Never inspected"),
    "inspected_long_ago": lambda: _("Last inspected on %(day)s"),
    "last_failed": lambda: _("Failed the inspection of %(day)s"),
    "last_remarks": lambda: _("Passed with remarks on %(day)s"),
    "danger_stands": lambda: _("A danger stands since %(day)s: %(detail)s"),
    "remedy_late": lambda: _("To be remedied by %(day)s and late: %(detail)s"),
    "old_mast": lambda: _("Old mast: built on %(day)s"),
    "tall_mast": lambda: _("Tall mast: %(value)s m"),
    "guyed_mast": lambda: _("Guyed mast"),
    "weak_design": lambda: _("Designed for a wind of only %(value)s m/s"),
    "open_case": lambda: _("Case %(detail)s is open"),
    "complaint_safety": lambda: _("Citizens report a danger (%(value)s)"),
    "complaint": lambda: _("Citizens complain (%(value)s)"),
    "tidy_late": lambda: _("Cables were to be tidied by %(day)s"),
    "school_near": lambda: _("A school gate is %(value)s m away"),
}
