"""Suggestions of the search boxes."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.api.door import known_visitor
from maps.api.layers import in_words, json_answer
from maps.queries.filters import WrongParameterError, refuse_unknown
from maps.queries.reader import Reader
from maps.selectors.search import search
from maps.visitors import VISITORS


@require_safe
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """Answer those whom this process knows without asking who they are: somebody who types asks many times."""
    reader = VISITORS.get(request)
    return _known(request) if reader is None else _suggestions(request, reader)


@known_visitor
def _known(request: HttpRequest) -> HttpResponseBase:
    reader = Reader.of(request.user)
    VISITORS.put(request, reader)
    return _suggestions(request, reader)


@in_words
def _suggestions(request: HttpRequest, reader: Reader) -> HttpResponseBase:
    """Return ``{results: [{kind, title, text, lon, lat, zoom, site, code}], corrected}``; ``kind=unit`` keeps units.

    ``corrected`` is what was looked for where nothing was found as it was typed, else null.
    """
    refuse_unknown(request.GET, ("q", "kind"))
    kind = request.GET.get("kind", "")
    if kind not in ("", "unit"):
        raise WrongParameterError("kind", _("Choose from: %(choices)s.") % {"choices": "unit"})
    found = search(reader, request.GET.get("q", ""), kind)
    answer = {"results": [hit.as_json() for hit in found.hits], "corrected": found.corrected}
    response = json_answer(answer, "application/json")
    response["Cache-Control"] = "private, no-store"
    return response
