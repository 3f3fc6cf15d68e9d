"""The summary of a campaign: decision, how far it is, what was found where, every visit, a sketch."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from inspections.documents.reports.blocks import Block, Cell, Drawing, Facts, Report, Table, Words, letterhead
from inspections.documents.reports.drawings import svg_of
from inspections.documents.sketch import Mark, box_of, frame_of, sketch_of
from inspections.documents.words import date_in_words
from inspections.models import Campaign, CampaignTask, Finding, Inspection, Result, Review, TaskStatus
from inspections.selectors.campaigns import Progress, Share
from inspections.selectors.outlines import outlines

SKETCH_SIZE = (760.0, 420.0)
LOOKS = {
    "pass": ("#17897C", "#FFFFFF", 4.5),
    "pass_with_remarks": ("#F0A81C", "#6B4300", 5.0),
    "fail": ("#7A0C3A", "#FFFFFF", 6.0),
    "open": ("#FFFFFF", "#7C8797", 4.5),
}
STATES: dict[str, str] = {Result.PASS: "compliant", Result.PASS_WITH_REMARKS: "due", Result.FAIL: "unsafe"}
#: visits that the summary lists one by one, and questions it counts findings of
VISITS_MAX, ITEMS_MAX = 1_000, 20


def summary_of(
    campaign: Campaign,
    tasks: list[CampaignTask],
    progress: Progress,
    inspections: Iterable[Inspection],
    findings: list[Finding],
) -> Report:
    """Return the summary of *campaign*; *inspections* and *findings* are those that the person sees."""
    by_task = _latest(inspections)
    head = letterhead(campaign.authority)
    place = head.pop("place")
    today = timezone.localdate()
    report = Report(
        **head,
        number=_("Decision %(number)s") % {"number": campaign.decision_number} if campaign.decision_number else "",
        dateline=", ".join(part for part in (place, date_in_words(today)) if part),
        title=_("Summary of the campaign"),
        subject=campaign.title,
    )
    report.blocks = list(_blocks(campaign, tasks, progress, by_task, findings))
    report.notes = [_("Printed %(at)s from the register.") % {"at": formats.moment(timezone.now())}]
    return report


def _latest(inspections: Iterable[Inspection]) -> dict[int, Inspection]:
    """Return task -> the inspection that counts: the last one that was not set aside."""
    ordered = sorted(inspections, key=lambda row: row.pk)
    return {row.task_id: row for row in ordered if row.task_id and row.review != Review.SET_ASIDE}


def _blocks(
    campaign: Campaign,
    tasks: list[CampaignTask],
    progress: Progress,
    by_task: dict[int, Inspection],
    findings: list[Finding],
) -> Iterator[Block]:
    yield Facts(_("Decision and progress"), list(_facts(campaign, progress, by_task)))
    if campaign.purpose:
        yield Words(_("Purpose"), campaign.purpose.splitlines())
    yield _shares(_("By inspector"), _("Inspector"), progress.inspectors)
    yield _shares(_("By commune"), _("Commune"), progress.units)
    yield _items(findings)
    yield _operators(findings)
    sketch = _sketch(campaign, tasks, by_task)
    if sketch is not None:
        yield sketch
    yield _visits(tasks, by_task, findings)


def _facts(campaign: Campaign, progress: Progress, by_task: dict[int, Inspection]) -> Iterator[tuple[str, str]]:
    yield _("Period"), f"{formats.day(campaign.starts_on)} – {formats.day(campaign.ends_on)}"
    yield _("Field"), str(campaign.get_field_display())
    yield _("State"), str(campaign.get_status_display())
    yield _("Team"), ", ".join(str(person) for person in campaign.team.all()) or "–"
    whole = progress.whole
    words = _("%(done)s of %(planned)s visits made (%(percent)s %%), %(late)s late")
    yield (
        _("Progress"),
        words
        % {
            "done": formats.number(whole.done),
            "planned": formats.number(whole.planned),
            "percent": formats.number(whole.percent),
            "late": formats.number(whole.late),
        },
    )
    results = Counter(row.result for row in by_task.values() if row.result)
    yield _("Results"), " · ".join(f"{Result(code).label}: {formats.number(results[code])}" for code in Result.values)
    words = _("%(findings)s, of these %(dangers)s dangers")
    yield (
        _("Findings"),
        words % {"findings": formats.number(progress.findings), "dangers": formats.number(progress.dangers)},
    )


def _shares(title: str, name: str, shares: list[Share]) -> Table:
    rows = [
        [
            Cell(share.name), Cell(formats.number(share.planned)), Cell(formats.number(share.done)),
            Cell(f"{formats.number(share.percent)} %"),
            Cell(formats.number(share.late), "overdue" if share.late else ""),
        ]
        for share in shares
    ]  # fmt: skip
    columns = (name, _("Planned"), _("Done"), _("Share"), _("Late"))
    return Table(
        title, columns, (3.4, 1.2, 1.1, 1, 1.1), rows, frozenset({1, 2, 3, 4}), empty=_("No visit is planned.")
    )


def _items(findings: list[Finding]) -> Table:
    named = [(row.item.number, row.item.text, row) if row.item else ("–", row.text, row) for row in findings]
    counted = Counter((number, text) for number, text, _row in named)
    standing = Counter((number, text) for number, text, row in named if row.state in ("open", "answered"))
    rows = [
        [Cell(number), Cell(text), Cell(formats.number(n)), Cell(formats.number(standing[(number, text)]))]
        for (number, text), n in counted.most_common(ITEMS_MAX)
    ]
    columns = (_("No."), _("Content"), _("Findings"), _("Still open"))
    return Table(
        _("Findings by content"), columns, (0.7, 5.9, 1.2, 1.3), rows, frozenset({2, 3}), empty=_("Nothing was found.")
    )


def _operators(findings: list[Finding]) -> Table:
    counted = Counter(str(row.organization or "–") for row in findings)
    dangers = Counter(str(row.organization or "–") for row in findings if row.is_safety)
    rows = [
        [Cell(name), Cell(formats.number(n)), Cell(formats.number(dangers[name]))] for name, n in counted.most_common()
    ]
    columns = (_("Operator"), _("Findings"), _("of these dangers"))
    return Table(
        _("Findings by operator"), columns, (5.4, 1.3, 1.6), rows, frozenset({1, 2}), empty=_("Nothing was found.")
    )


def _sketch(campaign: Campaign, tasks: list[CampaignTask], by_task: dict[int, Inspection]) -> Drawing | None:
    marks = []
    for task in tasks:
        position: Any = task.target.position if task.target else None
        if position is None or task.status == TaskStatus.DROPPED:
            continue
        found = by_task.get(task.pk)
        marks.append(Mark(position.x, position.y, found.result if found and found.result else "open"))
    if not marks:
        return None
    corners: list[Any] = list(campaign.area.coords[0]) if campaign.area else []
    frame = frame_of([*((mark.lon, mark.lat) for mark in marks), *corners], *SKETCH_SIZE)
    sketch = sketch_of(marks, frame, units=outlines(box_of(frame)), areas=[corners] if corners else [])
    caption = _("Green: pass. Yellow: pass with remarks. Dark red: fail. Hollow: not visited yet. North is up.")
    return Drawing(_("Sketch"), svg_of(sketch, LOOKS), caption)


def _visits(tasks: list[CampaignTask], by_task: dict[int, Inspection], findings: list[Finding]) -> Table:
    counted = Counter(row.inspection_id for row in findings)
    rows = []
    for number, task in enumerate([task for task in tasks if task.status != TaskStatus.DROPPED][:VISITS_MAX], 1):
        target, found = task.installation, by_task.get(task.pk)
        name = target.registry_number if target else task.site.code if task.site else "–"
        owner = str(target.organization) if target else ""
        rows.append(
            [
                Cell(str(number)),
                Cell(" · ".join(part for part in (name, target.name if target else "", owner) if part)),
                Cell(task.unit.full_name if task.unit else "–"),
                Cell(
                    formats.day(found.visited_on) if found else formats.day(task.planned_on) if task.planned_on else "–"
                ),
                Cell(str(task.assignee or "–")),
                Cell(str(found.get_result_display()), STATES.get(found.result, ""))
                if found
                else Cell(_("not visited"), "unknown"),
                Cell(formats.number(counted[found.pk]) if found else "–"),
            ]
        )
    columns = (_("No."), _("Target"), _("Commune"), _("Day"), _("Inspector"), _("Result"), _("Findings"))
    return Table(
        _("Visits"),
        columns,
        (0.7, 3.3, 1.8, 1.75, 1.8, 1.5, 1.1),
        rows,
        frozenset({6}),
        empty=_("No visit is planned."),
    )
