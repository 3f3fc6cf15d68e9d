"""What a question about space is made of: box, point, radius. Wrong ones are refused, naming the parameter."""

import math
from dataclasses import dataclass
from typing import Self

from django.utils.translation import gettext as _

SRID = 4326


class WrongPlaceError(ValueError):
    """A number that is no place. ``parameter`` names it as the caller wrote it; the text is for people."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(f"{parameter}: {message}")
        self.parameter = parameter
        self.message = message


def number(value: object, parameter: str, least: float, most: float) -> float:
    """Return *value* as a float from *least* to *most*; NaN, infinity, text and the rest raise WrongPlaceError."""
    try:
        found = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise WrongPlaceError(parameter, _("This is not a number.")) from None
    if not math.isfinite(found):
        raise WrongPlaceError(parameter, _("The number must be finite."))
    if not least <= found <= most:
        raise WrongPlaceError(
            parameter, _("The number must lie between %(least)g and %(most)g.") % {"least": least, "most": most}
        )
    return found


def longitude(value: object, parameter: str = "lon") -> float:
    return number(value, parameter, -180.0, 180.0)


def latitude(value: object, parameter: str = "lat") -> float:
    return number(value, parameter, -90.0, 90.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A closed box in EPSG:4326 degrees; it does not cross the antimeridian. Points on its edges are inside."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        """Raise WrongPlaceError, naming the edge, for what is not finite, off the earth or in the wrong order."""
        self._check("west", longitude(self.west, "west"))
        self._check("south", latitude(self.south, "south"))
        self._check("east", longitude(self.east, "east"))
        self._check("north", latitude(self.north, "north"))
        if self.west > self.east:
            raise WrongPlaceError("west", _("West lies east of east: the order is west, south, east, north."))
        if self.south > self.north:
            raise WrongPlaceError("south", _("South lies north of north: the order is west, south, east, north."))

    def _check(self, edge: str, value: float) -> None:
        object.__setattr__(self, edge, value)

    @classmethod
    def parse(cls, text: str, parameter: str = "bbox") -> Self:
        """Read "west,south,east,north"; every error names *parameter*."""
        parts = text.split(",")
        if len(parts) != 4:
            raise WrongPlaceError(parameter, _("Write four numbers: west,south,east,north in degrees."))
        try:
            return cls(*parts)  # type: ignore[arg-type]  # each edge is read and checked above
        except WrongPlaceError as error:
            raise WrongPlaceError(parameter, f"{error.parameter}: {error.message}") from None

    @classmethod
    def around(cls, lon: float, lat: float, half_lon: float, half_lat: float) -> Self:
        """Return the box of the given half sides in degrees, cut at the edges of the map."""
        return cls(
            max(lon - half_lon, -180.0),
            max(lat - half_lat, -90.0),
            min(lon + half_lon, 180.0),
            min(lat + half_lat, 90.0),
        )

    def contains(self, other: "Box") -> bool:
        return (
            self.west <= other.west
            and self.south <= other.south
            and self.east >= other.east
            and self.north >= other.north
        )

    def edges(self) -> dict[str, float]:
        """Return the four edges by name, as a statement binds them."""
        return {"west": self.west, "south": self.south, "east": self.east, "north": self.north}
