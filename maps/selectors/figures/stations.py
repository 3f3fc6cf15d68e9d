"""Figures of base stations: certificates, safety, sharing, generations of technology, density."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from django.utils.translation import gettext_lazy as _

from infra.models import Technology, Verification
from maps.queries.filters import MISSING
from maps.queries.stations import stations
from maps.selectors.figures.figure import PERCENT, Asked, Figure
from maps.selectors.figures.land import square_kilometres
from maps.tiles.counting import Counts, counted

CLASSES = {"technologies": "technology", "safety": "safety", "organization": "operator"}
LISTS = frozenset({"technologies"})


def station_figures(asked: Asked) -> Iterator[Figure]:
    """Yield the figures that count stations."""
    total = counted(stations(asked.reader, asked.filters, asked.day), CLASSES, LISTS, "site_id")[None]
    yield _certificates(asked)
    yield from _safety(asked, total)
    yield _shared(asked, total)
    yield from _generations(asked, total)
    yield from _density(asked, total)


def _certificates(asked: Asked) -> Figure:
    """Count the operating stations whose verification is mandatory, and those with a certificate in force."""
    chosen = stations(asked.reader, asked.filters, asked.day)
    required = chosen.table.codes("verification").among([str(Verification.REQUIRED)])[chosen.rows]
    without = stations(asked.reader, replace(asked.filters, certificate=MISSING), asked.day)
    total = int(np.count_nonzero(required))
    return Figure(
        name="certificates_in_force",
        title=_("Certificates in force"),
        sentence=_("%(n)s of %(all)s operating stations that must be verified"),
        numerator=total - len(without),
        denominator=total,
        unit="%",
        as_of=asked.day,
        factor=PERCENT,
        better="up",
        list_url=asked.url("maps:list", certificate=MISSING),
        map_url=asked.url("maps:console", certificate=MISSING),
        list_words=_("Without one: %(rest)s"),
    )


def _safety(asked: Asked, total: Counts) -> Iterator[Figure]:
    states: Counter[str] = total.classes.get("safety", Counter())
    if asked.is_past or (total.n and not states):
        return  # nobody judged it here: no figure is better than a nought that nobody counted
    for state, title in (("unsafe", _("Unsafe stations")), ("overdue", _("Overdue stations"))):
        yield Figure(
            name=f"{state}_stations",
            title=title,
            sentence=_("of %(all)s operating stations"),
            numerator=states[state],
            denominator=total.n,
            unit="stations",
            as_of=asked.day,
            better="down",
            list_url=asked.url("maps:list", safety=state),
            map_url=asked.url("maps:console", safety=state),
        )


def _shared(asked: Asked, total: Counts) -> Figure:
    return Figure(
        name="shared_sites",
        title=_("Shared sites"),
        sentence=_("%(n)s of %(all)s sites with operating stations carry several operators"),
        numerator=total.shared,
        denominator=total.sites,
        unit="%",
        as_of=asked.day,
        factor=PERCENT,
        better="up",
        list_url=asked.url("maps:list", shared="1"),
        map_url=asked.url("maps:console", shared="1", colour="operator"),
    )


def _generations(asked: Asked, total: Counts) -> Iterator[Figure]:
    """5G stations as a share of 4G stations (how the ministry counts), and stations with what the law has ended."""
    by_technology = total.classes["technology"]
    yield Figure(
        name="stations_5g_of_4g",
        title=_("5G stations, of 4G"),
        sentence=_("%(n)s stations with 5G beside %(all)s with 4G"),
        numerator=by_technology["5G"],
        denominator=by_technology["4G"],
        unit="%",
        as_of=asked.day,
        factor=PERCENT,
        better="up",
        list_url=asked.url("maps:list", technology="5G"),
        map_url=asked.url("maps:console", technology="5G"),
    )
    ended = list(Technology.objects.filter(valid_to__lt=asked.day).values_list("code", flat=True))
    if ended:
        yield Figure(
            name="stations_switched_off_technology",
            title=_("Stations with a technology that has ended"),
            sentence=_("of %(all)s operating stations"),
            numerator=sum(by_technology[code] for code in ended),
            denominator=total.n,
            unit="stations",
            as_of=asked.day,
            better="down",
            list_url=asked.url("maps:list", technology=",".join(ended)),
            map_url=asked.url("maps:console", technology=",".join(ended)),
        )


def _density(asked: Asked, total: Counts) -> Iterator[Figure]:
    area = square_kilometres(asked)
    if not area:
        return
    yield Figure(
        name="stations_per_100_km2",
        title=_("Stations on 100 km²"),
        sentence=_("%(n)s stations on %(all)s km²"),
        numerator=total.n,
        denominator=round(area),
        unit="/100 km²",
        as_of=asked.day,
        factor=PERCENT,
        list_url=asked.url("maps:list"),
        map_url=asked.url("maps:console"),
    )
