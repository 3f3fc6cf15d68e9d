"""What the party writes, asks for and files."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import Attachment
from inspections.models.cases import ViolationCase
from inspections.models.steps import Step


class AnswerKind(models.TextChoices):
    """What the party wants to say or asks for."""

    EXPLANATION = "explanation", _("Explanation")
    HEARING = "hearing", _("Request for an oral hearing")
    EXTENSION = "extension", _("Request for more time to explain")
    INSTALMENTS = "instalments", _("Request to pay by instalments")
    POSTPONEMENT = "postponement", _("Request for postponement")
    REDUCTION = "reduction", _("Request for reduction")
    REMEDY = "remedy", _("Evidence of a remedial measure")
    PAYMENT = "payment", _("Evidence of payment")
    COMPLAINT = "complaint", _("Complaint")
    OTHER = "other", _("Something else")


class AnswerState(models.TextChoices):
    """What became of it."""

    OPEN = "open", _("Waiting for the authority")
    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Refused")


class CaseAnswer(models.Model):
    """What the party wrote and filed. ``step`` is the step by which the authority took it up."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="answers")
    kind = models.CharField(_("kind"), max_length=12, choices=AnswerKind.choices, default=AnswerKind.EXPLANATION)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("received"))
    text = models.TextField(_("text"))
    until = models.DateField(_("until"), null=True, blank=True)
    amount_vnd = models.BigIntegerField(_("amount (₫)"), null=True, blank=True)
    files = models.ManyToManyField(Attachment, related_name="case_answers", blank=True)
    state = models.CharField(_("state"), max_length=8, choices=AnswerState.choices, default=AnswerState.OPEN)
    step = models.ForeignKey(Step, models.SET_NULL, null=True, blank=True, related_name="answers")
    reply = models.TextField(_("reply"), blank=True)
    granted_days = models.PositiveSmallIntegerField(_("days granted"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer of the party")
        verbose_name_plural = _("answers of the parties")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
