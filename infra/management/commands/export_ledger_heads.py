"""Append the signed head of every chain to a file outside the database; run it daily and keep the file elsewhere."""

import json
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from infra.models import ChangeRecord, LedgerHead
from infra.selectors.ledger import heads_file


class Command(BaseCommand):
    help = "Appends the signed head of every authority's chain to ledger-heads.jsonl in DATA_DIR."

    def handle(self, *_args: Any, **_options: Any) -> None:
        heads = LedgerHead.objects.filter(sequence__gt=0).select_related("authority").order_by("authority__code")
        first = dict(ChangeRecord.objects.filter(sequence=1).values_list("authority_id", "digest"))
        lines = [
            json.dumps(
                {
                    "exported_at": timezone.now().isoformat(),
                    "authority": head.authority.code,
                    "first": first.get(head.authority_id),
                    "sequence": head.sequence,
                    "digest": head.digest,
                    "signature": head.signature,
                }
            )
            for head in heads
        ]
        with heads_file().open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        self.stdout.write(f"{len(lines)} heads written to {heads_file()}.")
