"""Work of this app that goes on after the answer."""

from django_tasks import task

from inspections.services.safety import safety_is_due, safety_roll_over


@task()
def refresh_kept() -> None:
    """Bring the kept tables up to the day; does nothing where they are."""
    if safety_is_due():
        safety_roll_over()
