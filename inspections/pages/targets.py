"""What to inspect first: installations by priority, with the reasons; on a sketch to draw an area; as a list."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import Installation
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order, number
from infra.pages.listing import Listing, rows_found, show
from infra.pages.registers import installation_url
from infra.safety import label_of
from inspections.documents.sketch import Mark, Sketch, box_of, frame_of, sketch_of
from inspections.forms.targets import TargetFilters
from inspections.selectors.campaigns import GOING_ON, campaigns
from inspections.selectors.outlines import outlines
from inspections.selectors.priority import rules_on
from inspections.selectors.priority_decision import HIGH, MEDIUM, Cause, level_of
from inspections.selectors.targets import by_urgency, candidates

#: marks on the sketch; the list below it goes on
MARKS_MAX = 3_000
#: how the levels are drawn: in the states' own symbols, since urgency is what they say
LEVEL_STATES = {HIGH: "unsafe", MEDIUM: "due"}
SKETCH_SIZE = (960.0, 620.0)
#: reasons written out in a line of the list
REASONS_SHOWN = 3


def causes_of(installation: Any) -> list[Cause]:
    """Return why an installation is urgent, the heaviest reason first."""
    kept = getattr(installation, "inspection_priority", None)
    return [Cause.from_kept(row) for row in kept.causes] if kept else []


def reasons_of(installation: Any) -> str:
    """Return the heaviest reasons in words."""
    causes = causes_of(installation)
    words = "; ".join(cause.text for cause in causes[:REASONS_SHOWN])
    more = len(causes) - REASONS_SHOWN
    return f"{words} (+{more})" if more > 0 else words


def _state(installation: Any) -> tuple[str, str]:
    kept = getattr(installation, "safety_state", None)
    state = kept.state if kept else "unknown"
    return state, label_of(state)


MOST_URGENT = Order("urgency", descending=True, read=number, tie="inspection_priority__installation_id")
TARGET_COLUMNS = (
    Column(
        "registry_number",
        gettext_lazy("Registry number"),
        lambda i: i.registry_number,
        card="title",
        url=installation_url,
        second=lambda i: " · ".join(part for part in (i.code, i.name) if part),
    ),
    Column("score", gettext_lazy("Priority"), lambda i: i.score, card="aside", figure=True),
    Column("reasons", gettext_lazy("Why"), reasons_of),
    Column("kind", gettext_lazy("Kind"), lambda i: i.get_kind_display(), card="hidden"),
    Column("organization", gettext_lazy("Organization"), lambda i: str(i.organization), card="hidden"),
    Column("unit", gettext_lazy("Commune"), lambda i: i.unit.full_name if i.unit else None, card="hidden"),
    Column("safety", gettext_lazy("Safety"), lambda i: _state(i)[1], card="hidden", state=_state),
    Column("lon", gettext_lazy("Longitude"), lambda i: round(i.position.x, 6) if i.position else None, screen=False),
    Column("lat", gettext_lazy("Latitude"), lambda i: round(i.position.y, 6) if i.position else None, screen=False),
)

TARGETS = Listing(
    title=gettext_lazy("Inspect first"),
    stem="inspection-priorities",
    columns=TARGET_COLUMNS,
    filters=TargetFilters,
    counted=lambda n: ngettext("%(n)s installation", "%(n)s installations", n) % {"n": formats.number(n)},
    empty=gettext_lazy("Nothing is registered yet that could be inspected."),
    search_hint=gettext_lazy("Registry number, code, name, commune"),
    sorted=gettext_lazy("the most urgent first"),
    order=MOST_URGENT,
    drawn=by_urgency,
    geometry=lambda installation: installation.position,
    template="inspections/targets.html",
)


@require_safe
@needs(Permission.SUPERVISE, Permission.INSPECT)
def target_list(request: HttpRequest) -> HttpResponseBase:
    """List what may be inspected, the most urgent first."""
    context: dict[str, Any] = {"may_plan": can(request.user, Permission.SUPERVISE)}
    if context["may_plan"]:
        context["going_on"] = campaigns(request.user).editable_by(request.user).filter(status__in=GOING_ON)  # type: ignore[attr-defined]
    if "export" not in request.GET:
        context["sketch"] = _sketch(request)
    return show(request, TARGETS, candidates(request.user), **context)


def _sketch(request: HttpRequest) -> Sketch | None:
    """Draw what the filters leave, the most urgent on top; None where nothing is left or a filter makes no sense."""
    filters = TargetFilters(request.GET, queryset=candidates(request.user), request=request)
    if not filters.is_valid():
        return None
    rows, _known = rows_found(TARGETS, filters, candidates(request.user))
    rows = rows.filter(position__isnull=False).order_by(*MOST_URGENT.names())
    found = list(rows.select_related(None).only("registry_number", "position")[:MARKS_MAX])
    return draw_targets(found)


def draw_targets(rows: list[Installation]) -> Sketch | None:
    """Return a sketch of installations that carry their ``score``."""
    if not rows:
        return None
    rules = rules_on(timezone.localdate())
    marks = [
        Mark(
            row.position.x,  # type: ignore[union-attr]
            row.position.y,  # type: ignore[union-attr]
            LEVEL_STATES.get(level_of(row.score, rules), "unknown"),  # type: ignore[attr-defined]
            f"{row.registry_number}: {row.score}",  # type: ignore[attr-defined]
            key=row.pk,
        )
        for row in reversed(rows)
    ]
    frame = frame_of([(mark.lon, mark.lat) for mark in marks], *SKETCH_SIZE)
    return sketch_of(marks, frame, units=outlines(box_of(frame)))
