"""Bring what is computed and kept beside the register up to the day; the worker does it by itself."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from inspections.services.safety import safety_is_due, safety_roll_over


class Command(BaseCommand):
    help = "Brings the kept safety states up to the day; --all computes every one anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="compute every row anew")

    def handle(self, *_args: Any, **options: Any) -> None:
        if not (options["all"] or safety_is_due()):
            self.stdout.write("Safety states are of today.")
            return
        rows = safety_roll_over(everything=options["all"])
        self.stdout.write(f"{rows} safety states decided.")
