"""Findings: what was wrong, by when it is to be put right, and what the operator answers to it."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Attachment, Authority, Installation, Mast, Organization, Site
from infra.models.versions import NounQuerySet, versioned
from inspections.models.checklists import ChecklistItem, Severity
from inspections.models.law import Field
from inspections.models.visits import Inspection


class FindingState(models.TextChoices):
    """What became of a finding. One that a re-inspection found again goes on as that inspection's own finding."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    REMEDIED = "remedied", _("Remedied")
    DISMISSED = "dismissed", _("Dismissed")
    REPEATED = "repeated", _("Found again")


class FindingQuerySet(NounQuerySet["Finding"]):
    """Findings by state."""

    def standing(self) -> Self:
        """Keep the findings that are neither remedied nor dismissed."""
        return self.filter(state__in=(FindingState.OPEN, FindingState.ANSWERED))

    def in_order_of_due(self) -> Self:
        """Order by due date, those without one last."""
        return self.order_by(Coalesce("due_on", models.Value("9999-12-31"), output_field=models.DateField()), "id")


class Finding(models.Model):
    """A failed item: what was wrong, how badly, by when it is to be put right, which rule it may break.

    ``site``, ``mast``, ``installation``, ``organization`` and ``unit`` repeat the inspection's, so that the safety
    state of a thousand installations reads one table. ``is_safety`` makes its installations unsafe while it stands.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="findings")
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", null=True, blank=True)
    installation = models.ForeignKey(Installation, models.PROTECT, null=True, blank=True, related_name="findings")
    mast = models.ForeignKey(Mast, models.PROTECT, null=True, blank=True, related_name="findings")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="findings")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="findings")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    field = models.CharField(_("field"), max_length=16, choices=Field.choices, default=Field.TELECOM)
    rule_code = models.CharField(_("rule"), max_length=48, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    is_safety = models.BooleanField(_("decides on safety"), default=False)
    text_vi = models.CharField(_("Vietnamese text"), max_length=600)
    text_en = models.CharField(_("English text"), max_length=600, blank=True)
    order_vi = models.CharField(_("what is to be done (Vietnamese)"), max_length=400, blank=True)
    order_en = models.CharField(_("what is to be done (English)"), max_length=400, blank=True)
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(_("to be remedied by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    remedied_on = models.DateField(_("remedied on"), null=True, blank=True)
    remedy_note = models.CharField(_("remedy"), max_length=400, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["installation", "state"], name="finding_of_installation"),
            models.Index(fields=["mast", "state"], name="finding_of_mast"),
            models.Index(fields=["site", "state"], name="finding_of_site"),
            models.Index(fields=["state", "due_on"], name="finding_by_due"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="remedied") | models.Q(remedied_on__isnull=False),
                name="remedied_finding_has_date",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The finding in the language of the request."""
        return self.text_en or self.text_vi if get_language() == "en" else self.text_vi

    @property
    def order(self) -> str:
        """What is to be done, in the language of the request."""
        return self.order_en or self.order_vi if get_language() == "en" else self.order_vi


FindingVersion = versioned(Finding)


class Verdict(models.TextChoices):
    """What the authority made of an operator's answer."""

    WAITING = "waiting", _("Waiting")
    ACCEPTED = "accepted", _("Accepted: remedied")
    REFUSED = "refused", _("Not accepted")


class FindingAnswer(models.Model):
    """What the operator says it has done about a finding, with its evidence, and what the authority made of that."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("answered"))
    remedied_on = models.DateField(_("put right on"), null=True, blank=True)
    text = models.TextField(_("what was done"))
    files = models.ManyToManyField(Attachment, related_name="+", blank=True)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict.choices, default=Verdict.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["finding"], condition=models.Q(verdict="waiting"), name="one_waiting_answer_per_finding"
            ),
        )
