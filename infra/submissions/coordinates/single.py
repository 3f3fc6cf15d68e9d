"""One position typed by a person: any notation, degrees or metres, in the order in which it lies in the territory."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from infra.submissions.coordinates import systems
from infra.submissions.coordinates.notation import Notation, Written, parse, parse_pair


@dataclass(frozen=True)
class Position:
    """Longitude and latitude in WGS 84, and the system in which they were written."""

    lon: float
    lat: float
    srid: int


def position_of(text: str, metric_srid: int, lies_within: Callable[[float, float], bool]) -> Position | None:
    """Return the position that *text* means, or None. *metric_srid* is the system of metres.

    Of the two orders the one counts whose letters say so, or that *lies_within* the territory; latitude first, where
    neither tells.
    """
    pair = parse_pair(text)
    read = [parse(one) for one in pair] if pair else []
    if len(read) != 2 or read[0] is None or read[1] is None:
        return None
    first, second = read[0], read[1]
    in_metres = [one.notation is Notation.METRES for one in (first, second)]
    if any(in_metres) and not all(in_metres):
        return None
    srid = metric_srid if all(in_metres) else systems.REGISTER_SRID
    found = [position for one, two in _orders(first, second) if (position := _converted(one, two, srid))]
    return next((one for one in found if lies_within(one.lon, one.lat)), found[0] if found else None)


def _orders(first: Written, second: Written) -> list[tuple[float, float]]:
    """Return (x, y) of the orders that the letters allow, latitude first before longitude first."""
    orders = []
    if first.hemisphere in ("", "N", "S") and second.hemisphere in ("", "E", "W"):
        orders.append((second.value, first.value))
    if first.hemisphere in ("", "E", "W") and second.hemisphere in ("", "N", "S"):
        orders.append((first.value, second.value))
    return orders


def _converted(x: float, y: float, srid: int) -> Position | None:
    lon, lat = systems.to_lonlat(np.array([[x, y]]), srid)[0].tolist()
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return None
    return Position(lon, lat, srid)
