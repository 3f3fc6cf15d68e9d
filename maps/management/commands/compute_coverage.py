"""Compute coverage maps from the register's cells, from the shell."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from infra import formats
from infra.models import AdministrativeUnit, Authority, Organization, Technology
from infra.services.people import system_user
from maps.coverage.computing import compute
from maps.coverage.grid import RESOLUTION_M
from maps.coverage.losses import AUTO
from maps.coverage.propagation import MODELS
from maps.coverage.requests import Request, WrongRequestError
from maps.models import CoverageMap
from maps.radio.parameters import MissingParameterError
from maps.services.coverage import run_open


class Command(BaseCommand):
    help = (
        "Computes what each network covers, and writes a map for each. What was computed before and did not change is "
        "not computed again, so an interrupted run is resumed by repeating it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--technology", action="append", default=[], help="2g, 3g, 4g or 5g (all); may be repeated")
        parser.add_argument(
            "--organization", default="", help="code of one organization (all, and at least one, two, three)"
        )
        parser.add_argument("--unit", default="", help="code of a province or commune (the whole territory)")
        parser.add_argument("--authority", default="", help="code of the authority (the first)")
        parser.add_argument("--resolution", type=int, default=RESOLUTION_M, help=f"metres of a pixel ({RESOLUTION_M})")
        parser.add_argument(
            "--model", default=AUTO, help=f"{AUTO} (by surroundings and band) or one of {', '.join(MODELS)}"
        )
        parser.add_argument(
            "--edge", type=float, help="percent of places that are covered at the edge (parameter in force)"
        )
        parser.add_argument("--clutter", type=float, help="clutter of ITU-R P.2108 for so many percent of places")
        parser.add_argument(
            "--indoor", default="", help="entry loss of ITU-R P.2109: traditional or thermally_efficient"
        )
        parser.add_argument(
            "--indoor-percent", type=float, default=50.0, help="percent of buildings it is not above (50)"
        )
        parser.add_argument(
            "--registered-only", action="store_true", help="assume no cells for stations that list none"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            authority = self.authority(options["authority"])
            asked = self.request(options)
            run = run_open(actor=system_user(), authority=authority, asked=asked.as_json())
            maps = compute(run, say=self.say if options["verbosity"] > 1 else lambda _text: None)
        except (WrongRequestError, MissingParameterError) as error:
            raise CommandError(str(error)) from error
        run.refresh_from_db()
        for one in maps:
            self.show(one)
        self.stdout.write(
            _("%(maps)d maps; %(tiles)d tiles, %(kept)d layers of them were there already; %(seconds).1f s.")
            % {
                "maps": len(maps),
                "tiles": run.tiles,
                "kept": run.tiles_kept,
                "seconds": sum(run.seconds.values()),
            }
        )
        left = run.omissions.count()
        if left:
            self.stdout.write(_("%(n)d cells were left out; coverage_report --left-out lists them.") % {"n": left})

    def say(self, text: str) -> None:
        self.stderr.write(f"coverage: {text}")

    def show(self, one: CoverageMap) -> None:
        share = 100 * one.population_covered / one.population if one.population else 0.0
        area = 100 * one.covered_m2 / one.area_m2 if one.area_m2 else 0.0
        self.stdout.write(
            _("#%(pk)d %(who)s %(technology)s: %(people)s %% of the people, %(area)s %% of the area; %(cells)s cells")
            % {
                "pk": one.pk,
                "who": one.who,
                "technology": one.technology_id,
                "people": formats.number(share, 1),
                "area": formats.number(area, 1),
                "cells": formats.number(one.cells),
            }
        )

    def authority(self, code: str) -> Authority:
        rows = Authority.objects.order_by("id")
        found = rows.filter(code=code).first() if code else rows.first()
        if found is None:
            raise WrongRequestError(f"--authority knows no {code!r}." if code else "Run load_reference first.")
        return found

    def request(self, options: dict[str, Any]) -> Request:
        return Request(
            technologies=tuple(self.technology(code) for code in options["technology"]),
            organization=self.organization(options["organization"]),
            area=self.unit(options["unit"]),
            resolution_m=options["resolution"],
            model=options["model"],
            edge_percent=options["edge"],
            clutter_percent=options["clutter"],
            building=options["indoor"] or None,
            building_percent=options["indoor_percent"],
            with_assumed=not options["registered_only"],
        )

    def technology(self, code: str) -> str:
        known = list(Technology.objects.values_list("code", flat=True))
        if code.upper() not in known:
            raise WrongRequestError(f"--technology knows {', '.join(known)}, not {code!r}.")
        return code.upper()

    def organization(self, code: str) -> int | None:
        if not code:
            return None
        found = Organization.objects.filter(code=code.upper()).first()
        if found is None:
            raise WrongRequestError(f"--organization knows no {code!r}.")
        return found.pk

    def unit(self, code: str) -> int | None:
        if not code:
            return None
        found = AdministrativeUnit.objects.filter(code=code, valid_to__isnull=True).first()
        if found is None:
            raise WrongRequestError(f"--unit knows no unit {code!r} that is in force.")
        return found.pk
