"""Append the signed head of every chain to a file outside the database; run it daily and keep the file elsewhere."""

from typing import Any

from django.core.management.base import BaseCommand

from infra.models import Authority
from infra.selectors.ledger import heads_file
from infra.services.verification import heads_export


class Command(BaseCommand):
    help = "Appends the signed head of every authority's chain to ledger-heads.jsonl in DATA_DIR."

    def handle(self, *_args: Any, **_options: Any) -> None:
        lines = heads_export(Authority.objects.all())
        self.stdout.write(f"{len(lines)} heads written to {heads_file()}.")
