"""Import measurements: drive tests, speed tests of the public, OpenCelliD."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from infra.services.people import system_user
from maps.coverage.importing import Brought, import_measurements
from maps.coverage.tables import TableError
from maps.management.commands.import_ground import authority_of
from maps.models import MeasurementFormat


class Command(BaseCommand):
    """``import_measurements FILE --format …``; rows that cannot be true are listed and left out."""

    help = "Imports measured levels and speeds from a CSV file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--format", required=True, choices=MeasurementFormat.values)
        parser.add_argument("--source", default="", help="where the file comes from")
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
        )
        try:
            file = import_measurements(brought, options["format"])
        except TableError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{file.kept} of {file.rows} rows kept.")
        for problem in file.problems:
            self.stdout.write(f"row {problem['row']}: {problem['message']}")
