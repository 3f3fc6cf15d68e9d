"""Checklists and rules: what is asked in the field, and what the law says about it."""

from typing import Any

from django.utils import timezone
from rest_framework import serializers

from infra.api.collections import Collection, Plains
from infra.api.rows import Row
from infra.models import Limit
from inspections.api.rows import Localized
from inspections.filters import ChecklistFilter, RuleFilter
from inspections.models import (
    ChecklistGroup,
    ChecklistItem,
    ChecklistTemplate,
    Field,
    ItemKind,
    PhotoRule,
    Rule,
    Severity,
    TemplateStatus,
)
from inspections.selectors.law import limits_in_force


class RuleRow(Row):
    """A rule in force from–to; the frame is for organizations unless ``individual_amounts``, null where not known."""

    code = serializers.CharField(help_text="decree:article.clause.point, ASCII, đ as dd.")
    field = serializers.ChoiceField(Field.choices)
    decree = serializers.CharField()
    article = serializers.CharField(allow_blank=True)
    clause = serializers.CharField(allow_blank=True)
    point = serializers.CharField(allow_blank=True)
    title = Localized("name")
    title_vi = serializers.CharField(source="name_vi")
    title_en = serializers.CharField(source="name_en", allow_blank=True)
    min_vnd = serializers.IntegerField(allow_null=True)
    max_vnd = serializers.IntegerField(allow_null=True)
    warning = serializers.BooleanField()
    individual_amounts = serializers.BooleanField()
    proposable = serializers.BooleanField()
    licence_withdrawal_months = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    suspension_months = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    extra_sanctions = serializers.ListField(child=serializers.CharField())
    remedies = serializers.ListField(child=serializers.CharField())
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)
    legal_basis = serializers.CharField(allow_blank=True)
    amended_by = serializers.CharField(allow_blank=True)
    source = serializers.CharField(allow_blank=True)  # type: ignore[assignment]
    note = serializers.CharField(allow_blank=True)
    confidence = serializers.CharField(allow_blank=True)
    verified = serializers.BooleanField()


class RuleViewSet(Collection):
    """Rules in force today, or on another day (``on``). One is found by its code."""

    noun = Rule
    facts = row = RuleRow
    filterset_class = RuleFilter
    has_places = False
    is_public = True

    def find(self, key: str) -> int | None:
        """Return the version in force on the day; a code names several over time."""
        if "\x00" in key:
            return None
        rows = self.filterset_class({}, queryset=self.get_queryset().filter(code=key), request=self.request).qs
        return rows.order_by("-valid_from").values_list("pk", flat=True).first()


class ChecklistFacts(Row):
    """One version of a checklist."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    version = serializers.IntegerField()
    name = Localized("name")
    name_vi = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)
    field = serializers.ChoiceField(Field.choices)
    subjects = serializers.ListField(child=serializers.CharField())
    status = serializers.ChoiceField(TemplateStatus.choices)
    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class GroupFacts(Row):
    """A heading, with the checklist it belongs to."""

    template_id = serializers.IntegerField()
    code = serializers.CharField()
    name = Localized("name")
    name_vi = serializers.CharField()
    name_en = serializers.CharField(allow_blank=True)


class GroupRow(GroupFacts):
    """A heading."""

    template_id = None  # type: ignore[assignment]


class ItemFacts(Row):
    """One question, with the checklist it belongs to."""

    template_id = serializers.IntegerField()
    code = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    group = serializers.CharField(source="group__code")
    kind = serializers.ChoiceField(ItemKind.choices)
    text = Localized("text")
    text_vi = serializers.CharField()
    text_en = serializers.CharField(allow_blank=True)
    hint = Localized("hint", allow_blank=True)
    choices = serializers.ListField(child=serializers.DictField())
    unit = serializers.CharField(allow_blank=True)
    limit_code = serializers.CharField(allow_blank=True)
    limit_value = serializers.FloatField(allow_null=True)
    comparison = serializers.CharField(allow_blank=True)
    legal_basis = serializers.CharField(allow_blank=True)
    severity = serializers.ChoiceField(Severity.choices)
    rule = serializers.CharField(source="rule_code", allow_blank=True)
    other_rules = serializers.ListField(child=serializers.CharField())
    remedy_days = serializers.IntegerField(allow_null=True)
    may_be_na = serializers.BooleanField()
    instrument = serializers.BooleanField()
    photo = serializers.ChoiceField(PhotoRule.choices)
    safety = serializers.BooleanField(source="is_safety")
    verified = serializers.BooleanField()


class ItemRow(ItemFacts):
    """One question with the limit in force today."""

    template_id = None  # type: ignore[assignment]


class FullChecklistRow(ChecklistFacts):
    """A checklist with its groups and items in order."""

    groups = GroupRow(many=True)
    items = ItemRow(many=True)


class ChecklistViewSet(Collection):
    """Checklists in force today, or on another day (``on``), with their items. One is found by its code."""

    noun = ChecklistTemplate
    facts = ChecklistFacts
    row = FullChecklistRow
    filterset_class = ChecklistFilter
    has_places = False

    def get_queryset(self) -> Any:
        return super().get_queryset().exclude(status=TemplateStatus.DRAFT)

    def find(self, key: str) -> int | None:
        """Return the version in force today by code, or any version by id."""
        rows = self.get_queryset()
        if key.isascii() and key.isdigit() and len(key) <= 18:
            return rows.filter(pk=int(key)).values_list("pk", flat=True).first()
        if "\x00" in key:
            return None
        in_force = self.filterset_class({}, queryset=rows.filter(code=key), request=self.request).qs
        return in_force.order_by("-version").values_list("pk", flat=True).first()

    def complete(self, rows: Plains, *, full: bool) -> None:  # noqa: ARG002 -- a list carries the items too
        complete_checklists(rows)


def complete_checklists(rows: Plains) -> None:
    """Add groups and items with the limits in force to *rows* of checklists (three queries)."""
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        row["groups"], row["items"] = [], []
    for model, facts, name in ((ChecklistGroup, GroupFacts, "groups"), (ChecklistItem, ItemFacts, "items")):
        ordered = model._default_manager.filter(template__in=by_id).order_by("template_id", "order", "id")
        for plain in facts.read(ordered):
            by_id[plain.pop("template_id")][name].append(plain)
    _set_limits([item for row in rows for item in row["items"]])


def _set_limits(items: Plains) -> None:
    codes = {item["limit_code"] for item in items if item["limit_code"]}
    limits: dict[str, Limit] = limits_in_force(codes, timezone.localdate()) if codes else {}
    for item in items:
        limit = limits.get(item["limit_code"])
        if limit is not None:
            item["limit_value"], item["comparison"] = limit.value, limit.comparison
