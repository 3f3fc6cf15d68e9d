"""The deployment's background out of a PMTiles file on this machine, for everybody: image by image, or by ranges."""

import re
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from infra.basemap import IMAGES, BackgroundError, background_file
from maps.api.layers import etag_of

KEPT_S = 86_400
#: bytes that are handed out in one answer
MOST_BYTES = 16 * 1024 * 1024
RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})")


@require_safe
def background(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:  # noqa: ARG001 -- as every view
    """Return an image of the archive; 204 where it has none."""
    try:
        found = background_file()
    except BackgroundError as error:
        raise Http404 from error
    if found is None or found[1]["tile_type"] not in IMAGES or z > 22 or x >= 1 << z or y >= 1 << z:
        raise Http404
    reader, header = found
    tile = reader.get(z, x, y)
    if tile is None:
        return HttpResponse(status=204)
    return HttpResponse(
        tile, content_type=IMAGES[header["tile_type"]], headers={"Cache-Control": f"public, max-age={KEPT_S}"}
    )


@require_safe
def background_archive(request: HttpRequest) -> HttpResponse:
    """Return the bytes of the archive that the header Range asks for (206); 416 for any other question."""
    try:
        found = background_file()
    except BackgroundError as error:
        raise Http404 from error
    path: Path | None = settings.BASEMAP_FILE
    if found is None or path is None:
        raise Http404
    state = path.stat()
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    first, last = (int(asked[1]), min(int(asked[2]), state.st_size - 1)) if asked else (0, -1)
    if not 0 <= first <= last or last - first >= MOST_BYTES:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{state.st_size}"})
    with path.open("rb") as file:
        file.seek(first)
        part = file.read(last - first + 1)
    return HttpResponse(
        part,
        status=206,
        content_type="application/vnd.pmtiles",
        headers={
            "Content-Range": f"bytes {first}-{last}/{state.st_size}",
            "Accept-Ranges": "bytes",
            "ETag": etag_of(state.st_mtime_ns, state.st_size),
            "Cache-Control": f"public, max-age={KEPT_S}",
        },
    )
