"""What was measured in the field: drive tests and crowd measurements, never mixed with what is computed."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Authority, Organization, Technology


class MeasurementFormat(models.TextChoices):
    """Kinds of files."""

    DRIVE_TEST = "drive_test", _("Drive test (CSV)")
    SPEED_TEST = "speed_test", _("Speed tests of the public (i-Speed)")
    OPENCELLID = "opencellid", _("OpenCelliD")


class MeasurementFile(models.Model):
    """An imported file of measurements with where it comes from."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+", verbose_name=_("authority"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("measured by")
    )
    format = models.CharField(_("format"), max_length=12, choices=MeasurementFormat.choices)
    name = models.CharField(_("file"), max_length=160)
    sha256 = models.CharField(_("digest"), max_length=64)
    source = models.CharField(_("source"), max_length=255)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    kept = models.PositiveIntegerField(_("kept"), default=0)
    problems = models.JSONField(_("problems"), default=list)
    first_on = models.DateField(_("measured from"), null=True, blank=True)
    last_on = models.DateField(_("measured to"), null=True, blank=True)
    idempotency_key = models.CharField(_("key against repetition"), max_length=128, blank=True, default="")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file of measurements")
        verbose_name_plural = _("files of measurements")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["authority", "sha256"], name="measurement_file_once"),
            models.UniqueConstraint(
                fields=["authority", "idempotency_key"],
                condition=~models.Q(idempotency_key=""),
                name="measurement_file_once_per_key",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Measurement(models.Model):
    """One measurement outdoors: the level of an organization's technology at a place, or the speed of its service."""

    file = models.ForeignKey(MeasurementFile, models.CASCADE, related_name="measurements", verbose_name=_("file"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", verbose_name=_("organization"))
    technology = models.ForeignKey(Technology, models.PROTECT, related_name="+", verbose_name=_("technology"))
    unit = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    position = models.PointField(_("position"), srid=4326)
    measured_at = models.DateTimeField(_("measured"), null=True, blank=True)
    level_dbm = models.FloatField(_("level (dBm)"), null=True, blank=True)
    download_mbps = models.FloatField(_("download (Mbit/s)"), null=True, blank=True)
    upload_mbps = models.FloatField(_("upload (Mbit/s)"), null=True, blank=True)
    latency_ms = models.FloatField(_("latency (ms)"), null=True, blank=True)
    cell_ref = models.CharField(_("cell as reported"), max_length=64, blank=True)
    samples = models.PositiveIntegerField(_("samples"), default=1)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ("id",)
        indexes = (models.Index(fields=["organization", "technology"], name="measurement_of"),)

    def __str__(self) -> str:
        return f"{self.level_dbm} dBm"
