"""Coverage: a run over the register, the maps it made, and what they say about communes and gaps."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Authority, Organization, Technology


class RunState(models.TextChoices):
    """How far a run is."""

    WAITING = "waiting", _("In the queue")
    RUNNING = "running", _("Running")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class CoverageRun(models.Model):
    """One computation: with which settings, how far, how long, which cells were left out."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="coverage_runs", verbose_name=_("authority"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    state = models.CharField(_("state"), max_length=8, choices=RunState.choices, default=RunState.WAITING)
    asked = models.JSONField(_("what was asked for"), default=dict)
    asked_at = models.DateTimeField(_("asked"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    tiles = models.PositiveIntegerField(_("tiles"), default=0)
    tiles_done = models.PositiveIntegerField(_("tiles done"), default=0)
    tiles_kept = models.PositiveIntegerField(_("tiles that were there already"), default=0)
    cells = models.PositiveIntegerField(_("cells"), default=0)
    seconds = models.JSONField(_("seconds by step"), default=dict)
    problem = models.TextField(_("why it failed"), blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage run")
        verbose_name_plural = _("coverage runs")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"#{self.pk}"


class CoverageMap(models.Model):
    """The coverage of one technology by one organization, or by any (two, three) of them, as computed on a day.

    ``organization`` empty: where at least ``at_least`` organizations cover. ``area`` empty: the whole territory.
    ``threshold_dbm`` plus ``margin_db`` is what a pixel must reach; ``levels_dbm`` are the classes above it, strongest
    first. ``manifest`` is the key of the list of tiles in the store, ``inputs`` the digest of all that decided them.
    """

    run = models.ForeignKey(CoverageRun, models.PROTECT, related_name="maps", verbose_name=_("run"))
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="coverage_maps", verbose_name=_("authority"))
    organization = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="coverage_maps",
        verbose_name=_("organization"),
    )
    at_least = models.PositiveSmallIntegerField(_("organizations at least"), default=1)
    technology = models.ForeignKey(Technology, models.PROTECT, related_name="+", verbose_name=_("technology"))
    area = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("area")
    )
    model = models.CharField(_("model"), max_length=24)
    models_used = models.JSONField(_("models by share of cells"), default=dict)
    resolution_m = models.PositiveSmallIntegerField(_("resolution (m)"))
    radius_m = models.PositiveIntegerField(_("farthest reach of a cell (m)"))
    receiver_height_m = models.FloatField(_("height of the receiver (m)"))
    threshold_dbm = models.FloatField(_("threshold (dBm)"))
    edge_percent = models.FloatField(_("probability at the edge (%)"))
    sigma_db = models.FloatField(_("spread of the levels (dB)"))
    margin_db = models.FloatField(_("margin (dB)"))
    levels_dbm = models.JSONField(_("levels (dBm)"), default=list)
    margins = models.JSONField(_("further margins"), default=dict)
    cells = models.PositiveIntegerField(_("cells"), default=0)
    cells_assumed = models.PositiveIntegerField(_("cells with assumed parameters"), default=0)
    cells_left_out = models.PositiveIntegerField(_("cells left out"), default=0)
    assumed = models.JSONField(_("assumed parameters by count"), default=dict)
    inputs = models.CharField(_("digest of the inputs"), max_length=64)
    manifest = models.CharField(_("list of tiles"), max_length=96)
    tiles = models.PositiveIntegerField(_("tiles"), default=0)
    bounds = models.JSONField(_("west, south, east, north"), default=list)
    data_on = models.DateField(_("register as of"))
    computed_at = models.DateTimeField(_("computed"), auto_now_add=True)
    area_m2 = models.FloatField(_("area (m²)"), default=0)
    covered_m2 = models.FloatField(_("area covered (m²)"), default=0)
    population = models.FloatField(_("population"), default=0)
    population_covered = models.FloatField(_("population covered"), default=0)
    is_current = models.BooleanField(_("current"), default=True)
    is_public = models.BooleanField(_("published"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage map")
        verbose_name_plural = _("coverage maps")
        ordering = ("id",)
        indexes = (
            models.Index(fields=["authority", "technology", "organization", "at_least"], name="coverage_map_of"),
        )
        constraints = (
            models.CheckConstraint(condition=models.Q(at_least__gte=1, at_least__lte=9), name="coverage_map_at_least"),
        )

    def __str__(self) -> str:
        return f"{self.who} {self.technology_id} #{self.pk}"

    @property
    def who(self) -> str:
        """The organization, or how many of them."""
        if self.organization is not None:
            return self.organization.display_name
        return {
            1: gettext("At least one network"),
            2: gettext("At least two networks"),
            3: gettext("At least three networks"),
        }.get(self.at_least, gettext("Several networks"))

    @property
    def needed_dbm(self) -> float:
        """The level that counts as covered: threshold and margin."""
        return self.threshold_dbm + self.margin_db


class Omission(models.Model):
    """A cell that a run left out, and why."""

    run = models.ForeignKey(CoverageRun, models.CASCADE, related_name="omissions", verbose_name=_("run"))
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="+", verbose_name=_("organization"))
    technology = models.CharField(_("technology"), max_length=8, blank=True)
    station_id = models.BigIntegerField(_("station"), null=True, blank=True)
    cell_code = models.CharField(_("cell"), max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=32)
    value = models.CharField(_("value"), max_length=64, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("cell left out")
        verbose_name_plural = _("cells left out")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.cell_code}: {self.reason}"


class CoverageIndicator(models.Model):
    """What a map says about one commune. Roads and villages are null where no such layer is loaded."""

    map = models.ForeignKey(CoverageMap, models.CASCADE, related_name="indicators", verbose_name=_("map"))
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    area_m2 = models.FloatField(_("area (m²)"))
    covered_m2 = models.FloatField(_("area covered (m²)"))
    levels_m2 = models.JSONField(_("area by level (m²)"), default=list)
    population = models.FloatField(_("population"))
    population_covered = models.FloatField(_("population covered"))
    roads_m = models.FloatField(_("roads (m)"), null=True, blank=True)
    roads_covered_m = models.FloatField(_("roads covered (m)"), null=True, blank=True)
    villages = models.PositiveIntegerField(_("villages"), null=True, blank=True)
    villages_covered = models.PositiveIntegerField(_("villages covered"), null=True, blank=True)
    cells = models.PositiveIntegerField(_("serving cells"), default=0)
    cells_assumed = models.PositiveIntegerField(_("serving cells with assumed parameters"), default=0)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("coverage indicator")
        verbose_name_plural = _("coverage indicators")
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["map", "unit"], name="indicator_once_per_unit"),)

    def __str__(self) -> str:
        return f"{self.map} {self.unit}"


class WhiteSpot(models.Model):
    """A connected area without coverage in which people live; ``rank`` 1 is the one with most people."""

    map = models.ForeignKey(CoverageMap, models.CASCADE, related_name="white_spots", verbose_name=_("map"))
    rank = models.PositiveIntegerField(_("rank"))
    unit = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    people = models.FloatField(_("people"))
    area_m2 = models.FloatField(_("area (m²)"))
    position = models.PointField(_("position"), srid=4326, spatial_index=False)
    shape = models.MultiPolygonField(_("shape"), srid=4326, spatial_index=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("white spot")
        verbose_name_plural = _("white spots")
        ordering = ("map", "rank")
        constraints = (models.UniqueConstraint(fields=["map", "rank"], name="white_spot_rank_once"),)

    def __str__(self) -> str:
        return f"{self.map} {self.rank}"
