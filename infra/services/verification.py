"""The ledger of an authority walked in the background, and its heads exported."""

import json
from collections.abc import Iterable
from itertools import islice
from time import perf_counter
from typing import Any

from django.utils import timezone

from infra.models import Authority, ChangeRecord, LedgerHead
from infra.selectors.ledger import Fault, heads_file, verify

FAULTS_KEPT = 200
#: in a fault: no chain in particular, a row or a version
ANYWHERE = "-"


def verification_run(authority: Authority) -> dict[str, Any]:
    """Walk the chains; return the report: what was looked at, and the faults of this authority's chain and of rows."""
    start = perf_counter()
    mine = (fault for fault in verify() if fault.authority in (authority.code, ANYWHERE))
    faults = list(islice(mine, FAULTS_KEPT + 1))
    head = LedgerHead.objects.filter(authority=authority).first()
    return {
        "holds": not faults,
        "records": ChangeRecord.objects.filter(authority=authority).count(),
        "sequence": head.sequence if head else 0,
        "digest": head.digest if head else "",
        "faults": [_written(fault) for fault in faults[:FAULTS_KEPT]],
        "more": len(faults) > FAULTS_KEPT,
        "seconds": round(perf_counter() - start, 1),
    }


def _written(fault: Fault) -> dict[str, Any]:
    return {"authority": fault.authority, "sequence": fault.sequence, "what": fault.what}


def heads_export(authorities: Iterable[Authority]) -> list[str]:
    """Append the signed head of each chain to the file of exported heads; return the lines."""
    heads = LedgerHead.objects.filter(sequence__gt=0, authority__in=[one.pk for one in authorities])
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
        for head in heads.select_related("authority").order_by("authority__code")
    ]
    with heads_file().open("a", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines)
    return lines
