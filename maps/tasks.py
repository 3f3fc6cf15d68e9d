"""Work of this app that goes on after the answer."""

from django_tasks import task

from maps.services.figures import figures_are_due, figures_keep


@task()
def keep_figures() -> None:
    """Keep the figures of the day; does nothing where they are kept."""
    if figures_are_due():
        figures_keep()
