"""Compute the dates of all open cases anew, after the law or the calendar was changed past the pages."""

from typing import Any

from django.core.management.base import BaseCommand

from inspections.casework.recomputing import recompute


class Command(BaseCommand):
    help = "Computes the deadlines of all open cases anew from their steps, the clocks and the calendar."

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(f"{recompute()} cases changed.")
