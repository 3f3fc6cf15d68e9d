"""Calculators: lawful amounts and dates for a "what if". Nothing is stored."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import Permission, scope_of
from infra.models import Authority
from inspections.api.case_bodies import DeadlineBody, PenaltyBody, day_of_record
from inspections.api.case_rows import DeadlineRow
from inspections.casework.deadlines import CALCULATED, Facts, deadlines_of
from inspections.casework.penalties import assess, frames_on, has_right_to_explain
from inspections.casework.told import deadline_told
from inspections.casework.working_days import WorkingCalendar
from inspections.selectors.law import LawBook


class ChargeProposed(serializers.Serializer[Any]):
    """A charge: the frame for the party and the amount proposed (null: never proposed)."""

    rule = serializers.CharField()
    min_vnd = serializers.IntegerField(allow_null=True)
    max_vnd = serializers.IntegerField(allow_null=True)
    proposed_vnd = serializers.IntegerField(allow_null=True)


class CompetentRow(serializers.Serializer[Any]):
    """An office that may impose the penalty, and up to how much."""

    authority = serializers.CharField()
    title_vi = serializers.CharField()
    title_en = serializers.CharField()
    max_vnd = serializers.IntegerField()


class PenaltyRow(serializers.Serializer[Any]):
    """The answer of the penalty calculator."""

    charges = ChargeProposed(many=True)
    total_vnd = serializers.IntegerField()
    explanation_right = serializers.BooleanField()
    competent = CompetentRow(many=True)
    on_the_spot = serializers.BooleanField()


class DeadlinesRow(serializers.Serializer[Any]):
    """The answer of the deadline calculator."""

    deadlines = DeadlineRow(many=True)


class PenaltiesView(APIView):
    """Propose lawful amounts for rules, a party and a day."""

    @extend_schema(request=PenaltyBody, responses=PenaltyRow)
    def post(self, request: Request) -> Response:
        body = PenaltyBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        found = assess(given["rules"], given["party"], given["on"], given["mitigating"], given["aggravating"])
        if found.unknown_rules:
            refuse_rules(given["rules"], found.unknown_rules)
        return Response(
            {
                "charges": [
                    {
                        "rule": row.frame.rule.code,
                        "min_vnd": row.frame.min_vnd,
                        "max_vnd": row.frame.max_vnd,
                        "proposed_vnd": row.proposed_vnd,
                    }
                    for row in found.proposals
                ],
                "total_vnd": found.total_vnd,
                "explanation_right": found.explanation_right,
                "competent": [
                    {
                        "authority": office.code,
                        "title_vi": office.title_vi,
                        "title_en": office.title_en,
                        "max_vnd": office.max_vnd,
                    }
                    for office in found.competent
                ],
                "on_the_spot": found.on_the_spot,
            }
        )


class DeadlinesView(APIView):
    """Compute the dates that follow from steps, each with its rule and reasoning."""

    @extend_schema(request=DeadlineBody, responses=DeadlinesRow)
    def post(self, request: Request) -> Response:
        body = DeadlineBody(data=request.data)
        body.is_valid(raise_exception=True)
        given = body.validated_data
        steps = tuple((step["kind"], step["date"]) for step in given["steps"])
        calendar = WorkingCalendar(
            _calendar_of(request),
            frozenset(given.get("extra_holidays") or ()),
            frozenset(given.get("extra_working_days") or ()),
        )
        book = LawBook.read()
        facts = Facts(
            field=given["field"],
            steps=steps,
            explanation_right=_right(given, steps, book),
            is_transferred=given["transferred"],
            is_complex=given["complex"],
            extension_days=given["extension_days"],
            comply_days=given["comply_days"],
        )
        try:
            rows = [row for row in deadlines_of(facts, calendar, book) if row.name in CALCULATED]
        except ValueError as error:
            raise ValidationError({"extra_holidays": [serializers.ErrorDetail(str(error), "calendar")]}) from error
        return Response({"deadlines": [deadline_told(row) for row in rows]})


def _right(given: dict[str, Any], steps: tuple[tuple[str, date], ...], book: LawBook) -> bool | None:
    """Return whether the rules named give the right to explain; None where none is named."""
    rules = given.get("rules")
    if not rules:
        return None
    day = day_of_record(steps)
    if day is None:
        return None
    frames, unknown = frames_on(rules, given["party"], day, book)
    if unknown:
        refuse_rules(rules, unknown)
    return has_right_to_explain(frames, given["party"], book, day)


def refuse_rules(rules: list[str], unknown: Any) -> None:
    """Raise for the rules that are not in force, each with its place in the body."""
    raise ValidationError(
        {
            "rules": {
                str(place): [
                    serializers.ErrorDetail(_("“%(value)s” is not in force.") % {"value": code}, "reference.unknown")
                ]
                for place, code in enumerate(rules)
                if code in unknown
            }
        }
    )


def _calendar_of(request: Request) -> str:
    """Return the calendar of the person's authority."""
    grants = scope_of(request.user).stewardships(Permission.SEE_REPORTS)
    ids = [grant.authority_id for grant in grants if grant.authority_id]
    return str(Authority.objects.values_list("calendar", flat=True).get(pk=ids[0])) if ids else "VN"
