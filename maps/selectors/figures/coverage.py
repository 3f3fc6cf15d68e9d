"""The share of people whom the newest coverage map of the whole territory reaches. No map, no figure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from maps.models import CoverageMap
from maps.selectors.figures.figure import PERCENT, Asked, Figure
from maps.selectors.figures.land import communes


@dataclass(frozen=True)
class Reach:
    """One figure: people with a technology from at least so many networks."""

    name: str
    title: str | Promise
    technology: str
    at_least: int = 1


REACHES = (
    Reach("population_4g", _("People with 4G"), "4G"),
    Reach("population_5g", _("People with 5G"), "5G"),
    Reach("population_4g_two", _("People with 4G of two networks or more"), "4G", 2),
)


def coverage_figures(asked: Asked) -> Iterator[Figure]:
    """Yield the share of people reached, by one organization or by any; a choice of networks only of all together."""
    for reach in REACHES:
        if asked.organization and reach.at_least > 1:
            continue
        found = _newest(asked, reach)
        if found is None:
            continue
        covered, people = _people(asked, found)
        if people:
            yield Figure(
                name=reach.name,
                title=reach.title,
                sentence=_("%(n)s of %(all)s people, as predicted"),
                numerator=round(covered),
                denominator=round(people),
                unit="%",
                as_of=found.data_on,
                factor=PERCENT,
                better="up",
                list_url=None,
                map_url=_map_url(asked, found),
            )


def _newest(asked: Asked, reach: Reach) -> CoverageMap | None:
    rows = CoverageMap.objects.visible_to(asked.person).filter(
        technology=reach.technology, at_least=reach.at_least, area__isnull=True, data_on__lte=asked.day
    )
    if asked.organization:
        rows = rows.filter(organization__code=asked.organization)
    else:
        rows = rows.filter(organization__isnull=True)
    return rows.select_related("organization").order_by("-computed_at", "-pk").first()


def _people(asked: Asked, found: CoverageMap) -> tuple[float, float]:
    """Return people reached and people in all, in the communes that are asked for."""
    rows: Any = found.indicators.all()
    if asked.unit:
        rows = rows.filter(unit__in=[one.pk for one in communes(asked)])
    summed = rows.aggregate(covered=Sum("population_covered"), people=Sum("population"))
    return summed["covered"] or 0.0, summed["people"] or 0.0


def _map_url(asked: Asked, found: CoverageMap) -> str | None:
    """Return the address of the map that the figure is taken from, over the unit that is asked for."""
    try:
        console = reverse("maps:console")
    except NoReverseMatch:
        return None
    network = found.organization.code if found.organization else f"any-{found.at_least}"
    query = {"mode": "coverage", "network": network, "technology": found.technology_id}
    return f"{console}?{urlencode({**query, 'unit': asked.unit} if asked.unit else query)}"
