"""What this app adds to the sheets of installations and sites: safety state, findings, inspections, cases, buttons."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from infra.access import Permission, can
from infra.models import Installation, Permit, Site
from infra.pages import panels
from infra.pages.columns import RowAct
from infra.pages.panels import Action, Panel, RowActs
from inspections.casework.opening import trigger_of
from inspections.fieldwork.subjects import may_inspect
from inspections.models import NEVER, Field, InspectionPriority
from inspections.pages.lists import result_state
from inspections.pages.words import deadline_tone
from inspections.selectors import safety
from inspections.selectors.campaigns import open_visits
from inspections.selectors.cases import cases_about, open_cases
from inspections.selectors.inspections import latest_inspections, standing_findings
from inspections.selectors.priority import priority_of, rules_on
from inspections.selectors.priority_decision import Cause, level_of


def register() -> None:
    """Hang everything on the sheets; called once when the app is ready."""
    panels.add_panels("installation", panels_for)
    panels.add_panels("site", panels_for)
    panels.add_actions("installation", actions_for)
    panels.set_row_acts("permits", permit_acts)
    panels.set_safety("installation", safety_of_installation)
    panels.set_safety("site", safety_of_site)


def panels_for(request: HttpRequest, subject: Installation | Site) -> Iterable[Panel]:
    """Show open findings, the last inspections and the cases about *subject* (six queries)."""
    person, today = request.user, timezone.localdate()
    if can(person, Permission.SEE_INSPECTIONS):
        findings = standing_findings(subject, person)
        lines = [(row, "unsafe" if row.is_safety else _tone(row.due_on, today)) for row in findings]
        yield Panel(
            _("Open findings"),
            "inspections/partials/panel_findings.html",
            {"lines": lines, "runs_cases": can(person, Permission.RUN_CASES)},
            order=10,
            count=len(lines),
        )
        visits = [(row, result_state(row)) for row in latest_inspections(subject, person)]
        yield Panel(
            _("Inspections"),
            "inspections/partials/panel_inspections.html",
            {"visits": visits},
            order=20,
            url=_list_url("inspections:inspections", subject),
        )
    if isinstance(subject, Installation) and can(person, Permission.SEE_REPORTS):
        kept = priority_of(person, subject)
        if kept is not None:
            yield Panel(_("Inspect first"), "inspections/partials/panel_priority.html", _urgency(kept), order=25)
    if can(person, Permission.SEE_CASES):
        found = [(row, _case_tone(row, today)) for row in cases_about(subject, person)]
        yield Panel(_("Cases"), "inspections/partials/panel_cases.html", {"cases": found}, order=30)


def _urgency(kept: InspectionPriority) -> dict[str, Any]:
    level = level_of(kept.score, rules_on(timezone.localdate()))
    return {
        "score": kept.score,
        "level": level,
        "causes": [Cause.from_kept(row) for row in kept.causes],
        "visits": open_visits(kept.installation_id),
    }


def _tone(due: Any, today: Any) -> str:
    return deadline_tone(due, today) if due else "unknown"


def _case_tone(case: Any, today: Any) -> str:
    return deadline_tone(case.next_due, today) if case.next_due != NEVER else "unknown"


def _list_url(name: str, subject: Installation | Site) -> str:
    code = subject.registry_number if isinstance(subject, Installation) else subject.name or subject.code
    return f"{reverse(name)}?{urlencode({'q': code})}"


def actions_for(request: HttpRequest, installation: Installation) -> Iterable[Action]:
    """Offer a new inspection to whoever may inspect here in some field."""
    place = installation.authority_id, installation.unit_id
    if any(may_inspect(request.user, *place, field) for field in Field.values):  # type: ignore[arg-type]
        query = urlencode({"subject": installation.registry_number})
        yield Action(
            _("New inspection"),
            f"{reverse('inspections:inspection-new')}?{query}",
            "clipboard-check",
            main=True,
            order=10,
        )
    if can(request.user, Permission.RUN_CASES):
        query = urlencode({"installation": installation.registry_number})
        yield Action(_("Open a case"), f"{reverse('inspections:case-new')}?{query}", "gavel", order=20)


def permit_acts(request: HttpRequest, rows: Sequence[Permit]) -> RowActs | None:
    """Offer the case of each certificate that is not in order, with one click; or lead to the one that runs."""
    if not can(request.user, Permission.RUN_CASES):
        return None
    today = timezone.localdate()
    acts = {
        row.pk: RowAct(_("Open a case"), reverse("inspections:permit-case", args=[row.pk]), "gavel", posts=True)
        for row in rows
        if trigger_of(row, today) is not None
    }
    running = open_cases(request.user).filter(permit__in=rows).values_list("permit_id", "pk", "number")
    for permit, pk, number in running:
        acts[permit] = RowAct(number, reverse("inspections:case", args=[pk]), "gavel")
    return RowActs(_("Case"), acts)


def safety_of_installation(request: HttpRequest, installation: Installation) -> Mapping[str, Any]:  # noqa: ARG001
    """Tell the safety state of an installation that the person sees."""
    return _told(safety.safety_of(installation))


def safety_of_site(request: HttpRequest, site: Site) -> Mapping[str, Any]:
    """Tell the worst safety state of what the person sees at a site."""
    return _told(safety.site_states([site.pk], request.user)[site.pk])


def _told(state: safety.Safety) -> Mapping[str, Any]:
    return {
        "state": state.state,
        "since": state.since,
        "reasons": [{"code": row.code, "text": row.text, "date": None} for row in state.reasons],
    }
