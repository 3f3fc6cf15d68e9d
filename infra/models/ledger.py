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

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="changes")
    sequence = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    kind = models.CharField(_("act"), max_length=48)
    reason = models.TextField(_("reason"))
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    submission = models.ForeignKey("infra.Submission", models.PROTECT, null=True, blank=True, related_name="changes")
    counts = models.JSONField(default=dict)
    details = models.JSONField(default=dict)
    versions_digest = models.CharField(max_length=64)
    previous_digest = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["authority", "sequence"], name="one_record_per_number"),)

    def __str__(self) -> str:
        return f"{self.authority.code} {self.sequence}: {self.kind}"


class LedgerHead(models.Model):
    """The last record of an authority's chain, signed with a key that the database does not hold.

    A tail cut off, or put back to an older state, no longer meets the head; heads are exported daily as well.
    """

    authority = models.OneToOneField(Authority, models.PROTECT, related_name="ledger_head")
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.authority.code} {self.sequence}"
