"""What citizens report, without an account: corrections of the register, coverage, danger, service."""

import secrets

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models.organizations import Authority, Organization
from infra.models.sites import Site
from infra.models.units import AdministrativeUnit

#: letters of a ticket that are told apart on paper and by telephone
TICKET_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TICKET_LENGTH = 10


class ReportKind(models.TextChoices):
    """What a citizen wants to say."""

    CORRECTION = "correction", _("Something is wrong in the register")
    SAFETY = "safety", _("Something looks dangerous")
    COVERAGE = "coverage", _("No or poor coverage")
    SERVICE = "service", _("Problem with a postal or internet point")


class ReportCategory(models.TextChoices):
    """What exactly; the corrections follow the categories in which broadband maps are challenged."""

    NOT_THERE = "not_there", _("There is no mast here")
    MISPLACED = "misplaced", _("The mast stands somewhere else")
    MISSING = "missing", _("A mast stands here that the register does not show")
    OUT_OF_USE = "out_of_use", _("It is out of use or taken down")
    WRONG_OPERATOR = "wrong_operator", _("Owner or operators are wrong")
    WRONG_FACTS = "wrong_facts", _("Address, height or kind is wrong")
    NOT_POSTED = "not_posted", _("No certificate is posted at the station")
    STRUCTURE = "structure", _("Mast, guys or foundation are damaged")
    ACCESS = "access", _("Open, not fenced, cables within reach")
    EXPOSURE = "exposure", _("Worry about radiation")
    NUISANCE = "nuisance", _("Noise, heat, fire risk")
    NO_SIGNAL = "no_signal", _("No signal at all")
    WEAK_INDOORS = "weak_indoors", _("Weak indoors")
    WEAK_OUTDOORS = "weak_outdoors", _("Weak outdoors")
    SLOW_DATA = "slow_data", _("Calls work, data hardly")
    DROPPED_CALLS = "dropped_calls", _("Calls break off")
    CLOSED = "closed", _("Closed during its hours")
    STAFF = "staff", _("Service, fees or staff")
    OTHER = "other", _("Something else")


_C = ReportCategory
#: kind → what it can be about, in the order of a form
CATEGORIES: dict[str, tuple[str, ...]] = {
    ReportKind.CORRECTION: (
        _C.NOT_THERE,
        _C.MISPLACED,
        _C.MISSING,
        _C.OUT_OF_USE,
        _C.WRONG_OPERATOR,
        _C.WRONG_FACTS,
        _C.NOT_POSTED,
        _C.OTHER,
    ),
    ReportKind.SAFETY: (_C.STRUCTURE, _C.ACCESS, _C.EXPOSURE, _C.NUISANCE, _C.OTHER),
    ReportKind.COVERAGE: (_C.NO_SIGNAL, _C.WEAK_INDOORS, _C.WEAK_OUTDOORS, _C.SLOW_DATA, _C.DROPPED_CALLS, _C.OTHER),
    ReportKind.SERVICE: (_C.CLOSED, _C.STAFF, _C.WRONG_FACTS, _C.OTHER),
}


class ReportStatus(models.TextChoices):
    """How far the authority is with a report; :data:`REPORT_MOVES` says what may follow."""

    OPEN = "open", _("Open")
    TAKEN = "taken", _("Being looked at")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


#: (from, to) that are possible; a closed report stays closed, its contact is erased
REPORT_MOVES = frozenset(
    {
        (ReportStatus.OPEN, ReportStatus.TAKEN),
        (ReportStatus.OPEN, ReportStatus.ANSWERED),
        (ReportStatus.OPEN, ReportStatus.CLOSED),
        (ReportStatus.TAKEN, ReportStatus.OPEN),
        (ReportStatus.TAKEN, ReportStatus.ANSWERED),
        (ReportStatus.TAKEN, ReportStatus.CLOSED),
        (ReportStatus.ANSWERED, ReportStatus.TAKEN),
        (ReportStatus.ANSWERED, ReportStatus.CLOSED),
    }
)


def new_ticket() -> str:
    """Return a ticket that cannot be guessed: whoever holds it may read the answer."""
    return "".join(secrets.choice(TICKET_LETTERS) for _place in range(TICKET_LENGTH))


class PublicReport(models.Model):
    """A citizen's correction or complaint.

    ``position`` is where it was noticed, ``proposed_position`` where a mast is said to stand instead. ``contact`` is
    personal, voluntary and erased when the report is closed; so is ``sender``, a digest of the network address under
    a key of the day, which counts reports and leads nowhere else.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="public_reports", verbose_name=_("authority"))
    ticket = models.CharField(_("ticket"), max_length=16, unique=True, default=new_ticket)
    kind = models.CharField(_("kind"), max_length=12, choices=ReportKind.choices)
    category = models.CharField(_("about"), max_length=16, choices=ReportCategory.choices, default=ReportCategory.OTHER)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="public_reports", verbose_name=_("site")
    )
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("operator")
    )
    technology = models.CharField(_("technology"), max_length=8, blank=True)
    unit = models.ForeignKey(
        AdministrativeUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("administrative unit"),
    )
    position = models.PointField(_("position"), srid=4326, null=True, blank=True, spatial_index=False)
    proposed_position = models.PointField(_("proposed position"), srid=4326, null=True, blank=True, spatial_index=False)
    text = models.TextField(_("what happened"))
    contact = models.CharField(_("contact"), max_length=160, blank=True)
    sender = models.CharField(_("sender's digest"), max_length=32, blank=True, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.OPEN)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked at by"),
    )
    answer = models.TextField(_("answer"), blank=True)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("public report")
        verbose_name_plural = _("public reports")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["status", "authority"], name="report_waiting"),
            models.Index(fields=["sender", "received_at"], name="report_of_sender"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} #{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.status in (ReportStatus.OPEN, ReportStatus.TAKEN)
