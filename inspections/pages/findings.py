"""Findings: the list of what is to be put right, one finding with what the operator answers and what is decided."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from infra import formats
from infra.access import Permission, can, scope_of
from infra.models import Attachment, User
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from infra.services.attachments import path_of
from inspections.casework.answers import ANSWER_FILE_MAX_BYTES, ANSWER_FILES_MAX
from inspections.forms.lists import FindingFilters
from inspections.models import Campaign, Finding, FindingAnswer, FindingState, Verdict
from inspections.pages.inspection_view import finding_tone
from inspections.pages.words import time_left
from inspections.selectors.campaigns import campaigns_to_plan_in
from inspections.selectors.finding_course import course_of, planned_visit
from inspections.selectors.inspections import attach_cases, findings
from inspections.services.campaigns import CannotPlan, may_plan, revisit_plan
from inspections.services.findings import (
    Evidence,
    FindingClosed,
    answer_decide,
    finding_answer,
    finding_dismiss,
    finding_order,
    finding_remedy,
    may_answer,
    may_decide,
)


def finding_url(finding: Finding) -> str:
    return reverse("inspections:finding", args=[finding.pk])


def _due(finding: Any) -> tuple[str, str] | None:
    if finding.due_on is None:
        return None
    today = timezone.localdate()
    return finding_tone(finding, today), formats.day(finding.due_on)


def _left(finding: Any) -> str:
    if finding.due_on is None or finding.state not in (FindingState.OPEN, FindingState.ANSWERED):
        return ""
    return time_left(finding.due_on, timezone.localdate())


FINDING_COLUMNS = (
    Column("text", gettext_lazy("Finding"), lambda f: f.text, card="title", url=finding_url),
    Column(
        "state",
        gettext_lazy("State"),
        lambda f: f.get_state_display(),
        card="aside",
        second=lambda f: f.get_severity_display(),
    ),
    Column(
        "subject",
        gettext_lazy("Subject"),
        lambda f: f.inspection.subject_name or f.inspection.subject_ref,
        second=lambda f: f.inspection.subject_ref,
    ),
    Column("severity", gettext_lazy("Severity"), lambda f: f.get_severity_display(), screen=False),
    Column("organization", gettext_lazy("Organization"), lambda f: str(f.organization or ""), card="hidden"),
    Column("unit", gettext_lazy("Commune"), lambda f: f.unit.full_name if f.unit else None, card="hidden"),
    Column("found_on", gettext_lazy("Found"), lambda f: f.found_on, card="hidden"),
    Column("due_on", gettext_lazy("To be remedied by"), lambda f: f.due_on, state=_due, second=_left),
    Column("remedied_on", gettext_lazy("Remedied"), lambda f: f.remedied_on, card="hidden", screen=False),
    Column("item", gettext_lazy("Item"), lambda f: f.item.code if f.item else "", screen=False),
    Column("rule", gettext_lazy("Rule"), lambda f: f.rule_code, screen=False),
    Column("inspection", gettext_lazy("Inspection"), lambda f: f.inspection.number, screen=False),
)

FINDINGS = Listing(
    title=gettext_lazy("Findings"),
    stem="findings",
    columns=FINDING_COLUMNS,
    filters=FindingFilters,
    counted=lambda n: ngettext("%(n)s finding", "%(n)s findings", n) % {"n": formats.number(n)},
    empty=gettext_lazy("Nothing has been found that matches. Take filters away to see more."),
    search_hint=gettext_lazy("Number of the inspection, registry number, name, commune"),
    order=Order("pk", descending=True),
    geometry=lambda finding: finding.inspection.subject_position,
    template="inspections/findings.html",
)


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def finding_list(request: HttpRequest) -> HttpResponseBase:
    """List the findings, newest first: an operator's own, or the authority's."""
    return show(request, FINDINGS, findings(request.user))


def find(request: HttpRequest, pk: int) -> Finding:
    """Return the finding the person may see. Raises Http404 for strangers."""
    rows = Finding.objects.visible_to(request.user).select_related(
        "inspection__inspector",
        "inspection__checklist",
        "item",
        "authority",
        "organization",
        "unit",
        "installation",
        "site",
    )
    finding = rows.filter(pk=pk).first()
    if finding is None:
        raise Http404
    return finding


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def finding_page(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one finding: what was wrong, what is to be done, what was answered."""
    return show_finding(request, find(request, pk))


def show_finding(request: HttpRequest, finding: Finding, *, status: int = 200, **entered: Any) -> HttpResponseBase:
    """Answer with the page of *finding*; *entered* is what came back with something wrong in it."""
    person: Any = request.user
    today = timezone.localdate()
    stands = finding.state in (FindingState.OPEN, FindingState.ANSWERED)
    stages, later = course_of(finding, person)
    answers = stages[-1].answers
    attach_cases([stage.finding for stage in stages], person)
    decides = may_decide(person, finding)
    is_staff = scope_of(person).is_staff()
    context = {
        "finding": finding,
        "tone": finding_tone(finding, today),
        "left": time_left(finding.due_on, today) if finding.due_on and stands else "",
        "stages": stages,
        "later": later,
        "earlier_cases": [case for stage in stages[:-1] if (case := stage.finding.case)],  # type: ignore[attr-defined]
        "since": stages[0].finding.found_on if len(stages) > 1 else None,
        "planned": planned_visit(finding) if is_staff and stands else None,
        "inspect_url": _inspect_url(person, finding) if stands else "",
        "campaigns": _campaigns(person, finding) if stands else [],
        "waiting": next((answer for answer in answers if answer.verdict == Verdict.WAITING), None),
        "stands": stands,
        "decides": decides and stands,
        "answers_here": may_answer(person, finding) and finding.state == FindingState.OPEN,
        "is_staff": is_staff,
        "runs_cases": can(person, Permission.RUN_CASES),
        "today": today,
        "files_max": ANSWER_FILES_MAX,
        "file_mb": ANSWER_FILE_MAX_BYTES // 2**20,
        "entered": entered,
    }
    return render(request, "inspections/finding.html", context, status=status)


def _inspect_url(person: User, finding: Finding) -> str:
    """Return where an inspector files the re-inspection at once; empty for others and for what has no form."""
    installation = finding.installation
    if installation is None or not can(person, Permission.INSPECT) or not may_decide(person, finding):
        return ""
    query = urlencode({"subject": installation.registry_number, "checklist": finding.inspection.checklist.code})
    return f"{reverse('inspections:inspection-new')}?{query}"


def _campaigns(person: User, finding: Finding) -> list[Campaign]:
    """Return the campaigns in which *person* may plan a re-inspection."""
    if not may_plan(person, finding.authority_id, finding.field):
        return []
    return campaigns_to_plan_in(finding.authority_id, finding.field, timezone.localdate())


@require_POST
@needs(Permission.SUBMIT)
def finding_answered(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Take in what the operator has done, with its evidence."""
    finding = find(request, pk)
    text, day = request.POST.get("text", "").strip(), request.POST.get("remedied_on", "")
    remedied_on = _day(day)
    files = request.FILES.getlist("files")
    problem = _wrong(text, day, remedied_on, finding, files)
    if problem:
        messages.error(request, problem)
        return show_finding(request, finding, status=400, text=text, remedied_on=day)
    try:
        finding_answer(
            actor=request.user,  # type: ignore[arg-type]
            finding=finding,
            text=text,
            remedied_on=remedied_on,
            files=[Evidence(file.name or "", file.chunks(), file.content_type or "") for file in files],
            reason=_("Answer of the operator"),
        )
    except PermissionError as error:
        raise Http404 from error
    except FindingClosed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Your answer has been handed in. The authority decides on it."))
    return redirect("inspections:finding", pk=pk)


def _wrong(text: str, day: str, remedied_on: date | None, finding: Finding, files: Any) -> str:
    if not text:
        return _("Write what was done.")
    if day and (remedied_on is None or not finding.found_on <= remedied_on <= timezone.localdate()):
        return _("“%(day)s” is no day between the visit and today.") % {"day": day[:20]}
    if len(files) > ANSWER_FILES_MAX or any((file.size or 0) > ANSWER_FILE_MAX_BYTES for file in files):
        limits = {"n": ANSWER_FILES_MAX, "mb": ANSWER_FILE_MAX_BYTES // 2**20}
        return _("At most %(n)s files of %(mb)s MB each.") % limits
    return ""


def _day(text: str) -> date | None:
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None


@require_POST
@needs(Permission.INSPECT, Permission.SUPERVISE)
def finding_decided(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Accept or refuse the answer that waits, note the finding as remedied, drop it, or set what is to be done."""
    finding = find(request, pk)
    person: Any = request.user
    if not may_decide(person, finding):
        raise Http404
    act = _ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        said = act(person, finding, request.POST)
    except (FindingClosed, CannotPlan) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("inspections:finding", pk=pk)


def _verdict(person: Any, finding: Finding, data: Any, *, accept: bool) -> str:
    answer = finding.answers.filter(verdict=Verdict.WAITING).first()
    if answer is None:
        raise FindingClosed(_("No answer is waiting."))
    reason = data.get("reason", "").strip() or (_("Answer accepted") if accept else "")
    answer_decide(actor=person, answer=answer, accept=accept, reason=reason)
    if accept:
        return str(_("The finding is closed as remedied."))
    return str(_("The answer is refused; the operator reads why."))


def _remedied(person: Any, finding: Finding, data: Any) -> str:
    note = data.get("reason", "").strip()
    if not note:
        raise FindingClosed(_("Say how it was remedied."))
    finding_remedy(actor=person, finding=finding, on=timezone.localdate(), note=note, reason=note)
    return str(_("The finding is closed as remedied."))


def _dismissed(person: Any, finding: Finding, data: Any) -> str:
    finding_dismiss(actor=person, finding=finding, reason=data.get("reason", ""))
    return str(_("The finding is dropped."))


def _ordered(person: Any, finding: Finding, data: Any) -> str:
    due_on = _day(data.get("due_on", ""))
    if due_on is None:
        raise FindingClosed(_("Say by which day it is to be remedied."))
    order, reason = data.get("order", "").strip(), data.get("reason", "").strip()
    finding_order(actor=person, finding=finding, due_on=due_on, order=order, reason=reason or order)
    return str(_("Remedy and day are set."))


def _revisited(person: Any, finding: Finding, data: Any) -> str:
    """Plan a re-inspection; the person and the campaign come in one choice, so that they belong together."""
    campaign_key, _colon, person_key = data.get("visit", "").partition(":")
    campaign = next((row for row in _campaigns(person, finding) if str(row.pk) == campaign_key), None)
    if campaign is None:
        raise CannotPlan(_("Choose a campaign."))
    assignee = next((row.pk for row in campaign.team.all() if str(row.pk) == person_key), None)
    task = revisit_plan(
        actor=person, campaign=campaign, finding=finding, assignee=assignee, day=_day(data.get("planned_on", ""))
    )
    if task.planned_on is None:
        return str(_("The re-inspection is a visit of campaign %(n)s.") % {"n": campaign.number})
    return str(_("The re-inspection is planned on %(day)s.") % {"day": formats.day(task.planned_on)})


_ACTS: dict[str, Any] = {
    "accept": lambda person, finding, data: _verdict(person, finding, data, accept=True),
    "refuse": lambda person, finding, data: _verdict(person, finding, data, accept=False),
    "remedied": _remedied,
    "dismissed": _dismissed,
    "ordered": _ordered,
    "revisited": _revisited,
}


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def finding_file(request: HttpRequest, pk: int, sha256: str) -> HttpResponseBase:
    """Give a file of evidence to whoever may see the finding, as a file and never as a page."""
    finding = find(request, pk)
    stages, _later = course_of(finding, request.user)
    answers = FindingAnswer.objects.filter(finding__in=[stage.finding.pk for stage in stages])
    kept = Attachment.objects.filter(sha256=sha256, pk__in=answers.values("files")).first()
    if kept is None or not path_of(sha256).is_file():
        raise Http404
    response = FileResponse(path_of(sha256).open("rb"), as_attachment=True, filename=kept.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    return response
