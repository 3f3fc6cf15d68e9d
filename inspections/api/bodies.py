"""Bodies that clients send, checked for type and range; what they mean is checked by the work behind."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from inspections.casework.answers import ANSWER_FILE_MAX_BYTES, ANSWER_FILES_MAX
from inspections.forms.bodies import OPTIONAL, Day
from inspections.forms.bodies import degrees_east as _lon
from inspections.forms.bodies import degrees_north as _lat
from inspections.forms.bodies import text as _text
from inspections.models import Field, PartyKind, StepKind

#: more than any fine or payment; keeps sums inside 64 bits
AMOUNT_MAX = 10**15


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
