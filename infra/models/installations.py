"""What an organization operates at a site: one row of common facts, one detail row by kind."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.models.lookups import InstallationStatus
from infra.models.organizations import Authority, Organization
from infra.models.sites import Mast, Site
from infra.models.units import AdministrativeUnit
from infra.models.versions import NounQuerySet, versioned


class InstallationKind(models.TextChoices):
    """The kinds; each has its own detail table."""

    BASE_STATION = "base_station", _("Base station")
    POSTAL_POINT = "postal_point", _("Postal point")
    NETWORK_NODE = "network_node", _("Network node")
    INTERNET_POINT = "internet_point", _("Internet point")
    CABLE_ROUTE = "cable_route", _("Cable route")


class Installation(models.Model):
    """Something one organization operates.

    ``registry_number`` is given by the authority and never reused; ``code`` is the operator's own. ``position`` and
    ``unit`` repeat the site's, so that spatial and scoped reads touch one table; the services keep them equal. A
    cable route has no site: its ``position`` is a point on its line.
    """

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="installations", db_index=False, verbose_name=_("authority")
    )
    registry_number = models.CharField(_("registry number"), max_length=32)
    kind = models.CharField(_("kind"), max_length=16, choices=InstallationKind.choices)
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="installations", db_index=False, verbose_name=_("organization")
    )
    code = models.CharField(_("operator's code"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=160, blank=True)
    site = models.ForeignKey(
        Site, models.PROTECT, related_name="installations", null=True, blank=True, verbose_name=_("site")
    )
    mast = models.ForeignKey(
        Mast, models.PROTECT, related_name="installations", null=True, blank=True, verbose_name=_("mast")
    )
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        related_name="installations",
        null=True,
        blank=True,
        verbose_name=_("administrative unit"),
    )
    position = models.PointField(_("position"), srid=4326, null=True, blank=True)
    status = models.ForeignKey(
        InstallationStatus, models.PROTECT, related_name="+", db_index=False, verbose_name=_("status")
    )
    in_service_on = models.DateField(_("in service since"), null=True, blank=True)
    submission = models.ForeignKey(
        "infra.Submission",
        models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="installations",
        verbose_name=_("submission"),
    )
    submission_row = models.PositiveIntegerField(_("row of the submission"), null=True, blank=True)
    search_text = models.CharField(_("search text"), max_length=640, blank=True, default="", editable=False)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installations")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["registry_number"], name="registry_number_once"),
            # Rows without a code have their own key instead of the 0: the same index finds any code.
            models.UniqueConstraint(
                models.F("code"),
                models.F("organization"),
                models.F("kind"),
                models.Case(
                    models.When(code="", then=models.F("id")),
                    default=models.Value(0),
                    output_field=models.BigIntegerField(),
                ),
                name="operator_code_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="cable_route") | models.Q(site__isnull=False), name="installation_has_site"
            ),
        )
        indexes = (
            models.Index(fields=["kind", "id"], name="installation_kind_id"),
            models.Index(fields=["organization", "site"], name="installation_holder_site"),
        )

    def __str__(self) -> str:
        return self.code or self.registry_number

    def search_source(self) -> tuple[str, ...]:
        place = (self.site.address, self.site.declared_unit) if self.site else ()
        unit = self.unit.full_name if self.unit else ""
        return (self.registry_number, self.code, self.name, unit, *place)


InstallationVersion = versioned(Installation, indexed=["site"])
