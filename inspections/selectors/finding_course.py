"""The course of one defect: found, ordered, answered, found again, remedied — over as many inspections as it took."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q

from infra.access import Person
from infra.models import ChangeRecord
from inspections.models import CampaignTask, Finding, FindingAnswer, FindingState, Inspection, TaskStatus
from inspections.selectors.campaigns import GOING_ON

#: re-inspections that are followed back
LONGEST = 20
SUBJECT = ("installation_id", "mast_id", "site_id")


@dataclass
class Stage:
    """One finding of the course: what was ordered and answered until the next re-inspection, ``settled`` by which."""

    finding: Finding
    orders: list["Order"] = field(default_factory=list)
    answers: list[FindingAnswer] = field(default_factory=list)
    settled: Inspection | None = None

    @property
    def is_repeated(self) -> bool:
        return self.finding.state == FindingState.REPEATED


@dataclass(frozen=True)
class Order:
    """A remedy with its day, ordered by a person of the authority."""

    at: Any
    due_on: date | None
    order: str
    reason: str
    by: Any


def course_of(finding: Finding, person: Person) -> tuple[list[Stage], Finding | None]:
    """Return the stages up to *finding*, oldest first, and the finding in which it goes on (None: it is the last)."""
    chain, later = _chain(finding, person)
    keys = [row.pk for row in chain]
    stages = {row.pk: Stage(row) for row in chain}
    answers = FindingAnswer.objects.filter(finding__in=keys).select_related("author", "decided_by")
    for answer in answers.prefetch_related(Prefetch("files", to_attr="kept")).order_by("id"):
        stages[answer.finding_id].answers.append(answer)
    for version in Finding.version_model.objects.filter(  # type: ignore[attr-defined]
        noun_id__in=keys, act__kind="finding.ordered"
    ).select_related("act__actor").order_by("valid_from"):  # fmt: skip
        act: ChangeRecord = version.act
        stages[version.noun_id].orders.append(Order(act.at, version.due_on, version.order_vi, act.reason, act.actor))
    numbers = {row.remedy_note for row in chain if row.state in (FindingState.REMEDIED, FindingState.REPEATED)} - {""}
    if numbers:
        visits = Inspection.objects.visible_to(person).filter(authority=finding.authority_id, number__in=numbers)
        by_number = {visit.number: visit for visit in visits.select_related("inspector")}
        for stage in stages.values():
            stage.settled = by_number.get(stage.finding.remedy_note)
    return list(stages.values()), later


def _chain(finding: Finding, person: Person) -> tuple[list[Finding], Finding | None]:
    """Return the findings that go on in *finding*, oldest first, itself last, and the one in which it goes on."""
    subject = {name: getattr(finding, name) for name in SUBJECT if getattr(finding, name) is not None}
    if finding.item is None or not subject:
        return [finding], None
    same = Finding.objects.visible_to(person).filter(item__code=finding.item.code, **subject)
    ends = Q(state=FindingState.REPEATED) | Q(inspection__number=finding.remedy_note or finding.inspection.number)
    rows = list(same.filter(ends).exclude(pk=finding.pk).select_related("inspection__inspector", "item"))
    before: dict[str, list[Finding]] = defaultdict(list)
    for row in rows:
        if row.state == FindingState.REPEATED:
            before[row.remedy_note].append(row)
    chain = [finding]
    for row in chain:  # grows as it is gone through: of two that went on in one visit, both belong to the course
        chain += before.pop(row.inspection.number, [])[: LONGEST - len(chain)]
    chain.sort(key=lambda row: (row.pk == finding.pk, row.found_on, row.pk))
    later = None
    if finding.state == FindingState.REPEATED:
        later = next((row for row in rows if row.inspection.number == finding.remedy_note), None)
    return chain, later


def settled_by(inspection: Inspection, person: Person) -> list[Finding]:
    """Return the earlier findings that *inspection* closed or found again, as far as *person* sees them (one query)."""
    subject = {name: getattr(inspection, name) for name in SUBJECT if getattr(inspection, name) is not None}
    if not subject or not inspection.number:
        return []
    rows = Finding.objects.visible_to(person).filter(
        state__in=(FindingState.REMEDIED, FindingState.REPEATED), remedy_note=inspection.number, **subject
    )
    return list(rows.exclude(inspection=inspection.pk).select_related("inspection").order_by("found_on", "pk"))


def planned_visit(finding: Finding) -> CampaignTask | None:
    """Return the next visit that is planned where the finding stands, None where none is (one query)."""
    if finding.installation_id is None and finding.site_id is None:
        return None
    target: dict[str, Any] = (
        {"installation": finding.installation_id} if finding.installation_id else {"site": finding.site_id}
    )
    rows = CampaignTask.objects.filter(status=TaskStatus.OPEN, campaign__status__in=GOING_ON, **target)
    return rows.select_related("campaign", "assignee").order_by("planned_on", "pk").first()
