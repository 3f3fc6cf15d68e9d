"""Campaigns of inspection and the visits they ask for."""

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Authority, Installation, Site
from inspections.models.checklists import ChecklistTemplate
from inspections.models.law import Field


class CampaignStatus(models.TextChoices):
    """Life of a campaign."""

    PLANNED = "planned", _("Planned")
    RUNNING = "running", _("Running")
    CLOSED = "closed", _("Closed")


class Campaign(models.Model):
    """A round of inspections ordered by a decision: period, field, checklist, area, team.

    ``area`` is a polygon drawn on the map, beside or instead of ``units``; ``per_day`` is how many visits an inspector
    makes on a working day.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="campaigns")
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=200)
    decision_number = models.CharField(_("decision"), max_length=64, blank=True)
    decision_date = models.DateField(_("date of the decision"), null=True, blank=True)
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"))
    field = models.CharField(_("field"), max_length=16, choices=Field.choices, default=Field.TELECOM)
    checklist = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="campaigns", null=True, blank=True)
    units = models.ManyToManyField(AdministrativeUnit, related_name="+", blank=True)
    area = models.PolygonField(_("area"), srid=4326, null=True, blank=True, spatial_index=False)
    team = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    per_day = models.PositiveSmallIntegerField(
        _("visits a day"), default=6, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    purpose = models.TextField(_("purpose"), blank=True)
    status = models.CharField(_("status"), max_length=8, choices=CampaignStatus.choices, default=CampaignStatus.PLANNED)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["authority", "number"], name="campaign_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="campaign_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"


class TaskStatus(models.TextChoices):
    """How far one visit is."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class CampaignTask(models.Model):
    """One visit of a campaign: what, by whom, on which day, in which order, and why it was chosen.

    ``priority`` and ``reasons`` are those of the day when the target was picked. A target is picked once; a
    re-inspection is a visit more, planned when the first is made.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tasks")
    installation = models.ForeignKey(Installation, models.PROTECT, related_name="+", null=True, blank=True)
    site = models.ForeignKey(Site, models.PROTECT, related_name="+", null=True, blank=True)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="inspection_tasks", null=True, blank=True
    )
    planned_on = models.DateField(_("planned on"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("order of the day"), default=0)
    priority = models.PositiveSmallIntegerField(_("priority"), default=0)
    reasons = models.JSONField(_("reasons"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=TaskStatus.choices, default=TaskStatus.OPEN)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("planned_on", "order", "id")
        indexes = (
            models.Index(fields=["assignee", "status", "planned_on"], name="task_of_the_day"),
            models.Index(fields=["installation", "status"], name="task_of_installation"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["campaign", "installation"],
                condition=models.Q(installation__isnull=False, status="open"),
                name="one_open_visit_per_target",
            ),
            models.CheckConstraint(
                condition=models.Q(installation__isnull=False) | models.Q(site__isnull=False), name="task_has_target"
            ),
        )

    @property
    def target(self) -> Installation | Site | None:
        """What is visited."""
        return self.installation or self.site

    @property
    def site_key(self) -> tuple[str, int | None]:
        """Equal for visits of one place, which are made together."""
        if self.site_id is not None:
            return "site", self.site_id
        if self.installation is not None and self.installation.site_id is not None:
            return "site", self.installation.site_id
        return "installation", self.installation_id
