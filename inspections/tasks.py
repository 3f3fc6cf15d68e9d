"""Work of this app that goes on after the answer."""

from django_tasks import task

from inspections.casework.recomputing import recompute
from inspections.casework.reminding import remind
from inspections.services.priority import priority_is_due, priority_roll_over
from inspections.services.reminders import reminders_are_due
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


@task()
def recompute_deadlines() -> None:
    """Compute the dates of open cases anew after a change of law or calendar."""
    recompute()


@task()
def remind_of_deadlines() -> None:
    """Tell people what is due today, once a day."""
    if reminders_are_due():
        remind()
