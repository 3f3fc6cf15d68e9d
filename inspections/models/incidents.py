"""What happened to installations: outages, theft, sabotage, fire, storms, attacks."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Authority, Installation, Organization


class IncidentKind(models.TextChoices):
    """Kinds of incidents."""

    OUTAGE = "outage", _("Outage")
    THEFT = "theft", _("Theft")
    SABOTAGE = "sabotage", _("Sabotage")
    FIRE = "fire", _("Fire")
    STORM = "storm", _("Storm damage")
    CYBER = "cyber", _("Cyber attack")


class Incident(models.Model):
    """Something that befell installations of one organization."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="incidents")
    number = models.CharField(_("number"), max_length=32)
    kind = models.CharField(_("kind"), max_length=10, choices=IncidentKind.choices)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="incidents")
    installations = models.ManyToManyField(Installation, related_name="incidents", blank=True)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    position = models.PointField(srid=4326, null=True, blank=True)
    started_at = models.DateTimeField(_("started"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    people_affected = models.PositiveIntegerField(_("people affected"), null=True, blank=True)
    text = models.TextField(_("what happened"), blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["authority", "number"], name="incident_number_once"),
            models.CheckConstraint(
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                name="incident_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return self.number
