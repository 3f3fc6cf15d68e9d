"""The background worker: runs queued tasks, shows that it is alive, and gives back the tasks of workers that died."""

import logging
import threading
from typing import Any

from django.core.management import call_command
from django.db import DatabaseError, close_old_connections, connections
from django_tasks_db.management.commands.db_worker import Command as DatabaseWorker

from config import workers

logger = logging.getLogger("config.workers")

GIVE_BACK_EVERY = 6  # pulses
REFRESH_EVERY = 12  # pulses
HEADS_EVERY = 3600 // workers.PULSE_S  # pulses
MAIL_EVERY = 4  # pulses
PRUNE_EVERY = 24 * 3600 // workers.PULSE_S  # pulses
KEEP_FINISHED_DAYS = 30


class Pulse(threading.Thread):
    """Writes the worker's pulse beside its tasks, on a database connection of its own."""

    def __init__(self, worker_id: str) -> None:
        super().__init__(name="pulse", daemon=True)
        self.worker_id = worker_id
        self.ended = threading.Event()
        self.beats = 0

    def run(self) -> None:
        while not self.ended.wait(workers.PULSE_S):
            try:
                close_old_connections()
                self.beat()
            except DatabaseError as error:
                logger.warning("the worker's pulse could not be written: %s", error)
        connections.close_all()

    def beat(self) -> None:
        self.beats += 1
        workers.pulse(self.worker_id)
        if self.beats % GIVE_BACK_EVERY == 0:
            workers.tasks_give_back()
        if self.beats % REFRESH_EVERY == 0:
            workers.kept_tables_refresh()
            workers.reminders_queue()
        if self.beats % HEADS_EVERY == 0:
            workers.heads_keep()
        if self.beats % MAIL_EVERY == 0:
            workers.notices_queue()
        if self.beats % PRUNE_EVERY == 0:
            call_command("prune_db_task_results", "--queue-name=*", f"--min-age-days={KEEP_FINISHED_DAYS}", verbosity=0)

    def end(self) -> None:
        self.ended.set()
        self.join(timeout=workers.PULSE_S)


class Command(DatabaseWorker):
    help = "Run queued background tasks; give back the tasks of workers that died."
    requires_system_checks = []  # they load every page; the web server and the doctor look

    def configure_logging(self, verbosity: int) -> None:
        """Left to the settings' LOGGING, as for the web server."""

    def handle(self, *args: Any, **options: Any) -> None:
        worker_id = options["worker_id"]
        workers.announce(worker_id)
        workers.tasks_give_back()
        workers.kept_tables_refresh()
        workers.reminders_queue()
        workers.heads_keep()
        pulse = Pulse(worker_id)
        pulse.start()
        try:
            super().handle(*args, **options)
        finally:
            pulse.end()
            workers.withdraw(worker_id)
