"""The deployment's background out of a PMTiles file on this machine: one image for each tile, for everybody."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import TileType

#: kinds of tiles that a browser shows as they are
IMAGES = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}
KEPT_S = 86_400


class BackgroundError(ValueError):
    """The file cannot be a background; the text says why."""


@lru_cache(maxsize=2)
def _opened(path: Path, _changed: float) -> tuple[Reader, dict[str, Any]]:
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
    try:
        return reader, reader.header()
    except (ValueError, KeyError, IndexError) as error:
        raise BackgroundError(f"{path} is no PMTiles file (version 3).") from error


def background_file() -> tuple[Reader, dict[str, Any]] | None:
    """Return the deployment's archive and its header, None where it has none. Raises BackgroundError."""
    path: Path | None = settings.BASEMAP_FILE
    if path is None:
        return None
    if not path.is_file():
        raise BackgroundError(f"{path} is not there.")
    reader, header = _opened(path, path.stat().st_mtime)
    if header["tile_type"] not in IMAGES:
        raise BackgroundError(
            f"{path} holds {header['tile_type'].name} tiles; a background needs PNG, JPEG, WebP or AVIF."
        )
    return reader, header


@require_safe
def background(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:  # noqa: ARG001 -- as every view
    """Return a tile of the archive; 204 where it has none."""
    try:
        found = background_file()
    except BackgroundError as error:
        raise Http404 from error
    if found is None or z > 22 or x >= 1 << z or y >= 1 << z:
        raise Http404
    reader, header = found
    tile = reader.get(z, x, y)
    if tile is None:
        return HttpResponse(status=204)
    return HttpResponse(
        tile, content_type=IMAGES[header["tile_type"]], headers={"Cache-Control": f"public, max-age={KEPT_S}"}
    )
