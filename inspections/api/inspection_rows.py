"""An inspection as the API tells it: its columns, and everything that was filed with it."""

from typing import Any

from rest_framework import serializers

from infra.api.rows import Latitude, Longitude, OrganizationName, PersonName, Plain, Row
from infra.questions import Question, asked
from inspections.api.findings import FindingRow
from inspections.api.rows import UuidText
from inspections.models import (
    Answer,
    Calibration,
    CopyKind,
    CorrectionKind,
    CorrectionState,
    Field,
    Finding,
    Inspection,
    InspectionCopy,
    InspectionStatus,
    Outcome,
    Photo,
    Result,
    Review,
    Signature,
    SignatureRole,
    SubjectType,
)
from inspections.selectors.corrections import corrections_of
from inspections.services.inspections import Sheet


class SubjectRow(serializers.Serializer[Any]):
    """What the inspection is about; the point is the registered one where the subject is in the register."""

    type = serializers.ChoiceField(SubjectType.choices)
    ref = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_blank=True)
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    in_register = serializers.BooleanField()


class PositionRow(serializers.Serializer[Any]):
    """Where the inspector stood."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    accuracy_m = serializers.FloatField(allow_null=True)


class InspectionFacts(Row):
    """The columns that are read."""

    pk = serializers.IntegerField()
    id = UuidText("uuid")
    number = serializers.CharField(allow_blank=True, help_text="Given on submission.")
    status = serializers.ChoiceField(InspectionStatus.choices)
    result = serializers.ChoiceField(Result.choices, allow_null=True, help_text="null while it is a draft.")
    revision = serializers.IntegerField()
    subject_type = serializers.CharField()
    subject_ref = serializers.CharField()
    subject_name = serializers.CharField()
    lon = Longitude("subject_position", allow_null=True)
    lat = Latitude("subject_position", allow_null=True)
    installation_id = serializers.IntegerField()
    mast_id = serializers.IntegerField()
    site_id = serializers.IntegerField()
    organization_id = serializers.IntegerField()
    checklist = serializers.CharField(source="checklist__code")
    checklist_version = serializers.IntegerField(source="checklist__version")
    campaign = serializers.IntegerField(source="campaign__number", allow_null=True)
    field = serializers.ChoiceField(Field.choices)
    organization = serializers.CharField(source="organization__code", allow_null=True)
    organization_name = OrganizationName("organization", allow_null=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    unit_name = serializers.CharField(source="unit__full_name", allow_null=True)
    inspector = PersonName("inspector")
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    received_at = serializers.DateTimeField()
    visited_on = serializers.DateField()
    position_lon = Longitude("position")
    position_lat = Latitude("position")
    accuracy_m = serializers.FloatField()
    distance_m = serializers.FloatField(allow_null=True, help_text="From the registered position.")
    clock_skew_s = serializers.FloatField(
        allow_null=True, help_text="How far the phone's clock ran ahead of the server's when it sent."
    )
    task = serializers.IntegerField(source="task_id", allow_null=True)
    device = UuidText("device_id", allow_null=True)
    notes = serializers.CharField(allow_blank=True)
    review = serializers.ChoiceField(Review.choices, allow_blank=True)
    review_note = serializers.CharField(allow_blank=True)
    reviewed_at = serializers.DateTimeField(allow_null=True)
    authority = serializers.CharField(source="authority__code")


HIDDEN = (
    "pk", "subject_type", "subject_ref", "subject_name", "installation_id", "mast_id", "site_id", "organization_id",
    "position_lon", "position_lat", "accuracy_m",
)  # fmt: skip


class InspectionRow(InspectionFacts):
    """An inspection; ``lon`` and ``lat`` repeat the subject's point for maps."""

    pk = subject_type = subject_ref = subject_name = None  # type: ignore[assignment]
    installation_id = mast_id = site_id = organization_id = None  # type: ignore[assignment]
    position_lon = position_lat = accuracy_m = None  # type: ignore[assignment]
    subject = SubjectRow()
    position = PositionRow(allow_null=True)


class InstrumentRow(serializers.Serializer[Any]):
    """What it was measured with, and whether its calibration held on that day."""

    name = serializers.CharField(allow_blank=True)
    serial = serializers.CharField()
    calibrated_on = serializers.DateField(allow_null=True)
    calibration = serializers.ChoiceField(Calibration.choices, allow_blank=True)


class AnswerFacts(Row):
    """An answer as it was judged, with the limit it was held against."""

    item = serializers.CharField(source="item__code")
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True)
    value = serializers.CharField(allow_blank=True)
    number = serializers.FloatField(allow_null=True)
    unit = serializers.CharField(allow_blank=True)
    limit = serializers.FloatField(source="limit_value", allow_null=True)
    comparison = serializers.CharField(allow_blank=True)
    limit_basis = serializers.CharField(allow_blank=True)
    instrument_name = serializers.CharField()
    instrument_serial = serializers.CharField()
    instrument_calibrated_on = serializers.DateField()
    calibration = serializers.CharField()
    note = serializers.CharField(allow_blank=True)


class AnswerRow(AnswerFacts):
    """An answer as it is documented."""

    instrument_name = instrument_serial = instrument_calibrated_on = calibration = None  # type: ignore[assignment]
    instrument = InstrumentRow(allow_null=True)


class PhotoRow(Row):
    """A photo: ``announced`` by the form, ``received_at`` when its bytes came (null: still missing)."""

    sha256 = serializers.CharField()
    item = serializers.CharField(source="item_code", allow_blank=True)
    taken_at = serializers.DateTimeField(allow_null=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)
    accuracy_m = serializers.FloatField(allow_null=True)
    distance_m = serializers.FloatField(allow_null=True, help_text="From the subject.")
    original = serializers.DictField(help_text="The picture as the camera made it, as the phone read it.")
    exif = serializers.DictField(help_text="What the camera wrote into the bytes: taken_at, lon, lat, camera.")
    width = serializers.IntegerField(allow_null=True)
    height = serializers.IntegerField(allow_null=True)
    is_signature = serializers.BooleanField()
    size = serializers.IntegerField()
    content_type = serializers.CharField(allow_blank=True)
    announced = serializers.BooleanField()
    received_at = serializers.DateTimeField(allow_null=True)


class SignatureRow(Row):
    """Who signed or refused to, and why."""

    role = serializers.ChoiceField(SignatureRole.choices)
    name = serializers.CharField()
    title = serializers.CharField(allow_blank=True)
    image_sha256 = serializers.CharField(allow_blank=True)
    refused = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)


class CorrectionRow(Row):
    """A proposal to correct the register, and what became of it."""

    kind = serializers.ChoiceField(CorrectionKind.choices)
    content = serializers.DictField()
    state = serializers.ChoiceField(CorrectionState.choices, source="standing")
    submission = serializers.IntegerField(source="submission_id", allow_null=True)
    reason = serializers.CharField(allow_blank=True)


class OtherRow(Row):
    """Another submitted inspection of the same visit of a campaign."""

    id = UuidText("uuid")
    number = serializers.CharField()
    inspector = PersonName("inspector")
    finished_at = serializers.DateTimeField(allow_null=True)
    review = serializers.ChoiceField(Review.choices)


class CopyRow(Row):
    """Another content that is kept: replaced after the inspection was returned, or refused after submission."""

    kind = serializers.ChoiceField(CopyKind.choices)
    revision = serializers.IntegerField()
    digest = serializers.CharField()
    at = serializers.DateTimeField()
    content = serializers.DictField()


class FullInspectionRow(InspectionRow):
    """An inspection with everything filed with it and what was found.

    ``conflicts`` names the other inspections of the same visit, ``copies`` the contents that do not stand.
    """

    answers = AnswerRow(many=True)
    photos = PhotoRow(many=True)
    signatures = SignatureRow(many=True)
    corrections = CorrectionRow(many=True)
    findings = FindingRow(many=True)
    conflicts = OtherRow(many=True)
    copies = CopyRow(many=True)


def nest(row: Plain) -> None:
    """Put the columns of subject and position into objects of their own."""
    row["result"] = row["result"] or None
    row["subject"] = {
        "type": row["subject_type"],
        "ref": row["subject_ref"] or None,
        "name": row["subject_name"],
        "lon": row["lon"],
        "lat": row["lat"],
        "in_register": any(row[name] for name in ("installation_id", "mast_id", "site_id", "organization_id")),
    }
    lon = row["position_lon"]
    row["position"] = None if lon is None else {"lon": lon, "lat": row["position_lat"], "accuracy_m": row["accuracy_m"]}


def _answer(row: Plain) -> Plain:
    names = ("name", "serial", "calibrated_on")
    instrument = {name: row.pop(f"instrument_{name}") for name in names}
    calibration = row.pop("calibration")
    row["instrument"] = instrument | {"calibration": calibration} if any(instrument.values()) else None
    return row


#: as the checklist asks
BY_ITEM = ("item__order", "id")


def add_parts(row: Plain, pk: int, person: Any, *, is_staff: bool) -> None:
    """Add to *row* everything that was filed with the inspection *pk* and what was found (at most seven queries)."""
    row["answers"] = [_answer(plain) for plain in AnswerFacts.read(_of(Answer, pk).order_by(*BY_ITEM))]
    row["photos"] = _photos(row["id"])
    row["signatures"] = SignatureRow.read(_of(Signature, pk).order_by("id"))
    row["corrections"] = CorrectionRow.read(corrections_of(pk))
    row["findings"] = _findings(pk, person)
    row["conflicts"] = _conflicts(row["task"], pk, person)
    row["copies"] = CopyRow.read(_of(InspectionCopy, pk).order_by("id")) if is_staff else []


_HAS_PHOTO = Question(lambda: Photo.objects.filter(inspection_uuid=asked("inspection")), whether=True)


def new_row(sheet: Sheet, person: Any) -> Plain:
    """Return the whole row of an inspection just stored with *sheet*: read back is only what memory does not know."""
    inspection = sheet.inspection
    row = InspectionFacts.of(inspection)
    nest(row)
    row["answers"] = [_answer(AnswerFacts.of(answer)) for answer in sheet.answers]
    # Most forms come before their photos, and asking whether there is one costs a third of reading them.
    row["photos"] = _photos(inspection.uuid) if _HAS_PHOTO.holds(inspection=inspection.uuid) else []
    row["signatures"] = [SignatureRow.of(signature) for signature in sheet.signatures]
    row["corrections"] = CorrectionRow.read(corrections_of(inspection.pk)) if sheet.corrections else []
    row["findings"] = _findings(inspection.pk, person) if sheet.findings else []
    row["conflicts"] = _conflicts(row["task"], inspection.pk, person)
    row["copies"] = []
    for name in HIDDEN:
        del row[name]
    return row


def _photos(uuid: Any) -> list[Plain]:
    return PhotoRow.read(Photo.objects.filter(inspection_uuid=uuid, is_signature=False).order_by("id"))


def _findings(pk: int, person: Any) -> list[Plain]:
    return FindingRow.read(Finding.objects.visible_to(person).filter(inspection=pk).order_by(*BY_ITEM))


def _conflicts(task: int | None, pk: int, person: Any) -> list[Plain]:
    if not task:
        return []
    others = Inspection.objects.visible_to(person).filter(status=InspectionStatus.SUBMITTED, task=task)
    return OtherRow.read(others.exclude(pk=pk).order_by("pk"))


def _of(model: Any, pk: int) -> Any:
    return model.objects.filter(inspection=pk)
