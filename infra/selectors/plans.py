"""What stands near a place where an operator would build: rules of spacing, masts too near, masts with room."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.contrib.gis.geos import Point
from django.db.models import Count, Q, QuerySet

from infra.access import Permission, Person, Scope, scope_of
from infra.models import (
    AdministrativeUnit,
    Authority,
    DueExtension,
    Ground,
    Limit,
    Mast,
    MastClass,
    PlannedMast,
    PlanStatus,
    SpacingRule,
)
from infra.spatial.metres import metres_between
from infra.spatial.nearest import nearest
from infra.spatial.tables import site

#: units whose ground is urban
_URBAN = frozenset({"phuong", "thi_tran"})
_LIMITS = {Ground.URBAN: "spacing_urban", Ground.RURAL: "spacing_rural"}
#: masts are offered up to here, whatever the rule says
OFFERED_M = 1_000.0
_SITES = 60
_MASTS_SHOWN = 10
_GONE = "decommissioned"


@dataclass(frozen=True)
class Rule:
    """The spacing that holds for a place on a day; ``metres`` None: no rule in force."""

    ground: str
    metres: float | None
    basis: str = ""
    verified: bool = False


@dataclass(frozen=True)
class NearMast:
    """A standing mast; ``free`` is None where nobody reported its places."""

    code: str
    site: str
    place: str
    owner: str
    metres: float
    height_m: float | None
    capacity: int | None
    stations: int
    own: bool

    @property
    def free(self) -> int | None:
        return None if self.capacity is None else max(self.capacity - self.stations, 0)


def plans_for(person: Person) -> QuerySet[PlannedMast]:
    """Return the planned masts that *person* may see, newest first, with what a page shows."""
    return PlannedMast.objects.visible_to(person).select_related(
        "organization", "authority", "unit", "mast_class", "structure_type", "asked_by", "decided_by", "shared_mast"
    )


def extensions_for(person: Person) -> QuerySet[DueExtension]:
    """Return the requests for more time that *person* may see, newest first, with what a page shows."""
    return DueExtension.objects.visible_to(person).select_related(
        "organization", "authority", "permit__kind", "permit__installation", "asked_by", "decided_by"
    )


def decides(person: Person, authority_id: int) -> bool:
    """Tell whether *person* decides about what is put to the authority."""
    scope = scope_of(person)
    grants = scope.stewardships(Permission.REVIEW)
    return scope.everything or any(grant.authority_id == authority_id for grant in grants)


def asks_for(person: Person, organization_id: int) -> bool:
    """Tell whether *person* asks in the name of the organization."""
    return organization_id in scope_of(person).organizations(Permission.SUBMIT)


def rule_for(authority: Authority, unit: AdministrativeUnit | None, mast_class: MastClass | None, on: date) -> Rule:
    """Return the spacing for a mast of *mast_class* in *unit* on a day: the authority's own, else the general limit."""
    ground = Ground.URBAN if unit is not None and unit.type_id in _URBAN else Ground.RURAL
    own = SpacingRule.objects.in_force(on).filter(authority=authority, ground=ground)
    of_class = own.filter(mast_class=mast_class) if mast_class else own.none()
    found: Any = of_class.order_by("-valid_from").first()
    found = found or own.filter(mast_class=None).order_by("-valid_from").first()
    if found:
        return Rule(ground, found.metres, found.legal_basis, found.verified)
    limit = Limit.objects.in_force(on).filter(code=_LIMITS[ground]).order_by("-valid_from").first()
    return Rule(ground, float(limit.value), limit.legal_basis, limit.verified) if limit else Rule(ground, None)


def answer_for(
    authority: Authority,
    organization_id: int,
    position: Point,
    unit: AdministrativeUnit | None,
    mast_class: MastClass | None,
    on: date,
) -> dict[str, Any]:
    """Return what the rules say about a mast at *position* on a day, as JSON.

    ``verdict`` is "clear", "share" (nearer than the rule allows to a standing mast with room, or whose room nobody
    reported) or "near" (nearer, and nobody has room). ``near`` are the masts too near, ``room`` those to share, nearest
    first; ``plans`` are other masts asked for or agreed too near.
    """
    rule = rule_for(authority, unit, mast_class, on)
    masts = _masts_near(authority, organization_id, position, max(rule.metres or 0.0, OFFERED_M))
    near = [mast for mast in masts if rule.metres is not None and mast.metres < rule.metres]
    room = [mast for mast in masts if not mast.own and mast.free != 0]
    plans = _plans_near(authority, position, rule.metres or 0.0)
    verdict = "clear"
    if near or plans:
        verdict = "share" if room else "near"
    return {
        "on": on.isoformat(),
        "rule": asdict(rule),
        "verdict": verdict,
        "near": [_shown(mast) for mast in near[:_MASTS_SHOWN]],
        "room": [_shown(mast) for mast in room[:_MASTS_SHOWN]],
        "plans": plans,
    }


def _shown(mast: NearMast) -> dict[str, Any]:
    return {**asdict(mast), "free": mast.free}


def _masts_near(authority: Authority, organization_id: int, position: Point, metres: float) -> list[NearMast]:
    # Every standing mast counts, whoever may see it: what is answered is what the authority would say.
    everyone = Scope(everything=True)
    of_register = [site.c.authority_id == authority.pk, site.c.merged_into_id.is_(None)]
    rows = nearest(site, (site.c.id,), position.x, position.y, _SITES, scope=everyone, where=of_register)
    away = {pk: distance for distance, pk in rows if distance <= metres}
    standing = Q(installations__isnull=False) & ~Q(installations__status=_GONE)
    masts = (
        Mast.objects.filter(site__in=away, merged_into__isnull=True)
        .select_related("owner", "site")
        .annotate(
            stations=Count("installations", filter=standing, distinct=True),
            ours=Count(
                "installations", filter=standing & Q(installations__organization=organization_id), distinct=True
            ),
        )
    )
    found = [
        NearMast(
            code=mast.code,
            site=mast.site.code,
            place=mast.site.name or mast.site.address,
            owner=str(mast.owner),
            metres=round(away[mast.site_id], 1),
            height_m=mast.height_m,
            capacity=mast.capacity,
            stations=mast.stations,
            own=bool(mast.ours),
        )
        for mast in masts
    ]
    return sorted(found, key=lambda mast: (mast.metres, mast.code))


def _plans_near(authority: Authority, position: Point, metres: float) -> list[dict[str, Any]]:
    open_plans = PlannedMast.objects.filter(authority=authority, status__in=(PlanStatus.ASKED, PlanStatus.AGREED))
    rows = list(open_plans.filter(installation=None).values_list("number", "position"))
    if not rows or not metres:
        return []
    away = metres_between(position.x, position.y, [p.x for _n, p in rows], [p.y for _n, p in rows])
    near = [(round(float(m), 1), number) for m, (number, _p) in zip(away, rows, strict=True) if m < metres]
    return [{"number": number, "metres": distance} for distance, number in sorted(near)]
