"""Bodies that clients send, checked for type and range; what they mean is checked by the work behind."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inspections.casework.answers import ANSWER_FILE_MAX_BYTES, ANSWER_FILES_MAX
from inspections.models import Field, InspectionStatus, Outcome, PartyKind, StepKind, SubjectType

SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
INTEGER_MAX = 2**31 - 1
#: more than any fine or payment; keeps sums inside 64 bits
AMOUNT_MAX = 10**15


class FiniteFloat(serializers.FloatField):
    """A number that is one: NaN and infinities are refused."""

    def to_internal_value(self, data: Any) -> float:
        number = float(super().to_internal_value(data))
        if isinstance(data, bool) or not math.isfinite(number):
            self.fail("invalid")
        return number


class Day(serializers.DateField):
    """A day in the years that calendars and clocks reach."""

    default_error_messages = {"range": _("A day between the years 1990 and 2200.")}

    def to_internal_value(self, value: Any) -> date:
        day = super().to_internal_value(value)
        if not 1990 <= day.year <= 2200:
            self.fail("range")
        return day


class Moment(serializers.DateTimeField):
    """A moment by a phone's clock, which may be wrong but not by centuries."""

    default_error_messages = {"range": _("A moment between the years 2000 and 2200.")}

    def to_internal_value(self, value: Any) -> datetime:
        moment = super().to_internal_value(value)
        if not 2000 <= moment.year <= 2200:
            self.fail("range")
        return moment


class Digest(serializers.RegexField):
    """A SHA-256 in lower-case hexadecimal."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(SHA256, **kwargs)


@extend_schema_field({"oneOf": [{"type": "number"}, {"type": "string", "maxLength": 500}], "nullable": True})
class AnswerValue(serializers.Field[Any, Any, Any, Any]):
    """A value as number or text."""

    default_error_messages = {"invalid": _("A value is a number or a text of up to 500 characters.")}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | float | str):
            self.fail("invalid")
        if isinstance(data, str):
            return serializers.CharField(allow_blank=True, max_length=500).run_validation(data)
        if not math.isfinite(data):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


def _lon(**kwargs: Any) -> FiniteFloat:
    return FiniteFloat(min_value=-180, max_value=180, **kwargs)


def _lat(**kwargs: Any) -> FiniteFloat:
    return FiniteFloat(min_value=-90, max_value=90, **kwargs)


def _text(length: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=length, **kwargs)


OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}


class SubjectBody(serializers.Serializer[Any]):
    """What the inspection is about."""

    type = serializers.ChoiceField(SubjectType.choices)
    ref = _text(64, allow_blank=True, **OPTIONAL)
    name = _text(200, allow_blank=True, **OPTIONAL)
    lon = _lon(**OPTIONAL)
    lat = _lat(**OPTIONAL)


class PositionBody(serializers.Serializer[Any]):
    """Where the inspector stood."""

    lon = _lon()
    lat = _lat()
    accuracy_m = FiniteFloat(min_value=0, **OPTIONAL)


class InstrumentBody(serializers.Serializer[Any]):
    """What it was measured with."""

    serial = _text(64, allow_blank=True, **OPTIONAL)
    calibrated_on = Day(**OPTIONAL)


class AnswerBody(serializers.Serializer[Any]):
    """The answer to one item."""

    item = _text(48)
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True, **OPTIONAL)
    value = AnswerValue(**OPTIONAL)
    unit = _text(16, allow_blank=True, **OPTIONAL)
    instrument = InstrumentBody(**OPTIONAL)
    note = _text(4000, allow_blank=True, **OPTIONAL)


class PhotoBody(serializers.Serializer[Any]):
    """A photo that belongs to the form; its bytes come on their own."""

    sha256 = Digest()
    item = _text(48, allow_blank=True, **OPTIONAL)
    taken_at = Moment(**OPTIONAL)
    lon = _lon(**OPTIONAL)
    lat = _lat(**OPTIONAL)
    accuracy_m = FiniteFloat(min_value=0, **OPTIONAL)


class SignatureBody(serializers.Serializer[Any]):
    """Who signed or refused to."""

    name = _text(160)
    title = _text(160, allow_blank=True, **OPTIONAL)
    image_sha256 = Digest(**OPTIONAL)
    refused = serializers.BooleanField(default=False)


class InspectionBody(serializers.Serializer[Any]):
    """An inspection as the phone sends it."""

    subject = SubjectBody()
    checklist = _text(48)
    checklist_version = serializers.IntegerField(min_value=1, max_value=32767, **OPTIONAL)
    campaign = serializers.IntegerField(min_value=1, max_value=INTEGER_MAX, **OPTIONAL)
    started_at = Moment(**OPTIONAL)
    finished_at = Moment(**OPTIONAL)
    sent_at = Moment(**OPTIONAL)
    revision = serializers.IntegerField(min_value=0, max_value=INTEGER_MAX, default=0)
    status = serializers.ChoiceField(InspectionStatus.choices)
    position = PositionBody(**OPTIONAL)
    answers = AnswerBody(many=True, required=False, max_length=500)  # type: ignore[call-arg]
    photos = PhotoBody(many=True, required=False, max_length=300)  # type: ignore[call-arg]
    signatures = SignatureBody(many=True, required=False, max_length=20)  # type: ignore[call-arg]
    notes = _text(20_000, allow_blank=True, **OPTIONAL)


class RemedyBody(serializers.Serializer[Any]):
    """That a finding was remedied."""

    on = Day()
    note = _text(400, allow_blank=True, required=False, default="")
    reason = _text(1000, allow_blank=True, required=False, default="")


class PersonBody(serializers.Serializer[Any]):
    """A person charged."""

    name = _text(160)
    id_number = _text(32, allow_blank=True, required=False, default="")
    birth_year = _text(4, allow_blank=True, required=False, default="")
    address = _text(255, allow_blank=True, required=False, default="")
    phone = _text(32, allow_blank=True, required=False, default="")


class CaseBody(serializers.Serializer[Any]):
    """A new case: from a finding, or by hand with party, field, date of detection and rules."""

    finding = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    party = serializers.ChoiceField(PartyKind.choices, required=False)
    organization = _text(32, required=False)
    person = PersonBody(required=False)
    field = serializers.ChoiceField(Field.choices, required=False)
    detected_on = Day(required=False)
    violation_on = Day(**OPTIONAL)
    rules = serializers.ListField(child=_text(48), required=False, max_length=50)
    installations = serializers.ListField(child=_text(64), required=False, max_length=200)
    sites = serializers.ListField(child=_text(64), required=False, max_length=200)
    unit = _text(10, **OPTIONAL)
    place = _text(255, allow_blank=True, required=False, default="")
    lon = _lon(**OPTIONAL)
    lat = _lat(**OPTIONAL)
    complex = serializers.BooleanField(required=False, default=False)
    mitigating = serializers.ListField(child=_text(255), required=False, max_length=20)
    aggravating = serializers.ListField(child=_text(255), required=False, max_length=20)
    summary = _text(20_000, allow_blank=True, required=False, default="")
    reason = _text(1000, allow_blank=True, required=False, default="")

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        if "finding" in attrs:
            return attrs
        missing = {name: [_("This field is required.")] for name in ("field", "detected_on") if name not in attrs}
        if "organization" not in attrs and "person" not in attrs:
            missing["organization"] = [_("Name the organization or the person that is charged.")]
        if missing:
            raise serializers.ValidationError(missing, code="required")
        return attrs


class StepBody(serializers.Serializer[Any]):
    """A step of a case."""

    kind = serializers.ChoiceField(StepKind.choices)
    date = Day()
    authority = _text(32, allow_blank=True, **OPTIONAL)
    amount_vnd = serializers.IntegerField(min_value=0, max_value=AMOUNT_MAX, **OPTIONAL)
    document = _text(64, allow_blank=True, **OPTIONAL)
    note = _text(20_000, allow_blank=True, **OPTIONAL)
    step = serializers.IntegerField(
        min_value=1, max_value=2**62, help_text="The step that `annul` takes back.", **OPTIONAL
    )


class AnswerOfParty(serializers.Serializer[Any]):
    """What the party answers."""

    text = _text(20_000)
    files = serializers.ListField(child=serializers.FileField(), required=False, max_length=ANSWER_FILES_MAX)

    def validate_files(self, files: list[Any]) -> list[Any]:
        if any(file.size > ANSWER_FILE_MAX_BYTES for file in files):
            limit = ANSWER_FILE_MAX_BYTES // 2**20
            raise serializers.ValidationError(_("A file may have at most %(mb)s MB.") % {"mb": limit}, "file.size")
        return files


class PenaltyBody(serializers.Serializer[Any]):
    """A question to the penalty calculator."""

    rules = serializers.ListField(child=_text(48), min_length=1, max_length=50)
    party = serializers.ChoiceField(PartyKind.choices)
    on = Day()
    mitigating = serializers.IntegerField(min_value=0, max_value=20, default=0)
    aggravating = serializers.IntegerField(min_value=0, max_value=20, default=0)


class GivenStep(serializers.Serializer[Any]):
    """A step of a question to the deadline calculator."""

    kind = _text(32)
    date = Day()


class DeadlineBody(serializers.Serializer[Any]):
    """A question to the deadline calculator."""

    field = serializers.ChoiceField(Field.choices)
    party = serializers.ChoiceField(PartyKind.choices, default=PartyKind.ORGANIZATION)
    rules = serializers.ListField(child=_text(48), required=False, max_length=50)
    steps = GivenStep(many=True, max_length=200)  # type: ignore[call-arg]
    transferred = serializers.BooleanField(default=False)
    complex = serializers.BooleanField(default=False)
    extra_holidays = serializers.ListField(child=Day(), required=False, max_length=400)
    extra_working_days = serializers.ListField(child=Day(), required=False, max_length=400)
