"""The share of people whom the newest coverage map reaches. There is a figure where there is a map."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Sum
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from maps.models import CoverageMap
from maps.selectors.figures.figure import PERCENT, Asked, Figure
from maps.selectors.figures.land import communes

TECHNOLOGIES = ("4G", "5G")
TITLES = {"4G": _("People with 4G"), "5G": _("People with 5G")}


def coverage_figures(asked: Asked) -> Iterator[Figure]:
    """Yield the share of people with 4G and with 5G, of one organization or of any."""
    for technology in TECHNOLOGIES:
        found = _newest(asked, technology)
        if found is None:
            continue
        covered, people = _people(asked, found)
        if people:
            yield Figure(
                name=f"population_{technology.lower()}",
                title=TITLES[technology],
                sentence=_("%(n)s of %(all)s people, as predicted"),
                numerator=round(covered),
                denominator=round(people),
                unit="%",
                as_of=found.data_on,
                factor=PERCENT,
                better="up",
                list_url=None,
                map_url=_map_url(found),
            )


def _newest(asked: Asked, technology: str) -> CoverageMap | None:
    rows = CoverageMap.objects.visible_to(asked.person).filter(technology=technology, data_on__lte=asked.day)
    if asked.organization:
        rows = rows.filter(organization__code=asked.organization)
    else:
        rows = rows.filter(organization__isnull=True, at_least=1)
    return rows.order_by("-computed_at", "-pk").first()


def _people(asked: Asked, found: CoverageMap) -> tuple[float, float]:
    """Return people reached and people in all, in the communes that are asked for."""
    rows: Any = found.indicators.all()
    if asked.unit:
        rows = rows.filter(unit__in=[one.pk for one in communes(asked)])
    summed = rows.aggregate(covered=Sum("population_covered"), people=Sum("population"))
    return summed["covered"] or 0.0, summed["people"] or 0.0


def _map_url(found: CoverageMap) -> str | None:
    try:
        console = reverse("maps:console")
    except NoReverseMatch:
        return None
    return f"{console}?mode=coverage&technology={found.technology_id}"
