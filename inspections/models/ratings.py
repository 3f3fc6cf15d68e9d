"""Yearly ratings of security and order (TT 124/2021/TT-BCA): met or not met."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import Authority, Organization


class RatingResult(models.TextChoices):
    """Two values, as the circular has them."""

    MET = "met", _("Met")
    NOT_MET = "not_met", _("Not met")


class SecurityRating(models.Model):
    """Rating of one enterprise for one year; the year runs from 16 November to 15 November."""

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="ratings")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="ratings")
    year = models.PositiveSmallIntegerField(_("year"))
    registered_on = models.DateField(_("registered on"), null=True, blank=True)
    self_assessment = models.CharField(_("self-assessment"), max_length=8, choices=RatingResult.choices, blank=True)
    result = models.CharField(_("result"), max_length=8, choices=RatingResult.choices, blank=True)
    decision_number = models.CharField(_("decision"), max_length=64, blank=True)
    decision_date = models.DateField(_("date of the decision"), null=True, blank=True)
    recognized_by = models.CharField(_("recognized by"), max_length=160, blank=True)
    certificate_number = models.CharField(_("certificate"), max_length=64, blank=True)
    notes = models.TextField(_("notes"), blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["authority", "organization", "year"], name="one_rating_per_year"),
        )

    def __str__(self) -> str:
        return f"{self.organization} {self.year}"

    @property
    def period(self) -> tuple[date, date]:
        """First and last day of the year rated."""
        return date(self.year - 1, 11, 16), date(self.year, 11, 15)
