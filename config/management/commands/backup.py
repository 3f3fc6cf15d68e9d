"""Copy the whole register into a directory while it runs: database, files, manifest with checksums."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from config.backups.making import make
from config.backups.manifest import BackupError


class Command(BaseCommand):
    help = "Backs the register up: database, files, heads of the ledger, and a manifest with checksums. No keys."
    requires_system_checks = []
    quiet = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, help="a new or empty directory, best on another disk")

    def handle(self, *_args: Any, **options: Any) -> None:
        self.quiet = options["verbosity"] < 1
        try:
            manifest, damaged = make(options["directory"], self.say)
        except BackupError as error:
            raise CommandError(str(error)) from error
        words = {
            "directory": options["directory"],
            "files": len(manifest.files),
            "size": filesizeformat(manifest.size()).replace("\N{NO-BREAK SPACE}", " "),
            "records": sum(head["sequence"] for head in manifest.facts.heads),
        }
        self.say(_("%(directory)s: %(files)d files, %(size)s, %(records)d acts in the ledger") % words)
        self.say(_("Keep secret.key and ledger.key at another place than this backup."))
        if damaged:
            raise CommandError(
                _("The backup is whole, but these files were damaged on the disk before: %(files)s")
                % {"files": ", ".join(damaged[:10])},
                returncode=2,
            )

    def say(self, sentence: str) -> None:
        if not self.quiet:
            self.stdout.write(sentence)
