"""Which background workers are alive, and what happens to the tasks of one that died.

A worker that is killed leaves its task RUNNING for ever, because nobody is left to say how it ended. Each worker
therefore writes a pulse; a task whose worker has none any more is given back once, and the second time it is failed
with the reason. Tasks must hence be safe to run twice: an act is one transaction, so a repeated one finds it done.
"""

import logging
import os
import socket
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task, TaskResultStatus
from django_tasks.signals import task_finished
from django_tasks_db.models import DBTaskResult

from config.models import WorkerPresence
from infra.models import Authority
from infra.selectors.chain import chain_state
from infra.services.notices import notices_wait
from infra.services.verification import heads_export
from infra.tasks import mail_notices
from inspections.services.reminders import reminders_are_due
from inspections.tasks import kept_is_due, refresh_kept, remind_of_deadlines
from maps.services.figures import figures_are_due
from maps.tasks import keep_figures

logger = logging.getLogger(__name__)

PULSE_S = 5
# Longer than the wait for SQLite's lock: a worker that waits for a long write is not dead.
LOST_AFTER = timedelta(seconds=120)
FORGET_AFTER = timedelta(days=1)
MOST_ATTEMPTS = 2
HEADS_AFTER = timedelta(days=1)


class WorkerLostError(RuntimeError):
    """The worker was killed, or its machine stopped, while it ran the task."""


def announce(worker_id: str) -> None:
    """Write that this process works under that name. A row of our own machine and number is of a process long gone."""
    now = timezone.now()
    with transaction.atomic():
        WorkerPresence.objects.filter(host=socket.gethostname(), pid=os.getpid()).exclude(pk=worker_id).delete()
        WorkerPresence.objects.filter(seen_at__lt=now - FORGET_AFTER).delete()
        WorkerPresence.objects.update_or_create(
            worker_id=worker_id,
            defaults={"host": socket.gethostname(), "pid": os.getpid(), "seen_at": now},
            create_defaults={"host": socket.gethostname(), "pid": os.getpid(), "seen_at": now, "started_at": now},
        )


def pulse(worker_id: str) -> None:
    if not WorkerPresence.objects.filter(pk=worker_id).update(seen_at=timezone.now()):
        announce(worker_id)


def withdraw(worker_id: str) -> None:
    WorkerPresence.objects.filter(pk=worker_id).delete()


def living_workers(now: datetime | None = None) -> list[WorkerPresence]:
    """Workers seen lately; one of this machine must also still have its process."""
    since = (now or timezone.now()) - LOST_AFTER
    here = socket.gethostname()
    return [
        worker
        for worker in WorkerPresence.objects.filter(seen_at__gte=since)
        if worker.host != here or _process_exists(worker.pid)
    ]


def _process_exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def tasks_give_back() -> int:
    """Give back, or fail, the running tasks whose worker is dead. Returns how many there were."""
    alive = {worker.worker_id for worker in living_workers()}
    orphans = [
        task for task in DBTaskResult.objects.running() if not task.worker_ids or task.worker_ids[-1] not in alive
    ]
    for task in orphans:
        _give_back(task)
    return len(orphans)


def _give_back(task: DBTaskResult) -> None:
    if len(task.worker_ids) < MOST_ATTEMPTS:
        # Only if it is still the same attempt: another worker may have given it back already.
        same = DBTaskResult.objects.filter(pk=task.pk, status=TaskResultStatus.RUNNING, worker_ids=task.worker_ids)
        if same.update(status=TaskResultStatus.READY, started_at=None):
            logger.warning("task %s (%s) lost its worker and is given back", task.pk, task.task_path)
        return
    logger.error("task %s (%s) lost its worker %d times and is failed", task.pk, task.task_path, len(task.worker_ids))
    task.set_failed(WorkerLostError(f"The worker was lost {len(task.worker_ids)} times while it ran this task."))
    try:
        task_finished.send(sender=type(task.task.get_backend()), task_result=task.task_result)
    except ImportError:
        logger.warning("task %s names code that no longer exists: %s", task.pk, task.task_path)


def reminders_queue() -> bool:
    """Queue the day's reminders of deadlines where a day has begun; tell whether they were queued."""
    return reminders_are_due() and _queued_once(remind_of_deadlines)


def notices_queue() -> bool:
    """Queue the e-mails of notices where some wait; tell whether they were queued."""
    return notices_wait() and _queued_once(mail_notices)


def kept_tables_refresh() -> bool:
    """Queue the work on the kept tables where a day has begun or a large act left it; tell whether it was queued.

    The figures of the day follow once the safety states are up to it.
    """
    if kept_is_due():
        return _queued_once(refresh_kept)
    return figures_are_due() and _queued_once(keep_figures)


def heads_keep() -> bool:
    """Export the heads of the ledger where a day has passed and a chain has grown; tell whether any was written.

    A register that is put back to an older state as a whole is found by nothing else.
    """
    yesterday = timezone.now() - HEADS_AFTER
    states = [chain_state(authority) for authority in Authority.objects.all()]
    due = [one.authority for one in states if one.sequence and (one.exported_at is None or one.exported_at < yesterday)]
    return bool(due and heads_export(due))


def _queued_once(work: Task[[], None]) -> bool:
    """Queue *work* unless it waits or runs already; tell whether it was queued."""
    unfinished = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    if DBTaskResult.objects.filter(task_path=work.module_path, status__in=unfinished).exists():
        return False
    work.enqueue()
    return True
