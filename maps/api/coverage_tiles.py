"""``/tiles/coverage/{id}/{z}/{x}/{y}.png``: a coverage map, or the difference of two, for whoever may see it.

The id is a map's number, or two sides of numbers joined by ``+`` with ``-`` between them: ``12-34`` shows what map 34
loses and wins against map 12.
"""

import hashlib
import re
from functools import lru_cache

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from maps.api.door import known_visitor
from maps.api.layers import etag_of
from maps.api.problems import not_found
from maps.coverage.indicators import Scale
from maps.coverage.manifests import read_manifest
from maps.coverage.painting import MOST_ZOOM, Shown, paint, paint_difference
from maps.queries.reader import Reader
from maps.selectors.coverage import maps_for

MOST_MAPS = 20
SIDES = re.compile(r"(\d{1,17}(?:\+\d{1,17})*)(?:-(\d{1,17}(?:\+\d{1,17})*))?", re.ASCII)
#: for so long a right to see a map is taken for granted without asking the database
GRANTED_S = 5
KEPT_TILES = 2_000
#: the form of the pictures; raise it when they change, so that no browser keeps the old ones
FORM = 1

#: what decides a picture of one map: its tiles, the level needed, its classes
Drawn = tuple[str, float, tuple[float, ...]]


@require_safe
@known_visitor
def coverage_tile(request: HttpRequest, key: str, z: str, x: str, y: str) -> HttpResponseBase:
    """Return one tile: 200, or 204 where the map shows nothing; 404 for a map that the person may not see."""
    sides = _sides(request, key)
    if sides is None:
        return not_found(request.path, _("There is no such coverage map."))
    place = _place(z, x, y)
    if place is None:
        return not_found(request.path, _("There is no tile %(z)s/%(x)s/%(y)s.") % {"z": z[:9], "x": x[:9], "y": y[:9]})
    etag = f"W/{etag_of(FORM, settings.COVERAGE_STORE, sides, *place)}"
    response = get_conditional_response(request, etag=etag)
    if response is None:
        picture = _picture(settings.COVERAGE_STORE, sides, *place)
        response = HttpResponse(picture, content_type="image/png") if picture else HttpResponse(status=204)
    response["ETag"] = etag
    # what a number shows never changes, only who may see it
    patch_cache_control(response, private=True, max_age=300)
    patch_vary_headers(response, ("Cookie", "Authorization"))
    return response


def _sides(request: HttpRequest, key: str) -> tuple[tuple[Drawn, ...], ...] | None:
    """Return the one or two sides of *key*, None where it names a map that is not there for this person."""
    match = SIDES.fullmatch(key)
    if match is None:
        return None
    sides = [tuple(int(one) for one in part.split("+")) for part in match.groups() if part]
    numbers = {number for side in sides for number in side}
    if len(numbers) > MOST_MAPS or (len(sides) == 1 and len(sides[0]) > 1):
        return None
    drawn = _drawn(request, frozenset(numbers))
    if len(drawn) < len(numbers):
        return None
    return tuple(tuple(drawn[number] for number in side) for side in sides)


def _drawn(request: HttpRequest, numbers: frozenset[int]) -> dict[int, Drawn]:
    """Return what the person may see of *numbers*; remembered for some seconds, as a burst of tiles asks the same."""
    reader = Reader.of(request.user)
    text = f"{reader.key}|{request.user.pk}|{sorted(numbers)}"
    word = f"coverage:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
    found: dict[int, Drawn] | None = cache.get(word)
    if found is None:
        rows = maps_for(request.user, current=False).filter(pk__in=numbers)
        found = {one.pk: (one.manifest, one.needed_dbm, tuple(one.levels_dbm)) for one in rows}
        cache.set(word, found, GRANTED_S)
    return found


def _place(*numbers: str) -> tuple[int, int, int] | None:
    if not all(text.isascii() and text.isdigit() and len(text) < 9 for text in numbers):
        return None
    z, x, y = map(int, numbers)
    return (z, x, y) if z <= MOST_ZOOM and max(x, y) < 2**z else None


@lru_cache(maxsize=KEPT_TILES)
def _picture(address: str, sides: tuple[tuple[Drawn, ...], ...], z: int, x: int, y: int) -> bytes | None:
    shown = [
        [Shown(read_manifest(address, key), Scale(needed, levels)) for key, needed, levels in side] for side in sides
    ]
    if len(shown) == 1:
        return paint(address, shown[0][0], z, x, y)
    return paint_difference(address, shown[0], shown[1], z, x, y)
