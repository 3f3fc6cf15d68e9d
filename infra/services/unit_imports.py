"""A file of units handed in on a page: unpacked, tried or imported, with a report that can be read."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from infra.models import AdministrativeUnit, Job, JobKind
from infra.services.attachments import path_of
from infra.services.unit_files import FieldNames, UnitFile, UnitFileError, read_units
from infra.services.units import ImportReport, Terms, units_import

#: what a packed file may hold; the first three are what is read
READABLE = (".shp", ".gpkg", ".geojson", ".json")
COMPANIONS = (".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx", ".xml")
MOST_MEMBERS = 40
#: how much larger a file may become when it is unpacked
UNPACKED_FACTOR = 8
CODES_KEPT = 500


def code_width(level: str) -> int:
    """Return how long codes of *level* are: those that a file keeps as numbers have lost their leading zeros."""
    lengths = AdministrativeUnit.objects.filter(level=level).values_list(Length("code"), flat=True).distinct()
    return max(lengths, default=0)


def unit_job_run(job: Job) -> dict[str, Any]:
    """Try or import the file of *job*; return the report. A trial writes nothing.

    Raises UnitFileError or UnitImportError with every reason found.
    """
    assert job.file is not None
    start = perf_counter()
    asked = job.parameters
    terms = Terms(
        level=asked["level"],
        valid_from=date.fromisoformat(asked["valid_from"]),
        valid_to=date.fromisoformat(asked["valid_to"]) if asked.get("valid_to") else None,
        source=asked.get("source", ""),
        partial=bool(asked.get("partial")),
    )
    with _laid_out(path_of(job.file.sha256), job.file.name) as path:
        file = read_units(
            path,
            level=terms.level,
            fields=FieldNames(*(asked.get(name) or None for name in ("code_field", "name_field", "parent_field"))),
            layer=asked.get("layer") or None,
            crs=asked.get("crs") or None,
            encoding=asked.get("encoding") or None,
            code_width=code_width(terms.level),
        )
    with transaction.atomic():
        report = units_import(
            actor=job.asked_by, authority=job.authority, file=file, terms=terms, reason=asked["reason"]
        )
        if job.kind == JobKind.UNITS_TRIAL:
            transaction.set_rollback(True)
    return _told(report, file, perf_counter() - start)


def _told(report: ImportReport, file: UnitFile, seconds: float) -> dict[str, Any]:
    names = {row.code: row.full_name for row in file.rows}
    gone = [code for code in (*report.ended, *report.absent) if code not in names]
    known = AdministrativeUnit.objects.filter(code__in=gone).order_by("valid_from")
    names |= dict(known.values_list("code", "full_name"))
    lists = {
        name: {"count": len(codes), "units": [[code, names.get(code, "")] for code in codes[:CODES_KEPT]]}
        for name, codes in (
            ("added", report.added),
            ("changed", report.changed),
            ("ended", report.ended),
            ("absent", report.absent),
            ("without_parent", report.without_parent),
        )
    }
    return {
        "rows": len(file.rows),
        "crs": file.crs,
        "unchanged": len(report.unchanged),
        "sites": report.sites,
        "lists": lists,
        "repaired": [
            {"code": one.code, "name": names.get(one.code, ""), "reason": one.reason, "area_change": one.area_change}
            for one in report.repaired[:CODES_KEPT]
        ],
        "changes": bool(report.added or report.changed or report.ended),
        "seconds": round(seconds, 1),
    }


@contextmanager
def _laid_out(kept: Path, name: str) -> Iterator[Path]:
    """Lay the kept bytes out under the name they came with, unpacked where they are packed."""
    folder = Path(tempfile.mkdtemp(prefix="units-"))
    try:
        plain = folder / PurePosixPath(name).name
        if zipfile.is_zipfile(kept):
            yield _unpacked(kept, folder)
        else:
            shutil.copyfile(kept, plain)
            yield plain
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unpacked(kept: Path, folder: Path) -> Path:
    """Unpack the readable file of an archive and its companions, by their bare names; return it."""
    try:
        with zipfile.ZipFile(kept) as packed:
            members = [one for one in packed.infolist() if not one.is_dir()]
            wanted = [one for one in members if _suffix(one) in (*READABLE, *COMPANIONS)]
            most = settings.UPLOAD_MAX_BYTES * UNPACKED_FACTOR
            if len(members) > MOST_MEMBERS or sum(one.file_size for one in wanted) > most:
                raise UnitFileError(_("The archive holds too much. Pack one file of units with its companions."))
            for one in wanted:
                with packed.open(one) as source, (folder / _bare(one)).open("wb") as target:
                    shutil.copyfileobj(source, target)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise UnitFileError(_("The archive cannot be unpacked: %(error)s.") % {"error": error}) from error
    found = [folder / _bare(one) for one in wanted if _suffix(one) in READABLE]
    if len(found) != 1:
        raise UnitFileError(
            _("The archive holds %(count)d files of units; it must hold one (.shp, .gpkg, .geojson).")
            % {"count": len(found)}
        )
    return found[0]


def _bare(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename.replace("\\", "/")).name


def _suffix(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename).suffix.lower()
