"""Bodies about cases that clients send, checked for type and range; what is lawful is checked by the work behind."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from inspections.casework.answers import ANSWER_FILE_MAX_BYTES, ANSWER_FILES_MAX
from inspections.casework.deadlines import DETECTED, VIOLATION_ENDED
from inspections.casework.execution import Instalment
from inspections.casework.guards import StepInput
from inspections.forms.bodies import OPTIONAL, Choice, Day, FiniteFloat
from inspections.models import AnswerKind, Field, PartyKind, StepKind

#: more than any fine or payment; keeps sums inside 64 bits
AMOUNT_MAX = 10**15
ID_MAX = 2**62
#: what the deadline calculator counts from: the steps of a case, the end of the act, its discovery
CALCULATED_FROM = (*StepKind.values, *VIOLATION_ENDED, *DETECTED)


def text(length: int, **kwargs: Any) -> serializers.CharField:
    """Return a field for a text of at most *length* characters."""
    return serializers.CharField(max_length=length, **kwargs)


def blank(length: int) -> serializers.CharField:
    """Return a field for a text that may be left out or empty."""
    return text(length, allow_blank=True, **OPTIONAL)


def amount(least: int = 0, **kwargs: Any) -> serializers.IntegerField:
    """Return a field for an amount in ₫."""
    return serializers.IntegerField(min_value=least, max_value=AMOUNT_MAX, **kwargs)


def key(**kwargs: Any) -> serializers.IntegerField:
    """Return a field for the id of a row."""
    return serializers.IntegerField(min_value=1, max_value=ID_MAX, **kwargs)


class PersonBody(serializers.Serializer[Any]):
    """A person charged: one known already by ``id``, or a new one."""

    id = key(required=False)
    name = text(160, required=False)
    id_number = text(32, allow_blank=True, required=False, default="")
    id_issued = text(160, allow_blank=True, required=False, default="")
    birth_year = text(4, allow_blank=True, required=False, default="")
    occupation = text(120, allow_blank=True, required=False, default="")
    nationality = text(60, allow_blank=True, required=False, default="")
    address = text(255, allow_blank=True, required=False, default="")
    phone = text(32, allow_blank=True, required=False, default="")
    email = text(120, allow_blank=True, required=False, default="")

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        if "id" not in attrs and not attrs.get("name"):
            raise serializers.ValidationError({"name": [_("This field is required.")]}, code="required")
        return attrs


class PlaceBody(serializers.Serializer[Any]):
    """A bare place: words, and a point where it is known."""

    text = text(255)
    lon = FiniteFloat(min_value=-180, max_value=180, **OPTIONAL)
    lat = FiniteFloat(min_value=-90, max_value=90, **OPTIONAL)


class CaseBody(serializers.Serializer[Any]):
    """A new case: from a finding, a permit, an incident or a report, or by hand with party, field, day and rules."""

    finding = key(required=False)
    permit = key(required=False, help_text="An expired, lapsed or not renewed certificate.")
    incident = text(32, required=False)
    report = key(required=False)
    party = Choice(PartyKind.choices, required=False)
    organization = text(32, required=False)
    person = PersonBody(required=False)
    field = Choice(Field.choices, required=False)
    detected_on = Day(required=False)
    violation_on = Day(**OPTIONAL)
    rules = serializers.ListField(child=text(48), required=False, max_length=50)
    installations = serializers.ListField(child=text(64), required=False, max_length=200)
    sites = serializers.ListField(child=text(64), required=False, max_length=200)
    places = PlaceBody(many=True, required=False, max_length=50)  # type: ignore[call-arg]
    unit = text(10, **OPTIONAL)
    place = text(255, allow_blank=True, required=False, default="")
    lon = FiniteFloat(min_value=-180, max_value=180, **OPTIONAL)
    lat = FiniteFloat(min_value=-90, max_value=90, **OPTIONAL)
    complex = serializers.BooleanField(required=False, default=False)
    mitigating = serializers.ListField(child=text(255), required=False, max_length=20)
    aggravating = serializers.ListField(child=text(255), required=False, max_length=20)
    summary = text(20_000, allow_blank=True, required=False, default="")
    reason = text(1000, allow_blank=True, required=False, default="")

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        if "finding" in attrs or "permit" in attrs:
            return attrs
        needed = () if {"incident", "report"} & set(attrs) else ("field", "detected_on")
        missing = {name: [_("This field is required.")] for name in needed if name not in attrs}
        if "organization" not in attrs and "person" not in attrs and "incident" not in attrs:
            missing["organization"] = [_("Name the organization or the person that is charged.")]
        if missing:
            raise serializers.ValidationError(missing, code="required")
        return attrs


class InstalmentBody(serializers.Serializer[Any]):
    """A part of the fine and the day it is due."""

    due = Day()
    amount_vnd = amount(1)


class OrderedBody(serializers.Serializer[Any]):
    """A remedial measure that a decision orders."""

    text = text(400)
    due = Day(**OPTIONAL)


class DecidedBody(serializers.Serializer[Any]):
    """The fine for one charge, named by its id or its rule."""

    charge = key(required=False)
    rule = text(48, required=False)
    amount_vnd = amount()

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        if "charge" not in attrs and "rule" not in attrs:
            raise serializers.ValidationError({"charge": [_("This field is required.")]}, code="required")
        return attrs


class StepBody(serializers.Serializer[Any]):
    """A step of a case. Members beyond ``kind`` and ``date`` belong to some kinds of step only."""

    kind = Choice(StepKind.choices)
    date = Day()
    authority = text(
        32, allow_blank=True, help_text="Office that decides, or code of the authority that takes over.", **OPTIONAL
    )
    amount_vnd = amount(**OPTIONAL)
    document = text(64, allow_blank=True, help_text="The records office's number; left out: the next.", **OPTIONAL)
    note = blank(20_000)
    step = key(help_text="The step that `annul` takes back.", **OPTIONAL)
    form = text(16, allow_blank=True, help_text="A form other than the usual one of this step.", **OPTIONAL)
    until = Day(help_text="To which day payment is postponed.", **OPTIONAL)
    instalments = InstalmentBody(many=True, required=False, max_length=24)  # type: ignore[call-arg]
    charges = DecidedBody(many=True, required=False, max_length=50)  # type: ignore[call-arg]
    remedies = OrderedBody(many=True, required=False, max_length=50)  # type: ignore[call-arg]
    carried_out = serializers.ListField(child=key(), required=False, max_length=50)
    comply_days = serializers.IntegerField(min_value=1, max_value=365, **OPTIONAL)
    suspends = serializers.BooleanField(required=False, default=False)
    method = blank(32)
    answer = key(help_text="The party's answer that this step takes up.", **OPTIONAL)

    def given(self, charge_ids: Mapping[str, int]) -> StepInput:
        """Return what was sent; *charge_ids* maps the rules charged to their charges."""
        values = self.validated_data
        ordered = values.get("remedies")
        return StepInput(
            kind=values["kind"],
            on=values["date"],
            authority=values.get("authority") or "",
            amount_vnd=values.get("amount_vnd"),
            document=values.get("document") or "",
            note=values.get("note") or "",
            step=values.get("step"),
            form=values.get("form") or "",
            until=values.get("until"),
            instalments=tuple(Instalment(row["due"], row["amount_vnd"]) for row in values.get("instalments") or ()),
            charges={_charge(row, charge_ids): row["amount_vnd"] for row in values.get("charges") or ()},
            remedies=None if ordered is None else tuple((row["text"], row.get("due")) for row in ordered),
            carried_out=tuple(values.get("carried_out") or ()),
            comply_days=values.get("comply_days"),
            suspends=values.get("suspends") or False,
            method=values.get("method") or "",
            answer=values.get("answer"),
        )


def _charge(row: Mapping[str, Any], charge_ids: Mapping[str, int]) -> int:
    if "charge" in row:
        return int(row["charge"])
    found = charge_ids.get(row["rule"])
    if found is None:
        message = _("“%(value)s” is not known.") % {"value": row["rule"]}
        raise serializers.ValidationError({"charges": [serializers.ErrorDetail(message, "reference.unknown")]})
    return found


class AnswerOfParty(serializers.Serializer[Any]):
    """What the party answers or asks for."""

    text = text(20_000)
    kind = Choice(AnswerKind.choices, default=AnswerKind.EXPLANATION)
    until = Day(**OPTIONAL)
    amount_vnd = amount(1, **OPTIONAL)
    files = serializers.ListField(child=serializers.FileField(), required=False, max_length=ANSWER_FILES_MAX)

    def validate_files(self, files: list[Any]) -> list[Any]:
        if any(file.size > ANSWER_FILE_MAX_BYTES for file in files):
            limit = ANSWER_FILE_MAX_BYTES // 2**20
            raise serializers.ValidationError(_("A file may have at most %(mb)s MB.") % {"mb": limit}, "file.size")
        return files


class ReplyBody(serializers.Serializer[Any]):
    """What the authority replies to the party."""

    accept = serializers.BooleanField()
    days = serializers.IntegerField(min_value=1, max_value=60, **OPTIONAL)
    reply = text(20_000, allow_blank=True, required=False, default="")


class ChargeChangeBody(serializers.Serializer[Any]):
    """What changes in one charge."""

    charge = key()
    mitigating = serializers.ListField(child=text(255), required=False, max_length=20)
    aggravating = serializers.ListField(child=text(255), required=False, max_length=20)
    amount_vnd = amount(**OPTIONAL)


class ChargesBody(serializers.Serializer[Any]):
    """Changed, added (by rule) and removed (by id) charges of an undecided case."""

    change = ChargeChangeBody(many=True, required=False, max_length=50)  # type: ignore[call-arg]
    add = serializers.ListField(child=text(48), required=False, max_length=50)
    remove = serializers.ListField(child=key(), required=False, max_length=50)
    reason = text(1000, allow_blank=True, required=False, default="")


class ComplexBody(serializers.Serializer[Any]):
    """Whether the case is especially serious or complex, and why."""

    complex = serializers.BooleanField()
    reason = text(400)


class HandOverBody(serializers.Serializer[Any]):
    """Which open cases go to whom: those named, or all of an officer's."""

    to = text(150)
    cases = serializers.ListField(child=text(32), required=False, max_length=5000)
    officer = text(150, required=False, help_text="All open cases of this officer.")
    reason = text(1000)

    def validate(self, attrs: Mapping[str, Any]) -> Mapping[str, Any]:
        if not attrs.get("cases") and not attrs.get("officer"):
            raise serializers.ValidationError({"cases": [_("This field is required.")]}, code="required")
        return attrs


class PenaltyBody(serializers.Serializer[Any]):
    """A question to the penalty calculator."""

    rules = serializers.ListField(child=text(48), min_length=1, max_length=50)
    party = Choice(PartyKind.choices)
    on = Day()
    mitigating = serializers.IntegerField(min_value=0, max_value=20, default=0)
    aggravating = serializers.IntegerField(min_value=0, max_value=20, default=0)


class GivenStep(serializers.Serializer[Any]):
    """A step of a question to the deadline calculator."""

    kind = Choice(CALCULATED_FROM)
    date = Day()


class DeadlineBody(serializers.Serializer[Any]):
    """A question to the deadline calculator."""

    field = Choice(Field.choices)
    party = Choice(PartyKind.choices, default=PartyKind.ORGANIZATION)
    rules = serializers.ListField(child=text(48), required=False, max_length=50)
    steps = GivenStep(many=True, max_length=200)  # type: ignore[call-arg]
    transferred = serializers.BooleanField(default=False)
    complex = serializers.BooleanField(default=False)
    extension_days = serializers.IntegerField(min_value=0, max_value=60, default=0)
    comply_days = serializers.IntegerField(min_value=0, max_value=365, default=0)
    extra_holidays = serializers.ListField(child=Day(), required=False, max_length=400)
    extra_working_days = serializers.ListField(child=Day(), required=False, max_length=400)


def day_of_record(steps: tuple[tuple[str, date], ...]) -> date | None:
    """Return the day whose thresholds say who may explain itself: that of the record, else of the last step."""
    return next((on for kind, on in steps if kind == "record"), None) or max((on for _n, on in steps), default=None)
