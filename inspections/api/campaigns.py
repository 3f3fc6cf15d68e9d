"""Campaigns with their visits, and the inspection priority of every installation."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from infra.api.collections import Collection, Plains
from infra.api.rows import Latitude, Longitude, OrganizationName, PersonName, Row
from infra.models import InstallationKind
from inspections.filters import CampaignFilter, PriorityFilter
from inspections.models import Campaign, CampaignStatus, CampaignTask, Field, InspectionPriority, TaskStatus
from inspections.selectors.campaigns import progress_of
from inspections.selectors.priority import rules_on
from inspections.selectors.priority_decision import LEVELS, Cause, level_of


class ReasonRow(serializers.Serializer[Any]):
    """Why an installation is urgent, with the points that it adds."""

    code = serializers.CharField()
    points = serializers.IntegerField()
    text = serializers.CharField()
    date = serializers.DateField(allow_null=True)


class TaskReasonRow(serializers.Serializer[Any]):
    """A reason as it was on the day when the target was picked."""

    code = serializers.CharField()
    points = serializers.IntegerField()
    date = serializers.DateField(allow_null=True)
    text_vi = serializers.CharField()
    text_en = serializers.CharField()


class TaskRow(Row):
    """One visit of a campaign."""

    id = serializers.IntegerField()
    installation = serializers.CharField(source="installation__registry_number", allow_null=True)
    site = serializers.CharField(source="site__code", allow_null=True)
    unit = serializers.CharField(source="unit__code", allow_null=True)
    assignee = PersonName("assignee", allow_null=True)
    planned_on = serializers.DateField(allow_null=True)
    order = serializers.IntegerField()
    priority = serializers.IntegerField()
    status = serializers.ChoiceField(TaskStatus.choices)
    note = serializers.CharField()


class FullTaskRow(TaskRow):
    """One visit of a campaign with the reasons it was picked for."""

    reasons = TaskReasonRow(many=True)


class CampaignFacts(Row):
    """A round of inspections."""

    id = serializers.IntegerField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    field = serializers.ChoiceField(Field.choices)
    status = serializers.ChoiceField(CampaignStatus.choices)
    decision_number = serializers.CharField(allow_blank=True)
    decision_date = serializers.DateField(allow_null=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    per_day = serializers.IntegerField()
    checklist = serializers.CharField(source="checklist__code", allow_null=True)
    authority = serializers.CharField(source="authority__code")


class CampaignRow(CampaignFacts):
    """A campaign with its progress."""

    planned = serializers.IntegerField()
    done = serializers.IntegerField()


class FullCampaignRow(CampaignRow):
    """A campaign with its team, communes and visits."""

    team = serializers.ListField(child=serializers.CharField())
    units = serializers.ListField(child=serializers.CharField())
    tasks = FullTaskRow(many=True)


class CampaignViewSet(Collection):
    """Campaigns of the authority, newest first. One is found by its id."""

    noun = Campaign
    facts = CampaignFacts
    row = CampaignRow
    full_row = FullCampaignRow
    filterset_class = CampaignFilter
    has_places = False
    newest_first = True
    codes = ()

    def complete(self, rows: Plains, *, full: bool) -> None:
        progress = progress_of([row["id"] for row in rows])
        for row in rows:
            row["planned"], row["done"] = progress.get(row["id"], (0, 0))
            if full:
                _complete(row)


def _complete(row: dict[str, Any]) -> None:
    """Add team, communes and visits to the row of one campaign (four queries)."""
    campaign = Campaign(pk=row["id"])
    row["team"] = [str(person) for person in campaign.team.order_by("username")]
    row["units"] = list(campaign.units.order_by("code").values_list("code", flat=True))
    tasks = CampaignTask.objects.filter(campaign=campaign).order_by("planned_on", "assignee", "order", "pk")
    reasons = dict(tasks.values_list("pk", "reasons"))
    row["tasks"] = [{**task, "reasons": reasons.get(task["id"], [])} for task in TaskRow.read(tasks)]


class PriorityFacts(Row):
    """How urgent an inspection is."""

    id = serializers.IntegerField(source="installation_id")
    installation = serializers.CharField(source="installation__registry_number")
    name = serializers.CharField(source="installation__name", allow_blank=True)
    kind = serializers.ChoiceField(InstallationKind.choices, source="installation__kind")
    organization = serializers.CharField(source="installation__organization__code")
    organization_name = OrganizationName("installation__organization")
    unit = serializers.CharField(source="installation__unit__code", allow_null=True)
    lon = Longitude("installation__position", allow_null=True)
    lat = Latitude("installation__position", allow_null=True)
    score = serializers.IntegerField()


class PriorityRow(PriorityFacts):
    """How urgent an inspection is, in points and as a level, and why; the heaviest reason first."""

    level = serializers.ChoiceField(LEVELS)
    reasons = ReasonRow(many=True)


class PriorityViewSet(Collection):
    """Inspection priorities. One is found by the installation's registry number or id."""

    noun = InspectionPriority
    facts = PriorityFacts
    row = PriorityRow
    filterset_class = PriorityFilter
    codes = ("installation__registry_number",)

    def complete(self, rows: Plains, *, full: bool) -> None:  # noqa: ARG002
        kept = dict(InspectionPriority.objects.filter(pk__in=[row["id"] for row in rows]).values_list("pk", "causes"))
        rules = rules_on(timezone.localdate())
        for row in rows:
            row["level"] = level_of(row["score"], rules)
            row["reasons"] = [Cause.from_kept(cause).as_json() for cause in kept[row["id"]]]
