"""Phones of inspectors, and the instruments they measure with."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import ApiToken, Authority
from infra.models.versions import NounQuerySet, versioned


class FieldDevice(models.Model):
    """One phone of one person, named by the phone itself.

    ``public_key`` (P-256, 65 bytes in base64url) is the other half of the key that signs sealed files; the private half
    never leaves the phone. A revoked phone gets 410 on everything and wipes itself; its keys stop to work at once.
    """

    uuid = models.UUIDField(primary_key=True, editable=False)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="field_devices")
    name = models.CharField(_("name"), max_length=120, blank=True)
    public_key = models.CharField(_("key"), max_length=96)
    registered_at = models.DateTimeField(_("registered"))
    last_seen_at = models.DateTimeField(_("last seen"))
    tokens = models.ManyToManyField(ApiToken, related_name="+", blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(_("reason"), max_length=400, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ("-last_seen_at", "uuid")

    def __str__(self) -> str:
        return self.name or str(self.uuid)

    @property
    def short(self) -> str:
        """The beginning of its name as the app shows it under "This phone"."""
        return str(self.uuid)[:8]


class Instrument(models.Model):
    """A measuring instrument of the office. ``units`` lists what it measures ("ohm", "W/m2").

    ``valid_until`` ends the calibration; where the laboratory names no day, the limit ``calibration_interval`` counts
    from ``calibrated_on``.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="instruments")
    name = models.CharField(_("make and type"), max_length=120)
    serial = models.CharField(_("serial number"), max_length=64)
    units = models.JSONField(_("measures"), default=list, blank=True)
    calibrated_on = models.DateField(_("calibrated on"), null=True, blank=True)
    valid_until = models.DateField(_("calibration valid until"), null=True, blank=True)
    certificate = models.CharField(_("calibration certificate"), max_length=64, blank=True)
    laboratory = models.CharField(_("laboratory"), max_length=160, blank=True)
    in_use = models.BooleanField(_("in use"), default=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("instrument")
        verbose_name_plural = _("instruments")
        ordering = ("name", "serial")
        constraints = (
            models.UniqueConstraint(fields=["authority", "serial"], name="instrument_once_per_serial"),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(calibrated_on__isnull=True)
                | models.Q(valid_until__gte=models.F("calibrated_on")),
                name="calibration_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name} ({self.serial})"


InstrumentVersion = versioned(Instrument)
