"""Checklists as versioned data: template, groups, items. A published version never changes; the next supersedes it."""

from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from inspections.models.law import Field


class TemplateStatus(models.TextChoices):
    """Life of one version of a checklist."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    SUPERSEDED = "superseded", _("Superseded")


class ItemKind(models.TextChoices):
    """What an item asks for."""

    PASS_FAIL = "pass_fail", _("Pass or fail")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("Choice")
    TEXT = "text", _("Text")
    DATE = "date", _("Date")
    PHOTO = "photo", _("Photo")


class Severity(models.TextChoices):
    """How much a failed item weighs."""

    MINOR = "minor", _("Minor")
    MAJOR = "major", _("Major")
    CRITICAL = "critical", _("Critical")


class PhotoRule(models.TextChoices):
    """When an item asks for a photo."""

    OPTIONAL = "optional", _("Optional")
    ON_FAIL = "on_fail", _("When failed")
    REQUIRED = "required", _("Required")


def _localized(vietnamese: str, english: str) -> str:
    return english or vietnamese if get_language() == "en" else vietnamese


class TemplateQuerySet(ScopedQuerySet["ChecklistTemplate"]):
    """Versions of checklists by time."""

    def in_force(self, day: date) -> Self:
        """Keep the published versions in force on *day* (both ends inclusive)."""
        return self.filter(valid_from__lte=day).filter(
            models.Q(status=TemplateStatus.PUBLISHED)
            | models.Q(status=TemplateStatus.SUPERSEDED, valid_to__isnull=False),
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day),
        )


class ChecklistTemplate(models.Model):
    """One version of a checklist. ``subjects`` lists the subject types or installation kinds it is for."""

    code = models.CharField(_("code"), max_length=48)
    version = models.PositiveSmallIntegerField(_("version"))
    name_vi = models.CharField(_("Vietnamese name"), max_length=255)
    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    field = models.CharField(_("field"), max_length=16, choices=Field.choices, default=Field.TELECOM)
    subjects = models.JSONField(_("subjects"), default=list, blank=True)
    conclusion = models.JSONField(_("conclusion"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=TemplateStatus.choices, default=TemplateStatus.DRAFT)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    objects = TemplateQuerySet.as_manager()

    class Meta:
        ordering = ("code", "-version")
        constraints = (
            models.UniqueConstraint(fields=["code", "version"], name="checklist_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(status="published"), name="one_published_checklist"
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.version})"

    @property
    def name(self) -> str:
        """The name in the language of the request."""
        return _localized(self.name_vi, self.name_en)


class ChecklistGroup(models.Model):
    """A heading of a checklist."""

    template = models.ForeignKey(ChecklistTemplate, models.CASCADE, related_name="groups")
    code = models.CharField(_("code"), max_length=48)
    name_vi = models.CharField(_("Vietnamese name"), max_length=255)
    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("order", "id")
        constraints = (models.UniqueConstraint(fields=["template", "code"], name="group_once_per_checklist"),)

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The heading in the language of the request."""
        return _localized(self.name_vi, self.name_en)


class ChecklistItem(models.Model):
    """One question.

    A measured item is judged against ``limit_code`` (a dated row of :class:`infra.models.Limit`) or, where none is
    named, against ``limit_value`` and ``comparison``; a number without a limit is judged by the inspector.
    ``rule_code`` is the rule that a failure may break; ``remedy_days`` counts from the visit. ``is_safety`` marks the
    items whose failure makes an installation unsafe until it is remedied.
    """

    template = models.ForeignKey(ChecklistTemplate, models.CASCADE, related_name="items")
    group = models.ForeignKey(ChecklistGroup, models.CASCADE, related_name="items")
    number = models.CharField(_("number"), max_length=8, blank=True)
    code = models.CharField(_("code"), max_length=48)
    order = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind.choices)
    text_vi = models.CharField(_("Vietnamese text"), max_length=500)
    text_en = models.CharField(_("English text"), max_length=500, blank=True)
    hint_vi = models.CharField(_("Vietnamese hint"), max_length=500, blank=True)
    hint_en = models.CharField(_("English hint"), max_length=500, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    limit_code = models.CharField(_("limit"), max_length=64, blank=True)
    limit_value = models.FloatField(_("limit (value)"), null=True, blank=True)
    comparison = models.CharField(_("comparison"), max_length=4, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=255, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices, default=Severity.MINOR)
    rule_code = models.CharField(_("rule that a failure may break"), max_length=48, blank=True)
    other_rules = models.JSONField(_("other rules"), default=list, blank=True)
    remedy_vi = models.CharField(_("remedy (Vietnamese)"), max_length=400, blank=True)
    remedy_en = models.CharField(_("remedy (English)"), max_length=400, blank=True)
    remedy_days = models.PositiveSmallIntegerField(_("days to remedy"), null=True, blank=True)
    may_be_na = models.BooleanField(_("may be not applicable"), default=True)
    instrument = models.BooleanField(_("names an instrument"), default=False)
    photo = models.CharField(_("photo"), max_length=10, choices=PhotoRule.choices, default=PhotoRule.OPTIONAL)
    is_safety = models.BooleanField(_("decides on safety"), default=False)
    confidence = models.CharField(_("confidence"), max_length=8, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("order", "id")
        constraints = (models.UniqueConstraint(fields=["template", "code"], name="item_once_per_checklist"),)

    def __str__(self) -> str:
        return self.code

    @property
    def text(self) -> str:
        """The question in the language of the request."""
        return _localized(self.text_vi, self.text_en)

    @property
    def hint(self) -> str:
        """The hint in the language of the request."""
        return _localized(self.hint_vi, self.hint_en)
