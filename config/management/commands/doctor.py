"""Say in plain words what is missing or unsafe in this installation."""

import sys
from typing import Any

from django.core.management import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config import diagnosis


class Command(BaseCommand):
    help = "Say in plain words what is missing or unsafe; exit 1 if anything."
    requires_system_checks = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        wrong = 0
        for finding in diagnosis.diagnose():
            wrong += finding.wrong
            sign = self.style.ERROR("✗") if finding.wrong else self.style.SUCCESS("✓")
            self.stdout.write(f"{sign} {finding.subject}: {finding.text}")
        if wrong:
            self.stdout.write(
                ngettext("%(count)d thing is wrong.", "%(count)d things are wrong.", wrong) % {"count": wrong}
            )
            sys.exit(1)
        self.stdout.write(_("Nothing is missing or unsafe."))
