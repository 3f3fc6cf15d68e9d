"""The page of one case: for the authority that runs it, and for the party that it concerns."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from infra.access import Permission, scope_of
from infra.pages.guard import needs
from inspections.casework.answers import asked_of, is_party
from inspections.casework.changes import manages
from inspections.casework.situation import CaseFile, open_file
from inspections.casework.steps import may_run
from inspections.casework.told import CaseView, tell
from inspections.casework.transitions import ENDS
from inspections.forms.steps import StepForm
from inspections.models import CaseState, CircumstanceKind, ViolationCase
from inspections.pages import case_view as view
from inspections.pages.timeline import timeline_of
from inspections.pages.words import deadline_name, deadline_tone, time_left
from inspections.selectors.agenda import case_officers
from inspections.selectors.cases import answers_to, may_read_papers, objects_of
from inspections.selectors.law import circumstances_on, rules_offered
from inspections.selectors.parties import earlier_decisions

#: months in which an earlier decision makes a repeat offence, where no clock says so
REPEAT_MONTHS = 12


def find(request: HttpRequest, pk: int) -> ViolationCase:
    """Return the case the person may see. Raises Http404 for strangers."""
    rows = ViolationCase.objects.visible_to(request.user).select_related(
        "authority", "organization", "person", "unit", "officer", "inspection__inspector", "permit", "continues"
    )
    case = rows.filter(pk=pk).first()
    if case is None:
        raise Http404
    return case


@require_safe
@needs(Permission.SEE_CASES)
def case_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one case."""
    return show_case(request, find(request, pk))


def show_case(
    request: HttpRequest, case: ViolationCase, bound: StepForm | None = None, status: int = 200
) -> HttpResponse:
    """Answer with the page of *case*; *bound* is a step's form that came back with what is wrong in it."""
    file = open_file(case)
    told = tell(file)
    context = _shared(request, file, told)
    context |= _for_staff(request, file, told, bound) if context["is_staff"] else _for_party(request, file, told)
    return render(request, "inspections/case.html", context, status=status)


def _shared(request: HttpRequest, file: CaseFile, told: CaseView) -> dict[str, Any]:
    case, scope = file.case, scope_of(request.user)
    is_staff = scope.is_staff()
    return {
        "case": case,
        "file": file,
        "told": told,
        "is_staff": is_staff,
        "names_person": may_read_papers(request.user, case),
        "stages": view.stages_of(file, told.deadlines),
        "following": view.following_of(told.deadlines, file),
        "timeline": timeline_of(file, told.deadlines, with_notes=is_staff),
        "bars": [view.bar_of(charge, is_staff=is_staff) for charge in file.charges],
        "objects": objects_of(case, request.user),
        "permits": view.permits_frozen(case),
        "photos": view.photos_frozen(case),
        "after_decision": view.rules_after_decision(file),
        "papers": view.papers_of(file, told, is_staff=is_staff) if may_read_papers(request.user, case) else [],
        "is_ended": case.state in ENDS,
    }


def _for_staff(request: HttpRequest, file: CaseFile, told: CaseView, bound: StepForm | None) -> dict[str, Any]:
    case, person = file.case, request.user
    answers = answers_to(case)
    runs = may_run(person, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field)  # type: ignore[arg-type]
    offers = view.context_of(file, told)
    undecided = file.decision is None and case.state not in (CaseState.CLOSED, CaseState.TIME_BARRED)
    window = file.book.clock(file.today, "repeat_window")
    months = int(window.amount) * 12 if window else REPEAT_MONTHS
    return {
        "runs": runs,
        "may_change": runs and undecided,
        "may_hand_over": (runs or manages(person, case)) and case.state not in ENDS,  # type: ignore[arg-type]
        "offers": view.offers_of(file, told, answers, offers, bound) if runs else [],
        "total": view.total_of(file),
        "offices": view.offices_of(file),
        "said": view.said_of(answers, told),
        "earlier": earlier_decisions(case, months),
        "circumstances": circumstances_on(file.today) if runs and undecided else [],
        "circumstance_kinds": [(str(kind), kind.label) for kind in CircumstanceKind],
        "rules": rules_offered(case) if runs and undecided else [],
        "officers": case_officers(person, file.today),
        "beside_forms": view.beside_forms(told) if runs else [],
        "continued": list(case.continued_by.select_related("authority__organization")),
    }


def _for_party(request: HttpRequest, file: CaseFile, told: CaseView) -> dict[str, Any]:
    case = file.case
    asked = [
        {
            "name": deadline_name(row.name),
            "row": row,
            "tone": deadline_tone(row.due, file.today),
            "words": time_left(row.due, file.today),
        }
        for row in asked_of(told.deadlines, file.today)
    ]
    return {
        "runs": False,
        "total": file.fine_vnd,
        "offices": [],
        "said": view.said_of(answers_to(case), told),
        "asked": asked,
        "may_answer": is_party(request.user, case) and case.state not in ENDS,  # type: ignore[arg-type]
        "answer_kinds": view.answer_kinds(file),
    }
