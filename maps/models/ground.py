"""What lies on the ground besides the register: villages, schools, hospitals, roads, buildings, people."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Authority


class GroundKind(models.TextChoices):
    """Kinds of files that describe the ground."""

    VILLAGES = "villages", _("Villages")
    SCHOOLS = "schools", _("Schools")
    HOSPITALS = "hospitals", _("Hospitals")
    ROADS = "roads", _("Roads")
    BUILDINGS = "buildings", _("Buildings")
    POPULATION = "population", _("Population grid")


class GroundFile(models.Model):
    """An imported file: one of a kind is current, the others are kept as a record only.

    ``rows`` were read, ``kept`` imported; ``problems`` say which were not, and why. A population grid has no rows in
    the database: ``store_key`` names it in the store of coverage.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+", verbose_name=_("authority"))
    kind = models.CharField(_("kind"), max_length=12, choices=GroundKind.choices)
    name = models.CharField(_("file"), max_length=160)
    sha256 = models.CharField(_("digest"), max_length=64)
    source = models.CharField(_("source"), max_length=255, blank=True)
    data_on = models.DateField(_("data of"), null=True, blank=True)
    rows = models.PositiveIntegerField(_("rows"), default=0)
    kept = models.PositiveIntegerField(_("kept"), default=0)
    problems = models.JSONField(_("problems"), default=list)
    store_key = models.CharField(_("key in the store"), max_length=96, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    imported_at = models.DateTimeField(_("imported"), auto_now_add=True)
    is_current = models.BooleanField(_("current"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file about the ground")
        verbose_name_plural = _("files about the ground")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["authority", "kind"], condition=models.Q(is_current=True), name="ground_file_one_current"
            ),
        )

    def __str__(self) -> str:
        return self.name


class PlaceKind(models.TextChoices):
    """Places that coverage and exposure are asked about."""

    VILLAGE = "village", _("Village")
    SCHOOL = "school", _("School")
    HOSPITAL = "hospital", _("Hospital")


class Place(models.Model):
    """A village, a school or a hospital: a point with a name."""

    file = models.ForeignKey(GroundFile, models.CASCADE, related_name="places", verbose_name=_("file"))
    kind = models.CharField(_("kind"), max_length=8, choices=PlaceKind.choices)
    code = models.CharField(_("code"), max_length=32, blank=True)
    name = models.CharField(_("name"), max_length=160)
    unit = models.ForeignKey(
        AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("unit")
    )
    position = models.PointField(_("position"), srid=4326)
    population = models.PositiveIntegerField(_("population"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("id",)
        indexes = (models.Index(fields=["file", "kind"], name="place_kind"),)

    def __str__(self) -> str:
        return self.name


class Road(models.Model):
    """A road, for the share of roads that is covered."""

    file = models.ForeignKey(GroundFile, models.CASCADE, related_name="roads", verbose_name=_("file"))
    name = models.CharField(_("name"), max_length=160, blank=True)
    road_class = models.CharField(_("class"), max_length=32, blank=True)
    line = models.MultiLineStringField(_("line"), srid=4326)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("road")
        verbose_name_plural = _("roads")
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name or self.road_class


class Building(models.Model):
    """A building: its outline and how high its roof is above the ground (metres; null: not known)."""

    file = models.ForeignKey(GroundFile, models.CASCADE, related_name="buildings", verbose_name=_("file"))
    outline = models.PolygonField(_("outline"), srid=4326)
    height_m = models.FloatField(_("height (m)"), null=True, blank=True)
    has_people = models.BooleanField(_("people live or work here"), default=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("building")
        verbose_name_plural = _("buildings")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(height_m__isnull=True) | models.Q(height_m__gte=0), name="building_height_positive"
            ),
        )

    def __str__(self) -> str:
        return f"#{self.pk}"
