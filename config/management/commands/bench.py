"""Measure the product beside its peers on a made-up country; one JSON object a line on stdout."""

import time
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.benchmarks import (
    cases,
    console,
    coverage,
    features,
    fieldapp,
    fieldwork,
    lookups,
    pages,
    search,
    submissions,
    tiles,
    units,
)
from config.benchmarks.measuring import Line
from config.benchmarks.scratch import NoScratchError, fill, scratch_database
from infra.models import User

BENCHES: dict[str, Callable[[User], Iterator[Line]]] = {
    "lookups": lookups.measure,
    "api": pages.measure,
    "units": units.measure,
    "fieldwork": fieldwork.measure,
    "fieldapp": fieldapp.measure,
    "tiles": tiles.measure,
    "features": features.measure,
    "search": search.measure,
    "console": console.measure,
    "coverage": coverage.measure,
    "cases": cases.measure,
    "submissions": submissions.measure,
}
STATIONS = 350_000


class Command(BaseCommand):
    help = (
        "Benchmarks on a scratch database beside the configured one: made, filled with a country, dropped afterwards."
    )
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", type=int, default=STATIONS, help=f"base stations to measure on ({STATIONS:,})")
        parser.add_argument("--only", default="", help=f"comma-separated, of: {', '.join(BENCHES)}")

    def handle(self, *_args: Any, **options: Any) -> None:
        wanted = [name for name in options["only"].split(",") if name] or list(BENCHES)
        unknown = [name for name in wanted if name not in BENCHES]
        if unknown:
            raise CommandError(f"--only knows {', '.join(BENCHES)}, not {', '.join(unknown)}.")
        if not 1 <= options["scale"] <= 2_000_000:
            raise CommandError("--scale must be between 1 and 2000000.")
        try:
            with scratch_database():
                self.measure(wanted, options["scale"])
        except NoScratchError as error:
            raise CommandError(str(error)) from error

    def measure(self, wanted: list[str], stations: int) -> None:
        """Fill the scratch database and print what every bench of *wanted* finds."""
        start = time.perf_counter()
        manager = fill(stations, self.say)
        taken = round(time.perf_counter() - start, 1)
        self.show(Line("country.load", taken, "s", None, None, None, stations))
        for name in wanted:
            self.say(f"measuring {name}")
            for line in BENCHES[name](manager):
                self.show(line)

    def show(self, line: Line) -> None:
        database = "postgis" if connection.vendor == "postgresql" else "spatialite"
        self.stdout.write(replace(line, name=f"{line.name}.{database}").json())
        self.stdout.flush()

    def say(self, text: str) -> None:
        self.stderr.write(f"bench: {text}")
