"""Trends: today's figures beside those kept at the end of the last quarter, and the way between.

Kept figures are those of a whole authority. Whoever sees only a part of it (a territory, a field) gets no trend: it
would compare two different things.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from infra.access import ORGANIZATION_ROLES, Permission, scope_of
from infra.models import Organization
from maps.models import KeptFigure
from maps.selectors.figures.figure import Asked, Figure, value_of

#: points of the small curve, today's among them, over about a year and a half
POINTS, HISTORY_DAYS = 12, 550


@dataclass(frozen=True)
class Part:
    """Whose kept figures a person may compare with: an authority (None: all of one organization), a unit."""

    authority: int | None
    organization: str
    unit: str


def quarter_before(day: date) -> date:
    """Return the last day of the quarter before the one in which *day* lies."""
    first_month = (day.month - 1) // 3 * 3 + 1
    return date(day.year, first_month, 1) - timedelta(days=1)


def part_of(asked: Asked) -> Part | None:
    """Return what the person's figures are figures of, None where nothing like it is kept."""
    grants = scope_of(asked.person).grants
    whole = {
        grant.authority_id
        for grant in grants
        if grant.allows(Permission.SEE_REPORTS) and not grant.unit_ids and not grant.fields and grant.authority_id
    }
    if len(whole) == 1:
        return Part(next(iter(whole)), asked.organization, asked.unit)
    own = {grant.organization_id for grant in grants if grant.role in ORGANIZATION_ROLES}
    if len(own) == 1 and len(grants) == len(own) and not asked.unit:
        code = Organization.objects.filter(pk__in=own).values_list("code", flat=True).first()
        return Part(None, code or "", "") if asked.organization in ("", code) else None
    return None


def with_trends(asked: Asked, figures: Sequence[Figure]) -> list[Figure]:
    """Return *figures* with what they are compared to (one query)."""
    part = part_of(asked)
    if part is None:
        return list(figures)
    kept = _kept(part, asked.day)
    return [_with_trend(one, kept.get(one.name, {}), asked.day) for one in figures]


def _kept(part: Part, day: date) -> dict[str, dict[date, tuple[int, int]]]:
    rows = KeptFigure.objects.filter(day__lt=day, day__gte=day - timedelta(days=HISTORY_DAYS))
    if part.authority is not None:
        rows = rows.filter(authority=part.authority)
    rows = rows.filter(organization=part.organization, unit=part.unit)
    found: dict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    for name, on, numerator, denominator in rows.values_list("name", "day", "numerator", "denominator"):
        before = found[name].get(on, (0, 0))
        found[name][on] = (before[0] + numerator, before[1] + denominator)
    return found


def _with_trend(figure: Figure, kept: dict[date, tuple[int, int]], day: date) -> Figure:
    days = sorted(kept)
    if not days or figure.value is None:
        return figure
    quarter = quarter_before(day)
    compared = max((on for on in days if on <= quarter), default=days[0])
    then = value_of(*kept[compared], figure.factor)
    step = max(1, len(days) // (POINTS - 1))
    chosen = days[::-1][::step][: POINTS - 1][::-1]
    history = [(on, value) for on in chosen if (value := value_of(*kept[on], figure.factor)) is not None]
    return replace(
        figure,
        compared_to=compared,
        trend=None if then is None else round(figure.value - then, 1),
        history=(*history, (day, float(figure.value))),
    )
