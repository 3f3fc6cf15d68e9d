"""The network view: how every commune hangs on the data centre, and what takes it away. Drawn and listed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from infra import formats
from infra.access import Permission
from infra.pages.columns import Column
from infra.pages.exports import as_csv, as_xlsx
from infra.pages.guard import needs
from maps.pages.folium import map_markup
from maps.pages.ground import bounds_for, ground_settings, source_note, words
from maps.queries.reader import Reader
from maps.selectors.network import (
    CUT,
    SAFE,
    SINGLE,
    CommuneStanding,
    Failure,
    Network,
    communes_of,
    network_of,
)

MOST_FAILURES, MOST_NAMED = 60, 40

#: standing → (state whose symbol fits, words)
STANDINGS: dict[str, tuple[str, Any]] = {
    CUT: ("unsafe", gettext_lazy("no path")),
    SINGLE: ("overdue", gettext_lazy("one path only")),
    SAFE: ("compliant", gettext_lazy("two disjoint paths")),
}
KINDS: dict[str, Any] = {
    "link": gettext_lazy("Link"),
    "node": gettext_lazy("Node"),
    "route": gettext_lazy("Cable route"),
}

COLUMNS: Sequence[Column] = (
    Column("code", gettext_lazy("Code"), lambda c: c.code),
    Column("name", gettext_lazy("Commune"), lambda c: c.name),
    Column("population", gettext_lazy("Population"), lambda c: c.population),
    Column("nodes", gettext_lazy("Nodes"), lambda c: c.nodes),
    Column("standing", gettext_lazy("Standing"), lambda c: str(STANDINGS[c.standing][1])),
    Column("hangs_on", gettext_lazy("Hangs on"), lambda c: ", ".join(c.hangs_on)),
)


@dataclass(frozen=True)
class Asked:
    """What the address asks for: with the outages of now, and one failure to try (``kind:ref``)."""

    now: bool
    fail: str


@dataclass(frozen=True)
class Trial:
    """A failure that is tried, and who loses the data centre with it."""

    failure: Failure
    kind: Any
    communes: list[str]
    people: int


def _asked(request: HttpRequest) -> Asked:
    return Asked(request.GET.get("now") == "1", request.GET.get("fail", "")[:80])


@require_safe
@needs(Permission.SEE_REGISTER)
def network(request: HttpRequest) -> HttpResponseBase:
    """Show the network that the person may see."""
    asked = _asked(request)
    found = network_of(request.user, with_outages=asked.now)
    communes = communes_of(found, request.user)
    wanted = request.GET.get("export", "")
    if wanted == "csv":
        return as_csv(communes, COLUMNS, "network-communes")
    if wanted == "xlsx":
        about = [(_("List"), _("Communes by their paths to the data centre")), (_("Exported at"), _moment())]
        return as_xlsx(communes, COLUMNS, "network-communes", about)
    trial = _trial(found, communes, asked.fail)
    return render(request, "maps/network.html", _context(request, found, communes, asked, trial))


def _moment() -> str:
    return formats.moment(timezone.now())


def _context(
    request: HttpRequest, found: Network, communes: list[CommuneStanding], asked: Asked, trial: Trial | None
) -> dict[str, Any]:
    counts = {standing: sum(one.standing == standing for one in communes) for standing in STANDINGS}
    query = request.GET.urlencode()
    markup = map_markup(
        name="network",
        bounds=bounds_for(Reader.of(request.user).scope),
        start="openNetwork",
        settings_of_map={
            "ground": ground_settings(),
            "url": f"{reverse('maps:network-map')}?{query}",
            "page": reverse("maps:network"),
            "words": words(),
        },
        nonce=str(request.csp_nonce),  # type: ignore[attr-defined]
        scripts=("maps/network.js",),
        styles=("maps/storm.css", "maps/network.css"),
    )
    failures = [*found.routes, *found.articulations, *found.bridges]
    failures.sort(key=lambda one: (-len(one.loses), one.kind, one.ref))
    return {
        "network": found,
        "communes": [(one, *STANDINGS[one.standing]) for one in communes],
        "cut": counts[CUT],
        "single": counts[SINGLE],
        "safe": counts[SAFE],
        "people": sum(one.population or 0 for one in communes if one.standing in (CUT, SINGLE)),
        "failures": [(one, KINDS[one.kind]) for one in failures[:MOST_FAILURES]],
        "failure_count": len(failures),
        "asked": asked,
        "trial": trial,
        "map": markup,
        "source_note": source_note(),
    }


def failure_named(found: Network, name: str) -> Failure | None:
    """Return the failure that ``kind:ref`` names, with what it takes; None where there is no such thing."""
    kind, _colon, ref = name.partition(":")
    nodes = [one for one in found.nodes.values() if kind == "node" and one.number == ref]
    edges = [one for one in found.edges if ref and ref == {"link": one.code, "route": one.route}.get(kind)]
    if not nodes and not edges:
        return None
    loses = found.lost_without(nodes=[found.vertex(one.id) for one in nodes], edges=[one.id for one in edges])
    title = nodes[0].name if nodes else ref
    return Failure(kind, ref, title, tuple(pk for pk in loses if pk in found.nodes))


def _trial(found: Network, communes: list[CommuneStanding], name: str) -> Trial | None:
    failure = failure_named(found, name) if name else None
    if failure is None:
        return None
    lost = {found.nodes[pk].unit for pk in failure.loses}
    hit = [one for one in communes if one.code in lost]
    return Trial(failure, KINDS[failure.kind], [one.name for one in hit], sum(one.population or 0 for one in hit))


@require_safe
@needs(Permission.SEE_REGISTER)
def network_map(request: HttpRequest) -> HttpResponseBase:
    """Return the nodes and links to draw: how each stands, and what the tried failure takes."""
    asked = _asked(request)
    found = network_of(request.user, with_outages=asked.now)
    trial = failure_named(found, asked.fail) if asked.fail else None
    lost = set(trial.loses) if trial else set()
    bridges = {one.ref: len(one.loses) for one in found.bridges}
    holds = {one.ref: len(one.loses) for one in found.articulations}
    content = {
        "nodes": [
            {
                "id": one.id,
                "number": one.number,
                "name": one.name,
                "kind": one.kind,
                "lon": round(one.lon, 5),
                "lat": round(one.lat, 5),
                "standing": found.standing(one),
                "holds": holds.get(one.number, 0),
                "lost": one.id in lost,
                "out": one.is_out,
            }
            for one in found.nodes.values()
        ],
        "links": [
            {
                "code": one.code,
                "a": one.a,
                "b": one.b,
                "holds": bridges.get(one.code, 0),
                "failed": trial is not None and trial.ref in (one.code, one.route) and trial.kind != "node",
            }
            for one in found.edges
        ],
        "failed": trial.ref if trial and trial.kind == "node" else "",
    }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-store"
    return response
