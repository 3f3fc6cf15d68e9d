"""Walk the chain of change records and every version; exit 1 and name the first broken record if any."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from infra.models import ChangeRecord
from infra.selectors.ledger import verify


class Command(BaseCommand):
    help = "Verifies the ledger: records, signed heads, versions, and the register's rows against their versions."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--all", action="store_true", help="name every fault, not only the first")

    def handle(self, *_args: Any, **options: Any) -> None:
        faults = 0
        for fault in verify():
            faults += 1
            self.stderr.write(str(fault))
            if not options["all"]:
                break
        if faults:
            raise CommandError("The ledger does not hold.", returncode=1)
        self.stdout.write(f"The ledger holds: {ChangeRecord.objects.count()} records.")
