"""The worker from its command line, on a database that other processes can see."""

import pytest
from django.core.management import call_command
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from config.models import WorkerPresence
from tests.config.tasks import say_hello

pytestmark = pytest.mark.django_db(transaction=True)


def test_worker_runs_what_is_queued_and_leaves_no_trace(settings: pytest.FixtureRequest) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    say_hello.enqueue()
    call_command("worker", "--batch", "--no-startup-delay", "--interval=0", "--no-reload", verbosity=0)
    task = DBTaskResult.objects.get(task_path=say_hello.module_path)
    assert task.status == TaskResultStatus.SUCCESSFUL
    assert task.return_value == "xin chào"
    assert not WorkerPresence.objects.exists()
