"""What citizens report, without an account."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.organizations import Authority
from infra.models.sites import Site
from infra.models.units import AdministrativeUnit


class ReportKind(models.TextChoices):
    """What a citizen wants to say."""

    CORRECTION = "correction", _("Something is wrong in the register")
    SAFETY = "safety", _("Something looks dangerous")
    COVERAGE = "coverage", _("No or poor coverage")
    SERVICE = "service", _("Problem with a postal or internet point")


class ReportStatus(models.TextChoices):
    """How far the authority is with a report."""

    OPEN = "open", _("Open")
    TAKEN = "taken", _("Being looked at")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class PublicReport(models.Model):
    """A citizen's correction or complaint. ``contact`` is personal, voluntary and erased when the report is closed."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="public_reports", verbose_name=_("authority"))
    kind = models.CharField(_("kind"), max_length=12, choices=ReportKind.choices)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="public_reports", verbose_name=_("site")
    )
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative unit"),
    )
    position = models.PointField(_("position"), srid=4326, null=True, blank=True, spatial_index=False)
    text = models.TextField(_("what happened"))
    contact = models.CharField(_("contact"), max_length=160, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.OPEN)
    answer = models.TextField(_("answer"), blank=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("public report")
        verbose_name_plural = _("public reports")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"
