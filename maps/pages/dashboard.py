"""The overview for managers: figures with denominators and trends, communes, what comes up, what is late."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission, can
from infra.models import AdministrativeUnit
from infra.pages.guard import needs
from infra.selectors.registers import organizations_offered, units_offered
from inspections.models import CaseDeadline
from inspections.pages.words import deadline_name
from maps.pages.choropleth import choropleth
from maps.pages.curves import Curve, curve_of
from maps.pages.ground import bounds_for, source_note
from maps.queries.reader import Reader
from maps.selectors.figures import Figure, board_of
from maps.selectors.figures.figure import Asked
from maps.selectors.figures.renewals import Renewals, renewals_of
from maps.selectors.figures.rounds import round_of
from maps.selectors.figures.words import words_of, written
from maps.selectors.figures.work import open_cases_of

MOST_LATE = 6
#: figures that stand on top as tiles; the others are rows of a table
TILES = 5
SPARK_WIDTH, SPARK_HEIGHT = 84, 30
CHART_WIDTH, CHART_HEIGHT, BAR_GAP = 330.0, 130.0, 14.0


@dataclass(frozen=True)
class Tile:
    """A figure in the words of the request's language."""

    figure: Figure
    value: str
    sentence: str
    list_words: str
    delta: str
    tone: str
    curve: Curve | None


def tile_of(figure: Figure) -> Tile:
    words = words_of(figure)
    values = [value for _day, value in figure.history]
    return Tile(
        figure,
        written(figure),
        str(figure.sentence) % words,
        str(figure.list_words) % words,
        delta_of(figure),
        _tone(figure),
        curve_of(values, SPARK_WIDTH, SPARK_HEIGHT),
    )


def delta_of(figure: Figure) -> str:
    """Return the change in words ("+0,6 points against 30/09/2026"), nothing where nothing is known."""
    if figure.trend is None or figure.compared_to is None:
        return ""
    if not figure.trend:
        return _("unchanged since %(day)s") % {"day": formats.day(figure.compared_to)}
    sign = "+" if figure.trend > 0 else ""
    change = f"{sign}{formats.number(figure.trend)}"
    day = formats.day(figure.compared_to)
    if figure.is_share:
        return _("%(change)s points against %(day)s") % {"change": change, "day": day}
    return _("%(change)s against %(day)s") % {"change": change, "day": day}


def _tone(figure: Figure) -> str:
    """Return good, bad or plain: whether the figure went where it should."""
    if not figure.trend or not figure.better:
        return "plain"
    return "good" if (figure.trend > 0) == (figure.better == "up") else "bad"


@require_safe
@needs(Permission.SEE_REPORTS)
def dashboard(request: HttpRequest) -> HttpResponse:
    """Show the overview of one unit and one organization, or of everything."""
    today = timezone.localdate()
    unit, organization = chosen(request)
    found = board_of(request.user, unit, organization, today)
    reader = Reader.of(request.user)
    asked = Asked(request.user, reader, unit, organization, today)
    tiles = [tile_of(figure) for figure in found.figures]
    renewals = renewals_of(asked)
    context = {
        "tiles": tiles[:TILES],
        "others": tiles[TILES:],
        "compared_to": next((one.compared_to for one in found.figures if one.compared_to), None),
        "ages": found.ages,
        "areas": choropleth(found.communes, bounds_for(reader.scope), _below(unit), today),
        "renewals": renewals,
        "bars": bars_of(renewals),
        "round": round_of(asked),
        "late": _late(request, asked, today),
        "open_cases": open_cases_of(asked).count() if can(request.user, Permission.SEE_CASES) else None,
        "units": units_offered(request.user, unit),
        "organizations": organizations_offered(request.user),
        "unit": unit,
        "organization": organization,
        "query": urlencode({name: value for name, value in (("unit", unit), ("organization", organization)) if value}),
        "now": timezone.now(),
        "source_note": source_note(),
        "campaigns_url": _address("inspections:campaigns"),
    }
    return render(request, "maps/dashboard.html", context)


def chosen(request: HttpRequest) -> tuple[str, str]:
    """Return unit and organization that the address names; what there is not is left out."""
    unit, organization = (request.GET.get(name, "")[:32] for name in ("unit", "organization"))
    if unit and not AdministrativeUnit.objects.filter(code=unit).exists():
        unit = ""
    if organization not in dict(organizations_offered(request.user)):
        organization = ""
    return unit, organization


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _below(code: str) -> tuple[str, ...]:
    """Return *code* and the codes of the units below it."""
    return tuple(AdministrativeUnit.objects.under(code).values_list("code", flat=True)) if code else ()


@dataclass(frozen=True)
class Late:
    """A case past its deadline."""

    pk: int
    number: str
    party: str
    step: str
    over: str


def _late(request: HttpRequest, asked: Asked, today: date) -> list[Late]:
    """Return the cases past a deadline, the longest first; persons are named to case officers only."""
    if not can(request.user, Permission.SEE_CASES):
        return []
    names_persons = can(request.user, Permission.RUN_CASES)
    rows = CaseDeadline.objects.filter(
        case__in=open_cases_of(asked), is_next=True, is_open=True, due_on__lt=today
    ).select_related("case__organization")
    return [
        Late(
            row.case_id,
            row.case.number,
            row.case.party_name if row.case.organization_id or names_persons else _("A person"),
            deadline_name(row.name),
            ngettext("%(n)s day", "%(n)s days", (today - row.due_on).days) % {"n": (today - row.due_on).days},
        )
        for row in rows.order_by("due_on", "id")[:MOST_LATE]
    ]


# --- The chart of renewals --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """A month's bar: where it stands, how high what is due and what is filed are."""

    x: float
    width: float
    due: float
    filed: float
    top: float
    n: int
    filed_n: int
    month: date

    @property
    def half(self) -> float:
        return round(self.width / 2, 1)


def bars_of(renewals: Renewals) -> list[Bar]:
    """Return the bars of the months in a drawing of CHART_WIDTH × CHART_HEIGHT."""
    if not renewals.most:
        return []
    width = (CHART_WIDTH - BAR_GAP * (len(renewals.months) - 1)) / len(renewals.months)
    bars = []
    for place, month in enumerate(renewals.months):
        due = round(CHART_HEIGHT * month.due / renewals.most, 1)
        filed = round(CHART_HEIGHT * month.filed / renewals.most, 1)
        bars.append(
            Bar(
                round(place * (width + BAR_GAP), 1), round(width, 1), due, filed, CHART_HEIGHT - due, month.due,
                month.filed, month.first,
            )
        )  # fmt: skip
    return bars
