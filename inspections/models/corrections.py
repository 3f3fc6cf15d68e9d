"""What an inspector proposes to correct in the register: nothing is changed before somebody has looked at it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import ChangeRecord, Submission
from inspections.models.visits import Inspection


class CorrectionKind(models.TextChoices):
    """What is proposed."""

    POSITION = "position", _("Another position")
    NEW_MAST = "new_mast", _("A mast that is not registered")
    ATTRIBUTE = "attribute", _("Another value")


class CorrectionState(models.TextChoices):
    """What became of a proposal; the moves are in :mod:`inspections.rules`."""

    PROPOSED = "proposed", _("Waiting for review")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class Correction(models.Model):
    """One proposal of a submitted inspection. ``content`` holds its members as the phone sent them."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="corrections")
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=10, choices=CorrectionKind.choices)
    content = models.JSONField(_("content"), default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=CorrectionState.choices, default=CorrectionState.PROPOSED
    )
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, blank=True, related_name="+")
    act = models.ForeignKey(ChangeRecord, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("inspection", "order", "id")
        indexes = (models.Index(fields=["state", "inspection"], name="correction_by_state"),)
