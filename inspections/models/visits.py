"""Visits: the inspection as it came from the field, its answers, photos, signatures, and the findings it gave."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra.access import Permission, ScopedQuerySet, scope_of
from infra.models import AdministrativeUnit, Authority, Installation, Mast, Organization, Site
from infra.models.versions import NounQuerySet, versioned
from inspections.models.campaigns import Campaign
from inspections.models.checklists import ChecklistItem, ChecklistTemplate, Severity
from inspections.models.law import Field

if TYPE_CHECKING:
    from infra.access import Person


class SubjectType(models.TextChoices):
    """What an inspection is about."""

    INSTALLATION = "installation", _("Installation")
    SITE = "site", _("Site")
    MAST = "mast", _("Mast")
    CABLE_ROUTE = "cable_route", _("Cable route")
    ORGANIZATION = "organization", _("Organization")
    PLACE = "place", _("Place")


class InspectionStatus(models.TextChoices):
    """A draft is replaced by its inspector; a submitted inspection never changes."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")


class Result(models.TextChoices):
    """Conclusion of an inspection."""

    PASS = "pass", _("Pass")
    PASS_WITH_REMARKS = "pass_with_remarks", _("Pass with remarks")
    FAIL = "fail", _("Fail")


class Outcome(models.TextChoices):
    """Outcome of one item."""

    PASS = "pass", _("Pass")
    FAIL = "fail", _("Fail")
    NA = "na", _("Not applicable")


class InspectionQuerySet(ScopedQuerySet["Inspection"]):
    """Inspections; a draft concerns nobody outside the authority."""

    def visible_to(self, person: "Person") -> Self:
        """Keep what *person* may see: staff all of their territory, an operator what was submitted about it."""
        rows = super().visible_to(person)
        scope = scope_of(person)
        if scope.everything or scope.stewardships(Permission.SEE_INSPECTIONS):
            return rows
        return rows.filter(status=InspectionStatus.SUBMITTED)


class Inspection(models.Model):
    """One visit. ``uuid`` is made by the client and is the inspection's name everywhere outside the database.

    The key of the table is a number in order of arrival, so that five million rows stay in order and a page of them is
    one range of the index. ``started_at``, ``finished_at`` and ``sent_at`` are what the phone's clock said;
    ``received_at`` is the server's. ``content_digest`` covers the accepted body and is what the ledger keeps.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="inspections")
    number = models.CharField(_("number"), max_length=32, blank=True)
    subject_type = models.CharField(_("subject"), max_length=12, choices=SubjectType.choices)
    subject_ref = models.CharField(_("registry number or code"), max_length=64, blank=True)
    subject_name = models.CharField(_("name of the subject"), max_length=200, blank=True)
    subject_position = models.PointField(srid=4326, null=True, blank=True)
    installation = models.ForeignKey(Installation, models.PROTECT, null=True, blank=True, related_name="inspections")
    mast = models.ForeignKey(Mast, models.PROTECT, null=True, blank=True, related_name="inspections")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="inspections")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="inspections")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    field = models.CharField(_("field"), max_length=16, choices=Field.choices, default=Field.TELECOM)
    checklist = models.ForeignKey(ChecklistTemplate, models.PROTECT, related_name="inspections")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="inspections")
    inspector = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inspections")
    revision = models.PositiveIntegerField(_("revision"), default=0)
    status = models.CharField(
        _("status"), max_length=10, choices=InspectionStatus.choices, default=InspectionStatus.DRAFT
    )
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent (phone)"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"))
    visited_on = models.DateField(_("day of the visit"))
    position = models.PointField(_("position of the inspector"), srid=4326, null=True, blank=True)
    accuracy_m = models.FloatField(_("accuracy (m)"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=18, choices=Result.choices, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    content_digest = models.CharField(max_length=64)
    search_text = models.CharField(max_length=400, blank=True, default="", editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["installation", "status", "visited_on"], name="inspection_of_installation"),
            models.Index(fields=["authority", "status", "visited_on"], name="inspection_by_day"),
            models.Index(fields=["inspector", "status"], name="inspection_by_inspector"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["authority", "number"], condition=~models.Q(number=""), name="inspection_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(accuracy_m__isnull=True) | models.Q(accuracy_m__gte=0),
                name="inspection_accuracy_positive",
            ),
        )

    def __str__(self) -> str:
        return self.number or str(self.uuid)

    def search_source(self) -> tuple[str, ...]:
        unit = self.unit.full_name if self.unit else ""
        return (self.number, self.subject_ref, self.subject_name, unit)


class Answer(models.Model):
    """The answer to one item, with the limit it was judged against. ``number`` is the value in the item's unit."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="answers")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=4, choices=Outcome.choices, blank=True)
    value = models.CharField(_("value"), max_length=500, blank=True)
    number = models.FloatField(_("value as a number"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=16, blank=True)
    limit_value = models.FloatField(_("limit"), null=True, blank=True)
    comparison = models.CharField(_("comparison"), max_length=4, blank=True)
    limit_basis = models.CharField(_("limit by"), max_length=255, blank=True)
    instrument_serial = models.CharField(_("instrument (serial number)"), max_length=64, blank=True)
    instrument_calibrated_on = models.DateField(_("calibrated on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        ordering = ("item__order", "id")
        constraints = (models.UniqueConstraint(fields=["inspection", "item"], name="one_answer_per_item"),)


class PhotoQuerySet(models.QuerySet["Photo"]):
    """Photos by what has happened to them."""

    def arrived(self) -> Self:
        """Keep the photos whose bytes are here."""
        return self.filter(received_at__isnull=False)


class Photo(models.Model):
    """A photo of an inspection, named by the SHA-256 of its bytes; the form and the bytes may come in any order.

    ``inspection_uuid`` is no foreign key, because bytes may arrive before the form. ``announced`` is set by the form,
    ``received_at`` by the bytes; the bytes lie once below the attachments, under their digest.
    """

    inspection_uuid = models.UUIDField(db_index=True)
    sha256 = models.CharField(max_length=64)
    item_code = models.CharField(max_length=48, blank=True)
    announced = models.BooleanField(default=False)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    position = models.PointField(srid=4326, null=True, blank=True, spatial_index=False)
    accuracy_m = models.FloatField(null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=32, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["inspection_uuid", "sha256"], name="one_photo_per_digest"),)
        indexes = (models.Index(fields=["sha256"], name="photo_digest"),)


class Signature(models.Model):
    """Who signed, or refused to. Names are personal and stay outside every digest."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="signatures")
    name = models.CharField(_("name"), max_length=160)
    title = models.CharField(_("title"), max_length=160, blank=True)
    image_sha256 = models.CharField(max_length=64, blank=True)
    refused = models.BooleanField(_("refused to sign"), default=False)

    class Meta:
        ordering = ("id",)


class FindingState(models.TextChoices):
    """What became of a finding."""

    OPEN = "open", _("Open")
    ANSWERED = "answered", _("Answered")
    REMEDIED = "remedied", _("Remedied")
    DISMISSED = "dismissed", _("Dismissed")


class FindingQuerySet(NounQuerySet["Finding"]):
    """Findings by state."""

    def standing(self) -> Self:
        """Keep the findings that are neither remedied nor dismissed."""
        return self.filter(state__in=(FindingState.OPEN, FindingState.ANSWERED))

    def in_order_of_due(self) -> Self:
        """Order by due date, those without one last."""
        return self.order_by(Coalesce("due_on", models.Value("9999-12-31"), output_field=models.DateField()), "id")


class Finding(models.Model):
    """A failed item: what was wrong, how badly, by when it is to be put right, which rule it may break.

    ``site``, ``mast``, ``installation``, ``organization`` and ``unit`` repeat the inspection's, so that the safety
    state of a thousand installations reads one table. ``is_safety`` makes its installations unsafe while it stands.
    """

    authority = models.ForeignKey(Authority, models.PROTECT, related_name="findings")
    inspection = models.ForeignKey(Inspection, models.PROTECT, related_name="findings")
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", null=True, blank=True)
    installation = models.ForeignKey(Installation, models.PROTECT, null=True, blank=True, related_name="findings")
    mast = models.ForeignKey(Mast, models.PROTECT, null=True, blank=True, related_name="findings")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="findings")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="findings")
    unit = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    field = models.CharField(_("field"), max_length=16, choices=Field.choices, default=Field.TELECOM)
    rule_code = models.CharField(_("rule"), max_length=48, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    is_safety = models.BooleanField(_("decides on safety"), default=False)
    text_vi = models.CharField(_("Vietnamese text"), max_length=600)
    text_en = models.CharField(_("English text"), max_length=600, blank=True)
    found_on = models.DateField(_("found on"))
    due_on = models.DateField(_("to be remedied by"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=FindingState.choices, default=FindingState.OPEN)
    remedied_on = models.DateField(_("remedied on"), null=True, blank=True)
    remedy_note = models.CharField(_("remedy"), max_length=400, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["installation", "state"], name="finding_of_installation"),
            models.Index(fields=["mast", "state"], name="finding_of_mast"),
            models.Index(fields=["site", "state"], name="finding_of_site"),
            models.Index(fields=["state", "due_on"], name="finding_by_due"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(state="remedied") | models.Q(remedied_on__isnull=False),
                name="remedied_finding_has_date",
            ),
        )

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The finding in the language of the request."""
        return self.text_en or self.text_vi if get_language() == "en" else self.text_vi


FindingVersion = versioned(Finding)
