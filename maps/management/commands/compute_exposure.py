"""Compute how far the limit of exposure reaches around every operating station."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from maps.exposure.limits import NATIONAL, MissingLimitError
from maps.exposure.refreshing import refresh


class Command(BaseCommand):
    """``compute_exposure``: the table behind lists and distances; repeating it changes nothing."""

    help = "Computes how far the limit of exposure reaches around every operating station."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--standard", default=NATIONAL, help="code of the standard (default: the regulation's)")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            count = refresh(timezone.localdate(), options["standard"])
        except MissingLimitError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Exposure of {count} stations computed.")
