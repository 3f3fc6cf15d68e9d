"""Base stations and their cells."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.models.installations import Installation
from infra.models.lookups import Band, Technology
from infra.models.organizations import Organization
from infra.models.versions import NounQuerySet, versioned


class Verification(models.TextChoices):
    """Whether mandatory verification applies: geometry of 100 m and 28 m, TT 08/2020/TT-BTTTT."""

    REQUIRED = "required", _("Mandatory")
    NOT_REQUIRED = "not_required", _("Not mandatory")
    UNKNOWN = "unknown", _("Not known")


class BaseStation(models.Model):
    """A base station of one operator. ``technologies`` lists codes in order, joined by commas ("2G,4G,5G").

    Lengths in metres, power in watts. ``nearest_building_m`` and ``antenna_above_roof_m`` are the two measures that
    decide whether verification is mandatory.
    """

    installation = models.OneToOneField(
        Installation, models.CASCADE, primary_key=True, related_name="base_station", verbose_name=_("installation")
    )
    technologies = models.CharField(_("technologies"), max_length=32, blank=True)
    equipment = models.CharField(_("equipment"), max_length=120, blank=True)
    transmit_power_w = models.FloatField(_("transmit power (W)"), null=True, blank=True)
    lowest_antenna_m = models.FloatField(_("lowest antenna edge (m)"), null=True, blank=True)
    verification = models.CharField(
        _("verification"), max_length=12, choices=Verification.choices, default=Verification.UNKNOWN
    )
    nearest_building_m = models.FloatField(_("nearest building (m)"), null=True, blank=True)
    antenna_above_roof_m = models.FloatField(_("antenna above roof (m)"), null=True, blank=True)
    shelter = models.CharField(_("shelter"), max_length=32, blank=True)
    shelter_owner = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("owner of the shelter"),
    )
    backup_hours = models.FloatField(_("power backup (h)"), null=True, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("base station")
        verbose_name_plural = _("base stations")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(lowest_antenna_m__isnull=True) | models.Q(lowest_antenna_m__gte=0),
                name="station_antenna_not_below_ground",
            ),
            models.CheckConstraint(
                condition=models.Q(transmit_power_w__isnull=True) | models.Q(transmit_power_w__gte=0),
                name="station_power_not_negative",
            ),
        )

    def __str__(self) -> str:
        return str(self.installation)


BaseStationVersion = versioned(BaseStation)


class Cell(models.Model):
    """A cell of a station: MHz, degrees clockwise from north, metres above ground, dBi, dBm."""

    station = models.ForeignKey(BaseStation, models.CASCADE, related_name="cells", verbose_name=_("station"))
    code = models.CharField(_("code"), max_length=64)
    technology = models.ForeignKey(Technology, models.PROTECT, related_name="+", verbose_name=_("technology"))
    band = models.ForeignKey(Band, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("band"))
    frequency_mhz = models.FloatField(_("frequency (MHz)"), null=True, blank=True)
    bandwidth_mhz = models.FloatField(_("bandwidth (MHz)"), null=True, blank=True)
    azimuth_deg = models.FloatField(_("azimuth (°)"), null=True, blank=True)
    tilt_deg = models.FloatField(_("mechanical tilt (°)"), null=True, blank=True)
    electrical_tilt_deg = models.FloatField(_("electrical tilt (°)"), null=True, blank=True)
    height_agl_m = models.FloatField(_("antenna height above ground (m)"), null=True, blank=True)
    gain_dbi = models.FloatField(_("gain (dBi)"), null=True, blank=True)
    eirp_dbm = models.FloatField(_("EIRP (dBm)"), null=True, blank=True)
    beamwidth_h_deg = models.FloatField(_("horizontal beamwidth (°)"), null=True, blank=True)
    beamwidth_v_deg = models.FloatField(_("vertical beamwidth (°)"), null=True, blank=True)
    in_service = models.BooleanField(_("in service"), default=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("cell")
        verbose_name_plural = _("cells")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["station", "code"], name="cell_code_once_per_station"),
            models.CheckConstraint(
                condition=models.Q(azimuth_deg__isnull=True) | models.Q(azimuth_deg__gte=0, azimuth_deg__lt=360),
                name="cell_azimuth_on_the_circle",
            ),
            models.CheckConstraint(
                condition=models.Q(height_agl_m__isnull=True) | models.Q(height_agl_m__gte=0),
                name="cell_height_not_negative",
            ),
            models.CheckConstraint(
                condition=models.Q(frequency_mhz__isnull=True) | models.Q(frequency_mhz__gt=0),
                name="cell_frequency_positive",
            ),
        )
        indexes = (models.Index(fields=["code"], name="cell_code"),)

    def __str__(self) -> str:
        return self.code


CellVersion = versioned(Cell, indexed=["station"])
