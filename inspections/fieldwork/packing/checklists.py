"""Checklists as the phone judges by them: items with the limit and the rule in force today."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from inspections.models import ChecklistItem, Rule
from inspections.selectors.checklists import published_checklists
from inspections.selectors.law import limits_in_force


def checklists_packed(also: Collection[int]) -> list[dict[str, Any]]:
    """Return the checklists in force (five queries), and those with an id in *also*."""
    templates = published_checklists(also)
    today = timezone.localdate()
    items = [item for template in templates for item in template.items.all()]
    limits = limits_in_force({item.limit_code for item in items if item.limit_code}, today)
    codes = {item.rule_code for item in items if item.rule_code}
    rules = {rule.code: rule for rule in Rule.objects.in_force(today).filter(code__in=codes)}
    return [
        {
            "code": template.code,
            "version": template.version,
            "name_vi": template.name_vi,
            "name_en": template.name_en,
            "subjects": template.subjects,
            "groups": [
                {"code": group.code, "name_vi": group.name_vi, "name_en": group.name_en}
                for group in template.groups.all()
            ],
            "items": [_item(item, limits, rules) for item in template.items.all()],
        }
        for template in templates
    ]


def _item(item: ChecklistItem, limits: dict[str, Any], rules: dict[str, Rule]) -> dict[str, Any]:
    return {
        "code": item.code,
        "number": item.number,
        "group": item.group.code,
        "kind": item.kind,
        "text_vi": item.text_vi,
        "text_en": item.text_en,
        "hint_vi": item.hint_vi,
        "hint_en": item.hint_en,
        "choices": item.choices,
        "unit": item.unit,
        "limit": _limit(item, limits),
        "severity": item.severity,
        "rule": _rule(rules.get(item.rule_code)),
        "legal_basis": item.legal_basis,
        "verified": item.verified,
        "remedy_days": item.remedy_days,
        "may_be_na": item.may_be_na,
        "instrument": item.instrument,
        "photo": item.photo,
        "safety": item.is_safety,
    }


def _limit(item: ChecklistItem, limits: dict[str, Any]) -> dict[str, Any] | None:
    limit = limits.get(item.limit_code)
    value = limit.value if limit else item.limit_value
    if value is None:
        return None
    return {
        "value": value,
        "comparison": limit.comparison if limit else item.comparison or "<=",
        "basis": (limit.legal_basis if limit else "") or item.legal_basis,
    }


def _rule(rule: Rule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {"code": rule.code, "title_vi": rule.name_vi, "min_vnd": rule.min_vnd, "max_vnd": rule.max_vnd}
