"""What a phone, a sealed file or a form sends, checked for type and range; what it means is checked by the intake."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, NoReturn

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from inspections.models import CorrectionKind, InspectionStatus, Outcome, SignatureRole, SubjectType

SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
INTEGER_MAX = 2**31 - 1


class FiniteFloat(serializers.FloatField):
    """A number that is one: NaN and infinities are refused."""

    def to_internal_value(self, data: Any) -> float:
        number = float(super().to_internal_value(data))
        if isinstance(data, bool) or not math.isfinite(number):
            self.fail("invalid")
        return number


class Choice(serializers.ChoiceField):
    """One of some codes; what is none of them is refused with the codes that are."""

    default_error_messages = {"invalid_choice": _("“{input}” is none of these: {choices}.")}

    def fail(self, key: str, **kwargs: Any) -> NoReturn:
        super().fail(key, choices=", ".join(str(code) for code in self.choices), **kwargs)


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


def degrees_east(**kwargs: Any) -> FiniteFloat:
    return FiniteFloat(min_value=-180, max_value=180, **kwargs)


def degrees_north(**kwargs: Any) -> FiniteFloat:
    return FiniteFloat(min_value=-90, max_value=90, **kwargs)


def text(length: int, **kwargs: Any) -> serializers.CharField:
    return serializers.CharField(max_length=length, **kwargs)


OPTIONAL: dict[str, Any] = {"required": False, "allow_null": True}


class SubjectBody(serializers.Serializer[Any]):
    """What the inspection is about."""

    type = serializers.ChoiceField(SubjectType.choices)
    ref = text(64, allow_blank=True, **OPTIONAL)
    name = text(200, allow_blank=True, **OPTIONAL)
    lon = degrees_east(**OPTIONAL)
    lat = degrees_north(**OPTIONAL)


class PositionBody(serializers.Serializer[Any]):
    """Where the inspector stood."""

    lon = degrees_east()
    lat = degrees_north()
    accuracy_m = FiniteFloat(min_value=0, **OPTIONAL)


class InstrumentBody(serializers.Serializer[Any]):
    """What it was measured with."""

    name = text(120, allow_blank=True, **OPTIONAL)
    serial = text(64, allow_blank=True, **OPTIONAL)
    calibrated_on = Day(**OPTIONAL)


class AnswerBody(serializers.Serializer[Any]):
    """The answer to one item."""

    item = text(48)
    outcome = serializers.ChoiceField(Outcome.choices, allow_blank=True, **OPTIONAL)
    value = AnswerValue(**OPTIONAL)
    unit = text(16, allow_blank=True, **OPTIONAL)
    instrument = InstrumentBody(**OPTIONAL)
    note = text(4000, allow_blank=True, **OPTIONAL)


class OriginalBody(serializers.Serializer[Any]):
    """The picture as the camera made it, before the phone made it smaller; time and position from its EXIF."""

    sha256 = Digest(**OPTIONAL)
    size = serializers.IntegerField(min_value=0, max_value=INTEGER_MAX, **OPTIONAL)
    width = serializers.IntegerField(min_value=0, max_value=INTEGER_MAX, **OPTIONAL)
    height = serializers.IntegerField(min_value=0, max_value=INTEGER_MAX, **OPTIONAL)
    taken_at = text(40, allow_blank=True, **OPTIONAL)
    lon = degrees_east(**OPTIONAL)
    lat = degrees_north(**OPTIONAL)


class PhotoBody(serializers.Serializer[Any]):
    """A photo that belongs to the form; its bytes come on their own."""

    sha256 = Digest()
    item = text(48, allow_blank=True, **OPTIONAL)
    taken_at = Moment(**OPTIONAL)
    lon = degrees_east(**OPTIONAL)
    lat = degrees_north(**OPTIONAL)
    accuracy_m = FiniteFloat(min_value=0, **OPTIONAL)
    original = OriginalBody(**OPTIONAL)


class SignatureBody(serializers.Serializer[Any]):
    """Who signed or refused to, and why."""

    role = serializers.ChoiceField(SignatureRole.choices, **OPTIONAL)

    name = text(160)
    title = text(160, allow_blank=True, **OPTIONAL)
    image_sha256 = Digest(**OPTIONAL)
    refused = serializers.BooleanField(default=False)
    reason = text(400, allow_blank=True, **OPTIONAL)


class CorrectionBody(serializers.Serializer[Any]):
    """What the inspector proposes to correct in the register: a position, a mast that is missing, a value."""

    kind = serializers.ChoiceField(CorrectionKind.choices)
    name = text(160, allow_blank=True, **OPTIONAL)
    value = text(500, allow_blank=True, **OPTIONAL)
    lon = degrees_east(**OPTIONAL)
    lat = degrees_north(**OPTIONAL)
    accuracy_m = FiniteFloat(min_value=0, **OPTIONAL)
    owner = text(64, allow_blank=True, **OPTIONAL)
    height_m = FiniteFloat(min_value=0, max_value=500, **OPTIONAL)
    structure = text(64, allow_blank=True, **OPTIONAL)
    address = text(255, allow_blank=True, **OPTIONAL)
    operators = serializers.ListField(child=text(64), required=False, allow_null=True, max_length=20)
    note = text(4000, allow_blank=True, **OPTIONAL)

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        needed = ("name", "value") if attrs["kind"] == CorrectionKind.ATTRIBUTE else ("lon", "lat")
        missing = {name: [_("This field is required.")] for name in needed if attrs.get(name) in (None, "")}
        if missing:
            raise serializers.ValidationError(missing, code="required")
        return attrs


class InspectionBody(serializers.Serializer[Any]):
    """An inspection as the phone sends it."""

    subject = SubjectBody()
    checklist = text(48)
    checklist_version = serializers.IntegerField(min_value=1, max_value=32767, **OPTIONAL)
    campaign = serializers.IntegerField(min_value=1, max_value=INTEGER_MAX, **OPTIONAL)
    task = serializers.IntegerField(min_value=1, max_value=2**62, **OPTIONAL)
    device = serializers.UUIDField(**OPTIONAL)
    started_at = Moment(**OPTIONAL)
    finished_at = Moment(**OPTIONAL)
    sent_at = Moment(**OPTIONAL)
    revision = serializers.IntegerField(min_value=0, max_value=INTEGER_MAX, default=0)
    status = serializers.ChoiceField(InspectionStatus.choices)
    position = PositionBody(**OPTIONAL)
    answers = AnswerBody(many=True, required=False, max_length=500)  # type: ignore[call-arg]
    photos = PhotoBody(many=True, required=False, max_length=300)  # type: ignore[call-arg]
    signatures = SignatureBody(many=True, required=False, max_length=20)  # type: ignore[call-arg]
    corrections = CorrectionBody(many=True, required=False, max_length=20)  # type: ignore[call-arg]
    notes = text(20_000, allow_blank=True, **OPTIONAL)


@cache
def _reader() -> InspectionBody:
    """The serializer that reads every body: building its fields anew costs more than reading a form with them."""
    return InspectionBody()


def read_inspection(data: Any) -> dict[str, Any]:
    """Return the checked content of *data*. Raises ValidationError with everything that is wrong with it."""
    try:
        content: dict[str, Any] = _reader().run_validation(data)
    except serializers.ValidationError:
        told = InspectionBody(data=data)
        told.is_valid(raise_exception=True)
        return dict(told.validated_data)
    return content
