"""Keep the overview's figures, of today or of days gone by, from the shell."""

from argparse import ArgumentParser
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from maps.services.figures import figures_keep

MOST_DAYS = 3_700


def month_ends(first: date, last: date) -> list[date]:
    """Return the last days of the months from *first* to before *last*."""
    days = (first + timedelta(days=n) for n in range((last - first).days))
    return [day for day in days if (day + timedelta(days=1)).day == 1]


class Command(BaseCommand):
    help = "Keeps the overview's figures of today; with --since also those of the ends of months since that day."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--since", type=date.fromisoformat, help="YYYY-MM-DD: from the register as it stood then")

    def handle(self, *_args: Any, **options: Any) -> None:
        today = timezone.localdate()
        since: date | None = options["since"]
        if since is not None and not timedelta() < today - since <= timedelta(days=MOST_DAYS):
            raise CommandError("--since must be a day before today, not more than ten years ago.")
        for day in [*(month_ends(since, today) if since else []), today]:
            self.stdout.write(f"{day}: {figures_keep(day)} figures kept.")
