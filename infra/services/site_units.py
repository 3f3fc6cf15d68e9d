"""When units change, what stands in them follows: every site and route gets the unit that holds it now."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from infra.models import AdministrativeUnit, Authority, Installation, Site, UnitMethod, UnitSuccession, User
from infra.services.ledger import Act, act
from infra.spatial.units import NOWHERE, Boundaries

BATCH = 500

#: authority -> row -> unit
Moves = dict[int, dict[int, int]]


def sites_follow_units(*, actor: User, unit_ids: Iterable[int], reason: str) -> int:
    """Give the sites and routes of changed units, and those without a unit, the one that holds them today.

    Units chosen by hand stay unless they ended and another one continues them whole. Installations repeat their
    site's unit. One act per authority; returns how many sites and routes changed.
    """
    touched = set(unit_ids)
    boundaries = Boundaries.load(on=timezone.localdate())
    concerned = Q(unit_id__in=touched) | Q(unit=None)
    sites = Site.objects.filter(concerned, merged_into=None)
    moves = _by_position(sites.exclude(unit__isnull=False, unit_method=UnitMethod.BY_HAND), boundaries)
    _by_succession(sites.filter(unit_method=UnitMethod.BY_HAND), touched, moves)
    routes = _by_position(Installation.objects.filter(concerned, site=None, position__isnull=False), boundaries)
    for authority in Authority.objects.filter(pk__in=moves.keys() | routes.keys()):
        with act(actor=actor, authority=authority, kind="units.reassigned", reason=reason) as ledger:
            _move_sites(ledger, moves.get(authority.pk, {}))
            _move_routes(ledger, routes.get(authority.pk, {}))
    return sum(map(len, moves.values())) + sum(map(len, routes.values()))


def _by_position(rows: QuerySet[Any], boundaries: Boundaries) -> Moves:
    """Return where rows belong whose unit by position is another one than they have."""
    found = list(rows.values_list("pk", "authority_id", "unit_id", "position"))
    moves: Moves = defaultdict(dict)
    now = boundaries.locate([(point.x, point.y) for *_row, point in found])
    for (pk, authority_id, before, _point), unit_id in zip(found, now, strict=True):
        if unit_id not in (NOWHERE, before):
            moves[authority_id][pk] = int(unit_id)
    return moves


def _by_succession(sites: QuerySet[Site], touched: set[int], moves: Moves) -> None:
    """Add the sites whose unit was chosen by hand and ended, with the unit that continues it."""
    ended = UnitSuccession.objects.filter(
        old__in=touched, old__valid_to__lte=timezone.localdate(), is_whole=True, new__in=touched
    )
    heirs = dict(ended.values_list("old", "new"))
    for pk, authority_id, unit_id in sites.filter(unit__in=heirs).values_list("pk", "authority_id", "unit_id"):
        moves.setdefault(authority_id, {})[pk] = heirs[unit_id or NOWHERE]


def _units(moves: dict[int, int]) -> dict[int, AdministrativeUnit]:
    return {unit.pk: unit for unit in AdministrativeUnit.objects.filter(pk__in=set(moves.values())).defer("boundary")}


def _batches(moves: dict[int, int]) -> Iterable[list[int]]:
    ids = sorted(moves)
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _move_sites(ledger: Act, moves: dict[int, int]) -> None:
    units = _units(moves)
    for some in _batches(moves):
        sites = {site.pk: site for site in Site.objects.filter(pk__in=some)}
        for site in sites.values():
            site.unit = units[moves[site.pk]]
            if site.unit_method != UnitMethod.BY_HAND:
                site.unit_method = UnitMethod.COORDINATE
        ledger.change_many(sites.values())
        installations = list(Installation.objects.filter(site__in=some))
        for installation in installations:
            installation.site = sites[installation.site_id or NOWHERE]
            installation.unit = installation.site.unit
        ledger.change_many(installations)


def _move_routes(ledger: Act, moves: dict[int, int]) -> None:
    units = _units(moves)
    for some in _batches(moves):
        routes = list(Installation.objects.filter(pk__in=some))
        for route in routes:
            route.unit = units[moves[route.pk]]
        ledger.change_many(routes)
