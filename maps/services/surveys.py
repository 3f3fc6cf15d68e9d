"""Writes what was brought from outside: measurements, the ground, antenna patterns. Each file is an act."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from infra.models import AdministrativeUnit, Authority, Organization, OrganizationKind, User
from infra.services.ledger import act
from maps.models import (
    AntennaPattern,
    AntennaUse,
    GroundFile,
    Measurement,
    MeasurementFile,
    UnitEnvironment,
)

BATCH = 1_000


def _in_batches(model: type[models.Model], rows: Iterable[models.Model]) -> int:
    """Write *rows*; return how many there were."""
    count = 0
    batch: list[Any] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            model._default_manager.bulk_create(batch)
            count += len(batch)
            batch = []
    model._default_manager.bulk_create(batch)
    return count + len(batch)


@transaction.atomic
def measurements_write(
    *, actor: User, file: MeasurementFile, rows: Iterable[Measurement], finish: Any, reason: str
) -> MeasurementFile:
    """Keep a file of measurements with its rows; *finish* fills in counts and days once the rows are read."""
    with act(
        actor=actor,
        authority=file.authority,
        kind="measurements.imported",
        reason=reason or _("Measurements imported"),
        organization=file.organization,
    ) as ledger:
        file.actor = actor
        file.save(force_insert=True)
        file.kept = _in_batches(Measurement, rows)
        finish(file)
        file.save()
        ledger.note(file=file.pk, sha256=file.sha256, source=file.source, rows=file.rows, kept=file.kept)
    return file


@transaction.atomic
def ground_write(*, actor: User, file: GroundFile, rows: Sequence[models.Model], reason: str) -> GroundFile:
    """Keep a file about the ground; it takes the place of the one of its kind, whose rows are forgotten."""
    with act(
        actor=actor, authority=file.authority, kind="ground.imported", reason=reason or _("Ground imported")
    ) as ledger:
        for before in GroundFile.objects.filter(authority=file.authority, kind=file.kind, is_current=True):
            for related in ("places", "roads", "buildings"):
                getattr(before, related).all().delete()
            GroundFile.objects.filter(pk=before.pk).update(is_current=False)
        file.actor, file.is_current = actor, True
        file.save(force_insert=True)
        for row in rows:
            row.file = file  # type: ignore[attr-defined]
        if rows:
            _in_batches(type(rows[0]), rows)
        ledger.note(file=file.pk, ground=file.kind, sha256=file.sha256, source=file.source, kept=file.kept)
    return file


@transaction.atomic
def pattern_write(
    *, actor: User, authority: Authority, pattern: AntennaPattern, use: dict[str, Any], reason: str
) -> AntennaPattern:
    """Keep an antenna pattern and say which cells have it; the same file again only adds the use."""
    with act(
        actor=actor, authority=authority, kind="pattern.imported", reason=reason or _("Antenna pattern imported")
    ) as ledger:
        held = AntennaPattern.objects.filter(authority=authority, sha256=pattern.sha256).first()
        if held is None:
            pattern.authority, pattern.actor = authority, actor
            pattern.save(force_insert=True)
            held = pattern
        AntennaUse.objects.get_or_create(pattern=held, **use)
        ledger.note(pattern=held.pk, sha256=held.sha256, name=held.name)
    return held


@transaction.atomic
def environment_set(
    *, actor: User, authority: Authority, unit: AdministrativeUnit, environment: str, large_city: bool, reason: str
) -> UnitEnvironment:
    """Say what the surroundings of a commune are, instead of what its density says."""
    with act(actor=actor, authority=authority, kind="environment.set", reason=reason) as ledger:
        found, _created = UnitEnvironment.objects.update_or_create(
            unit=unit,
            defaults={"environment": environment, "large_city": large_city, "reason": reason[:255], "actor": actor},
        )
        ledger.note(unit=unit.code, environment=environment, large_city=large_city)
    return found


def days_of(moments: Sequence[date]) -> tuple[date | None, date | None]:
    """Return the first and the last day."""
    return (min(moments), max(moments)) if moments else (None, None)


def organization_names() -> dict[str, str]:
    """Return the codes of operators by every name that a file may use."""
    found: dict[str, str] = {}
    for one in Organization.objects.filter(kind=OrganizationKind.TELECOM_OPERATOR).only(
        "code", "name", "name_en", "short_name"
    ):
        for name in (one.code, one.name, one.name_en, one.short_name):
            if name:
                found[name] = one.code
    return found
