"""Violation cases: list, one with everything that follows from it, opening, steps, charges, hand-over."""

from typing import Any

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from infra.access import Permission, scope_of
from infra.api.bodies import JSONParser
from infra.api.collections import KEY, Collection, Plains
from infra.api.problems import Conflict, answer
from infra.api.rows import Plain
from infra.models import User
from inspections.api.case_bodies import (
    AnswerOfParty,
    CaseBody,
    ChargesBody,
    ComplexBody,
    HandOverBody,
    ReplyBody,
    StepBody,
)
from inspections.api.case_rows import (
    CaseFacts,
    CaseRow,
    ChargeFacts,
    DocumentRow,
    FullCaseRow,
    ObjectRow,
    PartyAnswerFacts,
    PartyAnswerRow,
    PaymentRow,
    RemedyRow,
    StepFacts,
)
from inspections.api.openings import open_case, unknown
from inspections.casework.answers import CannotAnswer, Saying, asked_of, case_answer, is_party
from inspections.casework.changes import (
    CannotChange,
    ChargeChange,
    answer_accept,
    answer_refuse,
    case_set_complex,
    cases_hand_over,
    charges_change,
)
from inspections.casework.opening import AlreadyOpen, CannotOpen
from inspections.casework.situation import CaseFile, open_file
from inspections.casework.steps import StepRefused, case_step_take
from inspections.casework.told import CaseView, deadline_told, tell
from inspections.filters import CaseFilter
from inspections.models import (
    CaseAnswer,
    CaseDocument,
    CaseObject,
    CaseStanding,
    Charge,
    Payment,
    Remedy,
    Step,
    ViolationCase,
)
from inspections.selectors.cases import open_cases
from inspections.selectors.parties import earlier_decisions

REFUSED = OpenApiResponse(description="Not lawful now; the rule is cited.")
#: months in which an earlier decision makes a repeat offence, where no clock says so
REPEAT_MONTHS = 12


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

    # --- reading ---

    def complete(self, rows: Plains, *, full: bool) -> None:
        scope = scope_of(self.request.user)
        standings = CaseStanding.objects.filter(case__in=[row["id"] for row in rows])
        following = {row.case_id: row for row in standings}
        for row in rows:
            standing = following.get(row["id"])
            due = standing.next_due if standing else None
            row["next_deadline"] = {"name": standing.due_name, "due": due} if standing and due else None
            if not scope.can(Permission.RUN_CASES):
                row["person"] = None
        if full:
            for row in rows:
                self._tell(row, is_staff=scope.is_staff())

    def _tell(self, row: Plain, *, is_staff: bool) -> None:
        case = ViolationCase.objects.select_related("authority").get(pk=row["id"])
        file = open_file(case)
        told = tell(file)
        row["summary"] = case.summary if is_staff or case.organization_id else ""
        row["explanation_right"] = file.explanation_right
        row["evidence"] = case.evidence
        row["charges"] = ChargeFacts.read(Charge.objects.filter(case=case).order_by("id"))
        row["objects"] = ObjectRow.read(CaseObject.objects.filter(case=case).order_by("id"))
        row["steps"] = StepFacts.read(Step.objects.filter(case=case).order_by("on", "id"))
        row["deadlines"] = [deadline_told(deadline) for deadline in told.deadlines]
        row["remedies"] = RemedyRow.read(Remedy.objects.filter(case=case).order_by("id"))
        row["payments"] = PaymentRow.read(Payment.objects.filter(case=case).order_by("on", "id"))
        row["documents"] = DocumentRow.read(CaseDocument.objects.filter(case=case).order_by("id"))
        row["answers"] = self._answers(CaseAnswer.objects.filter(case=case))
        row["asked"] = [
            {"name": asked.name, "due": asked.due, "answer": asked.kind, "right": asked.is_right}
            for asked in asked_of(told.deadlines, file.today)
        ]
        row.update(_of_staff(file, told) if is_staff else _NOT_FOR_THE_PARTY)
        account = told.account
        row.update(
            paid_vnd=account.paid_vnd,
            due_vnd=account.due_vnd,
            interest_vnd=account.interest_vnd,
            over_vnd=account.over_vnd,
            remedied=account.remedied,
        )
        if not is_staff:
            _for_the_party(row)

    # --- opening and moving ---

    @extend_schema(
        request=CaseBody, responses={201: FullCaseRow, 409: OpenApiResponse(description="It has its case already.")}
    )
    def create(self, request: Request) -> HttpResponseBase:
        """Open a case from a finding, an expired permit, an incident or a report, or by hand."""
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
        return self._full(case, status.HTTP_201_CREATED)

    @extend_schema(methods=["GET"], parameters=[KEY], responses=StepFacts(many=True))
    @extend_schema(methods=["POST"], parameters=[KEY], request=StepBody, responses={201: FullCaseRow, 409: REFUSED})
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
        rules = dict(Charge.objects.filter(case=case).values_list("rule_code", "pk"))
        try:
            case_step_take(actor=_actor(request), case=case, given=body.given(rules))
        except StepRefused as error:
            return _refused(request, error)
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        return self._full(case, status.HTTP_201_CREATED)

    @extend_schema(parameters=[KEY], request=ChargesBody, responses={200: FullCaseRow, 409: REFUSED})
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None)
    def charges(self, request: Request, key: str) -> HttpResponseBase:
        """Change, add and remove charges of a case that is not decided."""
        body = ChargesBody(data=request.data)
        body.is_valid(raise_exception=True)
        given, case = body.validated_data, self._case(key)
        changes = [ChargeChange(**row) for row in given.get("change") or ()]
        return self._changed(
            case,
            lambda: charges_change(
                actor=_actor(request),
                case=case,
                changes=changes,
                add=given.get("add") or (),
                remove=given.get("remove") or (),
                reason=given["reason"],
            ),
        )

    @extend_schema(parameters=[KEY], request=ComplexBody, responses={200: FullCaseRow, 409: REFUSED})
    @action(detail=True, methods=["post"], pagination_class=None, filterset_class=None, url_path="complex")
    def make_complex(self, request: Request, key: str) -> HttpResponseBase:
        """Say that a case is especially serious or complex (two months to decide), or that it is not."""
        body = ComplexBody(data=request.data)
        body.is_valid(raise_exception=True)
        given, case = body.validated_data, self._case(key)
        return self._changed(
            case,
            lambda: case_set_complex(
                actor=_actor(request), case=case, is_complex=given["complex"], reason=given["reason"]
            ),
        )

    @extend_schema(request=HandOverBody, responses={200: CaseRow(many=True), 409: REFUSED})
    @action(detail=False, methods=["post"], pagination_class=None, filterset_class=None, url_path="hand-over")
    def hand_over(self, request: Request) -> HttpResponseBase:
        """Give open cases to another officer: those named, or all of one officer's. All of them or none."""
        body = HandOverBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        receiver = User.objects.filter(username=given["to"], is_active=True).first()
        if receiver is None:
            raise unknown("to", given["to"])
        pks = self._named(given)
        try:
            moved = cases_hand_over(actor=_actor(request), cases=pks, to=receiver, reason=given["reason"])
        except CannotChange as error:
            raise Conflict(str(error)) from error
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        return Response(self.rows([case.pk for case in moved]))

    def _named(self, given: dict[str, Any]) -> list[int]:
        rows = open_cases(self.request.user)
        pks = set()
        if given.get("officer"):
            pks |= set(rows.filter(officer__username=given["officer"]).values_list("pk", flat=True))
        for code in given.get("cases") or ():
            pk = self.find(code)
            if pk is None:
                raise unknown("cases", code)
            pks.add(pk)
        return sorted(pks)

    # --- the party ---

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
        values = dict(body.validated_data)
        files = values.pop("files", [])
        try:
            given = case_answer(actor=_actor(request), case=case, saying=Saying(**values), files=files)
        except CannotAnswer as error:
            raise Conflict(str(error)) from error
        (row,) = self._answers(CaseAnswer.objects.filter(pk=given.pk))
        return Response(row, status=status.HTTP_201_CREATED)

    @extend_schema(parameters=[KEY], request=ReplyBody, responses={200: FullCaseRow, 409: REFUSED})
    @action(
        detail=True,
        methods=["post"],
        pagination_class=None,
        filterset_class=None,
        url_path=r"answers/(?P<answer_id>\d{1,18})/reply",
    )
    def reply(self, request: Request, key: str, answer_id: str) -> HttpResponseBase:
        """Accept or refuse what the party asked for; what needs a step is taken up by that step."""
        body = ReplyBody(data=request.data)
        body.is_valid(raise_exception=True)
        given, case = body.validated_data, self._case(key)
        asked = CaseAnswer.objects.filter(case=case, pk=int(answer_id)).select_related("case").first()
        if asked is None:
            raise Http404
        if given["accept"]:
            days, words = given.get("days"), given["reply"]
            return self._changed(
                case, lambda: answer_accept(actor=_actor(request), answer=asked, days=days, reply=words)
            )
        return self._changed(case, lambda: answer_refuse(actor=_actor(request), answer=asked, reply=given["reply"]))

    # --- shared ---

    def _changed(self, case: ViolationCase, change: Any) -> HttpResponseBase:
        try:
            change()
        except CannotChange as error:
            raise Conflict(str(error)) from error
        except PermissionError as error:
            raise PermissionDenied(str(error)) from error
        return self._full(case)

    def _full(self, case: ViolationCase, code: int = status.HTTP_200_OK) -> Response:
        found = self.rows([case.pk], full=True)
        return Response(found[0] if found else None, status=code)

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


def _refused(request: Request, error: StepRefused) -> Response:
    errors = [
        {
            "pointer": f"/{refusal.member or 'kind'}",
            "code": "value.required" if refusal.member else "step.refused",
            "message": refusal.why,
            "rule": refusal.clause,
        }
        for refusal in error.refusals
    ]
    return answer(request, status.HTTP_409_CONFLICT, str(error), errors)


_NOT_FOR_THE_PARTY: Plain = {
    "next_steps": [],
    "blocked_steps": [],
    "competent": [],
    "earlier": [],
    "proposed_vnd": None,
}


def _of_staff(file: CaseFile, told: CaseView) -> Plain:
    """Return what only the authority reads: what may follow, who is competent, earlier decisions, the proposal."""
    enough = {office.code for office in file.competent}
    window = file.book.clock(file.today, "repeat_window")
    months = int(window.amount) * 12 if window else REPEAT_MONTHS
    return {
        "next_steps": [
            {
                "kind": step.kind,
                "needs": list(step.needs),
                "form": step.form_code,
                "due": step.due,
                "starts": list(step.effect.starts),
                "stops": list(step.effect.stops),
                "moves": list(step.effect.moves),
                "cautions": list(step.cautions),
            }
            for step in told.next_steps
        ],
        "blocked_steps": [{"kind": refusal.kind, "why": refusal.why} for refusal in told.blocked_steps],
        "competent": [
            {
                "authority": office.code,
                "title_vi": office.title_vi,
                "title_en": office.title_en,
                "max_vnd": office.max_vnd,
                "enough": office.code in enough,
            }
            for office in file.offices
        ],
        "earlier": [
            {
                "case": row.case.number,
                "decided_on": row.decided_on,
                "rules": list(row.rules),
                "same_rule": bool(row.same_rules),
            }
            for row in earlier_decisions(file.case, months)
        ],
        "proposed_vnd": file.proposed_vnd,
    }


def _without_notes(steps: Plains) -> None:
    for step in steps:
        step["note"] = step["annulled_reason"] = ""
        step["details"] = {name: value for name, value in step["details"].items() if name != "cautions"}


def _for_the_party(row: Plain) -> None:
    """Take out what is the authority's own business: proposals and internal notes."""
    for charge in row["charges"]:
        charge["proposed_vnd"] = None
    _without_notes(row["steps"])
