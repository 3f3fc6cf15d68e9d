"""The deployment's background in a PMTiles file on this machine: what it holds, and its tiles."""

from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import TileType

#: kinds of tiles that a browser shows as they are
IMAGES = {
    TileType.PNG: "image/png",
    TileType.JPEG: "image/jpeg",
    TileType.WEBP: "image/webp",
    TileType.AVIF: "image/avif",
}


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
    if header["tile_type"] not in IMAGES and header["tile_type"] != TileType.MVT:
        raise BackgroundError(
            f"{path} holds {header['tile_type'].name} tiles; a background needs PNG, JPEG, WebP, AVIF or vector tiles."
        )
    return reader, header


def archive_address(served_at: str) -> str:
    """Return what the browser reads by ranges itself: an archive elsewhere, or ours (*served_at*) of vector tiles.

    Empty where the background is none, or images that come one by one.
    """
    if settings.BASEMAP_URL.endswith(".pmtiles"):
        return str(settings.BASEMAP_URL)
    try:
        found = background_file()
    except BackgroundError:
        return ""
    return served_at if found is not None and found[1]["tile_type"] == TileType.MVT else ""


def images_address() -> str:
    """Return where the background comes from image by image (``{z}``, ``{x}``, ``{y}``); empty where it does not.

    Whoever draws tiles as images only (the field app) shows its own ground instead of an archive read by ranges.
    """
    return "" if archive_address("archive") else str(settings.BASEMAP_URL or "")
