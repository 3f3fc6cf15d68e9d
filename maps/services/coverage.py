"""Writes runs and their maps. A new map takes the place of the one before in one transaction, or stays out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Authority, User
from infra.services.ledger import act
from maps.models import CoverageIndicator, CoverageMap, CoverageRun, Omission, RunState, WhiteSpot

BATCH = 1_000
#: how many omissions a run keeps; a register with more wrong cells than this has other worries
MOST_OMISSIONS = 20_000


@dataclass
class KeptSpot:
    """A white spot that is as in the map before: its row there, its people."""

    pk: int
    people: float
    rank: int = 0


@dataclass
class MapDraft:
    """A map before it is written, with its indicators and white spots (their ``map`` is set on writing)."""

    map: CoverageMap
    indicators: list[CoverageIndicator] = field(default_factory=list)
    white_spots: list[WhiteSpot | KeptSpot] = field(default_factory=list)


def run_open(*, actor: User, authority: Authority, asked: dict[str, Any]) -> CoverageRun:
    """Note that a computation is asked for."""
    return CoverageRun.objects.create(actor=actor, authority=authority, asked=asked)


def run_start(run: CoverageRun) -> None:
    """Note that a run begins, for the first time or again after it was interrupted."""
    run.state, run.problem = RunState.RUNNING, ""
    run.started_at, run.finished_at = timezone.now(), None
    run.tiles = run.tiles_done = run.tiles_kept = run.cells = 0
    run.save()


def run_progress(run: CoverageRun, **columns: Any) -> None:
    """Note how far a run is; one short statement."""
    for name, value in columns.items():
        setattr(run, name, value)
    CoverageRun.objects.filter(pk=run.pk).update(**columns)


def run_fail(run: CoverageRun, problem: str) -> None:
    """Note why a run ended without maps."""
    run.state, run.problem, run.finished_at = RunState.FAILED, problem[:2_000], timezone.now()
    run.save()


@transaction.atomic
def run_finish(
    run: CoverageRun, drafts: Sequence[MapDraft], omissions: Iterable[Omission], seconds: dict[str, float]
) -> list[CoverageMap]:
    """Write the maps of *run*; return the maps that now hold, new ones or unchanged earlier ones.

    A map whose inputs and settings are those of the one that holds already is not written again.
    """
    held = [_replace(draft) for draft in drafts]
    run.omissions.all().delete()
    kept = list(omissions)[:MOST_OMISSIONS]
    for one in kept:
        one.run = run
    Omission.objects.bulk_create(kept, batch_size=BATCH)
    run.state, run.finished_at, run.seconds = RunState.READY, timezone.now(), seconds
    run.save()
    return held


def current_map(like: CoverageMap) -> CoverageMap | None:
    """Return the map that holds for the same network, technology and area."""
    return (
        CoverageMap.objects.filter(
            authority=like.authority,
            organization=like.organization,
            technology=like.technology_id,
            at_least=like.at_least,
            area=like.area,
            is_current=True,
        )
        .order_by("-pk")
        .first()
    )


def _replace(draft: MapDraft) -> CoverageMap:
    fresh, before = draft.map, current_map(draft.map)
    if before is not None:
        if before.inputs == fresh.inputs:
            return before
        before.is_current = False
        before.save(update_fields=["is_current"])
        fresh.is_public = before.is_public
    fresh.save(force_insert=True)
    for indicator in draft.indicators:
        indicator.map = fresh
    spots = [spot for spot in draft.white_spots if isinstance(spot, WhiteSpot)]
    for spot in spots:
        spot.map = fresh
    CoverageIndicator.objects.bulk_create(draft.indicators, batch_size=BATCH)
    WhiteSpot.objects.bulk_create(spots, batch_size=BATCH)
    _copy(fresh, [spot for spot in draft.white_spots if isinstance(spot, KeptSpot)])
    return fresh


def _copy(fresh: CoverageMap, spots: list[KeptSpot]) -> None:
    """Give a map the white spots of the one before that are the same; their shapes never leave the database."""
    table = connection.ops.quote_name(WhiteSpot._meta.db_table)
    with connection.cursor() as cursor:
        for start in range(0, len(spots), BATCH):
            ranks = ", ".join(f"({int(spot.pk)}, {int(spot.rank)})" for spot in spots[start : start + BATCH])
            cursor.execute(
                f"WITH kept(id, place) AS (VALUES {ranks}) "  # noqa: S608 -- two whole numbers and a model's table
                f"INSERT INTO {table} (map_id, rank, unit_id, people, area_m2, position, shape) "
                "SELECT %s, kept.place, spot.unit_id, spot.people, spot.area_m2, spot.position, spot.shape "
                f"FROM kept JOIN {table} spot ON spot.id = kept.id",
                [fresh.pk],
            )


def map_publish(*, actor: User, coverage: CoverageMap, public: bool, reason: str) -> None:
    """Show a map to everybody, or to staff and the operator only."""
    with act(
        actor=actor,
        authority=coverage.authority,
        kind="coverage.published" if public else "coverage.withdrawn",
        reason=reason or _("Coverage map shown to everybody"),
        organization=coverage.organization,
    ) as ledger:
        ledger.note(map=coverage.pk, technology=coverage.technology_id)
        CoverageMap.objects.filter(pk=coverage.pk).update(is_public=public)
    coverage.is_public = public
