"""Cuts an inspector's tour into days: neighbours on one day, the most urgent day first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from inspections.fieldwork.planning.tours import Stop, tour


@dataclass(frozen=True)
class PlannedVisit:
    """A visit with its day (None: the period is too short) and its place in the order of that day."""

    key: int
    day: date | None
    order: int


def plan_days(stops: Sequence[Stop], days: Sequence[date], per_day: int) -> list[PlannedVisit]:
    """Return the visits of one inspector over *days* (in order), at most *per_day* a day.

    The tour through all stops is cut into days; the days are then ordered by what is most urgent in them, and each is
    driven along its own short way. All visits of one stop stay on one day, unless they alone are more than a day.
    """
    if per_day < 1:
        raise ValueError("At least one visit a day.")
    chunks = _chunks(stops, per_day)
    chunks.sort(key=lambda chunk: -max(stops[place].urgency for place in chunk))
    planned: list[PlannedVisit] = []
    for number, chunk in enumerate(chunks):
        day = days[number] if number < len(days) else None
        here = [stops[place] for place in chunk]
        keys = [key for place in tour(here) for key in here[place].visits]
        planned += [PlannedVisit(key, day, order) for order, key in enumerate(keys, start=1)]
    return planned


def _chunks(stops: Sequence[Stop], per_day: int) -> list[list[int]]:
    chunks: list[list[int]] = []
    room = 0
    for place in tour(stops):
        weight = stops[place].weight
        if not chunks or weight > room:
            chunks.append([])
            room = max(per_day, weight)
        chunks[-1].append(place)
        room -= weight
    return chunks
