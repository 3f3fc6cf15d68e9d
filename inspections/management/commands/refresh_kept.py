"""Bring what is computed and kept beside the register up to the day; the worker does it by itself."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from inspections.services.priority import priority_is_due, priority_roll_over
from inspections.services.safety import safety_is_due, safety_roll_over

TABLES = (
    ("safety states", safety_is_due, safety_roll_over),
    ("inspection priorities", priority_is_due, priority_roll_over),
)


class Command(BaseCommand):
    help = "Brings the kept safety states and inspection priorities up to the day; --all computes every one anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="compute every row anew")

    def handle(self, *_args: Any, **options: Any) -> None:
        for name, is_due, roll_over in TABLES:
            if not (options["all"] or is_due()):
                self.stdout.write(f"{name}: of today")
                continue
            rows = roll_over(everything=options["all"])
            self.stdout.write(f"{name}: {rows} computed")
