"""Figures about cases by rule, party, commune, month, field, officer or state."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from infra.access import scope_of
from inspections.forms.bodies import Choice
from inspections.models import Field
from inspections.selectors.case_statistics import GROUPINGS, STRETCHES, Figures, statistics


class MeanDaysRow(serializers.Serializer[Any]):
    """Mean days of each stretch of the procedure; null where nothing was measured."""

    record = serializers.FloatField(allow_null=True)
    decision = serializers.FloatField(allow_null=True)
    serve = serializers.FloatField(allow_null=True)
    payment = serializers.FloatField(allow_null=True)


class FiguresRow(serializers.Serializer[Any]):
    """The figures of a group of cases. Shares are percent of those whose date has come."""

    key = serializers.CharField()
    name = serializers.CharField()
    count = serializers.IntegerField()
    decided = serializers.IntegerField()
    fine_vnd = serializers.IntegerField()
    paid_vnd = serializers.IntegerField()
    mean_days = MeanDaysRow()
    decisions_due = serializers.IntegerField()
    decisions_in_time_percent = serializers.FloatField(allow_null=True)
    payments_due = serializers.IntegerField()
    payments_in_time_percent = serializers.FloatField(allow_null=True)


class CaseStatisticsRow(serializers.Serializer[Any]):
    """All groups of a period, and everything together."""

    groups = FiguresRow(many=True)
    total = FiguresRow()


class PeriodQuery(serializers.Serializer[Any]):
    """Of which cases (by the day of detection), grouped by what."""

    by = Choice(choices=list(GROUPINGS), default="rule")
    start = serializers.DateField(required=False)
    end = serializers.DateField(required=False)
    field = Choice(choices=Field.values, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        today = timezone.localdate()
        attrs.setdefault("end", today)
        attrs.setdefault("start", date(attrs["end"].year, 1, 1))
        if attrs["end"] < attrs["start"]:
            raise ValidationError({"end": [serializers.ErrorDetail(_("It ends before it starts."), "order")]})
        return attrs


class CaseStatisticsView(APIView):
    """Count cases, sums, days and shares in time."""

    @extend_schema(
        parameters=[
            OpenApiParameter("by", str, enum=list(GROUPINGS), description="What cases are grouped by (rule)."),
            OpenApiParameter("start", date, description="Detected from; the year's first day."),
            OpenApiParameter("end", date, description="Detected until; today."),
            OpenApiParameter("field", str, enum=Field.values, description="Only this field."),
        ],
        responses=CaseStatisticsRow,
    )
    def get(self, request: Request) -> Response:
        unknown = sorted(set(request.query_params) - {"by", "start", "end", "field"})
        if unknown:
            words = _("There is no parameter “%(name)s”.") % {"name": unknown[0]}
            raise ValidationError({unknown[0]: [serializers.ErrorDetail(words, "unknown")]})
        query = PeriodQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        if asked["by"] == "officer" and not scope_of(request.user).is_staff():
            raise ValidationError({"by": [serializers.ErrorDetail(_("Only the authority asks for this."), "staff")]})
        found = statistics(
            request.user,
            by=asked["by"],
            start=asked["start"],
            end=asked["end"],
            law_field=asked.get("field", ""),
            today=timezone.localdate(),
        )
        return Response({"groups": [_plain(group) for group in found.groups], "total": _plain(found.total)})


def _plain(figures: Figures) -> dict[str, Any]:
    return {
        "key": figures.key,
        "name": figures.name,
        "count": figures.count,
        "decided": figures.decided,
        "fine_vnd": figures.fine_vnd,
        "paid_vnd": figures.paid_vnd,
        "mean_days": {name: figures.mean(name) for name in STRETCHES},
        "decisions_due": figures.decisions_due,
        "decisions_in_time_percent": figures.share_decisions,
        "payments_due": figures.payments_due,
        "payments_in_time_percent": figures.share_payments,
    }
