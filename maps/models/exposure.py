"""Limits of exposure as dated data, and what was computed for each station."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import Installation
from infra.models.lookups import Sourced


class ExposureLimit(Sourced):
    """The limit of a standard for the general public between two frequencies: factor × MHz ^ exponent.

    Power density in W/m², electric field in V/m; a band's edges are included below, excluded above.
    """

    standard = models.CharField(_("standard"), max_length=32)
    low_mhz = models.FloatField(_("from (MHz)"))
    high_mhz = models.FloatField(_("to (MHz)"))
    power_factor = models.FloatField(_("power density: factor"))
    power_exponent = models.FloatField(_("power density: exponent"), default=0)
    field_factor = models.FloatField(_("field strength: factor"))
    field_exponent = models.FloatField(_("field strength: exponent"), default=0)

    class Meta:
        verbose_name = _("limit of exposure")
        verbose_name_plural = _("limits of exposure")
        ordering = ("standard", "low_mhz", "valid_from")
        constraints = (
            models.UniqueConstraint(fields=["standard", "low_mhz", "valid_from"], name="exposure_limit_once_per_date"),
            models.CheckConstraint(
                condition=models.Q(high_mhz__gt=models.F("low_mhz")), name="exposure_limit_band_in_order"
            ),
            models.CheckConstraint(
                condition=models.Q(power_factor__gt=0, field_factor__gt=0), name="exposure_limit_positive"
            ),
        )


class StationExposure(models.Model):
    """How far in front of a station the limit reaches, by which standard, from which inputs.

    ``quotient_m2`` is the sum of EIRP / (4 pi limit) over its cells: divided by the square of a distance it bounds the
    share of the limit that the station can use up there.
    """

    installation = models.OneToOneField(
        Installation, models.CASCADE, primary_key=True, related_name="exposure", verbose_name=_("installation")
    )
    standard = models.CharField(_("standard"), max_length=32)
    distance_m = models.FloatField(_("compliance distance (m)"))
    distance_below_m = models.FloatField(_("compliance distance below (m)"))
    eirp_w = models.FloatField(_("EIRP (W)"))
    quotient_m2 = models.FloatField(_("quotient (m²)"))
    height_m = models.FloatField(_("lowest antenna centre (m)"))
    cells = models.PositiveSmallIntegerField(_("cells"))
    is_assumed = models.BooleanField(_("with assumed parameters"), default=False)
    computed_at = models.DateTimeField(_("computed"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("exposure of a station")
        verbose_name_plural = _("exposure of stations")
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.installation_id}: {self.distance_m:.1f} m"
