"""Asking before building: a planned mast, what the rules say about it, what the authority decides."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from infra.access import Permission, can
from infra.forms.plans import PlanForm
from infra.models import Mast, PlannedMast, PlanStatus, User
from infra.pages.guard import needs
from infra.pages.submissions import number_of
from infra.rules import PLAN_MOVES, Side
from infra.selectors.plans import asks_for, decides, plans_for
from infra.services.plans import plan_ask, plan_move
from infra.services.submissions import NotPossible

PAGE_PLANS = 50
TONES = {
    PlanStatus.ASKED: "accent",
    PlanStatus.AGREED: "compliant",
    PlanStatus.SHARE: "due",
    PlanStatus.REFUSED: "overdue",
}
_VERDICTS = {"clear": "compliant", "share": "due", "near": "overdue"}


def verdict_words(plan: PlannedMast) -> tuple[str, str]:
    """Return tone and words of what the rules said about *plan*."""
    words = {
        "clear": _("No mast is too near"),
        "share": _("Too near: share a standing mast"),
        "near": _("Too near, and no mast nearby has room"),
    }
    verdict = plan.answer.get("verdict", "clear")
    return _VERDICTS[verdict], words[verdict]


@require_safe
@needs(Permission.SEE_SUBMISSIONS)
def plans(request: HttpRequest) -> HttpResponse:
    """List the planned masts: what waits for the authority first asked for, the rest newest first."""
    wanted = request.GET.get("status", "")
    rows = plans_for(request.user)
    if wanted:
        rows = rows.filter(status=wanted if wanted in PlanStatus.values else "")
    before = number_of(request.GET.get("before"))
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE_PLANS + 1])
    shown = found[:PAGE_PLANS]
    context = {
        "rows": [(plan, TONES.get(PlanStatus(plan.status), "neutral"), *verdict_words(plan)) for plan in shown],
        "next_before": shown[-1].pk if len(found) > PAGE_PLANS else None,
        "status": wanted,
        "statuses": PlanStatus.choices,
        "may_ask": can(request.user, Permission.SUBMIT),
    }
    return render(request, "infra/plans/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SUBMIT)
def plan_new(request: HttpRequest) -> HttpResponseBase:
    """Show the form; put the mast to the authority and show what the rules say."""
    person = cast(User, request.user)
    form = PlanForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            plan = plan_ask(actor=person, **form.cleaned_data)
        except NotPossible as refused:
            form.add_error("position", str(refused))
        else:
            messages.success(request, _("Sent to the authority. What the rules say stands below."))
            return redirect("infra:plan", plan.number)
    return render(request, "infra/plans/new.html", {"form": form}, status=400 if form.errors else 200)


def _find(request: HttpRequest, number: str) -> PlannedMast:
    plan = plans_for(request.user).filter(number=number).first()
    if plan is None:
        raise Http404
    return plan


@require_safe
@needs(Permission.SEE_SUBMISSIONS)
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Show one planned mast with the answer of the rules and the decision."""
    found = _find(request, number)
    tone, words = verdict_words(found)
    is_open = found.status == PlanStatus.ASKED
    context: dict[str, Any] = {
        "plan": found,
        "map_url": _map_url(found),
        "tone": TONES.get(PlanStatus(found.status), "neutral"),
        "verdict_tone": tone,
        "verdict": words,
        "may_decide": is_open and decides(request.user, found.authority_id),
        "may_withdraw": is_open and asks_for(request.user, found.organization_id),
    }
    return render(request, "infra/plans/detail.html", context)


def _map_url(plan: PlannedMast) -> str | None:
    """Return the map around the place, where the maps are installed."""
    try:
        return f"{reverse('maps:home')}?at={plan.position.x:.6f},{plan.position.y:.6f}"
    except NoReverseMatch:
        return None


_ACTS = {
    "agree": PlanStatus.AGREED,
    "share": PlanStatus.SHARE,
    "refuse": PlanStatus.REFUSED,
    "withdraw": PlanStatus.WITHDRAWN,
}


@require_POST
@needs(Permission.SUBMIT, Permission.REVIEW)
def plan_act(request: HttpRequest, number: str, name: str) -> HttpResponseBase:
    """Decide about a planned mast, or take it back."""
    found, to = _find(request, number), _ACTS.get(name)
    if to is None:
        raise Http404
    side = PLAN_MOVES[(PlanStatus.ASKED, to)].side
    is_allowed = (
        decides(request.user, found.authority_id)
        if side is Side.AUTHORITY
        else asks_for(request.user, found.organization_id)
    )
    if not is_allowed:
        raise Http404
    mast = None
    if to == PlanStatus.SHARE and request.POST.get("mast"):
        mast = Mast.objects.visible_to(request.user).filter(code=request.POST["mast"]).first()
    try:
        plan_move(
            actor=cast(User, request.user),
            plan=found,
            to=to,
            reason=request.POST.get("reason", ""),
            shared_mast=mast,
        )
    except NotPossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, PlanStatus(to).label)
    return redirect("infra:plan", number)
