"""Incidents: outages, theft, sabotage, fire, storm damage, cyber attacks on installations.

An incident gathers what befell installations of one organization together; each installation has a row of its own
with the time it was out of service and the damage found. Operators' reports of outages are kept as they came.
"""

from typing import Self

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Attachment, Authority, Installation, Organization
from inspections.models.storms import Storm


class IncidentKind(models.TextChoices):
    """Kinds of incidents."""

    OUTAGE = "outage", _("Outage")
    THEFT = "theft", _("Theft")
    SABOTAGE = "sabotage", _("Sabotage")
    FIRE = "fire", _("Fire")
    STORM = "storm", _("Storm damage")
    CYBER = "cyber", _("Cyber attack")


class IncidentCause(models.TextChoices):
    """Why something is out of service, as far as known."""

    POWER = "power", _("Mains power lost")
    TRANSMISSION = "transmission", _("Transmission cut")
    STRUCTURE = "structure", _("Mast or house damaged")
    FLOOD = "flood", _("Flooded")
    EQUIPMENT = "equipment", _("Equipment failed")
    OTHER = "other", _("Another cause")
    UNKNOWN = "unknown", _("Not known yet")


class IncidentSource(models.TextChoices):
    """How the authority learned of it."""

    FORM = "form", _("Form")
    API = "api", _("API")
    FILE = "file", _("File")


class Damage(models.TextChoices):
    """What was found broken at an installation."""

    NONE = "none", _("No damage")
    MINOR = "minor", _("Minor damage")
    MAJOR = "major", _("Major damage")
    DESTROYED = "destroyed", _("Destroyed")


class Incident(models.Model):
    """Something that befell installations of one organization. ``ref`` is the organization's own number for it."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="incidents")
    number = models.CharField(_("number"), max_length=32)
    kind = models.CharField(_("kind"), max_length=10, choices=IncidentKind.choices)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="incidents")
    installations = models.ManyToManyField(Installation, related_name="incidents", blank=True, through="IncidentObject")
    storm = models.ForeignKey(Storm, models.PROTECT, null=True, blank=True, related_name="incidents")
    cause = models.CharField(_("cause"), max_length=14, choices=IncidentCause.choices, default=IncidentCause.UNKNOWN)
    source = models.CharField(_("reported by"), max_length=4, choices=IncidentSource.choices, default="form")
    ref = models.CharField(_("the operator's number"), max_length=64, blank=True)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PointField(srid=4326, null=True, blank=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    expected_back_at = models.DateTimeField(_("expected back"), null=True, blank=True)
    people_affected = models.PositiveIntegerField(_("people affected"), null=True, blank=True)
    text = models.TextField(_("what happened"), blank=True)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("by")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["authority", "number"], name="incident_number_once"),
            models.UniqueConstraint(
                fields=["organization", "ref"], condition=~models.Q(ref=""), name="incident_ref_once_per_organization"
            ),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="incident_ends_after_start",
            ),
        )
        indexes = (models.Index(fields=["storm", "organization", "unit"], name="incident_of_storm"),)

    def __str__(self) -> str:
        return self.number


class IncidentObjectQuerySet(ScopedQuerySet["IncidentObject"]):
    """Installations in incidents."""

    def out(self) -> Self:
        """Keep those that are out of service now."""
        return self.filter(out_since__isnull=False, back_at__isnull=True)


class IncidentObject(models.Model):
    """One installation in an incident: out of service from … to …, and what was damaged.

    An installation can be out of service only once at a time; it may go out again after it came back.
    """

    incident = models.ForeignKey(Incident, models.CASCADE, related_name="rows")
    installation = models.ForeignKey(Installation, models.PROTECT, related_name="incident_rows")
    out_since = models.DateTimeField(_("out since"), null=True, blank=True)
    back_at = models.DateTimeField(_("back"), null=True, blank=True)
    cause = models.CharField(_("cause"), max_length=14, choices=IncidentCause.choices, default=IncidentCause.UNKNOWN)
    expected_back_at = models.DateTimeField(_("expected back"), null=True, blank=True)
    damage = models.CharField(_("damage"), max_length=10, choices=Damage.choices, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = IncidentObjectQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["installation"],
                condition=models.Q(out_since__isnull=False, back_at__isnull=True),
                name="installation_out_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(back_at__isnull=True) | models.Q(back_at__gte=models.F("out_since")),
                name="installation_back_after_out",
            ),
        )
        indexes = (models.Index(fields=["incident", "back_at"], name="object_of_incident"),)


class OutageReport(models.Model):
    """One report of an operator: at a moment, a change or the whole picture, with what it changed.

    ``is_whole`` says that the report named everything that was out: what it left out counts as back. A whole report
    without rows says that everything works.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="outage_reports")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="outage_reports")
    storm = models.ForeignKey(Storm, models.PROTECT, null=True, blank=True, related_name="reports")
    at = models.DateTimeField(_("as of"))
    received_at = models.DateTimeField(_("received"))
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    source = models.CharField(_("reported by"), max_length=4, choices=IncidentSource.choices)
    is_whole = models.BooleanField(_("everything that was out"), default=False)
    file = models.ForeignKey(Attachment, models.PROTECT, null=True, blank=True, related_name="+")
    counts = models.JSONField(_("what it changed"), default=dict)
    out_after = models.PositiveIntegerField(_("out after it"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["storm", "organization", "-at"], name="report_of_storm"),)
