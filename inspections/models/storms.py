"""Storms the authority follows, from the warning to the repairs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Authority


class StormPhase(models.TextChoices):
    """How far a storm is; :data:`STORM_MOVES` says what may follow."""

    BEFORE = "before", _("Before the storm")
    DURING = "during", _("During the storm")
    AFTER = "after", _("After the storm")
    CLOSED = "closed", _("Closed")


#: (from, to) that are possible: a storm may turn away, come back, or be looked into again
STORM_MOVES = frozenset(
    {
        (StormPhase.BEFORE, StormPhase.DURING),
        (StormPhase.BEFORE, StormPhase.CLOSED),
        (StormPhase.DURING, StormPhase.AFTER),
        (StormPhase.AFTER, StormPhase.DURING),
        (StormPhase.AFTER, StormPhase.CLOSED),
        (StormPhase.CLOSED, StormPhase.AFTER),
    }
)


class Storm(models.Model):
    """One storm or flood: forecast wind in m/s, the units it concerns (none: the whole territory).

    ``report_every_h`` is how often operators are asked to report outages while it lasts, in hours.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="storms", verbose_name=_("authority"))
    number = models.CharField(_("number"), max_length=32)
    name = models.CharField(_("name"), max_length=120)
    phase = models.CharField(_("phase"), max_length=8, choices=StormPhase.choices, default=StormPhase.BEFORE)
    expected_at = models.DateTimeField(_("landfall expected"), null=True, blank=True)
    wind_ms = models.FloatField(_("forecast wind (m/s)"), null=True, blank=True)
    units = models.ManyToManyField(
        AdministrativeUnit, related_name="+", blank=True, verbose_name=_("administrative units")
    )
    report_every_h = models.PositiveSmallIntegerField(_("operators report every (hours)"), default=3)
    text = models.TextField(_("instructions"), blank=True)
    opened_at = models.DateTimeField(_("opened"))
    began_at = models.DateTimeField(_("began"), null=True, blank=True)
    passed_at = models.DateTimeField(_("passed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("storm")
        verbose_name_plural = _("storms")
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(fields=["authority", "number"], name="storm_number_once"),
            models.CheckConstraint(
                condition=models.Q(wind_ms__isnull=True) | models.Q(wind_ms__gte=0, wind_ms__lte=120),
                name="storm_wind_sound",
            ),
            models.CheckConstraint(
                condition=models.Q(report_every_h__gte=1, report_every_h__lte=72), name="storm_reports_within_days"
            ),
        )

    def __str__(self) -> str:
        return f"{self.number} · {self.name}"

    @property
    def is_open(self) -> bool:
        return self.phase != StormPhase.CLOSED
