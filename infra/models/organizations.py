"""Organizations, the people who act for them, and the authorities that keep a register."""

from datetime import date
from typing import Self

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra.access import Role, ScopedQuerySet
from infra.models.versions import NounQuerySet, versioned


class OrganizationKind(models.TextChoices):
    """What an organization is in the field."""

    TELECOM_OPERATOR = "telecom_operator", _("Telecom operator")
    TOWER_COMPANY = "tower_company", _("Tower company")
    POSTAL_OPERATOR = "postal_operator", _("Postal operator")
    AUTHORITY = "authority", _("Authority")
    AGENCY = "agency", _("Agency")
    INTERNET_OWNER = "internet_owner", _("Internet point owner")


class Organization(models.Model):
    """Who owns, operates or supervises. ``owns_stations`` is false for virtual operators, which own no station."""

    code = models.CharField(_("code"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=24, choices=OrganizationKind.choices)
    name = models.CharField(_("name"), max_length=255)
    name_en = models.CharField(_("English name"), max_length=255, blank=True)
    short_name = models.CharField(_("short name"), max_length=64, blank=True)
    mcc_mnc = models.CharField(_("MCC-MNC"), max_length=8, blank=True)
    tax_code = models.CharField(_("tax code"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    aliases = models.JSONField(_("aliases"), default=list, blank=True)
    owns_stations = models.BooleanField(_("owns stations"), default=True)
    reporting_period_days = models.PositiveSmallIntegerField(_("reporting period (days)"), default=90)
    search_text = models.CharField(_("search text"), max_length=512, blank=True, default="", editable=False)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.display_name

    @property
    def display_name(self) -> str:
        """The short name where there is one, in the language of the request otherwise."""
        if self.short_name:
            return self.short_name
        return self.name_en if get_language() == "en" and self.name_en else self.name

    def search_source(self) -> tuple[str, ...]:
        return (self.code, self.name, self.name_en, self.short_name, *self.aliases)


OrganizationVersion = versioned(Organization)


class Authority(models.Model):
    """A telecom authority that keeps a register: territory, numbering, metric CRS, letterhead.

    Several live in one installation. ``code`` names the ledger's chain; ``registry_prefix`` starts the numbers it
    gives; ``metric_srid`` is the EPSG code in which it measures and prints coordinates.
    """

    code = models.CharField(_("code"), max_length=32, unique=True)
    organization = models.OneToOneField(
        Organization, models.PROTECT, related_name="authority", verbose_name=_("organization")
    )
    territory = models.ManyToManyField(
        "infra.AdministrativeUnit", related_name="authorities", blank=True, verbose_name=_("territory")
    )
    registry_prefix = models.CharField(_("prefix of registry numbers"), max_length=8)
    metric_srid = models.PositiveIntegerField(_("metric CRS (EPSG)"))
    calendar = models.CharField(_("calendar of holidays"), max_length=8, default="VN")
    letterhead = models.JSONField(_("letterhead"), default=dict, blank=True)
    staff_second_factor = models.BooleanField(
        _("second factor for staff"),
        default=False,
        help_text=_("Whoever acts for the authority must set up a second factor at the next sign-in."),
    )
    is_demo = models.BooleanField(_("demo data"), default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ("code",)

    def __str__(self) -> str:
        return str(self.organization)


class RegistrySeries(models.Model):
    """The last number an authority gave in one series (sites, masts, base stations …)."""

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="series", verbose_name=_("authority"))
    series = models.CharField(_("series"), max_length=16)
    last = models.PositiveBigIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("series of registry numbers")
        verbose_name_plural = _("series of registry numbers")
        constraints = (models.UniqueConstraint(fields=["authority", "series"], name="one_series_per_authority"),)


class MembershipQuerySet(ScopedQuerySet["Membership"]):
    """Memberships by time."""

    def in_force(self, day: date) -> Self:
        """Keep the memberships in force on *day* (both ends inclusive) that were not taken back."""
        return self.filter(valid_from__lte=day, revoked_at__isnull=True).filter(
            models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=day)
        )


class Membership(models.Model):
    """A person's role in an organization, bounded by territory (no unit: all of it) and fields of inspection."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="memberships", verbose_name=_("organization")
    )
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    territory = models.ManyToManyField(
        "infra.AdministrativeUnit", blank=True, related_name="+", verbose_name=_("territory")
    )
    fields = models.JSONField(_("fields of inspection"), default=list, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("taken back at"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = (
            models.UniqueConstraint(
                fields=["user", "organization", "role"],
                condition=models.Q(valid_to__isnull=True),
                name="one_open_membership_per_role",
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True) | models.Q(valid_to__gte=models.F("valid_from")),
                name="membership_ends_after_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.organization}"
