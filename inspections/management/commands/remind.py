"""Tell people what is due; the worker does it every morning by itself."""

from typing import Any

from django.core.management.base import BaseCommand

from inspections.casework.reminding import remind


class Command(BaseCommand):
    help = "Writes today's reminders of deadlines and mails those that were not mailed; repeating it repeats nothing."

    def handle(self, *_args: Any, **_options: Any) -> None:
        written, mailed = remind()
        self.stdout.write(f"{written} new reminders, {mailed} e-mails.")
