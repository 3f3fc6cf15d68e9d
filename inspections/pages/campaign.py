"""One campaign: how far it is, who goes where on which day, what does not fit, and what is done about it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import User
from infra.pages.guard import needs
from inspections.documents.sketch import Mark, Sketch, box_of, frame_of, sketch_of
from inspections.fieldwork.campaigns import campaign_plan, days_replan
from inspections.fieldwork.planning import Stop, tour_metres
from inspections.models import Campaign, CampaignStatus, CampaignTask, TaskStatus
from inspections.pages.campaigns import find, picked_by
from inspections.rules import CAMPAIGN, moves_from
from inspections.selectors.campaigns import campaign_conflicts, campaign_progress, tasks_of, working_days
from inspections.selectors.outlines import outlines
from inspections.services.campaigns import (
    TASKS_MAX,
    Assignment,
    CannotPlan,
    campaign_move,
    may_plan,
    targets_add,
    tasks_assign,
    tasks_drop,
)

SKETCH_SIZE = (960.0, 560.0)
#: inspectors that are told apart on the sketch; the next ones share the last colour
COLOURS = 8
#: visits listed on the page; the export has all
LISTED = 400


@dataclass(frozen=True)
class Visit:
    """A visit ready to be drawn."""

    task: CampaignTask
    reasons: list[str]
    colour: int | None
    is_late: bool

    @property
    def name(self) -> str:
        return _name(self.task)


def _name(task: CampaignTask) -> str:
    if task.installation is not None:
        return task.installation.registry_number
    return task.site.code if task.site else ""


@dataclass
class Day:
    """An inspector's day: the visits in order, and how far apart they lie as the crow flies."""

    day: date
    person: User | None
    colour: int | None
    visits: list[Visit]

    @property
    def is_over(self) -> bool:
        """Whether nothing of the day is left to be made: it is folded up."""
        return self.day < timezone.localdate() and all(visit.task.status == TaskStatus.DONE for visit in self.visits)

    @property
    def kilometres(self) -> float:
        places = [visit.task.target.position for visit in self.visits if visit.task.target]
        stops = [Stop(place.x, place.y, (0,)) for place in places if place is not None]
        return round(tour_metres(stops, range(len(stops))) / 1000, 1)


@require_safe
@needs(Permission.SEE_REPORTS)
def campaign_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one campaign."""
    campaign = find(request, pk)
    tasks = list(tasks_of(campaign))
    team = sorted(campaign.team.all(), key=lambda person: str(person).casefold())
    colours = {person.pk: min(place, COLOURS - 1) for place, person in enumerate(team)}
    visits = [_visit(task, colours, campaign) for task in tasks if task.status != TaskStatus.DROPPED]
    plans = may_plan(cast(User, request.user), campaign.authority_id, campaign.field)
    context = {
        "campaign": campaign,
        "progress": campaign_progress(campaign, tasks),
        "conflicts": campaign_conflicts(campaign, tasks),
        "days": _days(visits),
        "loose": [visit for visit in visits if _is_loose(visit.task)][:LISTED],
        "dropped": [task for task in tasks if task.status == TaskStatus.DROPPED],
        "team": [(person, colours[person.pk]) for person in team],
        "units": campaign.units.defer("boundary", "centroid").order_by("name"),
        "sketch": _sketch(campaign, visits),
        "plans": plans and campaign.status != CampaignStatus.CLOSED,
        "moves": sorted(moves_from(CAMPAIGN, campaign.status)) if plans else [],
        "working_days": len(working_days(campaign)),
        "may_inspect": can(request.user, Permission.INSPECT),
        "me": request.user.pk,
    }
    return render(request, "inspections/campaign.html", context)


def _visit(task: CampaignTask, colours: dict[int, int], campaign: Campaign) -> Visit:
    key = "text_en" if get_language() == "en" else "text_vi"
    reasons = [row.get(key) or row.get("text_vi", "") if isinstance(row, dict) else str(row) for row in task.reasons]
    due = task.planned_on or campaign.ends_on
    late = task.status == TaskStatus.OPEN and due < timezone.localdate()
    return Visit(task, reasons, colours.get(task.assignee_id or 0), late)


def _is_loose(task: CampaignTask) -> bool:
    return task.status == TaskStatus.OPEN and (task.planned_on is None or task.assignee_id is None)


def _days(visits: Iterable[Visit]) -> list[Day]:
    days: dict[tuple[date, int], Day] = {}
    for visit in visits:
        task = visit.task
        if task.planned_on is None or task.assignee_id is None:
            continue
        key = (task.planned_on, task.assignee_id)
        days.setdefault(key, Day(task.planned_on, task.assignee, visit.colour, [])).visits.append(visit)
    ordered = sorted(days.values(), key=lambda day: (day.day, str(day.person).casefold()))
    for day in ordered:
        day.visits.sort(key=lambda visit: (visit.task.order, visit.task.pk))
    return ordered


def _sketch(campaign: Campaign, visits: Sequence[Visit]) -> Sketch | None:
    placed = [visit for visit in visits if visit.task.target and visit.task.target.position]
    if not placed:
        return None
    marks, ways = [], []
    for visit in placed:
        position: Any = visit.task.target.position  # type: ignore[union-attr]
        kind = "nobody" if visit.colour is None else str(visit.colour)
        if visit.task.status == TaskStatus.DONE:
            kind = "done"
        marks.append(Mark(position.x, position.y, kind, _title(visit.task), key=visit.task.pk))
    for day in _days(placed):
        places = [visit.task.target.position for visit in day.visits]  # type: ignore[union-attr]
        ways.append((str(day.colour), [(place.x, place.y) for place in places if place is not None]))
    corners: list[Any] = list(campaign.area.coords[0]) if campaign.area else []
    area = [corners] if corners else []
    frame = frame_of([*((mark.lon, mark.lat) for mark in marks), *corners], *SKETCH_SIZE)
    return sketch_of(marks, frame, units=outlines(box_of(frame)), ways=ways, areas=area)


def _title(task: CampaignTask) -> str:
    parts = [_name(task), str(task.assignee or ""), formats.day(task.planned_on) if task.planned_on else ""]
    return " · ".join(part for part in parts if part)


# --- Acts -------------------------------------------------------------------------------------------------------------


@require_POST
@needs(Permission.SUPERVISE)
def campaign_act(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Plan the work, move visits, drop them, start or close the campaign."""
    campaign = find(request, pk, edit=True)
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        messages.error(request, _("There is no such act."))
        return redirect("inspections:campaign", pk=pk)
    try:
        messages.success(request, act(cast(User, request.user), campaign, request))
    except CannotPlan as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('inspections:campaign', args=[pk])}{request.POST.get('back', '')[:40]}")


def _split(person: User, campaign: Campaign, _request: HttpRequest) -> str:
    changed = campaign_plan(
        actor=person, campaign=campaign, tasks=list(tasks_of(campaign)), reason=_("Split among the team by area")
    )
    return _changed(changed)


def _replan(person: User, campaign: Campaign, _request: HttpRequest) -> str:
    changed = days_replan(
        actor=person, campaign=campaign, tasks=list(tasks_of(campaign)), reason=_("Days planned anew")
    )
    return _changed(changed)


def _changed(n: int) -> str:
    return ngettext("%(n)s visit was planned.", "%(n)s visits were planned.", n) % {"n": formats.number(n)}


def _move(person: User, campaign: Campaign, request: HttpRequest) -> str:
    moved = campaign_move(
        actor=person, campaign=campaign, to=request.POST.get("to", ""), reason=request.POST.get("reason", "")
    )
    return _("The campaign is now “%(state)s”.") % {"state": moved.get_status_display()}


def _chosen(request: HttpRequest) -> list[int]:
    return [int(text) for text in request.POST.getlist("task") if text.isascii() and text.isdigit() and len(text) < 19]


def _drop(person: User, campaign: Campaign, request: HttpRequest) -> str:
    dropped = tasks_drop(actor=person, campaign=campaign, tasks=_chosen(request), reason=request.POST.get("reason", ""))
    return ngettext("%(n)s visit was dropped.", "%(n)s visits were dropped.", dropped) % {"n": dropped}


def _give(person: User, campaign: Campaign, request: HttpRequest) -> str:
    """Give the chosen visits to somebody and a day; they come after what the person has that day already."""
    who, text = request.POST.get("assignee", ""), request.POST.get("planned_on", "")
    assignee = int(who) if who.isascii() and who.isdigit() and len(who) < 19 else None
    if who and assignee is None:
        raise CannotPlan(_("Visits are given to people of the team only."))
    try:
        day = parse_date(text) if text else None
    except ValueError:
        day = None
    if text and day is None:
        raise CannotPlan(_("“%(text)s” is no day.") % {"text": text[:20]})
    chosen = _chosen(request)
    if not chosen:
        raise CannotPlan(_("Choose visits first."))
    rows = CampaignTask.objects.filter(campaign=campaign, assignee=assignee, planned_on=day).exclude(pk__in=chosen)
    last = max((task.order for task in rows), default=0)
    assignments = [Assignment(task, assignee, day, last + place) for place, task in enumerate(chosen, start=1)]
    changed = tasks_assign(
        actor=person, campaign=campaign, assignments=assignments, reason=_("Given by %(person)s") % {"person": person}
    )
    return _changed(changed)


_ACTS: dict[str, Any] = {
    "split": _split,
    "replan": _replan,
    "move": _move,
    "drop": _drop,
    "give": _give,
}


@require_POST
@needs(Permission.SUPERVISE)
def targets_taken(request: HttpRequest) -> HttpResponseBase:
    """Add what the address picks (filters, an area, sites, a storm) to a campaign that is there already."""
    key = request.POST.get("campaign", "")
    if not (key.isascii() and key.isdigit() and len(key) < 19):
        messages.error(request, _("Choose a campaign."))
        return redirect(f"{reverse('inspections:priorities')}?{request.GET.urlencode()}")
    campaign = find(request, int(key), edit=True)
    person = cast(User, request.user)
    try:
        picked = picked_by(person, request.GET, campaign.authority)
        if picked.rows is None:
            raise CannotPlan(picked.problem or _("Nothing was picked."))
        rows = list(picked.rows[: TASKS_MAX + 1])
        added = targets_add(actor=person, campaign=campaign, installations=rows, reason=_("Picked for the campaign"))
    except CannotPlan as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _told(added, len(rows) - added, picked.left_out))
    return redirect("inspections:campaign", pk=campaign.pk)


def _told(added: int, known: int, left_out: int) -> str:
    """Say what became of everything that was picked."""
    parts = [ngettext("%(n)s target is new.", "%(n)s targets are new.", added) % {"n": formats.number(added)}]
    if known:
        words = ngettext("%(n)s was a target already.", "%(n)s were targets already.", known)
        parts.append(words % {"n": formats.number(known)})
    if left_out:
        words = ngettext(
            "%(n)s more cannot be visited (not standing, not yours, or of another authority).",
            "%(n)s more cannot be visited (not standing, not yours, or of another authority).",
            left_out,
        )
        parts.append(words % {"n": formats.number(left_out)})
    return " ".join(parts)
