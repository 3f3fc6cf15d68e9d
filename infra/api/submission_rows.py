"""What submissions look like in the API: what is sent, what comes back."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from infra.models import (
    Authority,
    Organization,
    RowAction,
    RowDecision,
    Submission,
    SubmissionKind,
    SubmissionMode,
    SubmissionRow,
    SubmissionStatus,
    WorkStep,
)
from infra.rules import Side, moves_from
from infra.selectors.submissions import (
    authorities_to_submit_to,
    may_load_history,
    organizations_to_submit_for,
    sides_of,
    submissions_for,
)
from infra.selectors.work import work_on
from infra.submissions.coordinates.systems import AUTO, UnknownSystem, of_code
from infra.submissions.problems import Problem

ROWS_MAX = 50_000


class NewSubmission(serializers.Serializer[Any]):
    """A file to hand in."""

    file = serializers.FileField(allow_empty_file=True)
    organization = serializers.CharField(max_length=32, help_text="Code.")
    kind = serializers.ChoiceField(SubmissionKind.choices)
    authority = serializers.CharField(
        required=False, default="", allow_blank=True, help_text="Code; needed where there are several."
    )
    crs = serializers.CharField(required=False, default=AUTO, help_text="auto, or EPSG:n")
    mode = serializers.ChoiceField(SubmissionMode.choices, required=False, default=SubmissionMode.APPEND)
    sheet = serializers.CharField(required=False, default="", allow_blank=True, max_length=128)
    history_from = serializers.DateField(
        required=False,
        allow_null=True,
        help_text="First load of an authority's own list: its dates are history; rows without one hold since this day.",
    )
    previous = serializers.IntegerField(required=False, allow_null=True, help_text="The submission this one corrects.")

    def validate_crs(self, value: str) -> str:
        if value == AUTO:
            return value
        try:
            return of_code(value).code
        except UnknownSystem as unknown:
            raise serializers.ValidationError(_("No such coordinate system; write auto or EPSG:n.")) from unknown

    def validate_organization(self, value: str) -> Organization:
        person = self.context["request"].user
        organization = organizations_to_submit_for(person).filter(code=value.upper()).first()
        if organization is None:
            raise serializers.ValidationError(_("You do not hand in files for an organization with this code."))
        return organization

    def validate_authority(self, value: str) -> Authority:
        authorities = authorities_to_submit_to(self.context["request"].user)
        found = list(authorities.filter(code=value) if value else authorities[:2])
        if len(found) != 1:
            raise serializers.ValidationError(_("Name the authority that keeps the register."))
        return found[0]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        previous = attrs.get("previous")
        if previous is not None and previous.organization_id != attrs["organization"].pk:
            raise serializers.ValidationError({"previous": [_("It belongs to another organization.")]})
        return attrs

    def validate_history_from(self, value: date | None) -> date | None:
        if value is not None and not may_load_history(self.context["request"].user):
            raise serializers.ValidationError(_("Only an authority loads history."))
        if value is not None and value > timezone.localdate():
            raise serializers.ValidationError(_("This day is still to come."))
        return value

    def validate_previous(self, value: int | None) -> Submission | None:
        if value is None:
            return None
        previous = submissions_for(self.context["request"].user).filter(pk=value).first()
        if previous is None:
            raise serializers.ValidationError(_("There is no such submission."))
        return previous


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]})
class RowsField(serializers.Field[Any, Any, Any, Any]):
    """Row numbers as a list, or one of some words."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        self.words = words
        super().__init__(**kwargs)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and data in self.words:
            return data
        if isinstance(data, list) and len(data) <= ROWS_MAX and all(type(row) is int and row > 0 for row in data):
            return data
        words = ", ".join((*self.words, "[1, 2]"))
        raise serializers.ValidationError(_("Write one of: %s.") % words)

    def to_representation(self, value: Any) -> Any:
        return value


class Fix(serializers.Serializer[Any]):
    """Which suggestions to take over."""

    code = serializers.CharField(max_length=64)
    rows = RowsField("all", required=False, default="all")


class Choice(serializers.Serializer[Any]):
    """Rows by number, by problem code, or both."""

    rows = RowsField(required=False, default=None, allow_null=True)
    code = serializers.CharField(max_length=64, required=False, default=None, allow_null=True)


class Confirmation(Choice):
    """Warnings and why the data are right as they are."""

    note = serializers.CharField(max_length=2_000)


class Reason(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=2_000, required=False, default="", allow_blank=True)


class Decision(serializers.Serializer[Any]):
    """Which rows to register, and on what ground."""

    rows = RowsField("all", "good", required=False, default="all")
    returned = RowsField(required=False, default=list, help_text="Rows that go back to the operator; needs a reason.")
    reason = serializers.CharField(max_length=2_000, required=False, default="", allow_blank=True)
    removals_confirmed = serializers.BooleanField(
        required=False, default=False, help_text="Needed where more than 5 % of what is registered would be removed."
    )


class Return(serializers.Serializer[Any]):
    """Why the submission goes back, and which rows it is about."""

    reason = serializers.CharField(max_length=2_000, required=False, default="", allow_blank=True)
    rows = RowsField(required=False, default=list)


class ProblemRow(serializers.Serializer[Any]):
    """One problem. ``row`` is the number the person sees in the spreadsheet."""

    row = serializers.IntegerField(allow_null=True)
    column = serializers.CharField(allow_null=True)
    columns = serializers.ListField(child=serializers.CharField())
    value = serializers.CharField(allow_blank=True)
    code = serializers.CharField()
    severity = serializers.ChoiceField(["error", "warning"])
    message = serializers.CharField()
    suggestion = serializers.DictField(child=serializers.CharField(), allow_null=True)


class SubmissionRowItem(serializers.ModelSerializer[SubmissionRow]):
    """A row: what the file says, what was understood, what would change."""

    row = serializers.IntegerField(allow_null=True)
    action = serializers.ChoiceField(RowAction.choices, allow_blank=True)
    decision = serializers.ChoiceField(RowDecision.choices, source="outcome")
    raw = serializers.DictField(child=serializers.CharField())
    fixes = serializers.DictField(child=serializers.CharField())
    values = serializers.DictField()
    changes = serializers.DictField(child=serializers.ListField())
    lon = serializers.SerializerMethodField()
    lat = serializers.SerializerMethodField()
    problems = ProblemRow(many=True)
    installation = serializers.SerializerMethodField(help_text="What the row stands for in the register.")

    class Meta:
        model = SubmissionRow
        fields = (
            *("row", "action", "decision", "raw", "fixes", "values", "changes", "moved_m", "lon", "lat"),
            *("problems", "confirmation", "installation"),
        )

    def get_installation(self, row: SubmissionRow) -> int | None:
        registered: dict[int, int | None] = self.context.get("registered", {})
        return registered.get(row.row or 0, row.installation_id)

    def get_lon(self, row: SubmissionRow) -> float | None:
        return round(row.position.x, 7) if row.position else None

    def get_lat(self, row: SubmissionRow) -> float | None:
        return round(row.position.y, 7) if row.position else None

    def to_representation(self, instance: SubmissionRow) -> dict[str, Any]:
        kept, instance.problems = instance.problems, []
        shown = super().to_representation(instance)
        instance.problems = kept
        shown["problems"] = [Problem.of(instance.row, one).as_json() for one in kept]
        return shown


class WorkItem(serializers.Serializer[Any]):
    """How far the work on a submission is."""

    step = serializers.ChoiceField(WorkStep.choices)
    percent = serializers.IntegerField()
    seconds = serializers.IntegerField(help_text="For how long it has gone on.")
    is_reckoned = serializers.BooleanField(help_text="Reckoned from the time so far: rows were not counted.")


class SubmissionItem(serializers.ModelSerializer[Submission]):
    """A submission. ``moves`` are the states that the person may move it to now."""

    status = serializers.ChoiceField(SubmissionStatus.choices)
    organization = serializers.CharField(source="organization.code")
    authority = serializers.CharField(source="authority.code")
    file = serializers.SerializerMethodField()
    submitted_by = serializers.CharField(source="submitted_by.__str__")
    previous = serializers.IntegerField(source="previous_id", allow_null=True)
    counts = serializers.DictField()
    reading = serializers.DictField()
    problems = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField(help_text="How far checking or registering is; null where none is.")
    moves = serializers.SerializerMethodField()

    class Meta:
        model = Submission
        fields = (
            *("id", "status", "organization", "authority", "kind", "mode", "crs", "sheet", "file", "submitted_by"),
            *(
                "submitted_at",
                "checked_at",
                "sent_at",
                "decided_at",
                "decision_reason",
                "receipt",
                "previous",
                "counts",
            ),
            *("reading", "problems", "failure", "progress", "moves"),
        )

    @extend_schema_field({"type": "object", "additionalProperties": True})
    def get_file(self, submission: Submission) -> dict[str, Any]:
        file = submission.file
        address = reverse("infra:submission-file", args=[submission.pk, "original"])
        url = self.context["request"].build_absolute_uri(address)
        return {"name": file.name, "size": file.size, "sha256": file.sha256, "url": url}

    @extend_schema_field(ProblemRow(many=True))
    def get_problems(self, submission: Submission) -> list[dict[str, Any]]:
        return [Problem.of(None, kept).as_json() for kept in submission.file_problems]

    @extend_schema_field(WorkItem(allow_null=True))
    def get_progress(self, submission: Submission) -> dict[str, Any] | None:
        work = work_on(submission)
        return None if work is None else dict(WorkItem(work).data)

    def get_moves(self, submission: Submission) -> list[str]:
        sides = sides_of(self.context["request"].user, submission) - {Side.MACHINE}
        return sorted({to for side in sides for to in moves_from(submission.status, side)})


class ColumnGuide(serializers.Serializer[Any]):
    """Every column of a kind, and every problem with its words."""

    kind = serializers.CharField()
    identifier = serializers.CharField()
    positions = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    columns = serializers.ListField(child=serializers.DictField())
    problems = serializers.ListField(child=serializers.DictField())
