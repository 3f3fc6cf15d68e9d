"""What this app keeps beside the register follows the ledger: hooked on when the app is ready."""

from django.db import transaction

from infra.services import ledger
from inspections.services.safety import safety_follow
from inspections.tasks import refresh_kept


def register() -> None:
    """Let every act bring the kept tables along."""
    ledger.follow(keep_up)


def keep_up(act: ledger.Act) -> None:
    """Bring the kept tables along with *act*; leave what is much to the background."""
    if not safety_follow(act):
        transaction.on_commit(refresh_kept.enqueue)
