"""Violation cases: party, objects, charges. Steps, deadlines, answers and documents stand beside."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra.models import (
    AdministrativeUnit,
    Authority,
    Installation,
    Mast,
    Organization,
    Permit,
    PublicReport,
    Site,
)
from infra.models.versions import NounQuerySet, versioned
from inspections.models.findings import Finding
from inspections.models.incidents import Incident
from inspections.models.law import Field, PartyKind, Rule
from inspections.models.parties import PersonParty
from inspections.models.visits import Inspection


class CaseState(models.TextChoices):
    """States of a case (Luật XLVPHC, both procedures)."""

    DETECTED = "detected", _("Detected")
    RECORDED = "recorded", _("Recorded")
    EXPLAINING = "explaining", _("Explanation under way")
    DECIDED = "decided", _("Decided")
    NO_PENALTY = "no_penalty", _("No penalty")
    SERVED = "served", _("Decision served")
    EXECUTING = "executing", _("Being executed")
    ENFORCING = "enforcing", _("Being enforced")
    TRANSFERRED = "transferred", _("Transferred")
    CLOSED = "closed", _("Closed")
    TIME_BARRED = "time_barred", _("Time-barred")


class Origin(models.TextChoices):
    """What made the authority open a case."""

    FINDING = "finding", _("Finding of an inspection")
    PERMIT = "permit", _("Expired permit")
    INCIDENT = "incident", _("Incident")
    REPORT = "report", _("Complaint of a citizen")
    TRANSFER = "transfer", _("Transferred by another authority")
    HAND = "hand", _("By hand")


class ViolationCase(models.Model):
    """One case against one party. Its state follows from its steps; its deadlines from steps, clocks and calendar.

    ``violation_on`` is the day the act ended; None while it goes on, and limitation then runs from ``detected_on``.
    ``evidence`` is the state of the register, the answers and photos as frozen on opening. ``continues`` is the case of
    the authority that sent the file; each authority keeps its own. ``explanation_extension`` are the working days that
    were granted on top of the time to explain in writing.
    """

    personal_fields = ("summary", "place")

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="cases")
    number = models.CharField(_("number"), max_length=32)
    year = models.PositiveSmallIntegerField(_("year"))
    party = models.CharField(_("party"), max_length=12, choices=PartyKind.choices)
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="cases")
    person = models.ForeignKey(PersonParty, models.PROTECT, null=True, blank=True, related_name="cases")
    field = models.CharField(_("field"), max_length=16, choices=Field.choices)
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("place"), max_length=255, blank=True)
    position = models.PointField(_("position"), srid=4326, null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=CaseState.choices, default=CaseState.DETECTED)
    detected_on = models.DateField(_("detected on"))
    violation_on = models.DateField(_("the act ended on"), null=True, blank=True)
    is_complex = models.BooleanField(_("especially serious or complex"), default=False)
    complex_reason = models.CharField(_("why complex"), max_length=400, blank=True)
    explanation_extension = models.PositiveSmallIntegerField(_("more days to explain"), default=0)
    origin = models.CharField(_("opened from"), max_length=10, choices=Origin.choices, default=Origin.HAND)
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, blank=True, related_name="cases")
    permit = models.ForeignKey(Permit, models.PROTECT, null=True, blank=True, related_name="cases")
    incident = models.ForeignKey(Incident, models.PROTECT, null=True, blank=True, related_name="cases")
    report = models.ForeignKey(PublicReport, models.PROTECT, null=True, blank=True, related_name="cases")
    continues = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="continued_by")
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cases", verbose_name=_("officer")
    )
    summary = models.TextField(_("what happened"), blank=True)
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)
    fine_vnd = models.BigIntegerField(_("fine decided (₫)"), null=True, blank=True)
    opened_at = models.DateTimeField(_("opened"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    search_text = models.CharField(max_length=400, blank=True, default="", editable=False)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("violation case")
        verbose_name_plural = _("violation cases")
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["authority", "state", "officer", "id"], name="case_by_state"),
            # Holds all that a list filters by: finding and counting read it and nothing else.
            models.Index(
                fields=[
                    "authority",
                    "state",
                    "detected_on",
                    "officer",
                    "field",
                    "party",
                    "origin",
                    "organization",
                    "person",
                    "search_text",
                    "id",
                ],
                name="case_filters",
            ),
            models.Index(fields=["officer", "state", "authority", "id"], name="case_by_officer"),
            models.Index(fields=["organization", "id"], name="case_by_organization"),
            models.Index(fields=["person", "id"], name="case_by_person"),
            models.Index(fields=["detected_on"], name="case_by_detection"),
        )
        constraints = (
            models.UniqueConstraint(fields=["authority", "number"], name="case_number_once"),
            models.CheckConstraint(
                condition=models.Q(party="organization", organization__isnull=False, person__isnull=True)
                | models.Q(party="person", person__isnull=False),
                name="case_has_its_party",
            ),
            models.CheckConstraint(
                condition=models.Q(fine_vnd__isnull=True) | models.Q(fine_vnd__gte=0), name="fine_not_negative"
            ),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def party_name(self) -> str:
        """The party as the page's heading names it."""
        if self.organization is not None:
            return self.organization.name
        return str(self.person) if self.person else ""

    def search_source(self) -> tuple[str, ...]:
        organization = self.organization
        names = (organization.code, organization.name, organization.short_name) if organization else ()
        unit = self.unit.full_name if self.unit else ""
        return (self.number, self.place, unit, *names)


ViolationCaseVersion = versioned(ViolationCase)


class CaseObject(models.Model):
    """What a case is about: an installation (routes are ones), a mast, a site, or a bare place: words and a point."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="objects_concerned")
    installation = models.ForeignKey(Installation, models.PROTECT, null=True, blank=True, related_name="case_objects")
    mast = models.ForeignKey(Mast, models.PROTECT, null=True, blank=True, related_name="case_objects")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="case_objects")
    text = models.CharField(_("description"), max_length=255, blank=True)
    position = models.PointField(_("position"), srid=4326, null=True, blank=True, spatial_index=False)

    class Meta:
        verbose_name = _("object of a case")
        verbose_name_plural = _("objects of cases")
        ordering = ("id",)


class Charge(models.Model):
    """One behaviour of a case with the rule as it stood: text and frame are copied; amounts are the party's."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="charges")
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="charges")
    rule_code = models.CharField(_("rule"), max_length=48)
    text_vi = models.CharField(_("Vietnamese text"), max_length=500)
    text_en = models.CharField(_("English text"), max_length=500, blank=True)
    legal_basis = models.CharField(_("legal basis"), max_length=255, blank=True)
    min_vnd = models.BigIntegerField(_("least (₫)"), null=True, blank=True)
    max_vnd = models.BigIntegerField(_("most (₫)"), null=True, blank=True)
    proposed_vnd = models.BigIntegerField(_("proposed (₫)"), null=True, blank=True)
    decided_vnd = models.BigIntegerField(_("decided (₫)"), null=True, blank=True)
    mitigating = models.JSONField(_("mitigating circumstances"), default=list, blank=True)
    aggravating = models.JSONField(_("aggravating circumstances"), default=list, blank=True)
    takes_licence = models.BooleanField(_("licence withdrawal or suspension provided"), default=False)
    extra_sanctions = models.JSONField(_("additional sanctions"), default=list, blank=True)
    remedies = models.JSONField(_("remedial measures"), default=list, blank=True)
    finding = models.ForeignKey(Finding, models.PROTECT, null=True, blank=True, related_name="charges")

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name = _("charge")
        verbose_name_plural = _("charges")
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["case", "rule_code", "finding"], name="one_charge_per_finding"),
            models.CheckConstraint(
                condition=models.Q(proposed_vnd__isnull=True) | models.Q(proposed_vnd__gte=0),
                name="proposed_not_negative",
            ),
        )

    @property
    def text(self) -> str:
        """The behaviour in the language of the request."""
        return self.text_en or self.text_vi if get_language() == "en" else self.text_vi

    @property
    def middle_vnd(self) -> int | None:
        """The mean of the frame in ₫, None where the frame is not known."""
        if self.min_vnd is None or self.max_vnd is None:
            return None
        return (self.min_vnd + self.max_vnd) // 2


ChargeVersion = versioned(Charge)
