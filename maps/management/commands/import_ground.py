"""Import what lies on the ground: villages, schools, hospitals, roads, buildings, a population grid."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from infra.models import Authority
from infra.services.people import system_user
from maps.coverage.importing import Brought, import_ground
from maps.coverage.tables import TableError
from maps.models import GroundKind


class Command(BaseCommand):
    """``import_ground FILE --kind …``; the file takes the place of the one of its kind before."""

    help = "Imports villages, schools, hospitals, roads, buildings or a population grid from a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--kind", required=True, choices=GroundKind.values)
        parser.add_argument("--source", default="", help="where the file comes from")
        parser.add_argument("--date", type=date.fromisoformat, help="the day that the data is of")
        parser.add_argument("--authority", default="", help="code of the authority (the first)")

    def handle(self, *_args: Any, **options: Any) -> None:
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        brought = Brought(
            path=path,
            name=path.name,
            authority=authority_of(options["authority"]),
            actor=system_user(),
            source=options["source"] or path.name,
            data_on=options["date"],
        )
        try:
            file = import_ground(brought, options["kind"])
        except TableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file.kept} of {file.rows} rows kept.")
        for problem in file.problems:
            self.stdout.write(f"row {problem['row']}: {problem['message']}")


def authority_of(code: str) -> Authority:
    """Return the authority with *code*, the first without one."""
    rows = Authority.objects.order_by("id")
    found = rows.filter(code=code).first() if code else rows.first()
    if found is None:
        raise CommandError(f"There is no authority {code!r}.")
    return found
