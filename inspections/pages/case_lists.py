"""The cases as a list, a board by state, a time line and points of the map: one set of filters for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission, can, scope_of
from infra.models import User
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import BadPlaceError, Order, page_of
from infra.pages.listing import Listing, chips_of, show
from inspections.forms.case_lists import CaseFilters
from inspections.models import NEVER, CaseState, Field, Step, ViolationCase
from inspections.pages.words import deadline_name, deadline_tone, time_left
from inspections.selectors.case_boards import BOARD_STATES, board_of, points_of, steps_by_case, views_of
from inspections.selectors.cases import OPEN, cases, drawn, overdue_count
from inspections.services.views import view_forget, view_keep

#: parts of the address that are no filters
NO_FILTERS = ("after", "before", "export")
COURSE_ROWS = 60
#: how far a time line reaches back and ahead
BACK, AHEAD = timedelta(days=210), timedelta(days=120)
#: kind of a step -> the state it leads to, as a time line colours it
LEADS_TO = {
    "record": "recorded",
    "explanation_request": "explaining",
    "explanation": "explaining",
    "hearing": "explaining",
    "verification": "explaining",
    "decision": "decided",
    "no_penalty": "no_penalty",
    "serve": "served",
    "payment": "executing",
    "instalments": "executing",
    "postpone": "executing",
    "remedy": "executing",
    "enforce": "enforcing",
    "transfer": "transferred",
}


def case_url(case: ViolationCase) -> str:
    return reverse("inspections:case", args=[case.pk])


def _due(case: Any) -> date | None:
    return None if case.next_due == NEVER else case.next_due


def _deadline(case: Any) -> tuple[str, str] | None:
    due = _due(case)
    if due is None:
        return None
    today = timezone.localdate()
    return deadline_tone(due, today), f"{formats.day(due)} · {time_left(due, today)}"


def _behaviour(case: Any) -> str:
    charges = case.charges_seen
    if not charges:
        return ""
    more = f" (+{len(charges) - 1})" if len(charges) > 1 else ""
    return f"{charges[0].text}{more}"


def _rules(case: Any) -> str:
    return ", ".join(charge.rule_code for charge in case.charges_seen)


def _objects(case: Any) -> str:
    return ", ".join(row.installation.registry_number if row.installation else row.text for row in case.objects_seen)


BY_DATE = Order("next_due", tie="standing__case_id")
CASE_COLUMNS = (
    Column("number", gettext_lazy("Case"), lambda c: c.number, card="title", url=case_url, second=_objects),
    Column("state", gettext_lazy("State"), lambda c: str(CaseState(c.state).label), card="aside"),
    Column("party", gettext_lazy("Party"), lambda c: c.party_name, second=_behaviour),
    Column(
        "next_due",
        gettext_lazy("Next deadline"),
        _due,
        state=_deadline,
        second=lambda c: deadline_name(c.next_name) if c.next_name else None,
    ),
    Column(
        "next_name",
        gettext_lazy("Deadline"),
        lambda c: deadline_name(c.next_name) if c.next_name else None,
        screen=False,
    ),
    Column("rules", gettext_lazy("Rules"), _rules, screen=False),
    Column("behaviour", gettext_lazy("Behaviour"), _behaviour, screen=False),
    Column("objects", gettext_lazy("Objects"), _objects, screen=False),
    Column("field", gettext_lazy("Field"), lambda c: str(Field(c.field).label), card="hidden"),
    Column("unit", gettext_lazy("Commune"), lambda c: c.unit.full_name if c.unit else None, card="hidden"),
    Column("officer", gettext_lazy("Officer"), lambda c: str(c.officer or ""), card="hidden"),
    Column("origin", gettext_lazy("Opened from"), lambda c: c.get_origin_display(), screen=False),
    Column("detected_on", gettext_lazy("Detected"), lambda c: c.detected_on, card="hidden"),
    Column("fine_vnd", gettext_lazy("Fine (₫)"), lambda c: c.fine_vnd, card="hidden", figure=True),
    Column("paid_vnd", gettext_lazy("Paid (₫)"), lambda c: c.standing.paid_vnd, screen=False),
    Column("closed_on", gettext_lazy("Closed on"), lambda c: c.closed_on, screen=False),
)


def _name_hidden(case: Any) -> str:
    return str(case.party_name) if case.organization else _("A person")


def listing_for(request: HttpRequest) -> Listing:
    """Return the list as the person may read it: persons are named to case officers only."""
    columns: tuple[Column, ...] = CASE_COLUMNS
    if not can(request.user, Permission.RUN_CASES):
        columns = tuple(replace(row, value=_name_hidden) if row.name == "party" else row for row in columns)
    return Listing(
        title=_("Cases"),
        stem="cases",
        columns=columns,
        filters=CaseFilters,
        counted=lambda n: ngettext("%(n)s case", "%(n)s cases", n) % {"n": formats.number(n)},
        empty=_("No case has been opened yet. A finding that breaks a rule opens one with one click."),
        search_hint=_("Number, party, place, commune"),
        order=BY_DATE,
        sorted=_("the nearest deadline first"),
        geometry=lambda case: case.position,
        template="inspections/cases.html",
        drawn=drawn,
    )


@require_safe
@needs(Permission.SEE_CASES)
def case_list(request: HttpRequest) -> HttpResponseBase:
    """List the cases, those with the nearest deadline first."""
    extra = {} if request.GET.get("export") else {**_frame(request, "list"), "overdue": overdue_count(request.user)}
    return show(request, listing_for(request), ViolationCase.objects.visible_to(request.user), **extra)


# --- The same cases otherwise -----------------------------------------------------------------------------------------


def query_of(request: HttpRequest) -> str:
    """Return the filters of the address as text."""
    query = request.GET.copy()
    for name in (*NO_FILTERS, *(name for name in request.GET if not request.GET.get(name))):
        query.pop(name, None)
    return query.urlencode()


def _frame(request: HttpRequest, shown: str) -> dict[str, Any]:
    """Return what every face of the list has at its head."""
    query, is_staff = query_of(request), scope_of(request.user).is_staff()
    faces = [("list", _("List"), "list", "inspections:cases")]
    if is_staff:
        faces += [
            ("board", _("Board"), "layout-kanban", "inspections:case-board"),
            ("course", _("Time line"), "timeline", "inspections:case-course"),
        ]
    tail = f"?{query}" if query else ""
    links = [(name, title, icon, reverse(url) + tail) for name, title, icon, url in faces]
    if console := _map_url(query):
        links.append(("map", _("Map"), "map-2", console))
    return {
        "faces": links,
        "face": shown,
        "query": query,
        "views": views_of(cast(User, request.user)),
        "may_open": can(request.user, Permission.RUN_CASES),
    }


def _map_url(query: str) -> str | None:
    try:
        return f"{reverse('maps:console')}?mode=cases" + (f"&{query}" if query else "")
    except NoReverseMatch:
        return None


def _filtered(request: HttpRequest) -> tuple[Any, Any, list[str]]:
    """Return (filters, the rows they leave, what is wrong in the address)."""
    filters = CaseFilters(request.GET, queryset=cases(request.user), request=request)
    if filters.is_valid():
        return filters, filters.qs, []
    words = _("The filter “%(name)s” cannot be “%(value)s”.")
    problems = [words % {"name": name, "value": request.GET.get(name, "")} for name in filters.form.errors]
    return filters, filters.queryset.none(), problems


def _face(request: HttpRequest, name: str, filters: Any, problems: list[str], **context: Any) -> HttpResponseBase:
    listing = listing_for(request)
    shared = {
        "listing": listing,
        "filters": filters,
        "chips": chips_of(filters),
        "problems": problems,
        "filtered": any(request.GET.get(part) for part in filters.filters),
        "names_persons": can(request.user, Permission.RUN_CASES),
        **_frame(request, name),
    }
    return render(request, f"inspections/case_{name}.html", {**shared, **context}, status=400 if problems else 200)


@require_safe
@needs(Permission.SEE_CASES)
@needs(Permission.SEE_REPORTS, Permission.RUN_CASES)
def board(request: HttpRequest) -> HttpResponseBase:
    """Show the open cases by state, the nearest dates first."""
    filters, rows, problems = _filtered(request)
    today = timezone.localdate()
    columns = [
        {
            "state": column.state,
            "name": column.state.label,
            "count": column.count,
            "cards": [
                (case, deadline_tone(due, today) if (due := _due(case)) else "", time_left(due, today) if due else "")
                for case in column.cases
            ],
        }
        for column in board_of(rows)
    ]
    return _face(request, "board", filters, problems, columns=columns)


@dataclass(frozen=True)
class Bar:
    """A stretch of a case's life in one state, in percent of the time line's width."""

    state: str
    title: str
    left: str
    width: str


@dataclass(frozen=True)
class CourseRow:
    """A case on the time line: its bars and where its next date stands."""

    case: Any
    bars: list[Bar]
    due: str
    tone: str
    words: str


@dataclass(frozen=True)
class Scale:
    """The time that the time line shows."""

    start: date
    end: date

    def percent(self, on: date) -> float:
        inside = min(max(on, self.start), self.end)
        return 100 * (inside - self.start).days / max((self.end - self.start).days, 1)

    def months(self) -> list[tuple[str, str]]:
        """Return (place, word) of each first of a month."""
        found, day = [], self.start.replace(day=1)
        while day <= self.end:
            if day >= self.start:
                found.append((_percent(self.percent(day)), f"{day.month:02d}/{day.year}"))
            day = (day + timedelta(days=32)).replace(day=1)
        return found


def _percent(value: float) -> str:
    return f"{value:.2f}"


@require_safe
@needs(Permission.SEE_CASES)
@needs(Permission.SEE_REPORTS, Permission.RUN_CASES)
def course(request: HttpRequest) -> HttpResponseBase:
    """Show the open cases as bars in time: how long each stood in which state, and when its next date is."""
    filters, rows, problems = _filtered(request)
    today, order = timezone.localdate(), BY_DATE
    open_rows = rows.filter(state__in=OPEN)
    try:
        after, before = request.GET.get("after", ""), request.GET.get("before", "")
        page = page_of(open_rows, order, COURSE_ROWS, after, before)
    except BadPlaceError as error:
        problems.append(_("“%(value)s” is no place in this list.") % {"value": error})
        page = page_of(open_rows.none(), order, COURSE_ROWS)
    steps = steps_by_case(page.rows)
    scale = _scale(page.rows, today)
    return _face(
        request,
        "course",
        filters,
        problems,
        page=page,
        rows=[_course_row(case, steps[case.pk], scale, today) for case in page.rows],
        months=scale.months(),
        today_at=_percent(scale.percent(today)),
        states=[(state, state.label) for state in BOARD_STATES],
    )


def _scale(rows: Sequence[Any], today: date) -> Scale:
    first = min((case.detected_on for case in rows), default=today)
    last = max((due for case in rows if (due := _due(case))), default=today)
    return Scale(max(first, today - BACK), min(max(last, today + timedelta(days=14)), today + AHEAD))


def _course_row(case: Any, steps: list[Step], scale: Scale, today: date) -> CourseRow:
    marks: list[tuple[date, str]] = [(case.detected_on, CaseState.DETECTED)]
    for step in steps:
        state = LEADS_TO.get(step.kind)
        if state and state != marks[-1][1]:
            marks.append((step.on, state))
    ends = [*(on for on, _state in marks[1:]), max(today, marks[-1][0])]
    bars = []
    for (start, state), end in zip(marks, ends, strict=True):
        left, right = scale.percent(start), scale.percent(end)
        if right - left < 0.01 and end != ends[-1]:
            continue
        name = CaseState(state).label
        title = f"{name}: {formats.day(start)} – {formats.day(end)}"
        bars.append(Bar(state, title, _percent(left), _percent(max(right - left, 0.4))))
    due = _due(case)
    return CourseRow(
        case=case,
        bars=bars,
        due=_percent(scale.percent(due)) if due and due <= scale.end else "",
        tone=deadline_tone(due, today) if due else "",
        words=f"{deadline_name(case.next_name)}, {formats.day(due)}, {time_left(due, today)}" if due else "",
    )


@require_safe
@needs(Permission.SEE_CASES)
def points(request: HttpRequest) -> HttpResponseBase:
    """Answer with where the open cases stand, for the map; the same filters as the list."""
    _filters, rows, problems = _filtered(request)
    if problems:
        return JsonResponse({"problems": problems}, status=400)
    found, more = points_of(rows)
    return JsonResponse({"cases": found, "more": more}, headers={"Cache-Control": "private, no-store"})


# --- Saved views ------------------------------------------------------------------------------------------------------


@require_POST
@needs(Permission.SEE_CASES)
def view_kept(request: HttpRequest) -> HttpResponseBase:
    """Keep the filters under a name, or forget a view."""
    person = cast(User, request.user)
    forgotten = request.POST.get("forget", "")
    if forgotten:
        view_forget(person=person, name=forgotten)
        return redirect("inspections:cases")
    name = request.POST.get("name", "").strip()[:60]
    query = QueryDict(request.POST.get("query", "")[:1000]).urlencode()
    if not name:
        messages.error(request, _("Give the view a name."))
    elif not view_keep(person=person, name=name, query=query):
        messages.error(request, _("You have as many views as can be kept; forget one first."))
    else:
        messages.success(request, _("The view “%(name)s” is kept.") % {"name": name})
    return redirect(f"{reverse('inspections:cases')}?{query}")
