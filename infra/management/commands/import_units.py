"""Import administrative units with their boundaries from GeoJSON, GeoPackage or Shapefile."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from infra.models import Authority, UnitLevel
from infra.services.people import system_user
from infra.services.unit_files import FieldNames, read_units
from infra.services.unit_imports import code_width
from infra.services.units import ImportReport, Terms, units_import

SHOWN = 12


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no date; write YYYY-MM-DD.") from error


class Command(BaseCommand):
    help = "Import administrative units with boundaries; official boundaries replace schematic ones. Repeatable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="GeoJSON, GeoPackage or Shapefile")
        parser.add_argument("--level", required=True, choices=UnitLevel.values)
        parser.add_argument("--valid-from", required=True, type=_day, help="first day of the units, YYYY-MM-DD")
        parser.add_argument("--valid-to", type=_day, help="first day on which they no longer exist")
        parser.add_argument("--code-field", help="column of the code; the usual names are tried")
        parser.add_argument("--name-field", help="column of the full name, with its type (“Phường Phố Hiến”)")
        parser.add_argument("--parent-field", help="column of the parent's code; else the parent follows from place")
        parser.add_argument("--source", default="", help="decision or publisher of the boundaries")
        parser.add_argument("--layer", help="layer of a file that has several")
        parser.add_argument("--crs", help="EPSG:n, for a file that names none")
        parser.add_argument("--encoding", help="encoding of a Shapefile that names none")
        parser.add_argument("--partial", action="store_true", help="leave units alone that the file does not name")
        parser.add_argument("--authority", help="code of the authority in whose ledger the import stands (the first)")

    def handle(self, *_args: Any, **options: Any) -> None:
        start = perf_counter()
        path: Path = options["file"]
        terms = Terms(
            level=options["level"],
            valid_from=options["valid_from"],
            valid_to=options["valid_to"],
            source=options["source"],
            partial=options["partial"],
        )
        if terms.valid_to is not None and terms.valid_to <= terms.valid_from:
            raise CommandError(_("--valid-to must lie after --valid-from."))
        authority = self.authority(options["authority"])
        try:
            file = read_units(
                path,
                level=terms.level,
                fields=FieldNames(options["code_field"], options["name_field"], options["parent_field"]),
                layer=options["layer"],
                crs=options["crs"],
                encoding=options["encoding"],
                code_width=code_width(terms.level),
            )
            reason = _("Units imported from %(file)s") % {"file": path.name}
            report = units_import(
                actor=system_user(), authority=authority, file=file, terms=terms, reason=f"{reason}. {terms.source}"
            )
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.tell(report, len(file.rows), file.crs, perf_counter() - start)

    def authority(self, code: str | None) -> Authority:
        found = Authority.objects.filter(code=code) if code else Authority.objects.order_by("pk")
        authority = found.first()
        if authority is None:
            raise CommandError(
                _("There is no authority %(code)s.") % {"code": code}
                if code
                else _("There is no authority yet; run load_reference first.")
            )
        return authority

    def tell(self, report: ImportReport, rows: int, crs: str, seconds: float) -> None:
        self.stdout.write(
            _("%(rows)d units read (%(crs)s) in %(seconds).1f s") % {"rows": rows, "crs": crs, "seconds": seconds}
        )
        for label, codes in (
            (_("added"), report.added),
            (_("changed"), report.changed),
            (_("ended"), report.ended),
            (_("unchanged"), report.unchanged),
            (_("not in the file, left alone"), report.absent),
            (_("without a parent"), report.without_parent),
        ):
            if codes:
                more = f" … (+{len(codes) - SHOWN})" if len(codes) > SHOWN else ""
                self.stdout.write(f"  {label}: {len(codes)} — {', '.join(codes[:SHOWN])}{more}")
        for repair in report.repaired:
            self.stdout.write(
                _("  repaired: %(code)s — %(reason)s (area %(change)+.4f %%)")
                % {"code": repair.code, "reason": repair.reason, "change": repair.area_change * 100}
            )
        if report.sites:
            self.stdout.write(_("  sites now in another unit: %(count)d") % {"count": report.sites})
        if not (report.added or report.changed or report.ended):
            self.stdout.write(_("  nothing changed"))
