"""A worker that dies leaves nothing RUNNING for ever."""

import os
import socket
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult, get_date_max

from config import workers
from config.models import WorkerPresence
from infra.selectors.ledger import heads_file, verify
from tests.config.tasks import say_hello
from tests.world import World

pytestmark = pytest.mark.django_db


def running(*worker_ids: str) -> DBTaskResult:
    return DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        started_at=timezone.now(),
        args_kwargs={"args": [], "kwargs": {}},
        task_path=say_hello.module_path,
        worker_ids=list(worker_ids),
        backend_name="default",
        run_after=get_date_max(),
    )


def presence(name: str, *, host: str = "elsewhere", pid: int = 1, seconds_ago: float = 0) -> WorkerPresence:
    then = timezone.now() - timedelta(seconds=seconds_ago)
    return WorkerPresence.objects.create(worker_id=name, host=host, pid=pid, started_at=then, seen_at=then)


def test_task_of_a_living_worker_is_left_alone() -> None:
    presence("alive", seconds_ago=30)
    task = running("alive")
    assert workers.tasks_give_back() == 0
    task.refresh_from_db()
    assert task.status == TaskResultStatus.RUNNING


def test_task_of_a_killed_worker_is_given_back_once() -> None:
    task = running("killed")
    assert workers.tasks_give_back() == 1
    task.refresh_from_db()
    assert task.status == TaskResultStatus.READY
    assert task.started_at is None
    assert task in DBTaskResult.objects.ready()


def test_second_loss_fails_the_task_and_tells_its_owner() -> None:
    told: list[str] = []

    def listen(task_result: object, **_kwargs: object) -> None:
        told.append(str(task_result.id))

    task_finished.connect(listen)
    try:
        task = running("killed", "killed again")
        workers.tasks_give_back()
    finally:
        task_finished.disconnect(listen)
    task.refresh_from_db()
    assert task.status == TaskResultStatus.FAILED
    assert "WorkerLostError" in task.exception_class_path
    assert told == [str(task.pk)]


def test_worker_silent_for_too_long_is_dead() -> None:
    presence("silent", seconds_ago=workers.LOST_AFTER.total_seconds() + 1)
    assert workers.living_workers() == []


def test_worker_of_this_machine_without_its_process_is_dead_at_once() -> None:
    ended = os.fork()
    if ended == 0:
        os._exit(0)
    os.waitpid(ended, 0)
    presence("killed", host=socket.gethostname(), pid=ended)
    presence("ours", host=socket.gethostname(), pid=os.getpid())
    assert [worker.worker_id for worker in workers.living_workers()] == ["ours"]


def test_announcing_replaces_whoever_had_our_process_number() -> None:
    presence("before the restart", host=socket.gethostname(), pid=os.getpid())
    presence("long gone", seconds_ago=workers.FORGET_AFTER.total_seconds() + 1)
    workers.announce("new")
    assert [worker.worker_id for worker in WorkerPresence.objects.all()] == ["new"]


def test_pulse_comes_back_after_the_row_was_lost() -> None:
    workers.pulse("worker")
    first = WorkerPresence.objects.get()
    workers.pulse("worker")
    again = WorkerPresence.objects.get()
    assert again.started_at == first.started_at
    assert again.seen_at >= first.seen_at
    workers.withdraw("worker")
    assert not WorkerPresence.objects.exists()


def test_heads_of_the_ledger_are_exported_once_a_day(
    world: World, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    assert workers.heads_keep()
    assert not workers.heads_keep()
    assert len(heads_file().read_text("utf-8").splitlines()) == 2
    monkeypatch.setattr(workers, "HEADS_AFTER", timedelta(0))
    assert workers.heads_keep()
    assert list(verify()) == []
