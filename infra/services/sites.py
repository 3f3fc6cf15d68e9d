"""Acts on sites: move, correct, merge duplicates, split a wrong merge."""

from typing import Any

from django.contrib.gis.geos import Point

from infra.models import (
    ChangeRecord,
    Installation,
    Mast,
    Permit,
    PositionMethod,
    Site,
    SiteMerge,
    UnitMethod,
    User,
)
from infra.services.ledger import Act, act
from infra.spatial.units import unit_at


def _place_installations(ledger: Act, site: Site) -> None:
    """Let the installations of *site* repeat its position and unit."""
    rows = list(Installation.objects.filter(site=site).select_related("unit", "site"))
    for row in rows:
        row.site, row.unit, row.position = site, site.unit, site.position
    ledger.change_many(rows)


def site_move(
    *,
    actor: User,
    site: Site,
    to: Point,
    reason: str,
    method: str = PositionMethod.CORRECTED,
    accuracy_m: float | None = None,
    submitted_text: str = "",
    submitted_crs: str = "",
) -> Site:
    """Move *site* to *to* (EPSG:4326, lon before lat) and everything on it; its unit follows the new position.

    Raises ValueError where the site was merged into another one.
    """
    with act(actor=actor, authority=site.authority, kind="site.moved", reason=reason) as ledger:
        site = Site.objects.select_for_update().get(pk=site.pk)
        if site.merged_into_id:
            raise ValueError(f"Site {site.code} was merged; move the site it was merged into.")
        site.position, site.position_method, site.accuracy_m = to, method, accuracy_m
        site.submitted_text, site.submitted_crs = submitted_text, submitted_crs
        site.unit = unit_at(to.x, to.y)
        site.unit_method = UnitMethod.COORDINATE if site.unit else ""
        ledger.change(site)
        _place_installations(ledger, site)
    return site


def site_merge(*, actor: User, keep: Site, absorb: Site, reason: str) -> SiteMerge:
    """Merge the duplicate *absorb* into *keep*: masts, installations and permits move, the old code redirects.

    Raises ValueError for a site merged already, for a site with itself, or across authorities.
    """
    if keep.pk == absorb.pk or keep.authority_id != absorb.authority_id:
        raise ValueError("Two different sites of one authority can be merged.")
    merge = SiteMerge(kept=keep, absorbed=absorb)
    with act(actor=actor, authority=keep.authority, kind="site.merged", reason=reason) as ledger:
        locked = {site.pk: site for site in Site.objects.select_for_update().filter(pk__in=(keep.pk, absorb.pk))}
        keep, absorb = locked[keep.pk], locked[absorb.pk]
        if keep.merged_into_id or absorb.merged_into_id:
            raise ValueError("One of the sites was merged before.")
        merge.moved = _repoint(ledger, absorb, keep)
        absorb.merged_into = keep
        ledger.change(absorb)
        ledger.afterwards(lambda record: _save_merge(merge, record))
    return merge


def _save_merge(merge: SiteMerge, record: ChangeRecord) -> None:
    merge.act = record
    merge.save()


def _repoint(ledger: Act, old: Site, new: Site, only: dict[str, list[int]] | None = None) -> dict[str, list[int]]:
    """Move what stands on *old* to *new* (or, of that, only the ids in *only*); return the ids by noun."""
    moved: dict[str, list[int]] = {}
    nouns: tuple[Any, ...] = (Mast, Installation, Permit)
    for noun in nouns:
        rows = noun.objects.filter(site=old)
        if only is not None:
            rows = rows.filter(pk__in=only.get(noun.__name__, ()))
        found: list[Mast | Installation | Permit] = list(rows)
        for row in found:
            row.site = new
            if isinstance(row, Installation):
                row.unit, row.position = new.unit, new.position
        ledger.change_many(found)
        moved[noun.__name__] = [row.pk for row in found]
    return moved


def site_split(*, actor: User, merge: SiteMerge, reason: str) -> Site:
    """Undo a wrong merge: what came from the absorbed site and still stands on the kept one goes back.

    Raises ValueError where the merge was split before.
    """
    with act(actor=actor, authority=merge.kept.authority, kind="site.split", reason=reason) as ledger:
        merge = SiteMerge.objects.select_for_update().select_related("kept", "absorbed").get(pk=merge.pk)
        if merge.split_act_id:
            raise ValueError("This merge was split before.")
        absorbed = merge.absorbed
        absorbed.merged_into = None
        ledger.change(absorbed)
        _repoint(ledger, merge.kept, absorbed, only=merge.moved)
        ledger.afterwards(lambda record: _mark_split(merge, record))
    return absorbed


def _mark_split(merge: SiteMerge, record: ChangeRecord) -> None:
    merge.split_act = record
    merge.save(update_fields=["split_act"])
