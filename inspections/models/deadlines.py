"""Computed dates of cases, where each case stands by them, reminders, the key of a calendar feed."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import Authority
from inspections.models.cases import ViolationCase

#: the due date of a case that waits for nothing, so that every case has its place in the order of deadlines
NEVER = date(9999, 12, 31)


class DeadlineName(models.TextChoices):
    """What the dates of a case are called."""

    HEARING_REQUEST = "hearing_request", _("Request for an oral hearing")
    HEARING_NOTICE = "hearing_notice", _("Notice of the oral hearing")
    WRITTEN_EXPLANATION = "written_explanation", _("Written explanation")
    DECISION = "decision", _("Penalty decision")
    SERVE = "serve", _("Service of the decision")
    INSTALMENT = "instalment", _("Instalment")
    PAYMENT = "payment", _("Compliance and payment")
    REMEDY = "remedy", _("Remedial measure")
    LIMITATION = "limitation", _("Limitation for penalties")
    EXECUTION_LIMITATION = "execution_limitation", _("Limitation for execution")


class CaseDeadline(models.Model):
    """A computed date of a case with everything that explains it; written anew when steps, clocks or calendar change.

    Derived, so it keeps no versions. ``is_next`` marks the earliest open one of a case, for lists and agendas.
    """

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="deadlines")
    name = models.CharField(_("deadline"), max_length=24)
    due_on = models.DateField(_("due on"))
    starts_on = models.DateField(_("counted from"))
    rule = models.CharField(_("rule"), max_length=255, blank=True)
    working_days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)
    skipped = models.JSONField(_("days skipped"), default=list, blank=True)
    basis = models.JSONField(_("reasoning"), default=dict, blank=True)
    is_open = models.BooleanField(default=True)
    is_next = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=["case", "name"], name="one_deadline_per_name"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(is_next=True), name="one_next_deadline"),
        )
        indexes = (
            models.Index(fields=["is_next", "due_on"], name="deadline_agenda"),
            models.Index(fields=["is_open", "due_on"], name="deadline_open"),
        )


class CaseStanding(models.Model):
    """Where a case stands, kept for lists, boards and agendas: its next deadline and its money. Derived.

    The authority is the case's, so that an index gives its cases by their dates.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+", db_index=False)
    case = models.OneToOneField(ViolationCase, models.CASCADE, primary_key=True, related_name="standing")
    due_on = models.DateField(_("next deadline"), default=NEVER)
    due_name = models.CharField(_("deadline"), max_length=24, blank=True)
    paid_vnd = models.BigIntegerField(_("paid (₫)"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing of a case")
        verbose_name_plural = _("standings of cases")
        indexes = (
            models.Index(fields=["due_on", "case"], name="standing_by_due"),
            models.Index(fields=["authority", "due_on", "case"], name="standing_of_authority"),
        )

    @property
    def next_due(self) -> date | None:
        return None if self.due_on == NEVER else self.due_on


class ReminderKind(models.TextChoices):
    """How near the date was when the person was told."""

    BEFORE = "before", _("soon")
    DUE = "due", _("today")
    OVERDUE = "overdue", _("overdue")


class Reminder(models.Model):
    """That a person was told of a date. One for each date, kind and person; a moved date is a new one."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="reminders")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="case_reminders")
    name = models.CharField(_("deadline"), max_length=24)
    due_on = models.DateField(_("due on"))
    kind = models.CharField(_("kind"), max_length=8, choices=ReminderKind.choices)
    created_at = models.DateTimeField(_("told at"))
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["case", "person", "name", "due_on", "kind"], name="one_reminder_per_date"),
        )
        indexes = (models.Index(fields=["person", "read_at"], name="reminder_of_person"),)


class CalendarKey(models.Model):
    """The key of a person's calendar feed; only its digest is kept, so a leaked database opens no calendar."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_key")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("key of a calendar")
        verbose_name_plural = _("keys of calendars")


class SavedView(models.Model):
    """A list's filters under a name, for one person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views")
    place = models.CharField(_("list"), max_length=24)
    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(_("filters"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=["person", "place", "name"], name="one_view_per_name"),)

    def __str__(self) -> str:
        return self.name
