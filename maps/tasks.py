"""Work of the maps that goes on after the answer."""

from django.db import transaction
from django_tasks import task

from maps.models import Export
from maps.services.exports import export_write


@task()
def write_export(export_id: int) -> None:
    """Write the file of an export."""
    export_write(export_id)


def write_later(export: Export) -> None:
    """Write the file once the present transaction is written."""
    transaction.on_commit(lambda: write_export.enqueue(export.pk))
