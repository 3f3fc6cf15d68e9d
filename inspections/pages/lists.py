"""The list of inspections."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.pages.columns import Column
from infra.pages.guard import needs
from infra.pages.keyset import Order
from infra.pages.listing import Listing, show
from inspections.forms.lists import InspectionFilters
from inspections.models import Inspection, InspectionStatus, Result, Review
from inspections.selectors.inspections import inspections

RESULT_STATES = {Result.PASS: "compliant", Result.PASS_WITH_REMARKS: "due", Result.FAIL: "unsafe"}


def inspection_url(inspection: Inspection) -> str:
    return reverse("inspections:inspection", args=[inspection.uuid])


def result_state(inspection: Inspection) -> tuple[str, str]:
    """Return (safety state, word) of an inspection's result; a draft has none yet."""
    if inspection.status == InspectionStatus.DRAFT:
        return "unknown", _("Draft")
    return RESULT_STATES.get(Result(inspection.result), "unknown"), str(Result(inspection.result).label)


def is_double(inspection: Inspection) -> bool:
    """Tell whether somebody has still to decide which inspection of the visit counts."""
    counts = inspection.status == InspectionStatus.SUBMITTED and inspection.review != Review.SET_ASIDE
    return counts and bool(getattr(inspection, "twice", False))


INSPECTION_COLUMNS = (
    Column(
        "number",
        gettext_lazy("Inspection"),
        lambda i: i.number or _("Draft"),
        card="title",
        url=inspection_url,
        second=lambda i: i.checklist.name,
    ),
    Column("visited_on", gettext_lazy("Visited"), lambda i: i.visited_on, card="aside"),
    Column(
        "subject",
        gettext_lazy("Subject"),
        lambda i: i.subject_name or i.subject_ref,
        second=lambda i: i.subject_ref,
    ),
    Column("organization", gettext_lazy("Organization"), lambda i: str(i.organization or ""), card="hidden"),
    Column("unit", gettext_lazy("Commune"), lambda i: i.unit.full_name if i.unit else None, card="hidden"),
    Column("inspector", gettext_lazy("Inspector"), lambda i: str(i.inspector), card="hidden"),
    Column(
        "result",
        gettext_lazy("Result"),
        lambda i: result_state(i)[1],
        state=result_state,
        second=lambda i: _("Filed more than once") if is_double(i) else "",
    ),
    Column(
        "review",
        gettext_lazy("Review"),
        lambda i: i.get_review_display() if i.review else "",
        card="hidden",
    ),
    Column("findings", gettext_lazy("Open findings"), lambda i: i.standing, card="hidden", figure=True),
)

INSPECTIONS = Listing(
    title=gettext_lazy("Inspections"),
    stem="inspections",
    columns=INSPECTION_COLUMNS,
    filters=InspectionFilters,
    counted=lambda n: ngettext("%(n)s inspection", "%(n)s inspections", n) % {"n": formats.number(n)},
    empty=gettext_lazy("No inspection has been filed yet. Open an installation and choose “New inspection”."),
    search_hint=gettext_lazy("Number, registry number, name, commune"),
    order=Order("pk", descending=True),
    geometry=lambda inspection: inspection.subject_position,
    template="inspections/inspections.html",
)


@require_safe
@needs(Permission.SEE_INSPECTIONS)
def inspection_list(request: HttpRequest) -> HttpResponseBase:
    """List the inspections, newest first."""
    return show(request, INSPECTIONS, inspections(request.user), may_inspect=can(request.user, Permission.INSPECT))
