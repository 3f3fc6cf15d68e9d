"""Work of this app that goes on after the answer."""

from django_tasks import task

from inspections.services.priority import priority_is_due, priority_roll_over
from inspections.services.safety import safety_is_due, safety_roll_over


def kept_is_due() -> bool:
    """Tell whether a kept table has to be gone through."""
    return safety_is_due() or priority_is_due()


@task()
def refresh_kept() -> None:
    """Bring the kept tables up to the day; does nothing where they are."""
    if safety_is_due():
        safety_roll_over()
    if priority_is_due():
        priority_roll_over()
