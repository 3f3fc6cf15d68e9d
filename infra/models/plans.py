"""What an operator asks before it builds or before a date passes: planned masts, longer dates."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.installations import Installation
from infra.models.lookups import MastClass, Sourced, StructureType
from infra.models.organizations import Authority, Organization
from infra.models.permits import Permit
from infra.models.sites import Base, Mast
from infra.models.units import AdministrativeUnit


class Ground(models.TextChoices):
    """Kinds of ground that rules of spacing tell apart."""

    URBAN = "urban", _("Urban (wards)")
    RURAL = "rural", _("Outside towns")


class SpacingRule(Sourced):
    """How far apart an authority wants new masts, on which ground, from when; nearer than that, operators share.

    Where an authority has no rule of its own in force, the limits ``spacing_urban`` and ``spacing_rural`` hold.
    """

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="spacing_rules", verbose_name=_("authority"))
    ground = models.CharField(_("ground"), max_length=8, choices=Ground.choices)
    mast_class = models.ForeignKey(
        MastClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("only for mast class")
    )
    metres = models.FloatField(_("least distance (m)"))

    class Meta:
        verbose_name = _("rule of spacing")
        verbose_name_plural = _("rules of spacing")
        ordering = ("authority", "ground", "valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=["authority", "ground", "mast_class", "valid_from"],
                condition=models.Q(mast_class__isnull=False),
                name="spacing_of_class_once_per_date",
            ),
            models.UniqueConstraint(
                fields=["authority", "ground", "valid_from"],
                condition=models.Q(mast_class__isnull=True),
                name="spacing_once_per_date",
            ),
            models.CheckConstraint(condition=models.Q(metres__gt=0), name="spacing_positive"),
        )

    @property
    def said(self) -> tuple[str, float, str]:
        """The rule as a limit is written: comparison, value, unit."""
        return ">=", self.metres, "m"


class PlanStatus(models.TextChoices):
    """States of a consultation; moves are in :mod:`infra.rules`."""

    ASKED = "asked", _("Waits for the authority")
    AGREED = "agreed", _("Agreed")
    SHARE = "share", _("Share a standing mast")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class PlannedMast(models.Model):
    """A mast that an operator would build, put to the authority first.

    ``answer`` keeps what the machine found on the day it was asked: the rules with their distances, the masts that
    are too near, those nearby that have room. ``position`` is EPSG:4326; heights in metres.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="plans", verbose_name=_("authority"))
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="plans", verbose_name=_("organization"))
    number = models.CharField(_("number"), max_length=32, unique=True)
    code = models.CharField(_("operator's code"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    position = models.PointField(_("position"), srid=4326)
    submitted_text = models.CharField(_("position as submitted"), max_length=120, blank=True)
    submitted_crs = models.CharField(_("submitted CRS"), max_length=24, blank=True)
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative unit"),
    )
    mast_class = models.ForeignKey(
        MastClass, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mast class")
    )
    structure_type = models.ForeignKey(
        StructureType, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("structure")
    )
    height_m = models.FloatField(_("height (m)"), null=True, blank=True)
    base = models.CharField(_("stands on"), max_length=8, choices=Base.choices, default=Base.GROUND)
    building_height_m = models.FloatField(_("height of the building (m)"), null=True, blank=True)
    technologies = models.CharField(_("technologies"), max_length=32, blank=True)
    capacity = models.PositiveSmallIntegerField(_("antenna places"), null=True, blank=True)
    build_on = models.DateField(_("to be built on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    answer = models.JSONField(_("what was found"), default=dict, blank=True)
    status = models.CharField(_("state"), max_length=10, choices=PlanStatus.choices, default=PlanStatus.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.TextField(_("reason"), blank=True)
    shared_mast = models.ForeignKey(
        Mast, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("mast to share")
    )
    installation = models.ForeignKey(
        Installation, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("registered as")
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("planned mast")
        verbose_name_plural = _("planned masts")
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(height_m__isnull=True) | models.Q(height_m__gt=0, height_m__lte=500),
                name="planned_height_sound",
            ),
        )

    def __str__(self) -> str:
        return self.number


class ExtensionStatus(models.TextChoices):
    """States of a request; moves are in :mod:`infra.rules`."""

    ASKED = "asked", _("Waits for the authority")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class DueExtension(models.Model):
    """An operator asks for more time to renew a permit; ``due_on`` is the date that stood when it asked."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="extensions", verbose_name=_("authority"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="extensions", verbose_name=_("organization")
    )
    permit = models.ForeignKey(Permit, models.PROTECT, related_name="extensions", verbose_name=_("permit"))
    due_on = models.DateField(_("due on"))
    asked_until = models.DateField(_("asked until"))
    reason = models.TextField(_("reason"))
    status = models.CharField(_("state"), max_length=10, choices=ExtensionStatus.choices, default=ExtensionStatus.ASKED)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), auto_now_add=True)
    granted_until = models.DateField(_("granted until"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_reason = models.TextField(_("reason of the decision"), blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension of a due date")
        verbose_name_plural = _("extensions of due dates")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["permit"], condition=models.Q(status="asked"), name="one_open_extension_per_permit"
            ),
            models.CheckConstraint(condition=models.Q(asked_until__gt=models.F("due_on")), name="extension_is_later"),
        )

    def __str__(self) -> str:
        return f"{self.permit} → {self.asked_until:%Y-%m-%d}"
