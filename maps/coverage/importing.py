"""From a file to what is kept of it: digest, rows, problems, communes. What is wrong as a whole raises TableError."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import IntegrityError, models
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Authority, Organization, User
from infra.spatial.units import units_at
from maps.coverage.grid import Grid
from maps.coverage.ground_files import GroundRow, read_ground
from maps.coverage.measurement_files import Networks, Problem, Reading, kept_problems, network_codes, readings
from maps.coverage.population import PopulationFileError, import_population
from maps.coverage.store import Store
from maps.coverage.tables import MOST_BYTES, TableError
from maps.models import (
    AntennaPattern,
    Building,
    GroundFile,
    GroundKind,
    Measurement,
    MeasurementFile,
    Place,
    PlaceKind,
    Road,
)
from maps.radio.pattern_files import PatternFileError, read_pattern
from maps.services.surveys import ground_write, measurements_write, organization_names, pattern_write

#: rows whose communes are looked up together
BATCH = 20_000
PLACES = {
    GroundKind.VILLAGES: PlaceKind.VILLAGE,
    GroundKind.SCHOOLS: PlaceKind.SCHOOL,
    GroundKind.HOSPITALS: PlaceKind.HOSPITAL,
}


@dataclass(frozen=True)
class Brought:
    """A file with what a person says about it."""

    path: Path
    name: str
    authority: Authority
    actor: User
    source: str
    reason: str = ""
    data_on: date | None = None
    organization: Organization | None = None
    #: names this import for a program that may ask twice
    key: str = ""


class ImportedAlreadyError(TableError):
    """The file, or the key, was used before: ``file`` is what came of it."""

    def __init__(self, file: MeasurementFile) -> None:
        day = timezone.localtime(file.imported_at)
        super().__init__(_("This file was imported already, on %(day)s.") % {"day": f"{day:%d/%m/%Y}"})
        self.file = file


@dataclass
class _Tally:
    rows: int = 0
    wrong: int = 0
    problems: list[Problem] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def note(self, problem: Problem) -> None:
        self.wrong += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)

    def seen(self, day: date) -> None:
        """Keep the first and the last day only."""
        self.days = [min([day, *self.days]), max([day, *self.days])]


KEPT = 200


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file; raises TableError for one that is too large."""
    if path.stat().st_size > MOST_BYTES:
        raise TableError(_("The file is larger than %(most)s MB: divide it.") % {"most": MOST_BYTES // 1_000_000})
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


# --- Measurements -----------------------------------------------------------------------------------------------------


def import_measurements(brought: Brought, form: str) -> MeasurementFile:
    """Import measurements. Raises TableError; ImportedAlreadyError for the same file, or key, a second time."""
    sha256 = digest_of(brought.path)
    _refuse_again(brought, sha256)
    networks = Networks(organization_names(), network_codes())
    by_code = {one.code: one.pk for one in Organization.objects.only("code")}
    tally = _Tally()
    file = MeasurementFile(
        authority=brought.authority,
        organization=brought.organization,
        format=form,
        name=brought.name[:160],
        sha256=sha256,
        source=brought.source[:255],
        idempotency_key=brought.key[:128],
    )
    rows = _measured(brought.path, form, networks, by_code, file, tally)
    first = next(rows, None)
    if first is None:
        why = tally.problems[0].message if tally.problems else _("It has no rows.")
        raise TableError(_("No row of the file can be used. %(why)s") % {"why": why})

    def finish(kept: MeasurementFile) -> None:
        kept.rows, kept.problems = tally.rows, kept_problems(tally.problems)
        kept.first_on, kept.last_on = (tally.days[0], tally.days[-1]) if tally.days else (None, None)

    def every() -> Iterator[Measurement]:
        yield first
        yield from rows

    try:
        return measurements_write(actor=brought.actor, file=file, rows=every(), finish=finish, reason=brought.reason)
    except IntegrityError:
        _refuse_again(brought, sha256)  # somebody was quicker with the same one
        raise


def _refuse_again(brought: Brought, sha256: str) -> None:
    same = models.Q(sha256=sha256)
    if brought.key:
        same |= models.Q(idempotency_key=brought.key[:128])
    before = MeasurementFile.objects.filter(same, authority=brought.authority).order_by("pk").first()
    if before is not None:
        raise ImportedAlreadyError(before)


def _measured(
    path: Path, form: str, networks: Networks, by_code: dict[str, int], file: MeasurementFile, tally: _Tally
) -> Iterator[Measurement]:
    """Yield the rows with their communes; count everything on *tally*."""
    for batch in _in_batches(readings(path, form, networks, tally.note)):
        units = units_at(np.array([(one.lon, one.lat) for one in batch]))
        for one, unit in zip(batch, units.tolist(), strict=True):
            if one.organization not in by_code:
                tally.note(Problem(0, _("%(code)s is not in the register.") % {"code": one.organization}))
                continue
            if one.measured_at is not None:
                tally.seen(timezone.localtime(one.measured_at).date())
            yield Measurement(
                file=file,
                organization_id=by_code[one.organization],
                technology_id=one.technology,
                unit_id=unit or None,
                position=Point(one.lon, one.lat, srid=4326),
                measured_at=one.measured_at,
                level_dbm=one.level_dbm,
                download_mbps=one.download_mbps,
                upload_mbps=one.upload_mbps,
                latency_ms=one.latency_ms,
                cell_ref=one.cell_ref,
                samples=one.samples,
            )
        tally.rows = max(tally.rows, 0) + len(batch)
    tally.rows += tally.wrong


def _in_batches(rows: Iterator[Reading]) -> Iterator[list[Reading]]:
    batch: list[Reading] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


# --- The ground -------------------------------------------------------------------------------------------------------


def import_ground(brought: Brought, kind: str) -> GroundFile:
    """Import what lies on the ground; it takes the place of what was imported of the kind. Raises TableError."""
    file = GroundFile(
        authority=brought.authority,
        kind=kind,
        name=brought.name[:160],
        sha256=digest_of(brought.path),
        source=brought.source[:255],
        data_on=brought.data_on,
    )
    if kind == GroundKind.POPULATION:
        return _population(brought, file)
    tally = _Tally()
    found, file.rows = read_ground(brought.path, kind, tally.note)
    if not found:
        why = tally.problems[0].message if tally.problems else _("It has no rows.")
        raise TableError(_("No row of the file can be used. %(why)s") % {"why": why})
    file.kept, file.problems = len(found), kept_problems(tally.problems)
    return ground_write(actor=brought.actor, file=file, rows=_rows(found, kind), reason=brought.reason)


def _population(brought: Brought, file: GroundFile) -> GroundFile:
    try:
        store = Store(settings.COVERAGE_STORE)
        file.store_key, people, file.kept = import_population(brought.path, file.sha256, store, Grid())
    except PopulationFileError as error:
        raise TableError(str(error)) from error
    file.rows = round(people)
    return ground_write(actor=brought.actor, file=file, rows=[], reason=brought.reason)


def _rows(found: list[GroundRow], kind: str) -> list[models.Model]:
    if kind == GroundKind.ROADS:
        return [
            Road(line=_geometry(one), name=one.values["name"], road_class=one.values["road_class"]) for one in found
        ]
    if kind == GroundKind.BUILDINGS:
        return [
            Building(outline=_geometry(one), height_m=one.values["height_m"], has_people=one.values["has_people"])
            for one in found
        ]
    units = units_at(np.array([(one.shape.x, one.shape.y) for one in found])).tolist()
    return [
        Place(
            kind=PLACES[GroundKind(kind)],
            code=one.values["code"],
            name=one.values["name"] or _("unnamed"),
            unit_id=unit or None,
            position=_geometry(one),
            population=one.values["population"],
        )
        for one, unit in zip(found, units, strict=True)
    ]


def _geometry(row: GroundRow) -> Any:
    return GEOSGeometry(memoryview(row.shape.wkb), srid=4326)


# --- Antenna patterns -------------------------------------------------------------------------------------------------


def import_pattern(brought: Brought, use: dict[str, Any]) -> AntennaPattern:
    """Import an antenna's pattern (MSI, PLN) for the cells that *use* names. Raises TableError."""
    try:
        read = read_pattern(brought.path.read_text(encoding="latin-1"))
    except PatternFileError as error:
        raise TableError(str(error)) from error
    pattern = AntennaPattern(
        name=read.name,
        frequency_mhz=read.frequency_mhz,
        gain_dbi=read.gain_dbi,
        electrical_tilt_deg=read.electrical_tilt_deg,
        horizontal_db=list(read.horizontal_db),
        vertical_db=list(read.vertical_db),
        sha256=digest_of(brought.path),
    )
    return pattern_write(
        actor=brought.actor, authority=brought.authority, pattern=pattern, use=use, reason=brought.reason
    )
