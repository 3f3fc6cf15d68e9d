"""What is in the bytes of a picture: its kind, its size, what the camera wrote, and a copy that is safe to show.

The copy is made anew from the pixels: turned upright, at most 1,600 pixels wide or high, without any metadata. The
bytes that came are evidence and never change.
"""

import math
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

PHOTO_MAX_BYTES = 25 * 1024 * 1024
#: more than the largest phone camera gives; a picture that unpacks to more is refused before it is unpacked
PHOTO_MAX_PIXELS = 220_000_000
#: pictures whose decoder needs all of them in memory at once (everything but a baseline JPEG)
WHOLE_MAX_PIXELS = 60_000_000
DISPLAY_EDGE = 1_600
DISPLAY_QUALITY = 80
FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
_HEIC_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


class BadPhoto(ValueError):
    """Bytes that are not stored; ``code`` for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Picture:
    """A picture that was looked into. ``display`` is the copy to show, None where the pixels cannot be read."""

    content_type: str
    width: int | None = None
    height: int | None = None
    exif: Mapping[str, Any] = field(default_factory=dict)
    display: bytes | None = None


def examine(content: bytes) -> Picture:
    """Return what is in *content*. Raises BadPhoto for what is no picture, is too large, or unpacks to too much.

    A picture whose header is sound and whose pixels are damaged is kept all the same: its digest is the phone's.
    """
    if len(content) > PHOTO_MAX_BYTES:
        raise BadPhoto("photo.size", _("The photo is larger than %(mb)s MB.") % {"mb": PHOTO_MAX_BYTES // 2**20})
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return Picture("image/heic")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(FORMATS)) as picture:
                return _examine(picture)
    except BadPhoto:
        raise
    except Image.DecompressionBombError as error:
        raise BadPhoto("photo.pixels", _("The picture has too many pixels.")) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise BadPhoto("photo.type", _("This is no JPEG, PNG, WebP or HEIC picture.")) from error


def _examine(picture: Image.Image) -> Picture:
    width, height, kind = picture.width, picture.height, str(picture.format)
    in_parts = kind == "JPEG" and not picture.info.get("progressive")
    if width * height > (PHOTO_MAX_PIXELS if in_parts else WHOLE_MAX_PIXELS):
        raise BadPhoto("photo.pixels", _("The picture has too many pixels."))
    return Picture(FORMATS[kind], width, height, camera_notes(picture), _display(picture))


def _display(picture: Image.Image) -> bytes | None:
    try:
        # A JPEG is decoded at the next larger half, quarter or eighth of its size: four to sixty times less work. Both
        # edges have to be larger than what is asked for, so that it is asked for in the picture's own shape.
        share = min(1, DISPLAY_EDGE / max(picture.size))
        picture.draft("RGB", (max(1, int(picture.width * share)), max(1, int(picture.height * share))))
        upright = ImageOps.exif_transpose(picture)
        upright.thumbnail((DISPLAY_EDGE, DISPLAY_EDGE), Image.Resampling.BILINEAR, reducing_gap=2.0)
        shown = _on_white(upright)
        out = BytesIO()
        shown.save(out, "JPEG", quality=DISPLAY_QUALITY, exif=b"", icc_profile=None)
        return out.getvalue()
    except (OSError, ValueError, SyntaxError, MemoryError, ZeroDivisionError):
        return None


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        paper = Image.new("RGB", picture.size, "white")
        layer = picture.convert("RGBA")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return picture.convert("RGB")


# --- What the camera wrote --------------------------------------------------------------------------------------------


def camera_notes(picture: Image.Image) -> dict[str, Any]:
    """Return {taken_at, lon, lat, accuracy_m, camera} of the EXIF block, without what is missing or makes no sense."""
    found: dict[str, Any] = {}
    with suppress(Exception):
        # Whatever a camera or a forger wrote there must not keep a photo from arriving.
        exif = picture.getexif()
        found["camera"] = _text(f"{exif.get(ExifTags.Base.Make, '')} {exif.get(ExifTags.Base.Model, '')}")
        found["taken_at"] = _taken_at(exif.get_ifd(ExifTags.IFD.Exif))
        found.update(_place(exif.get_ifd(ExifTags.IFD.GPSInfo)))
    return {name: value for name, value in found.items() if value not in (None, "")}


def _text(value: object) -> str:
    return "".join(letter for letter in str(value) if letter.isprintable()).strip()[:80]


def _taken_at(block: Mapping[int, Any]) -> str | None:
    """Return the moment of the camera's clock in ISO 8601, with its offset where the camera wrote one."""
    written = str(block.get(ExifTags.Base.DateTimeOriginal, ""))[:19]
    try:
        moment = datetime.strptime(written, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 -- the offset is another tag
    except ValueError:
        return None
    offset = str(block.get(ExifTags.Base.OffsetTimeOriginal, "")).strip()
    with suppress(ValueError):
        return datetime.fromisoformat(f"{moment.isoformat()}{offset}").isoformat()
    return moment.isoformat()


def _place(block: Mapping[int, Any]) -> dict[str, float]:
    lat = _degrees(block.get(ExifTags.GPS.GPSLatitude), block.get(ExifTags.GPS.GPSLatitudeRef), "S", 90)
    lon = _degrees(block.get(ExifTags.GPS.GPSLongitude), block.get(ExifTags.GPS.GPSLongitudeRef), "W", 180)
    if lat is None or lon is None or (lat == 0 and lon == 0):
        return {}
    found = {"lon": lon, "lat": lat}
    with suppress(TypeError, ValueError, ZeroDivisionError):
        error = float(block[ExifTags.GPS.GPSHPositioningError]) if ExifTags.GPS.GPSHPositioningError in block else None
        if error is not None and math.isfinite(error) and 0 <= error < 1e7:
            found["accuracy_m"] = round(error, 1)
    return found


def _degrees(parts: Any, side: object, negative: str, most: float) -> float | None:
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not math.isfinite(value) or not 0 <= value <= most:
        return None
    return round(-value if str(side).upper().startswith(negative) else value, 7)
