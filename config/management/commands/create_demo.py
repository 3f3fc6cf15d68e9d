"""Fill a demo register with a made-up province (or, for measurements, a country)."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from config.demo.campaigns import write_campaigns
from config.demo.province import STATIONS, create_province
from infra.models import Authority, Installation
from infra.services.people import system_user
from inspections.services.priority import priority_roll_over
from inspections.services.safety import safety_roll_over

SEED = 2026
#: how far back the overview's figures are kept, from the register as it stood
FIGURES_DAYS = 310


class Command(BaseCommand):
    help = "Writes deterministic synthetic data; refuses on a database that is not marked demo."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--scale", choices=("province", "country"), default="province")
        parser.add_argument("--stations", type=int, help="how many base stations (province 2,000, country 350,000)")
        parser.add_argument("--seed", type=int, default=SEED)
        parser.add_argument(
            "--no-coverage", dest="coverage", action="store_false", help="leave out coverage maps and measurements"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        authority = Authority.objects.order_by("id").first()
        if authority is None:
            raise CommandError("The register is empty of reference data: run load_reference first.")
        if not authority.is_demo:
            raise CommandError("This database is not marked demo: nothing was written.")
        if Installation.objects.exists():
            raise CommandError("The register holds installations already; start the demo on an empty DATA_DIR.")
        stations = options["stations"]
        if stations is not None and not 1 <= stations <= 2_000_000:
            raise CommandError("--stations must be between 1 and 2000000.")
        if options["scale"] == "country":
            self._country(stations, options["seed"])
        else:
            create_province(
                authority=authority, seed=options["seed"], stations=stations or STATIONS, say=self.stdout.write
            )
        safety_roll_over(everything=True)
        priority_roll_over(everything=True)
        if options["scale"] == "province":
            self.stdout.write("Campaigns …")
            write_campaigns(authority=authority, seed=options["seed"])
            priority_roll_over()
            if options["coverage"]:
                self._coverage(authority, options["seed"])
            call_command("keep_figures", since=timezone.localdate() - timedelta(days=FIGURES_DAYS), verbosity=0)
        self.stdout.write(f"{Installation.objects.count()} installations written.")

    def _coverage(self, authority: Authority, seed: int) -> None:
        from config.demo.coverage import write_coverage, write_ground  # noqa: PLC0415 -- kernels are needed here only

        self.stdout.write("Coverage …")
        write_ground(authority=authority, actor=system_user(), seed=seed)
        write_coverage(authority=authority, actor=system_user(), seed=seed)

    def _country(self, stations: int | None, seed: int) -> None:
        from config.demo.bulk import write_country  # noqa: PLC0415 -- numbers and COPY are needed for a country only

        write_country(stations=stations or 350_000, seed=seed)
