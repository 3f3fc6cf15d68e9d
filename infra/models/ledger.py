"""The chain of change records: who, when, why, and a digest over what was written."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.organizations import Authority, Organization


class ChangeRecord(models.Model):
    """One act. Append-only, chained per authority by ``previous_digest``; ``digest`` covers every column but the id.

    ``kind`` names the act ("site.moved"); ``counts`` says how many versions of which noun it opened and closed;
    ``details`` holds the facts of acts that write no version (ids and codes, never personal data).
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="changes", verbose_name=_("authority"))
    sequence = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    kind = models.CharField(_("act"), max_length=48)
    reason = models.TextField(_("reason"))
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("organization")
    )
    submission = models.ForeignKey(
        "infra.Submission", models.PROTECT, null=True, blank=True, related_name="changes", verbose_name=_("submission")
    )
    counts = models.JSONField(_("counts"), default=dict)
    details = models.JSONField(_("details"), default=dict)
    versions_digest = models.CharField(_("digest of the versions"), max_length=64)
    previous_digest = models.CharField(_("digest before"), max_length=64, blank=True)
    digest = models.CharField(_("digest"), max_length=64)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("change record")
        verbose_name_plural = _("change records")
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["authority", "sequence"], name="one_record_per_number"),)
        indexes = (
            models.Index(fields=["kind", "-id"], name="changerecord_kind"),
            models.Index(fields=["actor", "-id"], name="changerecord_actor"),
            models.Index(fields=["at"], name="changerecord_at"),
        )

    def __str__(self) -> str:
        return f"{self.authority.code} {self.sequence}: {self.kind}"


class LedgerHead(models.Model):
    """The last record of an authority's chain, signed with a key that the database does not hold.

    A tail cut off, or put back to an older state, no longer meets the head; heads are exported daily as well.
    """

    authority = models.OneToOneField(Authority, models.PROTECT, related_name="ledger_head", verbose_name=_("authority"))
    sequence = models.PositiveBigIntegerField(_("last number"), default=0)
    digest = models.CharField(_("digest"), max_length=64, blank=True)
    signature = models.CharField(_("signature"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("head of the ledger")
        verbose_name_plural = _("heads of the ledger")

    def __str__(self) -> str:
        return f"{self.authority.code} {self.sequence}"
