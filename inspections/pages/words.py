"""Words that lists, panels and the case page share."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inspections.models import DeadlineName

#: deadlines nearer than this are drawn as due soon
SOON_DAYS = 7


def deadline_name(name: str) -> str:
    """Return what a deadline is called."""
    return str(DeadlineName(name).label) if name in DeadlineName.values else name


def deadline_tone(due: date, today: date) -> str:
    """Return the state in which a deadline is drawn."""
    left = (due - today).days
    if left < 0:
        return "overdue"
    return "due" if left <= SOON_DAYS else "unknown"


def time_left(due: date, today: date) -> str:
    """Return how far away a day is, in words."""
    left = (due - today).days
    if left == 0:
        return _("today")
    if left < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -left) % {"n": -left}
    return ngettext("%(n)s day left", "%(n)s days left", left) % {"n": left}
