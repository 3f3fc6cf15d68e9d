"""What a map is asked for: filters that the URL carries, read once and refused by name when they make no sense."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Self
from urllib.parse import urlencode

import shapely
from django.http import QueryDict
from django.utils.translation import gettext as _

from infra.models import InstallationKind
from infra.spatial.areas import corners
from infra.spatial.metres import box_around
from infra.spatial.places import Box, WrongPlaceError, latitude, longitude, number

KINDS = tuple(str(kind) for kind in InstallationKind)
#: the five states, worst last
SAFETY_STATES = ("compliant", "unknown", "due", "overdue", "unsafe")
#: asks for what is in no state: whoever hides every state of a legend sees nothing
NO_STATE = "none"
MISSING, EXPIRED = "missing", "expired"
MOST_VALUES = 50
MOST_DAYS = 3650
MOST_LENGTH = 64
MOST_METRES = 200_000.0
MOST_HEIGHT_M = 1_000.0
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


class WrongParameterError(ValueError):
    """A parameter that cannot be understood; ``parameter`` names it, the text is for people."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(f"{parameter}: {message}")
        self.parameter = parameter
        self.message = message


@dataclass(frozen=True)
class Circle:
    """What lies at most ``metres`` from a point."""

    lon: float
    lat: float
    metres: float

    def __str__(self) -> str:
        return f"{self.lon!r},{self.lat!r},{self.metres!r}"

    @classmethod
    def parse(cls, lon: float, lat: float, metres: str, most: float, parameter: str = "metres") -> Self:
        """Return the circle; raise WrongParameterError for a radius that is none or above *most*."""
        try:
            return cls(lon, lat, number(metres, parameter, 0, most))
        except WrongPlaceError as error:
            raise WrongParameterError(parameter, error.message) from None

    def box(self) -> Box:
        return box_around(self.lon, self.lat, self.metres)


@dataclass(frozen=True)
class Area:
    """What lies in a polygon that somebody drew: its corners in order, longitude and latitude."""

    corners: tuple[tuple[float, float], ...]

    @property
    def shape(self) -> shapely.Polygon:
        return shapely.Polygon(self.corners)

    def __str__(self) -> str:
        return ";".join(f"{lon!r},{lat!r}" for lon, lat in self.corners)


@dataclass(frozen=True)
class Bounds:
    """From the least to the most, both included."""

    least: float
    most: float

    def __str__(self) -> str:
        return f"{self.least:g}-{self.most:g}"


@dataclass(frozen=True)
class Filters:
    """Filters of every layer; a layer obeys those that concern it.

    ``certificate`` is "missing" (verification is mandatory and no certificate is in force), "expired", or the number of
    days within which the certificate expires. ``shared`` keeps sites with stations of several operators. ``as_of``
    shows the register as it stood at the end of that day, ``changed_since`` what an act has written on that day or
    later. ``state`` is that of a case, finding or permit, or the result of an inspection, or the kind of an incident;
    ``since`` and ``until`` are days on which something happened, both included. ``height`` is that of the mast in
    metres. ``newest`` is a station's newest technology. ``area`` and ``near`` are places.
    """

    organization: tuple[str, ...] = ()
    technology: tuple[str, ...] = ()
    band: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    newest: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    mast_class: tuple[str, ...] = ()
    height: Bounds | None = None
    safety: tuple[str, ...] = ()
    certificate: str = ""
    shared: bool = False
    state: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    changed_since: date | None = None
    area: Area | None = None
    near: Circle | None = None
    as_of: date | None = None

    @classmethod
    def parse(cls, query: QueryDict) -> Self:
        """Read the filters of *query*; lists come as repeated parameters or separated by commas."""
        return cls(
            organization=_codes(query, "organization"),
            technology=_codes(query, "technology"),
            band=_codes(query, "band"),
            status=_codes(query, "status"),
            newest=_codes(query, "newest"),
            unit=_codes(query, "unit"),
            kind=_known(_codes(query, "kind"), "kind", KINDS),
            mast_class=_codes(query, "mast_class"),
            height=_bounds(query.get("height", ""), "height", MOST_HEIGHT_M),
            safety=_known(_codes(query, "safety"), "safety", (*SAFETY_STATES, NO_STATE)),
            certificate=_certificate(query.get("certificate", "")),
            shared=_flag(query.get("shared", ""), "shared"),
            state=_codes(query, "state"),
            since=_date(query.get("since", ""), "since"),
            until=_date(query.get("until", ""), "until"),
            changed_since=_date(query.get("changed_since", ""), "changed_since"),
            area=_area(query.get("area", ""), "area"),
            near=_circle(query.get("near", ""), "near"),
            as_of=_date(query.get("as_of", ""), "as_of"),
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Return the filters that are set as (parameter, value), in a fixed order."""
        found: list[tuple[str, str]] = []
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple):
                found += [(field.name, one) for one in value]
            elif isinstance(value, bool):
                found += [(field.name, "1")] if value else []
            elif value is not None and value != "":
                found.append((field.name, str(value)))
        return found

    @property
    def query(self) -> str:
        return urlencode(self.pairs())

    @property
    def key(self) -> str:
        return self.query


#: the parameters that :class:`Filters` reads
PARAMETERS = frozenset(field.name for field in fields(Filters))


def refuse_unknown(query: QueryDict, known: Iterable[str]) -> None:
    """Raise WrongParameterError for a parameter that nobody reads: a misspelt filter must not show everything."""
    allowed = {*known, *PARAMETERS}
    for name in query:
        if name not in allowed:
            raise WrongParameterError(name[:MOST_LENGTH], _("There is no such parameter."))


def _codes(query: QueryDict, name: str) -> tuple[str, ...]:
    values = {part.strip() for text in query.getlist(name) for part in text.split(",") if part.strip()}
    if len(values) > MOST_VALUES or any(len(value) > MOST_LENGTH or "\x00" in value for value in values):
        raise WrongParameterError(name, _("Too many values, or a value that is too long."))
    return tuple(sorted(values))


def _known(values: tuple[str, ...], name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    if not set(values) <= set(allowed):
        raise WrongParameterError(name, _("Choose from: %(choices)s.") % {"choices": ", ".join(allowed)})
    return values


def _certificate(text: str) -> str:
    if text in ("", MISSING, EXPIRED):
        return text
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= MOST_DAYS):
        message = _("Write missing, expired, or a number of days up to %(most)s.") % {"most": MOST_DAYS}
        raise WrongParameterError("certificate", message)
    return str(int(text))


def _flag(text: str, name: str) -> bool:
    if text not in ("", "0", "1"):
        raise WrongParameterError(name, _("Write 1 or 0."))
    return text == "1"


def _date(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise WrongParameterError(name, _("Write the date as YYYY-MM-DD.")) from None
    if not FIRST_DAY <= day <= LAST_DAY:
        message = _("Write a day from %(first)s to %(last)s.")
        raise WrongParameterError(name, message % {"first": FIRST_DAY, "last": LAST_DAY})
    return day


def _bounds(text: str, name: str, most: float) -> Bounds | None:
    """Read "30-50", "30-" or "-50"."""
    if not text:
        return None
    first, dash, last = text.partition("-")
    try:
        found = Bounds(number(first or 0, name, 0, most), number(last or most, name, 0, most))
    except WrongPlaceError as error:
        raise WrongParameterError(name, error.message) from None
    if not dash or found.least > found.most:
        raise WrongParameterError(name, _("Write the least and the most with a dash between: 30-50, 30- or -50."))
    return found


def _place(text: str, name: str) -> tuple[float, float]:
    lon, _comma, lat = text.partition(",")
    try:
        return longitude(lon, name), latitude(lat, name)
    except WrongPlaceError as error:
        raise WrongParameterError(name, error.message) from None


def _circle(text: str, name: str) -> Circle | None:
    """Read "longitude,latitude,metres"."""
    if not text:
        return None
    if text.count(",") != 2:
        raise WrongParameterError(name, _("Write longitude, latitude and metres: 106.34,20.45,500."))
    place, _comma, metres = text.rpartition(",")
    return Circle.parse(*_place(place, name), metres, MOST_METRES, name)


def _area(text: str, name: str) -> Area | None:
    """Read "lon,lat;lon,lat;lon,lat", a polygon that does not cross itself; the last corner may repeat the first."""
    if not text:
        return None
    try:
        return Area(corners(text, name))
    except WrongPlaceError as error:
        raise WrongParameterError(name, error.message) from None
