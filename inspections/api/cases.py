"""Violation cases: list, one with everything that follows from it, opening, steps, the party's answers."""

from typing import Any

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from infra.access import Permission, scope_of
from infra.api.collections import KEY, Collection, Plains
from infra.api.problems import Conflict, answer
from infra.api.rows import Latitude, Longitude, OrganizationName, PersonName, Plain, Row
from inspections.api.bodies import AnswerOfParty, CaseBody, StepBody
from inspections.api.openings import open_case
from inspections.api.rows import Localized, UuidText
from inspections.casework.answers import CannotAnswer, case_answer, is_party
from inspections.casework.opening import AlreadyOpen, CannotOpen
from inspections.casework.situation import open_file
from inspections.casework.steps import StepRefused, case_step_take
from inspections.casework.told import CaseView, deadline_told, tell
from inspections.casework.transitions import StepInput
from inspections.filters import CaseFilter
from inspections.models import (
    CaseAnswer,
    CaseDeadline,
    CaseObject,
    CaseState,
    Charge,
    Field,
    PartyKind,
    Remedy,
    Step,
    StepKind,
    ViolationCase,
)


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
    note = serializers.CharField(allow_blank=True, help_text="Internal; not shown to the party.")
    annulled_at = serializers.DateTimeField(allow_null=True)
    annulled_reason = serializers.CharField(allow_blank=True)


class RemedyRow(Row):
    """A remedial measure ordered."""

    text = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    done_on = serializers.DateField(allow_null=True)


class PartyAnswerFacts(Row):
    """What the party wrote."""

    id = serializers.IntegerField()
    author = PersonName("author")
    at = serializers.DateTimeField()
    text = serializers.CharField()


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
    """A step that is lawful now."""

    kind = serializers.ChoiceField(StepKind.choices)
    needs = serializers.ListField(child=serializers.CharField())
    form = serializers.CharField(allow_blank=True)
    due = serializers.DateField(allow_null=True)


class BlockedStepRow(serializers.Serializer[Any]):
    """A step that is not possible now, and why."""

    kind = serializers.ChoiceField(StepKind.choices)
    why = serializers.CharField()


class FullCaseRow(CaseRow):
    """A case with everything that follows from it today. The party sees neither proposals nor notes nor next steps."""

    summary = serializers.CharField(allow_blank=True)
    explanation_right = serializers.BooleanField()
    charges = ChargeFacts(many=True)
    objects = ObjectRow(many=True)
    steps = StepFacts(many=True)
    deadlines = DeadlineRow(many=True)
    next_steps = NextStepRow(many=True)
    blocked_steps = BlockedStepRow(many=True)
    remedies = RemedyRow(many=True)
    answers = PartyAnswerRow(many=True)
    paid_vnd = serializers.IntegerField()
    due_vnd = serializers.IntegerField()
    interest_vnd = serializers.IntegerField()
    remedied = serializers.BooleanField()


class CaseViewSet(Collection):
    """Cases that the person may see, newest first. One is found by its number or id."""

    noun = ViolationCase
    facts = CaseFacts
    row = CaseRow
    full_row = FullCaseRow
    filterset_class = CaseFilter
    newest_first = True
    codes = ("number",)
    parser_classes = (JSONParser, MultiPartParser)

    def complete(self, rows: Plains, *, full: bool) -> None:
        scope = scope_of(self.request.user)
        deadlines = CaseDeadline.objects.filter(case__in=[row["id"] for row in rows], is_next=True)
        following = {row.case_id: {"name": row.name, "due": row.due_on} for row in deadlines}
        for row in rows:
            row["next_deadline"] = following.get(row["id"])
            if not scope.can(Permission.RUN_CASES):
                row["person"] = None
        if full:
            for row in rows:
                self._tell(row, is_staff=scope.is_staff())

    def _tell(self, row: Plain, *, is_staff: bool) -> None:
        case = ViolationCase.objects.select_related("authority").get(pk=row["id"])
        file = open_file(case)
        told = tell(file)
        row["summary"] = case.summary
        row["explanation_right"] = file.explanation_right
        row["charges"] = ChargeFacts.read(Charge.objects.filter(case=case).order_by("id"))
        row["objects"] = ObjectRow.read(CaseObject.objects.filter(case=case).order_by("id"))
        row["steps"] = StepFacts.read(Step.objects.filter(case=case).order_by("on", "id"))
        row["deadlines"] = [deadline_told(deadline) for deadline in told.deadlines]
        row["remedies"] = RemedyRow.read(Remedy.objects.filter(case=case).order_by("id"))
        row["answers"] = self._answers(CaseAnswer.objects.filter(case=case))
        row.update(_steps(told) if is_staff else {"next_steps": [], "blocked_steps": []})
        account = told.account
        row.update(
            paid_vnd=account.paid_vnd,
            due_vnd=account.due_vnd,
            interest_vnd=account.interest_vnd,
            remedied=account.remedied,
        )
        if not is_staff:
            _for_the_party(row)

    @extend_schema(
        request=CaseBody, responses={201: FullCaseRow, 409: OpenApiResponse(description="The finding has its case.")}
    )
    def create(self, request: Request) -> HttpResponseBase:
        """Open a case from a finding, or by hand."""
        body = CaseBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            case = open_case(_actor(request), body.validated_data)
        except AlreadyOpen as error:
            response = answer(request, status.HTTP_409_CONFLICT, str(error))
            response.data["case"] = error.case.pk
            return response
        except CannotOpen as error:
            raise ValidationError({"rules": [serializers.ErrorDetail(str(error), "case.cannot_open")]}) from error
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        (row,) = self.rows([case.pk], full=True)
        return Response(row, status=status.HTTP_201_CREATED)

    @extend_schema(methods=["GET"], parameters=[KEY], responses=StepFacts(many=True))
    @extend_schema(
        methods=["POST"],
        parameters=[KEY],
        request=StepBody,
        responses={
            201: FullCaseRow,
            409: OpenApiResponse(description="Not lawful now; the rule is cited."),
        },
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    def steps(self, request: Request, key: str) -> HttpResponseBase:
        """List the steps taken, or take one."""
        case = self._case(key)
        if request.method == "GET":
            rows = StepFacts.read(Step.objects.filter(case=case).order_by("on", "id"))
            if not scope_of(request.user).is_staff():
                _without_notes(rows)
            return Response(rows)
        body = StepBody(data=request.data)
        body.is_valid(raise_exception=True)
        try:
            case_step_take(actor=_actor(request), case=case, given=_given(body.validated_data))
        except StepRefused as error:
            return _refused(request, error)
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        (row,) = self.rows([case.pk], full=True)
        return Response(row, status=status.HTTP_201_CREATED)

    @extend_schema(methods=["GET"], parameters=[KEY], responses=PartyAnswerRow(many=True))
    @extend_schema(methods=["POST"], parameters=[KEY], request=AnswerOfParty, responses={201: PartyAnswerRow})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filterset_class=None)
    def answers(self, request: Request, key: str) -> HttpResponseBase:
        """List what the party answered, or answer as the party."""
        case = self._case(key)
        if request.method == "GET":
            return Response(self._answers(CaseAnswer.objects.filter(case=case)))
        if not is_party(_actor(request), case):
            raise PermissionDenied
        body = AnswerOfParty(data=request.data)
        body.is_valid(raise_exception=True)
        text, files = body.validated_data["text"], body.validated_data.get("files", [])
        try:
            given = case_answer(actor=_actor(request), case=case, text=text, files=files)
        except CannotAnswer as error:
            raise Conflict(str(error)) from error
        (row,) = self._answers(CaseAnswer.objects.filter(pk=given.pk))
        return Response(row, status=status.HTTP_201_CREATED)

    @staticmethod
    def _answers(rows: Any) -> Plains:
        """Return answers with the names and digests of their files (two queries)."""
        ordered = rows.order_by("id")
        plain = PartyAnswerFacts.read(ordered)
        files: dict[int, Plains] = {row["id"]: [] for row in plain}
        attached = CaseAnswer.files.through.objects.filter(caseanswer__in=files).order_by("id")
        columns = ("caseanswer_id", "attachment__name", "attachment__sha256", "attachment__size")
        for answer_id, name, sha256, size in attached.values_list(*columns):
            files[answer_id].append({"name": name, "sha256": sha256, "size": size})
        for row in plain:
            row["files"] = files[row["id"]]
        return plain

    def _case(self, key: str) -> ViolationCase:
        pk = self.find(key)
        if pk is None:
            raise Http404
        return ViolationCase.objects.select_related("authority", "organization").get(pk=pk)


def _actor(request: Request) -> Any:
    return request.user


def _given(values: dict[str, Any]) -> StepInput:
    return StepInput(
        kind=values["kind"],
        on=values["date"],
        authority=values.get("authority") or "",
        amount_vnd=values.get("amount_vnd"),
        document=values.get("document") or "",
        note=values.get("note") or "",
        step=values.get("step"),
    )


def _refused(request: Request, error: StepRefused) -> Response:
    errors = [
        {"pointer": "/kind", "code": "step.refused", "message": refusal.why, "rule": refusal.clause}
        for refusal in error.refusals
    ]
    return answer(request, status.HTTP_409_CONFLICT, str(error), errors)


def _steps(told: CaseView) -> Plain:
    return {
        "next_steps": [
            {"kind": step.kind, "needs": list(step.needs), "form": step.form_code, "due": step.due}
            for step in told.next_steps
        ],
        "blocked_steps": [{"kind": refusal.kind, "why": refusal.why} for refusal in told.blocked_steps],
    }


def _without_notes(steps: Plains) -> None:
    for step in steps:
        step["note"] = step["annulled_reason"] = ""


def _for_the_party(row: Plain) -> None:
    """Take out what is the authority's own business: proposals and internal notes."""
    for charge in row["charges"]:
        charge["proposed_vnd"] = None
    _without_notes(row["steps"])
