"""Telling people what is due: once before, on the day, and once it is late; in the program and by e-mail."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from infra import formats
from infra.models import User
from inspections.models import CaseDeadline, DeadlineName, KeptRound, Reminder, ReminderKind
from inspections.selectors.agenda import OF_PARTY, RIGHTS, managers_by_authority, open_dates, speakers_by_organization

logger = logging.getLogger(__name__)

ROUND = "reminders"
#: what was late longer than this is on the agenda; a reminder of it would only be noise
LATE_DAYS = 30
BATCH = 2_000
LINES_IN_A_MAIL = 60


def reminders_are_due(today: date | None = None) -> bool:
    """Tell whether today's reminders were not written yet."""
    day = today or timezone.localdate()
    return not KeptRound.objects.filter(name=ROUND, day__gte=day).exists()


def reminders_write(horizon: date, today: date | None = None) -> int:
    """Write the reminders of the day: dates up to *horizon* (before), of today, and of those just passed.

    Doing it twice writes nothing twice. Returns how many were new.
    """
    day = today or timezone.localdate()
    before = Reminder.objects.count()
    rows = open_dates(day - timedelta(days=LATE_DAYS), horizon)
    batch: list[Reminder] = []
    for reminder in _wanted(rows, day):
        batch.append(reminder)
        if len(batch) >= BATCH:
            Reminder.objects.bulk_create(batch, ignore_conflicts=True)
            batch = []
    Reminder.objects.bulk_create(batch, ignore_conflicts=True)
    KeptRound.objects.update_or_create(name=ROUND, defaults={"day": day, "finished_at": timezone.now()})
    return Reminder.objects.count() - before


def _wanted(rows: Iterable[CaseDeadline], day: date) -> Iterator[Reminder]:
    found = list(rows)
    managers = managers_by_authority(day)
    speakers = speakers_by_organization((row.case.organization_id for row in found if row.case.organization_id), day)
    now = timezone.now()
    for row in found:
        kind = ReminderKind.BEFORE if row.due_on > day else ReminderKind.DUE
        if row.due_on < day:
            kind = ReminderKind.OVERDUE
        people: list[int] = []
        if row.name not in RIGHTS:
            officer = row.case.officer
            is_there = officer is not None and officer.is_active
            people += [officer.pk] if officer and is_there else managers.get(row.case.authority_id, [])
        if row.name in OF_PARTY and not (row.name in RIGHTS and kind == ReminderKind.OVERDUE):
            people += speakers.get(row.case.organization_id or 0, [])
        for person_id in dict.fromkeys(people):
            yield Reminder(
                case=row.case, person_id=person_id, name=row.name, due_on=row.due_on, kind=kind, created_at=now
            )


def reminders_mail() -> int:
    """Send every person one e-mail with what is new; return how many were sent. What fails is tried again next time."""
    if not settings.EMAIL_HOST:
        return 0
    waiting: dict[int, list[Reminder]] = defaultdict(list)
    rows = Reminder.objects.filter(mailed_at__isnull=True, read_at__isnull=True).select_related("case__organization")
    for reminder in rows.order_by("due_on", "id").iterator(BATCH):
        waiting[reminder.person_id].append(reminder)
    people = User.objects.filter(pk__in=waiting, is_active=True).exclude(email="")
    sent = 0
    with get_connection() as connection:
        for person in people:
            reminders = waiting[person.pk]
            try:
                _message(person, reminders, connection).send()
            except OSError as error:
                logger.warning("reminders to %s could not be sent: %s", person.pk, error)
                continue
            Reminder.objects.filter(pk__in=[row.pk for row in reminders]).update(mailed_at=timezone.now())
            sent += 1
    return sent


def _message(person: User, reminders: list[Reminder], connection: object) -> EmailMessage:
    with override(person.language):
        subject = ngettext("%(n)s deadline of a case", "%(n)s deadlines of cases", len(reminders))
        lines = [_line(reminder) for reminder in reminders[:LINES_IN_A_MAIL]]
        if len(reminders) > LINES_IN_A_MAIL:
            lines.append(_("… and %(n)s more on your agenda.") % {"n": len(reminders) - LINES_IN_A_MAIL})
        return EmailMessage(
            subject % {"n": len(reminders)},
            "\n".join(lines),
            settings.DEFAULT_FROM_EMAIL,
            [person.email],
            connection=connection,  # type: ignore[arg-type]
        )


def _line(reminder: Reminder) -> str:
    """Return a reminder in one line; persons charged are not named in mails."""
    party = str(reminder.case.organization or _("A person"))
    words = _("%(day)s (%(when)s): %(name)s, case %(number)s, %(party)s")
    line = words % {
        "day": formats.day(reminder.due_on),
        "when": reminder.get_kind_display(),
        "name": DeadlineName(reminder.name).label,
        "number": reminder.case.number,
        "party": party,
    }
    return f"{line} {settings.PUBLIC_URL}/cases/{reminder.case_id}/" if settings.PUBLIC_URL else line


def reminders_read(*, person: User, ids: Iterable[int] | None = None) -> int:
    """Mark reminders of *person* as read (all where none is named)."""
    rows = Reminder.objects.filter(person=person, read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=timezone.now())
