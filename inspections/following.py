"""What this app keeps beside the register follows the ledger: hooked on when the app is ready."""

from django.db import transaction

from infra.models import Installation
from infra.services import ledger
from inspections.models import KeptRound
from inspections.services.priority import also_touched, priority_mark
from inspections.services.safety import AT_ONCE, safety_refresh, touched_installations
from inspections.tasks import refresh_kept


def register() -> None:
    """Let every act bring the kept tables along."""
    ledger.follow(keep_up)


def keep_up(act: ledger.Act) -> None:
    """Bring the kept tables along with *act*: states at once, priorities marked; leave what is much to the background.

    Called before the act's versions are closed.
    """
    ids = touched_installations(act)
    if len(ids) > AT_ONCE:
        KeptRound.objects.update(is_stale=True)
        transaction.on_commit(refresh_kept.enqueue)
        return
    if ids:
        safety_refresh(ids)
    priority_mark(ids | also_touched(act), new=_added(act))


def _added(act: ledger.Act) -> set[int]:
    """Return the installations that *act* adds, one by one or as whole columns."""
    added = {pk for pk, (word, _row) in act.pending().get(Installation, {}).items() if word == "add"}
    for word, frame in act.frames().get(Installation, ()):
        if word == "add":
            added.update(frame["id"].to_list())
    return added
