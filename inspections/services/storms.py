"""Writing storms: opening one, moving it through its phases, changing what is known of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from infra.models import AdministrativeUnit, Authority, User
from infra.services.ledger import act
from inspections.models import STORM_MOVES, Storm, StormPhase
from inspections.services.numbering import yearly_number_take


class CannotMoveError(ValueError):
    """The storm's phase does not lead to the one that was asked for."""


@dataclass
class StormFacts:
    """What is known of a storm: forecast wind in m/s, the units it concerns (none: the whole territory)."""

    name: str
    expected_at: datetime | None = None
    wind_ms: float | None = None
    units: Sequence[AdministrativeUnit] = ()
    report_every_h: int = 3
    text: str = ""


def storm_open(
    *, actor: User, authority: Authority, facts: StormFacts, reason: str, at: datetime | None = None
) -> Storm:
    """Open a storm; it begins before its landfall."""
    moment = at or timezone.now()
    with act(actor=actor, authority=authority, kind="storm.opened", reason=reason, at=moment) as ledger:
        year = timezone.localtime(moment).year
        storm = Storm(
            authority=authority,
            number=yearly_number_take(authority=authority, kind="storm", year=year),
            opened_at=moment,
        )
        _write(storm, facts)
        ledger.note(storm=storm.number)
    return storm


def storm_change(*, actor: User, storm: Storm, facts: StormFacts, reason: str) -> Storm:
    """Write down what is now known of *storm*."""
    with act(actor=actor, authority=storm.authority, kind="storm.changed", reason=reason) as ledger:
        locked = Storm.objects.select_for_update().get(pk=storm.pk)
        _write(locked, facts)
        ledger.note(storm=locked.number, wind_ms=facts.wind_ms, units=sorted(unit.code for unit in facts.units))
    return locked


def _write(storm: Storm, facts: StormFacts) -> None:
    storm.name, storm.text = facts.name, facts.text
    storm.expected_at, storm.wind_ms = facts.expected_at, facts.wind_ms
    storm.report_every_h = facts.report_every_h
    storm.save()
    storm.units.set(facts.units)


def storm_move(*, actor: User, storm: Storm, to: str, reason: str, at: datetime | None = None) -> Storm:
    """Move *storm* to the phase *to*. Raises CannotMoveError where :data:`STORM_MOVES` does not have the move."""
    moment = at or timezone.now()
    with act(actor=actor, authority=storm.authority, kind=f"storm.{to}", reason=reason, at=moment) as ledger:
        locked = Storm.objects.select_for_update().get(pk=storm.pk)
        if (locked.phase, to) not in STORM_MOVES:
            raise CannotMoveError(f"{locked.phase} → {to}")
        locked.phase = to
        if to == StormPhase.DURING:
            locked.began_at, locked.passed_at = locked.began_at or moment, None
        if to == StormPhase.AFTER:
            locked.passed_at, locked.closed_at = locked.passed_at or moment, None
        if to == StormPhase.CLOSED:
            locked.closed_at = moment
        locked.save()
        ledger.note(storm=locked.number, phase=to)
    return locked
