"""Rows of cases: what a list shows of one, and everything that follows from it."""

from typing import Any

from rest_framework import serializers

from infra.api.rows import Latitude, Longitude, OrganizationName, PersonName, Row
from inspections.api.rows import Localized, UuidText
from inspections.models import AnswerKind, AnswerState, CaseState, DocumentState, Field, Origin, PartyKind, StepKind


class CaseFacts(Row):
    """The columns that are read."""

    id = serializers.IntegerField()
    number = serializers.CharField()
    state = serializers.ChoiceField(CaseState.choices)
    party = serializers.ChoiceField(PartyKind.choices)
    organization = serializers.CharField(source="organization__code", allow_null=True)
    organization_name = OrganizationName("organization", allow_null=True)
    person = serializers.CharField(source="person__name", allow_null=True, help_text="For case officers only.")
    field = serializers.ChoiceField(Field.choices)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    unit_name = serializers.CharField(source="unit__full_name", allow_null=True)
    place = serializers.CharField(allow_blank=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)
    detected_on = serializers.DateField()
    violation_on = serializers.DateField(allow_null=True)
    complex = serializers.BooleanField(source="is_complex")
    origin = serializers.ChoiceField(Origin.choices)
    inspection = UuidText("inspection__uuid", allow_null=True)
    officer = PersonName("officer", allow_null=True)
    fine_vnd = serializers.IntegerField(allow_null=True)
    opened_at = serializers.DateTimeField()
    closed_on = serializers.DateField(allow_null=True)
    authority = serializers.CharField(source="authority__code")


class NextDeadline(serializers.Serializer[Any]):
    """The earliest open deadline."""

    name = serializers.CharField()
    due = serializers.DateField()


class CaseRow(CaseFacts):
    """A case in a list."""

    next_deadline = NextDeadline(allow_null=True)


class ChargeFacts(Row):
    """A behaviour charged; amounts in ₫ for this party."""

    id = serializers.IntegerField()
    rule = serializers.CharField(source="rule_code")
    text = Localized("text")
    legal_basis = serializers.CharField()
    min_vnd = serializers.IntegerField(allow_null=True)
    max_vnd = serializers.IntegerField(allow_null=True)
    proposed_vnd = serializers.IntegerField(allow_null=True, help_text="Not shown to the party.")
    decided_vnd = serializers.IntegerField(allow_null=True)
    mitigating = serializers.ListField(child=serializers.CharField())
    aggravating = serializers.ListField(child=serializers.CharField())
    finding = serializers.IntegerField(source="finding_id", allow_null=True)


class ObjectRow(Row):
    """What the case is about."""

    installation = serializers.CharField(source="installation__registry_number", allow_null=True)
    mast = serializers.CharField(source="mast__code", allow_null=True)
    site = serializers.CharField(source="site__code", allow_null=True)
    text = serializers.CharField(allow_blank=True)
    lon = Longitude(allow_null=True)
    lat = Latitude(allow_null=True)


class StepFacts(Row):
    """A step; an annulled one stays with the reason."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(StepKind.choices)
    date = serializers.DateField(source="on")
    entered_at = serializers.DateTimeField()
    actor = PersonName("actor")
    authority = serializers.CharField(source="fine_authority", allow_blank=True)
    amount_vnd = serializers.IntegerField(allow_null=True)
    document = serializers.CharField(allow_blank=True)
    form = serializers.CharField(allow_blank=True)
    details = serializers.DictField()
    note = serializers.CharField(allow_blank=True, help_text="Internal; not shown to the party.")
    annulled_at = serializers.DateTimeField(allow_null=True)
    annulled_reason = serializers.CharField(allow_blank=True)


class RemedyRow(Row):
    """A remedial measure ordered."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)


class PaymentRow(Row):
    """Money received."""

    id = serializers.IntegerField()
    date = serializers.DateField(source="on")
    amount_vnd = serializers.IntegerField()
    receipt = serializers.CharField(allow_blank=True)
    reconciled_on = serializers.DateField(allow_null=True)


class DocumentRow(Row):
    """A paper with its number; once issued, the signed original is the document."""

    id = serializers.IntegerField()
    form = serializers.CharField()
    number = serializers.CharField()
    date = serializers.DateField(source="dated")
    step = serializers.IntegerField(source="step_id", allow_null=True)
    state = serializers.ChoiceField(DocumentState.choices)
    sha256 = serializers.CharField(allow_blank=True)
    original = serializers.CharField(source="original__name", allow_null=True)
    issued_at = serializers.DateTimeField(allow_null=True)


class PartyAnswerFacts(Row):
    """What the party wrote."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(AnswerKind.choices)
    author = PersonName("author")
    at = serializers.DateTimeField()
    text = serializers.CharField()
    until = serializers.DateField(allow_null=True)
    amount_vnd = serializers.IntegerField(allow_null=True)
    state = serializers.ChoiceField(AnswerState.choices)
    reply = serializers.CharField(allow_blank=True)
    granted_days = serializers.IntegerField(allow_null=True)
    step = serializers.IntegerField(source="step_id", allow_null=True)


class FileRow(serializers.Serializer[Any]):
    """A file that came with an answer."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()


class PartyAnswerRow(PartyAnswerFacts):
    """What the party wrote, with its files."""

    files = FileRow(many=True)


class SkippedRow(serializers.Serializer[Any]):
    """A day that was not counted."""

    date = serializers.DateField()
    reason = serializers.CharField()


class DeadlineRow(serializers.Serializer[Any]):
    """A computed date and the sentence that explains it."""

    name = serializers.CharField()
    due = serializers.DateField()
    rule = serializers.CharField()
    working_days = serializers.IntegerField(allow_null=True)
    skipped = SkippedRow(many=True)
    basis = serializers.CharField()
    open = serializers.BooleanField()


class NextStepRow(serializers.Serializer[Any]):
    """A step that is lawful now; ``starts``, ``stops`` and ``moves`` name the deadlines it acts on."""

    kind = serializers.ChoiceField(StepKind.choices)
    needs = serializers.ListField(child=serializers.CharField())
    form = serializers.CharField(allow_blank=True)
    due = serializers.DateField(allow_null=True)
    starts = serializers.ListField(child=serializers.CharField())
    stops = serializers.ListField(child=serializers.CharField())
    moves = serializers.ListField(child=serializers.CharField())
    cautions = serializers.ListField(child=serializers.CharField())


class BlockedStepRow(serializers.Serializer[Any]):
    """A step that is not possible now, and why."""

    kind = serializers.ChoiceField(StepKind.choices)
    why = serializers.CharField()


class AskedRow(serializers.Serializer[Any]):
    """What the party may or must do, and by when."""

    name = serializers.CharField()
    due = serializers.DateField()
    answer = serializers.ChoiceField(AnswerKind.choices)
    right = serializers.BooleanField()


class CompetentOfficeRow(serializers.Serializer[Any]):
    """An office and the highest fine it may impose on this party; ``enough`` compares with the top of the frames."""

    authority = serializers.CharField()
    title_vi = serializers.CharField()
    title_en = serializers.CharField()
    max_vnd = serializers.IntegerField(allow_null=True)
    enough = serializers.BooleanField()


class EarlierRow(serializers.Serializer[Any]):
    """An earlier decision against the same party, within the time that makes a repeat offence."""

    case = serializers.CharField()
    decided_on = serializers.DateField()
    rules = serializers.ListField(child=serializers.CharField())
    same_rule = serializers.BooleanField()


class FullCaseRow(CaseRow):
    """A case with everything that follows from it today. The party sees neither proposals nor notes nor next steps."""

    summary = serializers.CharField(allow_blank=True)
    explanation_right = serializers.BooleanField()
    charges = ChargeFacts(many=True)
    objects = ObjectRow(many=True)
    evidence = serializers.DictField()
    steps = StepFacts(many=True)
    deadlines = DeadlineRow(many=True)
    next_steps = NextStepRow(many=True)
    blocked_steps = BlockedStepRow(many=True)
    asked = AskedRow(many=True)
    competent = CompetentOfficeRow(many=True)
    earlier = EarlierRow(many=True)
    remedies = RemedyRow(many=True)
    payments = PaymentRow(many=True)
    documents = DocumentRow(many=True)
    answers = PartyAnswerRow(many=True)
    proposed_vnd = serializers.IntegerField(allow_null=True, help_text="Not shown to the party.")
    paid_vnd = serializers.IntegerField()
    due_vnd = serializers.IntegerField()
    interest_vnd = serializers.IntegerField()
    over_vnd = serializers.IntegerField()
    remedied = serializers.BooleanField()
