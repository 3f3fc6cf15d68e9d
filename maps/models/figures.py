"""Figures of the overview as they stood on days gone by: what a trend is drawn from."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import Authority


class KeptFigure(models.Model):
    """One figure of an authority on a day: of everything, of one organization, or of one unit (by code)."""

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="+", verbose_name=_("authority"))
    organization = models.CharField(_("code of the organization"), max_length=32, blank=True)
    unit = models.CharField(_("code of the unit"), max_length=10, blank=True)
    day = models.DateField(_("day"))
    name = models.CharField(_("figure"), max_length=40)
    numerator = models.BigIntegerField(_("numerator"))
    denominator = models.BigIntegerField(_("denominator"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("kept figure")
        verbose_name_plural = _("kept figures")
        ordering = ("day", "name")
        constraints = (
            models.UniqueConstraint(
                fields=["authority", "organization", "unit", "day", "name"], name="figure_once_a_day"
            ),
        )
        indexes = (models.Index(fields=["authority", "name", "day"], name="figure_over_time"),)
