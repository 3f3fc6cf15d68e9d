"""Figures of postal service and of the network: what every commune should have."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from infra.models import InstallationKind
from inspections.selectors.law import limit_value
from maps.queries.things import things_by_unit
from maps.selectors.figures.figure import PERCENT, RATIO, Asked, Figure
from maps.selectors.figures.land import communes
from maps.selectors.network import SAFE, communes_of, network_of

#: where the limits of the law are not loaded (QCVN 01:2015/BTTTT)
INHABITANTS_PER_POINT = 8000


def place_figures(asked: Asked) -> Iterator[Figure]:
    """Yield the figures that ask of every commune whether it has something."""
    yield from _postal(asked)
    if not (asked.is_past or asked.organization or asked.unit):
        yield from _network(asked)


def _postal(asked: Asked) -> Iterator[Figure]:
    """Points per commune at least 1, inhabitants per point at most 8,000 (QCVN 01:2015/BTTTT)."""
    points = things_by_unit(InstallationKind.POSTAL_POINT, asked.reader, asked.filters, asked.day)
    here = communes(asked)
    if not here or not points:
        return
    total = sum(points.values())
    yield Figure(
        name="communes_with_postal_point",
        title=_("Communes with a postal point"),
        sentence=_("%(n)s of %(all)s communes"),
        numerator=sum(bool(points.get(one.pk)) for one in here),
        denominator=len(here),
        unit="%",
        as_of=asked.day,
        factor=PERCENT,
        better="up",
        list_url=asked.plain_url("infra:postal-points"),
        map_url=asked.url("maps:console", layers="units,postal"),
    )
    people = sum(one.population or 0 for one in here)
    if people and total:
        yield Figure(
            name="people_per_postal_point",
            title=_("People to a postal point"),
            sentence=_("%(n)s people, %(all)s points; at most %(limit)s to a point"),
            numerator=people,
            denominator=total,
            unit="people",
            as_of=asked.day,
            factor=RATIO,
            better="down",
            list_url=asked.plain_url("infra:postal-points"),
            map_url=asked.url("maps:console", layers="units,postal"),
            digits=0,
            limit=limit_value("postal_inhabitants_per_point", asked.day, INHABITANTS_PER_POINT),
        )


def _network(asked: Asked) -> Iterator[Figure]:
    found = network_of(asked.person)
    if not found.has_centre:
        return
    wanted = {one.code for one in communes(asked)}
    standing = [one for one in communes_of(found, asked.person) if one.code in wanted]
    yield Figure(
        name="communes_with_two_paths",
        title=_("Communes with two paths to the data centre"),
        sentence=_("%(n)s of %(all)s communes"),
        numerator=sum(one.standing == SAFE for one in standing),
        denominator=len(standing),
        unit="%",
        as_of=asked.day,
        factor=PERCENT,
        better="up",
        list_url=asked.plain_url("maps:network"),
        map_url=asked.url("maps:console", layers="units,nodes,links"),
    )
