"""Where things stand: site (a position with its provenance) and mast (one owner)."""

from typing import Self, TypeVar

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.models.lookups import MastClass, StructureType
from infra.models.organizations import Authority, Organization
from infra.models.units import AdministrativeUnit
from infra.models.versions import NounQuerySet, versioned

M = TypeVar("M", bound=models.Model)


class PositionMethod(models.TextChoices):
    """How a position came to be known."""

    SUBMITTED = "submitted", _("Submitted as written")
    CONVERTED = "converted", _("Converted from the submitted system")
    CORRECTED = "corrected", _("Corrected on acceptance")
    MEASURED = "measured", _("Measured in the field")
    DIGITISED = "digitised", _("Taken from a map")
    INVENTED = "invented", _("Invented (demo data)")


class UnitMethod(models.TextChoices):
    """How the unit of a site was resolved."""

    COORDINATE = "coordinate", _("By coordinate")
    CODE_TABLE = "code_table", _("By table of successions")
    BY_HAND = "by_hand", _("By hand")


class MergeableQuerySet(NounQuerySet[M]):
    """Nouns that can be merged: the absorbed row stays as a redirect."""

    def standing(self) -> Self:
        """Leave out what was merged into another row."""
        return self.filter(merged_into__isnull=True)


class Site(models.Model):
    """A position at which something stands, with what was submitted for it and how sure it is.

    ``position`` is EPSG:4326, lon before lat; ``accuracy_m`` is the radius in metres in which the truth lies.
    ``declared_unit`` keeps the unit as the source wrote it (old names too); ``unit`` is the resolved one.
    """

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="sites", db_index=False, verbose_name=_("authority")
    )
    code = models.CharField(_("code"), max_length=32)
    name = models.CharField(_("name"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    position = models.PointField(_("position"), srid=4326)
    submitted_text = models.CharField(_("position as submitted"), max_length=120, blank=True)
    submitted_crs = models.CharField(_("submitted CRS"), max_length=24, blank=True)
    position_method = models.CharField(_("method"), max_length=12, choices=PositionMethod.choices)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        related_name="sites",
        null=True,
        blank=True,
        verbose_name=_("administrative unit"),
    )
    unit_method = models.CharField(_("unit resolved"), max_length=12, choices=UnitMethod.choices, blank=True)
    declared_unit = models.CharField(_("unit as declared"), max_length=255, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="absorbed",
        verbose_name=_("merged into"),
    )
    search_text = models.CharField(_("search text"), max_length=640, blank=True, default="", editable=False)

    objects = MergeableQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ("id",)
        constraints = (
            # A constraint, not unique=True: that would keep a second index, for LIKE, which nothing asks.
            models.UniqueConstraint(fields=["code"], name="site_code_once"),
            models.CheckConstraint(
                condition=models.Q(accuracy_m__isnull=True) | models.Q(accuracy_m__gte=0), name="site_accuracy_positive"
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="site_not_merged_into_itself",
            ),
        )
        indexes = (
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="site_absorbed"),
        )

    def __str__(self) -> str:
        return f"{self.code} · {self.name}" if self.name else self.code

    def search_source(self) -> tuple[str, ...]:
        return (self.code, self.name, self.address, self.unit.full_name if self.unit else "", self.declared_unit)


SiteVersion = versioned(Site)


class Base(models.TextChoices):
    """What a mast stands on."""

    GROUND = "ground", _("Ground")
    ROOF = "roof", _("Building")


class Mast(models.Model):
    """An antenna mast: one owner, at one site. Heights in metres; ``height_m`` is the mast's own height."""

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="masts", db_index=False, verbose_name=_("authority")
    )
    code = models.CharField(_("code"), max_length=32)
    site = models.ForeignKey(Site, models.PROTECT, related_name="masts", verbose_name=_("site"))
    owner = models.ForeignKey(
        Organization, models.PROTECT, related_name="masts", db_index=False, verbose_name=_("owner")
    )
    mast_class = models.ForeignKey(
        MastClass,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("mast class"),
    )
    structure_type = models.ForeignKey(
        StructureType,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        verbose_name=_("structure"),
    )
    height_m = models.FloatField(_("height (m)"), null=True, blank=True)
    base = models.CharField(_("stands on"), max_length=8, choices=Base.choices, default=Base.GROUND)
    building_height_m = models.FloatField(_("height of the building (m)"), null=True, blank=True)
    built_on = models.DateField(_("built on"), null=True, blank=True)
    design_wind_ms = models.FloatField(_("design wind (m/s)"), null=True, blank=True)
    capacity = models.PositiveSmallIntegerField(_("antenna places"), null=True, blank=True)
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="absorbed",
        verbose_name=_("merged into"),
    )

    objects = MergeableQuerySet.as_manager()

    class Meta:
        verbose_name = _("mast")
        verbose_name_plural = _("masts")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["code"], name="mast_code_once"),
            models.CheckConstraint(
                condition=models.Q(height_m__isnull=True) | models.Q(height_m__gt=0, height_m__lte=500),
                name="mast_height_sound",
            ),
            models.CheckConstraint(
                condition=models.Q(building_height_m__isnull=True) | models.Q(building_height_m__gte=0),
                name="mast_building_height_positive",
            ),
        )
        indexes = (
            models.Index(fields=["owner", "site"], name="mast_owner_site"),
            models.Index(fields=["merged_into"], condition=models.Q(merged_into__isnull=False), name="mast_absorbed"),
        )

    def __str__(self) -> str:
        return self.code


MastVersion = versioned(Mast)


class SiteMerge(models.Model):
    """One site absorbed by another, with what moved, so that a wrong merge can be split again."""

    kept = models.ForeignKey(Site, models.PROTECT, related_name="merges", verbose_name=_("site kept"))
    absorbed = models.ForeignKey(Site, models.PROTECT, related_name="merged_by", verbose_name=_("site merged"))
    act = models.ForeignKey("infra.ChangeRecord", models.PROTECT, related_name="+", verbose_name=_("act"))
    split_act = models.ForeignKey(
        "infra.ChangeRecord",
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("act of splitting"),
    )
    moved = models.JSONField(_("what was moved"), default=dict)

    class Meta:
        verbose_name = _("merge of sites")
        verbose_name_plural = _("merges of sites")
        ordering = ("id",)
