"""What is done in a case: steps, remedial measures, payments."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.models.versions import NounQuerySet, versioned
from inspections.models.cases import ViolationCase


class StepKind(models.TextChoices):
    """Kinds of steps."""

    RECORD = "record", _("Record of the violation")
    EXPLANATION_REQUEST = "explanation_request", _("Request to explain")
    EXPLANATION = "explanation", _("Written explanation")
    HEARING = "hearing", _("Oral hearing")
    VERIFICATION = "verification", _("Verification of facts")
    TRANSFER = "transfer", _("Transfer to another authority")
    DECISION = "decision", _("Penalty decision")
    NO_PENALTY = "no_penalty", _("Decision not to penalize")
    SERVE = "serve", _("Service of the decision")
    PAYMENT = "payment", _("Payment")
    INSTALMENTS = "instalments", _("Payment by instalments")
    POSTPONE = "postpone", _("Postponement")
    REDUCE = "reduce", _("Reduction")
    REMEDY = "remedy", _("Remedial measure carried out")
    ENFORCE = "enforce", _("Enforcement")
    COMPLAINT = "complaint", _("Complaint")
    LAWSUIT = "lawsuit", _("Lawsuit")
    CLOSE = "close", _("Closing")
    ANNUL = "annul", _("Annulment of a step")


class Step(models.Model):
    """Something that was done in a case. Steps are never erased: a wrong one is annulled with its reason.

    ``details`` holds what only some kinds of step have: ``until`` (postponement), ``instalments`` (due, amount_vnd),
    ``comply_days`` (decision), ``to`` (transfer: office, authority, outside), ``suspends`` (complaint, lawsuit),
    ``method`` (service), ``cautions`` (what spoke against the step and was told to the officer).
    """

    personal_fields = ("note",)

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=20, choices=StepKind.choices)
    on = models.DateField(_("date"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered at"))
    fine_authority = models.CharField(_("decided by"), max_length=32, blank=True)
    amount_vnd = models.BigIntegerField(_("amount (₫)"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=64, blank=True)
    form = models.CharField(_("form"), max_length=16, blank=True)
    details = models.JSONField(_("details"), default=dict, blank=True)
    note = models.TextField(_("note"), blank=True)
    annulled_at = models.DateTimeField(_("annulled"), null=True, blank=True)
    annulled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    annulled_reason = models.CharField(_("annulled because"), max_length=400, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a case")
        verbose_name_plural = _("steps of cases")
        ordering = ("on", "id")
        indexes = (models.Index(fields=["case", "on"], name="step_of_case"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount_vnd__isnull=True) | models.Q(amount_vnd__gte=0), name="amount_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"


StepVersion = versioned(Step)


class Remedy(models.Model):
    """A remedial measure ordered by a decision. ``step`` ordered it, ``done_by`` reported it carried out."""

    personal_fields = ("note",)

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="remedies")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="remedies_ordered")
    text = models.CharField(_("measure"), max_length=400)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="remedies_done")
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("remedial measure")
        verbose_name_plural = _("remedial measures")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.text


RemedyVersion = versioned(Remedy)


class Payment(models.Model):
    """Money received for a case. ``reconciled_on`` is the day it was found in the treasury's statement."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="payments")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="payments")
    on = models.DateField(_("paid on"))
    amount_vnd = models.BigIntegerField(_("amount (₫)"))
    receipt = models.CharField(_("receipt"), max_length=64, blank=True)
    reconciled_on = models.DateField(_("reconciled on"), null=True, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ("on", "id")
        constraints = (models.CheckConstraint(condition=models.Q(amount_vnd__gt=0), name="payment_positive"),)

    def __str__(self) -> str:
        return f"{self.on:%d/%m/%Y} {self.amount_vnd}"


PaymentVersion = versioned(Payment)
