"""Violation cases: party, objects, charges, steps, deadlines, remedies, payments, answers of the party."""

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra.access import ScopedQuerySet
from infra.models import AdministrativeUnit, Attachment, Authority, Installation, Mast, Organization, Site
from infra.models.versions import NounQuerySet, versioned
from inspections.models.findings import Finding
from inspections.models.law import Field, PartyKind, Rule
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


class StepKind(models.TextChoices):
    """Kinds of steps."""

    RECORD = "record", _("Record of the violation")
    EXPLANATION_REQUEST = "explanation_request", _("Request to explain")
    EXPLANATION = "explanation", _("Written explanation")
    HEARING = "hearing", _("Oral hearing")
    VERIFICATION = "verification", _("Verification of facts")
    TRANSFER = "transfer", _("Transfer to another authority")
    DECISION = "decision", _("Penalty decision")
    NO_PENALTY = "no_penalty", _("Decision not to penalize")
    SERVE = "serve", _("Service of the decision")
    PAYMENT = "payment", _("Payment")
    INSTALMENTS = "instalments", _("Payment by instalments")
    POSTPONE = "postpone", _("Postponement")
    REDUCE = "reduce", _("Reduction")
    REMEDY = "remedy", _("Remedial measure carried out")
    ENFORCE = "enforce", _("Enforcement")
    COMPLAINT = "complaint", _("Complaint")
    LAWSUIT = "lawsuit", _("Lawsuit")
    CLOSE = "close", _("Closing")
    ANNUL = "annul", _("Annulment of a step")


class PersonParty(models.Model):
    """A person who is charged. Everything that names the person stays outside the digests and can be erased."""

    personal_fields = ("name", "id_number", "birth_year", "address", "phone")

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="person_parties")
    name = models.CharField(_("name"), max_length=160)
    id_number = models.CharField(_("identity number"), max_length=32, blank=True)
    birth_year = models.CharField(_("year of birth"), max_length=4, blank=True)
    address = models.CharField(_("address"), max_length=255, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    erased_on = models.DateField(_("erased on"), null=True, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name


PersonPartyVersion = versioned(PersonParty)


class ViolationCase(models.Model):
    """One case against one party. Its state follows from its steps; its deadlines from steps, clocks and calendar.

    ``violation_on`` is the day the act ended; None while it goes on, and limitation then runs from ``detected_on``.
    ``evidence`` is the state of the register, the answers and photos as frozen on opening.
    """

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
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, blank=True, related_name="cases")
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
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["authority", "state", "id"], name="case_by_state"),
            models.Index(fields=["officer", "state"], name="case_by_officer"),
            models.Index(fields=["organization", "id"], name="case_by_organization"),
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
    """What a case is about: an installation, a mast, a site, or a bare place in words."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="objects_concerned")
    installation = models.ForeignKey(Installation, models.PROTECT, null=True, blank=True, related_name="case_objects")
    mast = models.ForeignKey(Mast, models.PROTECT, null=True, blank=True, related_name="case_objects")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="case_objects")
    text = models.CharField(_("description"), max_length=255, blank=True)

    class Meta:
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


class Step(models.Model):
    """Something that was done in a case. Steps are never erased: a wrong one is annulled with its reason."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="steps")
    kind = models.CharField(_("step"), max_length=20, choices=StepKind.choices)
    on = models.DateField(_("date"))
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("entered by"))
    entered_at = models.DateTimeField(_("entered at"))
    fine_authority = models.CharField(_("decided by"), max_length=32, blank=True)
    amount_vnd = models.BigIntegerField(_("amount (₫)"), null=True, blank=True)
    document = models.CharField(_("document"), max_length=64, blank=True)
    form = models.CharField(_("form"), max_length=16, blank=True)
    note = models.TextField(_("note"), blank=True)
    annulled_at = models.DateTimeField(_("annulled"), null=True, blank=True)
    annulled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    annulled_reason = models.CharField(_("annulled because"), max_length=400, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        ordering = ("on", "id")
        indexes = (models.Index(fields=["case", "on"], name="step_of_case"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(amount_vnd__isnull=True) | models.Q(amount_vnd__gte=0), name="amount_not_negative"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%d/%m/%Y}"


StepVersion = versioned(Step)


class Remedy(models.Model):
    """A remedial measure ordered by a decision."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="remedies")
    text = models.CharField(_("measure"), max_length=400)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("remedies")
        ordering = ("id",)


RemedyVersion = versioned(Remedy)


class Payment(models.Model):
    """Money received for a case."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="payments")
    step = models.ForeignKey(Step, models.PROTECT, null=True, blank=True, related_name="payments")
    on = models.DateField(_("paid on"))
    amount_vnd = models.BigIntegerField(_("amount (₫)"))
    receipt = models.CharField(_("receipt"), max_length=64, blank=True)

    objects = NounQuerySet.as_manager()

    class Meta:
        ordering = ("on", "id")
        constraints = (models.CheckConstraint(condition=models.Q(amount_vnd__gt=0), name="payment_positive"),)


PaymentVersion = versioned(Payment)


class CaseAnswer(models.Model):
    """What the party wrote and filed."""

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="answers")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("received"))
    text = models.TextField(_("text"))
    files = models.ManyToManyField(Attachment, related_name="case_answers", blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("id",)


class CaseDeadline(models.Model):
    """A computed date of a case with everything that explains it; written anew when steps, clocks or calendar change.

    Derived, so it keeps no versions. ``is_next`` marks the earliest open one of a case, for lists and agendas.
    """

    case = models.ForeignKey(ViolationCase, models.CASCADE, related_name="deadlines")
    name = models.CharField(_("deadline"), max_length=24)
    due_on = models.DateField(_("due on"))
    starts_on = models.DateField(_("counted from"))
    rule = models.CharField(_("rule"), max_length=255, blank=True)
    working_days = models.PositiveSmallIntegerField(_("working days"), null=True, blank=True)
    skipped = models.JSONField(_("days skipped"), default=list, blank=True)
    basis = models.JSONField(_("reasoning"), default=dict, blank=True)
    is_open = models.BooleanField(default=True)
    is_next = models.BooleanField(default=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(fields=["case", "name"], name="one_deadline_per_name"),
            models.UniqueConstraint(fields=["case"], condition=models.Q(is_next=True), name="one_next_deadline"),
        )
        indexes = (models.Index(fields=["is_next", "due_on"], name="deadline_agenda"),)
