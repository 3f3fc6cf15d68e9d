"""The live features of a layer: compact GeoJSON of what is in a box, bounded by who asks, with an ETag."""

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from infra.spatial.places import Box, WrongPlaceError
from maps.api.problems import wrong_parameter
from maps.layers import BY_NAME, Question, layers_for
from maps.queries.counts import last_change, station_counts, total_of
from maps.queries.filters import Filters, WrongParameterError, refuse_unknown
from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp
from maps.selectors.ages import data_ages
from maps.selectors.shades import indicators_for, shades_of

LEAST_ZOOM, MOST_ZOOM = 0, 22
#: the form of the answers; raise it when properties change, so that no browser keeps the old form
FORM = 1

View = Callable[..., HttpResponseBase]


def in_words(view: View) -> View:
    """Answer 400 in words where a parameter makes no sense."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except (WrongParameterError, WrongPlaceError) as error:
            return wrong_parameter(request.path, error.parameter, error.message)

    return answered


def _zoom(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and LEAST_ZOOM <= int(text) <= MOST_ZOOM):
        message = _("Write a whole number from %(least)s to %(most)s.") % {"least": LEAST_ZOOM, "most": MOST_ZOOM}
        raise WrongParameterError("zoom", message)
    return int(text)


def etag_of(*parts: object) -> str:
    return f'"{hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]}"'


def kept_by_browser(request: HttpRequest, etag: str, make: Callable[[], HttpResponse], *, public: bool) -> HttpResponse:
    """Answer 304 where the browser holds what *etag* names, what *make* returns otherwise."""
    response = get_conditional_response(request, etag=etag) or make()
    response["ETag"] = etag
    patch_cache_control(response, public=public, private=not public, no_cache=True)
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    assert isinstance(response, HttpResponse)
    return response


def json_answer(data: Any, content_type: str) -> HttpResponse:
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return HttpResponse(text, content_type=content_type)


@require_safe
@in_words
def layer_features(request: HttpRequest, layer: str) -> HttpResponseBase:
    """Return what ``layer`` shows in ``bbox`` at ``zoom``: GeoJSON with ``grouped`` null, "commune" or "province".

    A layer that the person may not open is 404, like one that does not exist.
    """
    reader = Reader.of(request.user)
    declared = BY_NAME.get(layer)
    if declared is None or declared.read is None or not declared.open_to(reader):
        raise Http404
    refuse_unknown(request.GET, ("bbox", "zoom"))
    today = timezone.localdate()
    question = Question(
        reader=reader,
        filters=Filters.parse(request.GET),
        box=Box.parse(request.GET.get("bbox", "")),
        zoom=_zoom(request.GET.get("zoom", "")),
        today=today,
    )
    edges = question.box.edges().values()
    etag = etag_of(
        FORM, layer, reader.key, question.filters.key, question.zoom, *edges, last_change(), today, get_language()
    )

    def make() -> HttpResponse:
        answer = declared.answer(question)
        collection = {
            "type": "FeatureCollection",
            "layer": layer,
            "grouped": answer.grouped,
            "features": answer.features,
        }
        return json_answer(collection, "application/geo+json")

    return kept_by_browser(request, etag, make, public=reader.public)


@require_safe
@in_words
def summary(request: HttpRequest) -> HttpResponseBase:
    """Return the totals beside the legend for the filters, and how old the data are."""
    reader = Reader.of(request.user)
    refuse_unknown(request.GET, ())
    filters = Filters.parse(request.GET)
    today = timezone.localdate()
    etag = etag_of(FORM, "summary", reader.key, filters.key, last_change(), today, get_language())

    def make() -> HttpResponse:
        shown = [layer for layer in layers_for(reader) if layer.total is not None]
        totals = {layer.name: layer.total(reader, filters, today) for layer in shown if layer.total is not None}
        stations = total_of(station_counts(reader, filters, today))
        if reader.public:
            stations.pop("states", None)
        ages = [age.as_json() for age in data_ages(reader)]
        return json_answer({"layers": totals, "stations": stations, "ages": ages}, "application/json")

    return kept_by_browser(request, etag, make, public=reader.public)


@require_safe
@in_words
def shades(request: HttpRequest, indicator: str) -> HttpResponseBase:
    """Return ``{title, classes, few, units: {code: [class, words]}}``: communes by an indicator, for a choropleth."""
    reader = Reader.of(request.user)
    found = {one.code: one for one in indicators_for(reader)}.get(indicator) if not reader.public else None
    if found is None:
        raise Http404
    refuse_unknown(request.GET, ())
    filters, today = Filters.parse(request.GET), timezone.localdate()
    etag = etag_of(FORM, "shades", indicator, reader.key, filters.key, register_stamp(), today, get_language())

    def make() -> HttpResponse:
        return json_answer(shades_of(found, reader, filters, today).as_json(), "application/json")

    return kept_by_browser(request, etag, make, public=False)
