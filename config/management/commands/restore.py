"""Replace this installation's register by that of a backup, after looking at every file of it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from config.backups.manifest import BackupError
from config.backups.restoring import examine, restore


class Command(BaseCommand):
    help = "Restores a backup; verifies all of it before anything is replaced, and lays the present database aside."
    requires_system_checks = []
    quiet = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="a backup made by the command backup")
        parser.add_argument("--check", action="store_true", help="only look whether the backup is whole and fits")
        parser.add_argument("--no-copy", action="store_true", help="lay no copy of the present database aside")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.quiet = options["verbosity"] < 1
        try:
            if options["check"]:
                manifest = examine(options["directory"].expanduser().absolute())
                said = _("The backup of %(made)s is whole: %(sites)d sites, %(installations)d installations.")
            else:
                manifest = restore(options["directory"], self.say, keep_copy=not options["no_copy"])
                said = _("Restored as of %(made)s: %(sites)d sites, %(installations)d installations.")
        except BackupError as error:
            raise CommandError(str(error)) from error
        rows = manifest.facts.rows
        words = {"made": manifest.made_at, "sites": rows["infra_site"], "installations": rows["infra_installation"]}
        self.say(said % words)
        if not options["check"]:
            self.say(_("Restart the server, then run ./manage.py verify_ledger."))

    def say(self, sentence: str) -> None:
        if not self.quiet:
            self.stdout.write(sentence)
