"""Writes which antenna the cells of a station have: one act for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from infra.models import Cell, Installation, User
from infra.services.ledger import act
from maps.models import AntennaKind, AntennaPattern, CellAntenna


@dataclass(frozen=True)
class Antenna:
    """One choice; ``pattern`` with a file only."""

    kind: str
    pattern: AntennaPattern | None = None


@transaction.atomic
def antennas_choose(
    *, actor: User, installation: Installation, chosen: Mapping[Cell, Antenna | None], reason: str
) -> int:
    """Set the antennas of cells of one station, None: as usual. Returns how many changed; nothing new makes no act."""
    held = {one.cell_id: one for one in CellAntenna.objects.select_for_update().filter(cell__in=chosen)}
    fresh = {
        cell: antenna
        for cell, antenna in chosen.items()
        if _said(held.get(cell.pk)) != (None if antenna is None else (antenna.kind, _key(antenna.pattern)))
    }
    if not fresh:
        return 0
    with act(
        actor=actor,
        authority=installation.authority,
        kind="antennas.chosen",
        reason=reason,
        organization=installation.organization,
    ) as ledger:
        for cell, antenna in fresh.items():
            if antenna is None:
                CellAntenna.objects.filter(cell=cell).delete()
                continue
            pattern = antenna.pattern if antenna.kind == AntennaKind.FILE else None
            CellAntenna.objects.update_or_create(cell=cell, defaults={"kind": antenna.kind, "pattern": pattern})
        ledger.note(
            installation=installation.registry_number,
            cells={cell.code: "" if antenna is None else _words(antenna) for cell, antenna in fresh.items()},
        )
    return len(fresh)


def _said(held: CellAntenna | None) -> tuple[str, int | None] | None:
    return None if held is None else (held.kind, held.pattern_id)


def _key(pattern: AntennaPattern | None) -> int | None:
    return None if pattern is None else pattern.pk


def _words(antenna: Antenna) -> str:
    return antenna.pattern.name if antenna.pattern is not None else antenna.kind
