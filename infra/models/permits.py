"""Permits and the files kept with the register."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.installations import Installation
from infra.models.lookups import PermitKind
from infra.models.organizations import Authority, Organization
from infra.models.sites import Site
from infra.models.versions import NounQuerySet, versioned


class Attachment(models.Model):
    """A file kept under its SHA-256; the bytes lie below ``FILES_DIR`` and are never served without a check."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="attachments", verbose_name=_("authority"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="attachments", verbose_name=_("organization")
    )
    sha256 = models.CharField(_("digest"), max_length=64, db_index=True)
    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("format"), max_length=100, blank=True)
    size = models.PositiveBigIntegerField(_("size (bytes)"))
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


class PermitState(models.TextChoices):
    """State of a permit; expiry is computed from the date, lapse and withdrawal are acts."""

    IN_FORCE = "in_force", _("In force")
    LAPSED = "lapsed", _("Lapsed (limits exceeded)")
    REVOKED = "revoked", _("Withdrawn")
    REPLACED = "replaced", _("Replaced")


class Permit(models.Model):
    """A certificate, licence or declaration. ``renewal_due_on`` is the last day on which renewal is to be filed.

    A verification certificate holds for five years; renewal is due 60 days before expiry (TT 08/2020/TT-BTTTT).
    """

    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="permits", db_index=False, verbose_name=_("authority")
    )
    kind = models.ForeignKey(PermitKind, models.PROTECT, related_name="+", db_index=False, verbose_name=_("kind"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, related_name="permits", verbose_name=_("organization")
    )
    installation = models.ForeignKey(
        Installation, models.PROTECT, null=True, blank=True, related_name="permits", verbose_name=_("installation")
    )
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, db_index=False, related_name="permits", verbose_name=_("site")
    )
    number = models.CharField(_("number"), max_length=64)
    issuer = models.CharField(_("issuer"), max_length=160, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    renewal_due_on = models.DateField(_("renewal due on"), null=True, blank=True)
    renewal_filed_on = models.DateField(_("renewal filed on"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=PermitState.choices, default=PermitState.IN_FORCE)
    posted_on_site = models.BooleanField(_("posted on site"), null=True, blank=True)
    attachment = models.ForeignKey(
        Attachment,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="permits",
        verbose_name=_("file"),
    )
    submission = models.ForeignKey(
        "infra.Submission",
        models.PROTECT,
        null=True,
        blank=True,
        db_constraint=False,
        db_index=False,
        related_name="permits",
        verbose_name=_("submission"),
    )
    submission_row = models.PositiveIntegerField(_("row of the submission"), null=True, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("permit")
        verbose_name_plural = _("permits")
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_on__isnull=True)
                | models.Q(issued_on__isnull=True)
                | models.Q(expires_on__gte=models.F("issued_on")),
                name="permit_expires_after_issue",
            ),
            models.CheckConstraint(
                condition=models.Q(installation__isnull=False) | models.Q(site__isnull=False), name="permit_has_subject"
            ),
        )
        indexes = (
            models.Index(fields=["expires_on"], name="permit_expiry"),
            models.Index(fields=["number"], name="permit_number"),
            models.Index(fields=["site"], condition=models.Q(site__isnull=False), name="permit_site"),
            models.Index(fields=["attachment"], condition=models.Q(attachment__isnull=False), name="permit_file"),
        )

    def __str__(self) -> str:
        return self.number


PermitVersion = versioned(Permit, indexed=["installation"])
