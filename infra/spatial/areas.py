"""What a person drew on a map, as a text in an address: an outline, a circle, or communes picked one by one."""

import math
from dataclasses import dataclass
from typing import Self

import shapely
from django.utils.translation import gettext as _

from infra.spatial.metres import WGS84
from infra.spatial.places import WrongPlaceError, latitude, longitude, number

MOST_CORNERS = 500
MOST_METRES = 200_000.0
MOST_UNITS = 200
CORNERS_OF_CIRCLE = 180
UNITS = "communes:"


@dataclass(frozen=True)
class DrawnArea:
    """Either ``shape`` or the codes of ``units``; ``metres`` where it was a circle."""

    shape: shapely.Polygon | None = None
    units: tuple[str, ...] = ()
    metres: float | None = None

    @classmethod
    def parse(cls, text: str, parameter: str = "area") -> Self:
        """Read "lon,lat;lon,lat;lon,lat", "lon,lat,metres" or "communes:code,code". Raises WrongPlaceError."""
        if text.startswith(UNITS):
            return cls(units=_codes(text.removeprefix(UNITS), parameter))
        if ";" not in text and text.count(",") == 2:
            lon, lat, metres = text.split(",")
            radius = number(metres, parameter, 1.0, MOST_METRES)
            return cls(_circle(longitude(lon, parameter), latitude(lat, parameter), radius), metres=radius)
        return cls(shapely.Polygon(corners(text, parameter)))

    @property
    def square_metres(self) -> float | None:
        """Return the size of what was drawn; None for communes, which know their own."""
        return None if self.shape is None else abs(WGS84.geometry_area_perimeter(self.shape)[0])


def corners(text: str, parameter: str) -> tuple[tuple[float, float], ...]:
    """Read the corners of a polygon that does not cross itself; the last one may repeat the first."""
    parts = text.split(";")
    if not 3 <= len(parts) <= MOST_CORNERS:
        message = _("Write from 3 to %(most)s corners as longitude,latitude with semicolons between.")
        raise WrongPlaceError(parameter, message % {"most": MOST_CORNERS})
    found = []
    for part in parts:
        lon, _comma, lat = part.partition(",")
        found.append((longitude(lon, parameter), latitude(lat, parameter)))
    shape = shapely.Polygon(found)
    if not shape.is_valid or not shape.area:
        raise WrongPlaceError(parameter, _("The area crosses itself or is empty: draw it without crossing lines."))
    return tuple(found)


def _codes(text: str, parameter: str) -> tuple[str, ...]:
    codes = tuple(code for code in text.split(",") if code)
    if not codes or len(codes) > MOST_UNITS or any(len(code) > 20 for code in codes):
        raise WrongPlaceError(parameter, _("Write from 1 to %(most)s codes of communes.") % {"most": MOST_UNITS})
    return codes


def _circle(lon: float, lat: float, metres: float) -> shapely.Polygon:
    angles = [360 * place / CORNERS_OF_CIRCLE for place in range(CORNERS_OF_CIRCLE)]
    # the corners stand a hair outside, so that the sides run as far outside the circle as inside
    reach = metres / math.sqrt(math.cos(math.pi / CORNERS_OF_CIRCLE))
    count = len(angles)
    lons, lats, _back = WGS84.fwd([lon] * count, [lat] * count, angles, [reach] * count)
    return shapely.Polygon(list(zip(lons, lats, strict=True)))
