"""How far the work on a submission is, told while one long transaction goes on.

The work says its step and goes on at once; a thread writes the latest word every second, over a connection of its own.
On SQLite nobody else writes while rows are being written, so there the last word stands until the end, and who shows it
reckons from the time so far. Work that ends within a second leaves no trace.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from infra.models import Job, JobKind, JobState, Submission, WorkStep

logger = logging.getLogger(__name__)

#: rows that take more than a moment to write
LONG = 10_000
#: seconds between two words written; the first is written after as many
EVERY_S = 1.0
#: how long a word waits for a lock, and the work for a word that must be out before it locks others out
_PATIENCE_MS, _OUT_WITHIN_S = 100, 0.3

_current: ContextVar["_Progress | None"] = ContextVar("progress", default=None)


@contextmanager
def progress_kept(submission: Submission) -> Iterator[None]:
    """Keep how far the block is with *submission*, for who waits."""
    progress = _Progress(submission)
    token = _current.set(progress)
    try:
        yield
    finally:
        _current.reset(token)
        progress.end()


def progress_forget(submission: Submission) -> None:
    """Remove what a process that is gone said about its work."""
    Job.objects.filter(**_about(submission)).delete()


def tell(step: str, *, rows: int = 0) -> None:
    """Say that the work goes over to *step*; with *rows*, that so many will be written and others cannot meanwhile."""
    progress = _current.get()
    if progress is not None:
        progress.tell(step, lasting=rows >= LONG, **({"rows": rows} if rows else {}))


def counting(step: str, total: int) -> Callable[[int], None]:
    """Go over to *step*, of *total* rows; call what is returned, from any thread, with the rows of each piece done."""
    progress = _current.get()
    if progress is None or not total:
        return lambda _rows: None
    return progress.counting(step, total)


class _Progress:
    """What is to be said about one piece of work, and the thread that writes it."""

    def __init__(self, submission: Submission) -> None:
        self._of = _about(submission)
        self._asked_by = submission.decided_by_id or submission.submitted_by_id
        self._began = timezone.now()
        self._word: dict[str, Any] = {}
        self._looked = False
        self._said: dict[str, Any] = {}
        self._job: int | None = None
        self._wake, self._out, self._ended = threading.Event(), threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._write_on, name="progress", daemon=True)
        self._thread.start()

    def tell(self, step: str, *, lasting: bool = False, **counts: int) -> None:
        self._looked = self._looked or step == WorkStep.READING
        self._word = {"step": step, "at": timezone.now().timestamp(), "looked": self._looked, **counts}
        if lasting:
            self._out.clear()
            self._wake.set()
            self._out.wait(_OUT_WITHIN_S)

    def counting(self, step: str, total: int) -> Callable[[int], None]:
        done = 0

        def told(rows: int) -> None:
            nonlocal done
            done += rows
            self._word = {**self._word, "done": done, "total": total}

        self.tell(step, done=0, total=total)
        return told

    def end(self) -> None:
        self._ended.set()
        self._wake.set()
        self._thread.join()

    def _write_on(self) -> None:
        try:
            while not self._ended.is_set():
                self._wake.wait(EVERY_S)
                self._wake.clear()
                if not self._ended.is_set() and self._word != self._said:
                    self._try(self._write)
                if not self._wake.is_set():  # a word that came meanwhile is not out yet
                    self._out.set()
            if self._job is not None:
                self._try(self._forget)
        finally:
            connection.close()

    def _try(self, write: Callable[[], None]) -> None:
        """Do *write* if the database lets it through at once: a word is never a reason to wait, or to fail."""
        try:
            with connection.cursor() as cursor:
                if connection.vendor == "postgresql":
                    cursor.execute(f"SET lock_timeout = '{_PATIENCE_MS}ms'")
                else:
                    cursor.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            write()
        except DatabaseError as error:
            logger.debug("How far the work is could not be written: %s", error)

    def _write(self) -> None:
        word = self._word
        job, _is_new = Job.objects.update_or_create(
            **self._of,
            defaults={"report": word, "state": JobState.RUNNING, "started_at": self._began},
            create_defaults={
                "report": word,
                "state": JobState.RUNNING,
                "started_at": self._began,
                "asked_by_id": self._asked_by,
            },
        )
        self._job, self._said = job.pk, word

    def _forget(self) -> None:
        Job.objects.filter(**self._of).delete()


def _about(submission: Submission) -> dict[str, Any]:
    return {
        "authority_id": submission.authority_id,
        "kind": JobKind.SUBMISSION_WORK,
        "parameters": {"submission": submission.pk},
    }
