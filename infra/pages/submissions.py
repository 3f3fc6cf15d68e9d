"""Pages of submissions: the list and the queue, handing a file in, one file with all its problems."""

from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from infra.access import Permission, scope_of
from infra.forms.submissions import NewSubmissionForm, crs_choices
from infra.models import Organization, Submission, SubmissionRow, SubmissionStatus, User
from infra.pages import submission_view as view
from infra.pages.guard import needs
from infra.pages.submission_map import map_of
from infra.rules import OPEN, Side
from infra.selectors.submissions import (
    SEVERITIES,
    authorities_to_submit_to,
    figures,
    organizations_to_submit_for,
    rows_filtered,
    sides_of,
    submissions_for,
    submissions_of_sheets,
    submissions_waiting,
)
from infra.selectors.work import work_on
from infra.services.submissions import submission_receive
from infra.submissions import applying, review
from infra.submissions.columns import TABLES, Column
from infra.submissions.columns.guide import guide
from infra.submissions.columns.headers import key_of
from infra.submissions.coordinates.doubts import doubts_of
from infra.submissions.problems import Problem
from infra.tasks import check_later

PAGE_ROWS = 50
_LARGEST_KEY = 2**63 - 1
PAGE_SUBMISSIONS = 50
#: states in which rows came back to the operator
_GONE_BACK = (SubmissionStatus.RETURNED, SubmissionStatus.REJECTED, SubmissionStatus.PARTLY_ACCEPTED)
_DONE = (SubmissionStatus.ACCEPTED, SubmissionStatus.PARTLY_ACCEPTED)
_TABS: dict[str, tuple[str, ...]] = {
    "open": (SubmissionStatus.RECEIVED, SubmissionStatus.CHECKING, SubmissionStatus.INVALID, SubmissionStatus.READY),
    "sent": (SubmissionStatus.SENT, SubmissionStatus.APPLYING),
    "returned": (SubmissionStatus.RETURNED, SubmissionStatus.REJECTED, SubmissionStatus.FAILED),
    "done": _DONE,
}


def find(request: HttpRequest, number: int, side: Side | None = None) -> Submission:
    """Return the submission the person may see, and act on for *side*; Http404 otherwise."""
    submission = submissions_for(request.user).filter(pk=number).first() if number <= _LARGEST_KEY else None
    if submission is None or (side is not None and side not in sides_of(request.user, submission)):
        raise Http404
    return submission


# --- the list ---


@require_safe
@needs(Permission.SEE_SUBMISSIONS)
def submissions(request: HttpRequest) -> HttpResponse:
    """Show the queue (authority: what waits, oldest first) or the operator's files, newest first."""
    reviews = scope_of(request.user).can(Permission.REVIEW)
    tab = request.GET.get("tab", "sent" if reviews else "")
    rows = _listed(request, tab, reviews=reviews)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE_SUBMISSIONS + 1])
    shown = found[:PAGE_SUBMISSIONS]
    context = {
        "tab": tab,
        "tabs": _tabs(request),
        "reviews": reviews,
        "may_submit": organizations_to_submit_for(request.user).exists(),
        "rows": [_list_row(row) for row in shown],
        "next_before": shown[-1].pk if len(found) > PAGE_SUBMISSIONS else None,
        "kinds": list(TABLES),
    }
    return render(request, "infra/submissions/list.html", context)


def _listed(request: HttpRequest, tab: str, *, reviews: bool) -> QuerySet[Submission]:
    if reviews and tab == "sent":
        return submissions_waiting(request.user)
    rows = submissions_for(request.user)
    return rows.filter(status__in=_TABS[tab]) if tab in _TABS else rows


def _tabs(request: HttpRequest) -> list[tuple[str, str, int]]:
    names = {"sent": _("Waiting"), "open": _("In preparation"), "returned": _("Returned"), "done": _("Registered")}
    counted: dict[str, int] = dict.fromkeys(_TABS, 0)
    for status in submissions_for(request.user).order_by().values_list("status", flat=True):
        for tab, states in _TABS.items():
            counted[tab] += status in states
    return [(tab, name, counted[tab]) for tab, name in names.items()]


def _list_row(submission: Submission) -> dict[str, Any]:
    return {
        "submission": submission,
        "figures": figures(submission),
        "tone": view.TONES.get(SubmissionStatus(submission.status), "neutral"),
        "waiting": view.waiting_words(submission.sent_at) if submission.status == SubmissionStatus.SENT else "",
    }


# --- handing in ---


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUBMIT, Permission.REVIEW)
def submission_new(request: HttpRequest) -> HttpResponseBase:
    """Show the form; take the file in and look at it in the background."""
    person = cast(User, request.user)
    previous = submissions_for(person).filter(pk=number_of(request.GET.get("corrects")) or 0).first()
    initial = {"organization": previous.organization_id, "kind": previous.kind, "crs": previous.crs} if previous else {}
    form = NewSubmissionForm(request.POST or None, request.FILES or None, person=person, initial=initial)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        submission, _is_new = submission_receive(
            actor=person,
            authority=values["authority"],
            organization=values["organization"],
            kind=values["kind"],
            name=values["file"].name,
            chunks=values["file"].chunks(),
            crs=values["crs"],
            mode=values["mode"],
            history_from=values.get("history_from"),
            previous=previous,
            content_type=values["file"].content_type or "",
        )
        check_later(submission, person)
        return redirect("infra:submission", submission.pk)
    context = {"form": form, "kinds": _kinds(), "previous": previous, "own": _own_organization(person)}
    return render(request, "infra/submissions/new.html", context, status=400 if form.errors else 200)


def _own_organization(person: User) -> Organization | None:
    """Return the one organization that *person* hands files in for; None for several, or several registers."""
    found, registers = organizations_to_submit_for(person)[:2], authorities_to_submit_to(person)[:2]
    return found[0] if len(found) == len(registers) == 1 else None


def _kinds() -> list[tuple[str, str]]:
    return [(kind, str(table.kind.label)) for kind, table in TABLES.items()]  # type: ignore[attr-defined]


def number_of(text: str | None) -> int | None:
    """Return the whole number that *text* is, or None."""
    return int(text) if text and text.isdecimal() and len(text) < 19 else None


# --- one submission ---


@require_safe
@needs(Permission.SEE_SUBMISSIONS)
def submission(request: HttpRequest, number: int) -> HttpResponse:
    """Show one submission: what was found, row by row, and what may be done about it."""
    found = find(request, number)
    if request.headers.get("HX-Request") and request.GET.get("part") == "progress":
        response = render(request, "infra/submissions/progress.html", {"submission": found, "work": work_on(found)})
        if found.status not in view.WORKING:
            response["HX-Refresh"] = "true"
        return response
    if request.headers.get("HX-Request") and request.GET.get("part") == "sheets":
        sheets = view.sheets_offered(found, mends=may_mend(request, found))
        return render(request, "infra/submissions/sheets.html", {"submission": found, "sheets": sheets})
    context = {"submission": found, **_detail(request, found), **_grid(request, found)}
    part = request.GET.get("part") if request.headers.get("HX-Request") else None
    template = {"grid": "infra/submissions/grid.html", "row": "infra/submissions/row.html"}.get(part or "")
    return render(request, template or "infra/submissions/detail.html", context)


def may_mend(request: HttpRequest, found: Submission) -> bool:
    """Tell whether the person may change the rows now."""
    return found.status in OPEN and Side.OPERATOR in sides_of(request.user, found)


def _detail(request: HttpRequest, found: Submission) -> dict[str, Any]:
    sides = sides_of(request.user, found)
    is_open = found.status in OPEN
    return {
        "steps": view.steps_of(found),
        "tone": view.TONES.get(SubmissionStatus(found.status), "neutral"),
        "figures": figures(found),
        "reading": view.reading_words(found),
        "doubts": doubts_of(found.reading),
        "unknown": found.reading.get("unknown", []),
        "ignored": _left_out(found),
        "skipped": found.reading.get("skipped", []),
        "file_problems": [Problem.of(None, kept) for kept in found.file_problems],
        "handed_in": _other_sheets(request, found),
        "groups": view.groups_of(found),
        "working": found.status in view.WORKING,
        "work": work_on(found),
        "sheets": view.sheets_offered(found, mends=is_open and Side.OPERATOR in sides),
        "may_mend": is_open and Side.OPERATOR in sides,
        "may_withdraw": found.status in (*OPEN, SubmissionStatus.SENT) and Side.OPERATOR in sides,
        "may_retry": found.status == SubmissionStatus.FAILED and not found.decided_at and Side.OPERATOR in sides,
        "may_decide": found.status in (SubmissionStatus.SENT, SubmissionStatus.FAILED) and Side.AUTHORITY in sides,
        "may_correct": found.status in (*_GONE_BACK, *OPEN) and Side.OPERATOR in sides,
        "many_removals": found.status == SubmissionStatus.SENT and applying.removals_are_many(found),
        "good": review.rows_acceptable(found, "good").count() if found.status == SubmissionStatus.SENT else 0,
        "has_places": bool(TABLES[found.kind].positions),
        "systems": crs_choices(found.authority),
        "columns": [
            column for column in TABLES[found.kind].read() if column.name not in found.reading.get("columns", {})
        ],
        "waiting": view.waiting_words(found.sent_at),
        "corrections": submissions_for(request.user).filter(previous=found).order_by("pk"),
        "decided": view.rows_decided(found),
        "history": view.history_of(found),
    }


def _left_out(found: Submission) -> list[dict[str, str]]:
    """Return the headers that a person said mean nothing; our own remarks in a sheet that came back are none."""
    ignored = found.reading.get("ignored", [])
    said = {key_of(text) for text, column in review.headers_assigned(found).items() if not column} if ignored else set()
    return [one for one in ignored if key_of(one["header"]) in said]


def _other_sheets(request: HttpRequest, found: Submission) -> dict[str, Submission]:
    """Return sheet → its submission for the other sheets of the workbook that were handed in."""
    if not any(kept["code"] == "file.sheet_unread" for kept in found.file_problems):
        return {}
    of_sheets = Submission.objects.visible_to(request.user).filter(pk__in=submissions_of_sheets(found))
    return {one.sheet: one for one in of_sheets.order_by("pk")}


def _grid(request: HttpRequest, found: Submission) -> dict[str, Any]:
    """Return the filtered rows of the page, and the row that is looked at closely."""
    asked = {name: request.GET.get(name, "") for name in ("severity", "action", "code", "decision", "q")}
    if not any(asked.values()):
        asked["severity"] = "problem" if figures(found).get("codes") else ""
    if asked["severity"] not in ("", *SEVERITIES):
        raise Http404
    text = asked.pop("q")
    rows = rows_filtered(found, text=text, **asked)
    total = rows.count()
    after = number_of(request.GET.get("after"))
    page = list((rows.filter(pk__gt=after) if after else rows)[: PAGE_ROWS + 1])
    all_heads = view.heads_of(found)
    is_about_problems = bool(asked["code"]) or asked["severity"] in ("problem", "error", "warning", "open")
    shows_all = request.GET.get("columns") == "all" or not is_about_problems
    heads = all_heads if shows_all else view.heads_with_problems(page[:PAGE_ROWS], all_heads)
    lines = list(view.lines_of(found, page[:PAGE_ROWS], heads))
    chosen = _chosen(request, found, lines, heads)
    return {
        "asked": {**asked, "q": text},
        "heads": heads,
        "hidden_columns": len(all_heads) - len(heads),
        "columns_asked": request.GET.get("columns", ""),
        "lines": lines,
        "total": total,
        "next_after": page[PAGE_ROWS - 1].pk if len(page) > PAGE_ROWS else None,
        "after": after,
        "chosen": chosen,
        "proposals": _proposals(chosen, found) if chosen else [],
        "changes_map": map_of(found) if not request.headers.get("HX-Request") else None,
    }


def _chosen(
    request: HttpRequest, found: Submission, lines: list[view.Line], heads: list[view.Head]
) -> view.Line | None:
    wanted = number_of(request.GET.get("row"))
    if wanted is not None:
        row: SubmissionRow | None = found.rows.filter(pk=wanted).first()
        return next(view.lines_of(found, [row], heads)) if row else None
    return lines[0] if lines else None


def _proposals(line: view.Line, found: Submission) -> list[tuple[Problem, list[view.Comparing]]]:
    return [(problem, view.proposal_of(problem, line.row, found)) for problem in line.problems]


def _free_columns(found: Submission) -> list[Column]:
    """Return the columns that no header was recognised for."""
    known = found.reading.get("columns", {})
    return [column for column in TABLES[found.kind].read() if column.name not in known]


@require_safe
@needs(Permission.SUBMIT, Permission.REVIEW, Permission.SEE_SUBMISSIONS)
def submission_columns(request: HttpRequest, kind: str) -> HttpResponse:
    """Show the guide of the columns of one kind of file."""
    if kind not in TABLES:
        raise Http404
    table = TABLES[kind]
    told = guide(table)
    context = {
        "guide": told,
        "columns": [(column, view.allowed_words(column)) for column in told["columns"] if column["type"] != "ignored"],
        "ways": [" + ".join(table.column(name).title for name in group) for group in table.positions],
        "kind": kind,
        "kinds": _kinds(),
    }
    return render(request, "infra/submissions/columns.html", context)
