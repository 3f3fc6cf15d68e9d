"""Pictures of the demo: a drawn mast with its label as JPEG, with the place and the time in the EXIF data."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from infra.models import Installation

SIZE = (960, 720)
GROUND = 560
GPS, EXIF = 0x8825, 0x8769
ITEMS = ("fence_lock_sign", "bolts_corrosion", "earthing_resistance")


@dataclass(frozen=True)
class Picture:
    """A photo with what the form says of it."""

    content: bytes
    meta: dict[str, Any]

    @property
    def sha256(self) -> str:
        return str(self.meta["sha256"])


def photo_of(installation: Installation, number: int, taken: datetime) -> Picture:
    """Return a picture of an installation that looks like no other."""
    position: Any = installation.position
    lon, lat = round(position.x + number * 2e-5, 6), round(position.y - number * 1e-5, 6)
    content = _drawn(installation, number, lon, lat, taken)
    meta = {
        "sha256": hashlib.sha256(content).hexdigest(),
        "item": ITEMS[number % len(ITEMS)],
        "taken_at": taken,
        "lon": lon,
        "lat": lat,
        "accuracy_m": 4.0,
    }
    return Picture(content, meta)


def _drawn(installation: Installation, number: int, lon: float, lat: float, taken: datetime) -> bytes:
    seed = hashlib.sha256(f"{installation.registry_number}:{number}".encode()).digest()
    sky = (170 + seed[0] % 40, 195 + seed[1] % 30, 220 + seed[2] % 30)
    image = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, GROUND, *SIZE), fill=(110 + seed[3] % 40, 130 + seed[4] % 30, 90))
    middle, top, foot = 300 + seed[5], 60 + seed[6] % 120, 60
    for side in (-1, 1):
        draw.line((middle + side * foot, GROUND, middle + side * 8, top), fill=(90, 90, 95), width=7)
    steps = 9
    for step in range(steps):
        low, high = step / steps, (step + 1) / steps
        left, right = foot - (foot - 8) * low, foot - (foot - 8) * high
        bottom, above = GROUND - (GROUND - top) * low, GROUND - (GROUND - top) * high
        draw.line((middle - left, bottom, middle + right, above), fill=(105, 105, 110), width=4)
    for sector in range(3):
        draw.rectangle((middle - 46 + sector * 36, top + 8, middle - 26 + sector * 36, top + 90), fill=(235, 236, 238))
    draw.rectangle((middle + 110, GROUND - 100, middle + 240, GROUND + 10), fill=(200, 196, 186))
    draw.rectangle((0, SIZE[1] - 56, SIZE[0], SIZE[1]), fill=(30, 34, 40))
    words = f"{installation.registry_number}   {lat:.6f}, {lon:.6f}   {taken:%d/%m/%Y %H:%M}   (minh hoa)"
    draw.text((20, SIZE[1] - 44), words, fill=(240, 240, 240), font_size=26)
    stream = BytesIO()
    image.save(stream, "JPEG", quality=82, exif=_exif(lon, lat, taken))
    return stream.getvalue()


def _exif(lon: float, lat: float, taken: datetime) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "SOTRAM", "Demo"
    exif.get_ifd(EXIF)[0x9003] = f"{taken:%Y:%m:%d %H:%M:%S}"
    exif.get_ifd(EXIF)[0x9011] = "+07:00"
    exif.get_ifd(GPS).update({1: "N", 2: _sexagesimal(lat), 3: "E", 4: _sexagesimal(lon)})
    return exif


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    whole, minutes = int(degrees), (degrees % 1) * 60
    return float(whole), float(int(minutes)), round((minutes % 1) * 60, 3)
