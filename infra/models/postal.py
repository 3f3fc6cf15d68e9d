"""Postal points and public internet points: places where people are served."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.models.installations import Installation
from infra.models.lookups import PostalKind
from infra.models.versions import NounQuerySet, versioned


class PostalPoint(models.Model):
    """A postal service point; a letter box is one too (Luật Bưu chính 2010, Art. 3(12)).

    ``postal_code`` is text: it keeps its leading zero. ``service_radius_m`` in metres, ``floor_area_m2`` in m².
    """

    installation = models.OneToOneField(
        Installation, models.CASCADE, primary_key=True, related_name="postal_point", verbose_name=_("installation")
    )
    postal_kind = models.ForeignKey(PostalKind, models.PROTECT, related_name="+", verbose_name=_("kind"))
    postal_code = models.CharField(_("postal code"), max_length=10, blank=True)
    attended = models.BooleanField(_("attended"), default=True)
    opening_hours = models.CharField(_("opening hours"), max_length=160, blank=True)
    services = models.JSONField(_("services"), default=list, blank=True)
    universal_service = models.BooleanField(_("universal service"), default=False)
    tariff_posted = models.BooleanField(_("tariff posted"), null=True, blank=True)
    quality_posted = models.BooleanField(_("quality posted"), null=True, blank=True)
    forbidden_list_posted = models.BooleanField(_("list of forbidden goods posted"), null=True, blank=True)
    service_radius_m = models.FloatField(_("service radius (m)"), null=True, blank=True)
    floor_area_m2 = models.FloatField(_("floor area (m²)"), null=True, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("postal point")
        verbose_name_plural = _("postal points")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(service_radius_m__isnull=True) | models.Q(service_radius_m__gte=0),
                name="postal_radius_not_negative",
            ),
        )

    def __str__(self) -> str:
        return str(self.installation)


PostalPointVersion = versioned(PostalPoint)


class InternetPoint(models.Model):
    """A public internet access point, internet agent or public game point; its owner may be a person."""

    #: columns that name a person: digested with a salt, so that they can be erased
    personal_fields = ("owner_name", "phone")

    installation = models.OneToOneField(
        Installation, models.CASCADE, primary_key=True, related_name="internet_point", verbose_name=_("installation")
    )
    owner_name = models.CharField(_("owner"), max_length=160, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    registration_number = models.CharField(_("registration number"), max_length=64, blank=True)
    is_game_point = models.BooleanField(_("game point"), default=False)
    computers = models.PositiveSmallIntegerField(_("computers"), null=True, blank=True)
    sign_posted = models.BooleanField(_("sign posted"), null=True, blank=True)
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    nearest_school_m = models.FloatField(_("way to the nearest school gate (m)"), null=True, blank=True)
    floor_area_m2 = models.FloatField(_("floor area (m²)"), null=True, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("internet point")
        verbose_name_plural = _("internet points")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(nearest_school_m__isnull=True) | models.Q(nearest_school_m__gte=0),
                name="internet_school_distance_positive",
            ),
        )

    def __str__(self) -> str:
        return str(self.installation)


InternetPointVersion = versioned(InternetPoint)
