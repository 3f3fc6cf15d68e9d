"""Load the reference data of every app that ships some; repeating it changes nothing."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

#: the apps in the order in which their data builds on each other
APPS = ("infra", "inspections", "maps")


class Command(BaseCommand):
    help = "Load the reference data: lookups, organizations, the first authority, units, the legal catalogue."

    def handle(self, *_args: Any, **options: Any) -> None:
        for app in APPS:
            if find_spec(f"{app}.services") is None or find_spec(f"{app}.services.reference") is None:
                continue
            try:
                loaded = import_module(f"{app}.services.reference").load()
            except ValueError as error:
                raise CommandError(str(error)) from error
            if options["verbosity"] > 0:
                self.say(app, loaded)

    def say(self, app: str, counts: dict[str, int]) -> None:
        written = ", ".join(f"{name} {count:,}" for name, count in counts.items() if count)
        self.stdout.write(f"{app}: {written or _('nothing was missing')}")
