"""What has moved since a day, for the arrows of the map."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.api.layers import etag_of, in_words, json_answer, kept_by_browser
from maps.queries.filters import Filters, WrongParameterError, refuse_unknown
from maps.queries.moves import MOST_MOVES, moves_since
from maps.queries.reader import Reader
from maps.queries.stamp import register_stamp

FORM = 1


@require_safe
@in_words
def moves(request: HttpRequest) -> HttpResponseBase:
    """Return ``{n, moves: [{name, number, site, from, to, metres, n}]}``: the longest ways of what moved.

    The filters are those of the map, ``changed_since`` among them. The public sees no past: 404.
    """
    reader = Reader.of(request.user)
    if reader.public:
        raise Http404
    refuse_unknown(request.GET, ())
    filters, today = Filters.parse(request.GET), timezone.localdate()
    if filters.changed_since is None:
        raise WrongParameterError("changed_since", _("Write the day since when."))
    etag = etag_of(FORM, "moves", reader.key, filters.key, register_stamp(), today)

    def make() -> HttpResponse:
        found = moves_since(reader, filters, today)
        answer = {"n": sum(one.n for one in found), "moves": [one.as_json() for one in found[:MOST_MOVES]]}
        return json_answer(answer, "application/json")

    return kept_by_browser(request, etag, make, public=False)
