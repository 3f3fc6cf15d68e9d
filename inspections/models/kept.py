"""What is computed once and kept beside the register, so that a country's lists, tiles and counts join a table.

Nothing here is a fact of its own: every row can be computed again at any time (``./manage.py refresh_kept``).
"""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import Installation


class SafetyCode(models.TextChoices):
    """The five states (CONTRACT §3)."""

    COMPLIANT = "compliant", _("Compliant")
    UNKNOWN = "unknown", _("Not known yet")
    DUE = "due", _("Due soon")
    OVERDUE = "overdue", _("Overdue")
    UNSAFE = "unsafe", _("Unsafe")


class SafetyStateQuerySet(ScopedQuerySet["SafetyState"]):
    """Kept states by how long they hold."""

    def holding(self, day: date) -> Self:
        """Keep the states that time has not touched by *day*."""
        return self.filter(models.Q(changes_on__isnull=True) | models.Q(changes_on__gt=day))


class SafetyState(models.Model):
    """The safety state of one installation as the deciding function last told it; the key is the installation's.

    ``rank`` is 0 (compliant), 1 (unknown), 2 (due), 3 (overdue), 4 (unsafe): the state of a site or a mast is the
    highest rank of its installations. ``changes_on`` is the first day on which time alone may change the state; until
    then, and as long as nothing is written, the row holds. ``reasons`` are stored without language.
    """

    installation = models.OneToOneField(
        Installation, models.CASCADE, primary_key=True, related_name="safety_state", verbose_name=_("installation")
    )
    state = models.CharField(_("safety state"), max_length=10, choices=SafetyCode.choices)
    rank = models.PositiveSmallIntegerField(_("rank"))
    since = models.DateField(_("since"), null=True, blank=True)
    reasons = models.JSONField(_("reasons"), default=list)
    changes_on = models.DateField(_("may change on"), null=True, blank=True)

    objects = SafetyStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("safety state")
        verbose_name_plural = _("safety states")
        indexes = (
            models.Index(fields=["state", "installation"], name="safety_by_state"),
            models.Index(fields=["changes_on"], name="safety_by_change"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"


class InspectionPriority(models.Model):
    """How urgent the inspection of one installation is; the key is the installation's.

    ``score`` is a sum of points, ``causes`` are its reasons, stored without language. ``is_stale`` says that something
    was written since; the worker computes such rows anew within a minute, and all that time has changed once a day.
    """

    installation = models.OneToOneField(
        Installation,
        models.CASCADE,
        primary_key=True,
        related_name="inspection_priority",
        verbose_name=_("installation"),
    )
    score = models.PositiveSmallIntegerField(_("priority"))
    causes = models.JSONField(_("reasons"), default=list)
    changes_on = models.DateField(_("may change on"), null=True, blank=True)
    is_stale = models.BooleanField(_("to be computed anew"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection priority")
        verbose_name_plural = _("inspection priorities")
        indexes = (
            models.Index(fields=["score", "installation"], name="priority_by_score"),
            models.Index(fields=["changes_on"], name="priority_by_change"),
            models.Index(fields=["installation"], condition=models.Q(is_stale=True), name="priority_stale"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.score}"


class KeptRound(models.Model):
    """How current a kept table is: the last day it was gone through, by which rule, and whether all is to be redone.

    ``rule`` names the dated limits it was computed with; where they change, every row is computed again.
    """

    name = models.CharField(_("table"), max_length=32, primary_key=True)
    day = models.DateField(_("of the day"))
    rule = models.CharField(_("rule"), max_length=120, blank=True)
    is_stale = models.BooleanField(_("to be computed anew"), default=False)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("round over a kept table")
        verbose_name_plural = _("rounds over kept tables")

    def __str__(self) -> str:
        return f"{self.name} {self.day}"
