"""What the phone takes along: the person's tasks, the checklists in force, the law and the register rows they need."""

import hashlib
import json
from typing import Any

from django.utils import timezone

from infra.models import Installation, Site, User
from inspections.models import CampaignTask, Finding, Inspection, InspectionStatus, Rule, TaskStatus
from inspections.selectors.checklists import published_checklists
from inspections.selectors.law import limits_in_force
from inspections.selectors.safety import safety_states

#: visits of a day and the next ones; a phone has no use for a year
TASKS_MAX = 200


def package_for(person: User) -> dict[str, Any]:
    """Return the package of *person* as plain data: tasks, checklists, rules, drafts, register rows."""
    tasks = list(
        CampaignTask.objects.visible_to(person)
        .filter(assignee=person, status=TaskStatus.OPEN)
        .select_related("campaign__checklist", "installation", "site")[:TASKS_MAX]
    )
    installations = Installation.objects.visible_to(person).filter(
        pk__in=[task.installation_id for task in tasks if task.installation_id]
    )
    sites = Site.objects.visible_to(person).filter(pk__in=[task.site_id for task in tasks if task.site_id])
    return {
        "person": {"username": person.username, "name": str(person)},
        "tasks": [_task(task) for task in tasks],
        "checklists": _checklists(),
        "drafts": _drafts(person),
        "register": {
            "installations": _installations(installations),
            "sites": [_site(site) for site in sites.select_related("unit")],
        },
    }


def etag_of(package: dict[str, Any]) -> str:
    """Return the entity tag of a package: equal as long as the phone would take along the same."""
    text = json.dumps(package, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _task(task: CampaignTask) -> dict[str, Any]:
    campaign = task.campaign
    return {
        "id": task.pk,
        "campaign": campaign.number,
        "title": campaign.title,
        "planned_on": task.planned_on.isoformat() if task.planned_on else None,
        "order": task.order,
        "reasons": task.reasons,
        "checklist": campaign.checklist.code if campaign.checklist else None,
        "subject": {
            "type": "installation" if task.installation else "site",
            "ref": task.installation.registry_number if task.installation else (task.site.code if task.site else None),
        },
    }


def _checklists() -> list[dict[str, Any]]:
    templates = published_checklists()
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


def _item(item: Any, limits: dict[str, Any], rules: dict[str, Rule]) -> dict[str, Any]:
    limit = limits.get(item.limit_code)
    rule = rules.get(item.rule_code)
    value = limit.value if limit else item.limit_value
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
        "limit": None
        if value is None
        else {
            "value": value,
            "comparison": limit.comparison if limit else item.comparison,
            "basis": limit.legal_basis if limit else item.legal_basis,
        },
        "severity": item.severity,
        "rule": None
        if rule is None
        else {"code": rule.code, "title_vi": rule.name_vi, "min_vnd": rule.min_vnd, "max_vnd": rule.max_vnd},
        "remedy_days": item.remedy_days,
        "may_be_na": item.may_be_na,
        "instrument": item.instrument,
        "photo": item.photo,
    }


def _drafts(person: User) -> list[dict[str, Any]]:
    rows = Inspection.objects.filter(inspector=person, status=InspectionStatus.DRAFT).order_by("-id")[:TASKS_MAX]
    return [{"id": str(row.uuid), "revision": row.revision, "subject": row.subject_ref} for row in rows]


def _installations(rows: Any) -> list[dict[str, Any]]:
    found = list(rows.select_related("organization", "unit", "site"))
    states = safety_states([row.pk for row in found])
    standing: dict[int, int] = {}
    for pk in Finding.objects.standing().filter(installation__in=found).values_list("installation_id", flat=True):
        standing[pk or 0] = standing.get(pk or 0, 0) + 1
    return [
        {
            "registry_number": row.registry_number,
            "kind": row.kind,
            "code": row.code,
            "name": row.name,
            "organization": row.organization.code,
            "unit": row.unit.full_name if row.unit else None,
            "address": row.site.address if row.site else "",
            **_point(row.position),
            "safety": states[row.pk].state,
            "findings": standing.get(row.pk, 0),
        }
        for row in found
    ]


def _site(site: Site) -> dict[str, Any]:
    return {
        "code": site.code,
        "name": site.name,
        "address": site.address,
        "unit": site.unit.full_name if site.unit else None,
        **_point(site.position),
    }


def _point(position: Any) -> dict[str, float | None]:
    if position is None:
        return {"lon": None, "lat": None}
    return {"lon": round(position.x, 6), "lat": round(position.y, 6)}
