"""Work of the maps that goes on after the answer."""

from django.db import transaction
from django_tasks import task

from maps.models import CoverageRun, Export
from maps.services.exports import export_write
from maps.services.figures import figures_are_due, figures_keep


@task()
def keep_figures() -> None:
    """Keep the figures of the day; does nothing where they are kept."""
    if figures_are_due():
        figures_keep()


@task()
def compute_coverage(run_id: int) -> None:
    """Compute the maps of a run. May be repeated: what is in the store is not computed again."""
    from maps.coverage.computing import compute  # noqa: PLC0415 -- a worker should start without rasters and kernels

    compute(CoverageRun.objects.select_related("authority").get(pk=run_id))


def compute_later(run: CoverageRun) -> None:
    """Compute the maps of *run* once the present transaction is written."""
    transaction.on_commit(lambda: compute_coverage.enqueue(run.pk))


@task()
def write_export(export_id: int) -> None:
    """Write the file of an export."""
    export_write(export_id)


def write_later(export: Export) -> None:
    """Write the file once the present transaction is written."""
    transaction.on_commit(lambda: write_export.enqueue(export.pk))
