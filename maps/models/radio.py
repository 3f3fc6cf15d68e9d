"""What radio computations assume: parameters with dates and sources, antenna patterns, surroundings of communes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Authority, Band, Cell, Organization, Technology
from infra.models.lookups import Sourced


class RadioParameter(Sourced):
    """One number that radio computations use: a threshold, a default for what operators left out, a margin.

    ``technology`` empty counts for all; ``low_mhz`` to ``high_mhz`` bound the carriers it is for. The narrowest row
    in force wins.
    """

    code = models.CharField(_("code"), max_length=48)
    technology = models.CharField(_("technology"), max_length=8, blank=True)
    low_mhz = models.FloatField(_("from (MHz)"), default=0)
    high_mhz = models.FloatField(_("to (MHz)"), default=1_000_000)
    value = models.FloatField(_("value"))
    unit = models.CharField(_("unit"), max_length=16, blank=True)

    class Meta:
        verbose_name = _("radio parameter")
        verbose_name_plural = _("radio parameters")
        ordering = ("code", "technology", "low_mhz", "valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=["code", "technology", "low_mhz", "valid_from"], name="radio_parameter_once_per_date"
            ),
            models.CheckConstraint(
                condition=models.Q(high_mhz__gt=models.F("low_mhz")), name="radio_parameter_band_in_order"
            ),
        )


class AntennaPattern(models.Model):
    """An antenna's cuts as its maker gives them, one value a degree; the vertical lobe turned to 0."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+", verbose_name=_("authority"))
    name = models.CharField(_("name"), max_length=80)
    frequency_mhz = models.FloatField(_("frequency (MHz)"), null=True, blank=True)
    gain_dbi = models.FloatField(_("gain (dBi)"))
    electrical_tilt_deg = models.FloatField(_("electrical tilt (°)"), default=0)
    horizontal_db = models.JSONField(_("horizontal cut"))
    vertical_db = models.JSONField(_("vertical cut"))
    sha256 = models.CharField(_("digest of the file"), max_length=64)
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("antenna pattern")
        verbose_name_plural = _("antenna patterns")
        ordering = ("name", "id")
        constraints = (models.UniqueConstraint(fields=["authority", "sha256"], name="antenna_pattern_once"),)

    def __str__(self) -> str:
        return self.name


class AntennaUse(models.Model):
    """Which cells an antenna pattern is for; the most particular row counts, a cell's own code most of all."""

    pattern = models.ForeignKey(AntennaPattern, models.CASCADE, related_name="uses", verbose_name=_("pattern"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organization")
    )
    technology = models.ForeignKey(
        Technology, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("technology")
    )
    band = models.ForeignKey(Band, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("band"))
    cell_code = models.CharField(_("cell"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("use of an antenna pattern")
        verbose_name_plural = _("uses of antenna patterns")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.pattern} #{self.pk}"


class AntennaKind(models.TextChoices):
    """By what the antenna of a cell is reckoned."""

    SECTOR = "3gpp", _("3GPP TR 38.901, by beam widths")
    F1336 = "f1336", _("ITU-R F.1336-5, by beam widths")
    FILE = "file", _("the maker's file")


class CellAntenna(models.Model):
    """What a person chose for the antenna of one cell; it counts before every use of a pattern."""

    cell = models.OneToOneField(
        Cell, models.CASCADE, primary_key=True, related_name="antenna_choice", verbose_name=_("cell")
    )
    kind = models.CharField(_("antenna by"), max_length=8, choices=AntennaKind.choices)
    pattern = models.ForeignKey(
        AntennaPattern, models.PROTECT, null=True, blank=True, related_name="cells", verbose_name=_("pattern")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("antenna of a cell")
        verbose_name_plural = _("antennas of cells")
        ordering = ("cell",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(kind=AntennaKind.FILE, pattern__isnull=False)
                | (~models.Q(kind=AntennaKind.FILE) & models.Q(pattern__isnull=True)),
                name="cell_antenna_file_has_pattern",
            ),
        )

    def __str__(self) -> str:
        return f"{self.cell}: {self.pattern or self.get_kind_display()}"


class GroundEnvironment(models.TextChoices):
    """Surroundings that the loss models tell apart."""

    URBAN = "urban", _("Urban")
    SUBURBAN = "suburban", _("Suburban")
    OPEN = "open", _("Open ground")


class UnitEnvironment(models.Model):
    """The surroundings of a commune, said by a person instead of by its population density."""

    unit = models.OneToOneField(
        AdministrativeUnit, models.CASCADE, related_name="radio_environment", verbose_name=_("administrative unit")
    )
    environment = models.CharField(_("surroundings"), max_length=8, choices=GroundEnvironment.choices)
    large_city = models.BooleanField(_("middle of a large city"), default=False)
    reason = models.CharField(_("reason"), max_length=255)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    set_at = models.DateTimeField(_("set"), auto_now=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("surroundings of a unit")
        verbose_name_plural = _("surroundings of units")
        ordering = ("unit",)

    def __str__(self) -> str:
        return f"{self.unit}: {self.get_environment_display()}"
