"""Visits: the inspection as it came from the field, its answers, photos and signatures."""

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from infra.access import Permission, ScopedQuerySet, scope_of
from infra.models import AdministrativeUnit, Authority, Installation, Mast, Organization, Site
from inspections.models.campaigns import Campaign, CampaignTask
from inspections.models.checklists import ChecklistItem, ChecklistTemplate
from inspections.models.devices import FieldDevice
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


class Review(models.TextChoices):
    """What the supervisor made of a submitted inspection; the moves are in :mod:`inspections.rules`."""

    PENDING = "pending", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned to the inspector")
    SET_ASIDE = "set_aside", _("Set aside")


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

    ``clock_skew_s`` is how far the phone's clock ran ahead of the server's when it sent (negative: behind);
    ``distance_m`` is how far from the registered position the inspector stood. ``review`` is empty while it is a draft.
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
    task = models.ForeignKey(CampaignTask, models.SET_NULL, null=True, blank=True, related_name="inspections")
    device = models.ForeignKey(FieldDevice, models.SET_NULL, null=True, blank=True, related_name="inspections")
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
    distance_m = models.FloatField(_("distance to the registered position (m)"), null=True, blank=True)
    clock_skew_s = models.FloatField(_("clock of the phone ahead (s)"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=18, choices=Result.choices, blank=True)
    notes = models.TextField(_("notes"), blank=True)
    content_digest = models.CharField(max_length=64)
    review = models.CharField(_("review"), max_length=10, choices=Review.choices, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("reviewed by")
    )
    reviewed_at = models.DateTimeField(_("reviewed"), null=True, blank=True)
    review_note = models.CharField(_("reason of the review"), max_length=1000, blank=True)
    search_text = models.CharField(max_length=400, blank=True, default="", editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["installation", "status", "visited_on"], name="inspection_of_installation"),
            models.Index(fields=["authority", "status", "visited_on"], name="inspection_by_day"),
            models.Index(fields=["inspector", "status"], name="inspection_by_inspector"),
            models.Index(fields=["review", "authority"], name="inspection_by_review"),
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


class CopyKind(models.TextChoices):
    """Why another content of an inspection is kept."""

    REPLACED = "replaced", _("Replaced after it was returned")
    REFUSED = "refused", _("Arrived after submission and was refused")


class InspectionCopy(models.Model):
    """Another content of a submitted inspection: what stood before a correction, or what came later and was refused.

    Nothing that was filed once is lost, whichever version stands. ``content`` is the body as the client sent it.
    """

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="copies")
    kind = models.CharField(_("kind"), max_length=8, choices=CopyKind.choices)
    revision = models.PositiveIntegerField(_("revision"))
    digest = models.CharField(max_length=64)
    content = models.JSONField(default=dict)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("received"))

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["inspection", "digest"], name="one_copy_per_content"),)


class Calibration(models.TextChoices):
    """How the instrument's calibration stood on the day of the visit."""

    VALID = "valid", _("Calibrated")
    EXPIRED = "expired", _("Calibration expired")
    UNKNOWN = "unknown", _("Calibration not known")


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
    instrument_name = models.CharField(_("instrument"), max_length=120, blank=True)
    instrument_serial = models.CharField(_("instrument (serial number)"), max_length=64, blank=True)
    instrument_calibrated_on = models.DateField(_("calibrated on"), null=True, blank=True)
    calibration = models.CharField(_("calibration"), max_length=8, choices=Calibration.choices, blank=True)
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
    ``received_at`` by the bytes; the bytes lie once below the attachments, under their digest. ``taken_at`` and
    ``position`` are what the phone's clock and receiver said; ``exif`` is what the camera wrote into the bytes (or, in
    ``original``, what the phone read there before it made the picture smaller). ``distance_m`` is how far from the
    subject it was taken, by the phone's position or else the camera's.
    """

    inspection_uuid = models.UUIDField(db_index=True)
    sha256 = models.CharField(max_length=64)
    item_code = models.CharField(max_length=48, blank=True)
    announced = models.BooleanField(default=False)
    is_signature = models.BooleanField(default=False)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    position = models.PointField(srid=4326, null=True, blank=True, spatial_index=False)
    accuracy_m = models.FloatField(null=True, blank=True)
    distance_m = models.FloatField(_("distance to the subject (m)"), null=True, blank=True)
    original = models.JSONField(_("original, as the phone read it"), default=dict, blank=True)
    exif = models.JSONField(_("what the camera wrote"), default=dict, blank=True)
    width = models.PositiveIntegerField(_("width (px)"), null=True, blank=True)
    height = models.PositiveIntegerField(_("height (px)"), null=True, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    content_type = models.CharField(max_length=32, blank=True)
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["inspection_uuid", "sha256"], name="one_photo_per_digest"),)
        indexes = (models.Index(fields=["sha256"], name="photo_digest"),)


class SignatureRole(models.TextChoices):
    """For whom somebody signs."""

    INSPECTOR = "inspector", _("Inspector")
    PARTY = "party", _("Party inspected")
    WITNESS = "witness", _("Witness")


class Signature(models.Model):
    """Who signed, or refused to and why. Names are personal and stay outside every digest."""

    inspection = models.ForeignKey(Inspection, models.CASCADE, related_name="signatures")
    role = models.CharField(_("role"), max_length=10, choices=SignatureRole.choices, default=SignatureRole.PARTY)
    name = models.CharField(_("name"), max_length=160)
    title = models.CharField(_("title"), max_length=160, blank=True)
    image_sha256 = models.CharField(max_length=64, blank=True)
    refused = models.BooleanField(_("refused to sign"), default=False)
    reason = models.CharField(_("why it was refused"), max_length=400, blank=True)

    class Meta:
        ordering = ("id",)
