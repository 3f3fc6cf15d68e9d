"""Photos as a phone's camera writes them: JPEG with noise, time and position in the Exif block."""

from datetime import datetime
from pathlib import Path

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

DATE, OFFSET, GPS_IFD, EXIF_IFD, ORIENTATION = 0x9003, 0x9011, 0x8825, 0x8769, 0x0112


def photo(path: Path, seed: int, taken: datetime, lon: float, lat: float, size: tuple[int, int] = (2600, 1900)) -> Path:
    """Write a photo that no other *seed* gives; large enough to be made smaller on the phone."""
    picture = Image.effect_noise((size[0] // 8, size[1] // 8), 60).resize(size).convert("RGB")
    picture.paste((seed * 17 % 256, seed * 71 % 256, 120), (0, 0, size[0] // 3, size[1] // 3))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    exif.get_ifd(EXIF_IFD).update({DATE: taken.strftime("%Y:%m:%d %H:%M:%S"), OFFSET: "+07:00"})
    exif.get_ifd(GPS_IFD).update({1: "N", 2: _parts(lat), 3: "E", 4: _parts(lon)})
    picture.save(path, "JPEG", quality=90, exif=exif)
    return path


def _parts(degrees: float) -> tuple[IFDRational, ...]:
    whole = int(degrees)
    minutes = int((degrees - whole) * 60)
    seconds = (degrees - whole - minutes / 60) * 3600
    return IFDRational(whole, 1), IFDRational(minutes, 1), IFDRational(round(seconds * 1000), 1000)
