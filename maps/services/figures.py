"""Keeps the overview's figures day by day, so that a trend compares what was counted then, not what is guessed now."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from infra.access import Grant, Role, Scope
from infra.models import Authority, Installation, Organization, OrganizationKind
from maps.models import KeptFigure
from maps.queries.reader import Reader
from maps.selectors.ages import data_ages
from maps.selectors.figures.board import figures_of
from maps.selectors.figures.figure import Asked
from maps.selectors.figures.land import communes

#: figures of communes are kept on this day of the week (Monday), and on the last of a month
WEEKDAY = 0


@dataclass
class Steward:
    """Whoever sees all of one authority's register: figures are kept as this reader counts them."""

    kept_scope: Scope
    is_authenticated: bool = True
    is_active: bool = True

    @classmethod
    def of(cls, authority: Authority) -> "Steward":
        grant = Grant(str(Role.MANAGER), authority.organization_id, authority.pk)
        return cls(Scope(user_id=None, grants=(grant,)))


def figures_keep(day: date | None = None) -> int:
    """Keep the figures of *day* (today) for every authority; return how many. A day kept before is kept anew.

    Of a past day those are kept that the register as it stood then can tell.
    """
    today = timezone.localdate()
    wanted = day or today
    kept = 0
    for authority in Authority.objects.select_related("organization"):
        rows = list(_rows(authority, wanted, is_past=wanted < today))
        with transaction.atomic():
            KeptFigure.objects.filter(authority=authority, day=wanted).delete()
            KeptFigure.objects.bulk_create(rows, batch_size=1_000)
        kept += len(rows)
    return kept


def figures_are_due() -> bool:
    """Tell whether today's figures have still to be kept."""
    if not Installation.objects.exists():
        return False
    return not KeptFigure.objects.filter(day=timezone.localdate()).exists()


def _rows(authority: Authority, day: date, *, is_past: bool) -> Iterator[KeptFigure]:
    steward: Any = Steward.of(authority)
    reader = Reader(steward.kept_scope)
    everything = Asked(steward, reader, "", "", day, is_past)
    yield from _kept(authority, everything)
    for code in _operators(authority):
        yield from _kept(authority, replace(everything, organization=code))
    if not is_past and (day.weekday() == WEEKDAY or (day + timedelta(days=1)).day == 1):
        for commune in communes(everything):
            yield from _kept(authority, replace(everything, unit=commune.code))


def _operators(authority: Authority) -> list[str]:
    here = Installation.objects.filter(authority=authority).order_by().values("organization").distinct()
    rows = Organization.objects.filter(pk__in=here, kind=OrganizationKind.TELECOM_OPERATOR).order_by("code")
    return list(rows.values_list("code", flat=True))


def _kept(authority: Authority, asked: Asked) -> Iterator[KeptFigure]:
    ages = [] if asked.is_past else data_ages(asked.reader)
    wanted = [age for age in ages if not asked.organization or age.code == asked.organization]
    for one in figures_of(asked, wanted):
        yield KeptFigure(
            authority=authority,
            organization=asked.organization,
            unit=asked.unit,
            day=asked.day,
            name=one.name,
            numerator=one.numerator,
            denominator=one.denominator,
        )
