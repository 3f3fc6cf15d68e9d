"""Files whose coordinates can be read in several ways, said in words to who has to say which one it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from infra import formats
from infra.submissions.coordinates.systems import of_code


@dataclass(frozen=True)
class Reading:
    """One way to read the coordinates; ``apart`` says how far from the one taken it puts them ("" for that one)."""

    crs: str
    title: str
    apart: str = ""


@dataclass(frozen=True)
class Doubt:
    """The way that was taken, and the others that fit as well."""

    taken: Reading
    others: list[Reading]

    @property
    def message(self) -> str:
        """The doubt in one sentence or two."""
        others = "; ".join(_("%(system)s: about %(distance)s away") % _named(one) for one in self.others)
        words = {"taken": self.taken.title, "others": others}
        return (
            _("The coordinates were read as %(taken)s, but fit another system as well: %(others)s. Say which it is.")
            % words
        )


def _named(one: Reading) -> dict[str, str]:
    return {"system": one.title, "distance": one.apart}


def doubts_of(reading: Mapping[str, Any]) -> list[Doubt]:
    """Return the doubts that a submission's *reading* keeps."""
    return [
        Doubt(_reading(one), [_reading(rival, rival["apart_m"]) for rival in one["rivals"]])
        for one in reading.get("systems", [])
        if one.get("rivals")
    ]


def _reading(kept: Mapping[str, Any], apart_m: float | None = None) -> Reading:
    title = f"{of_code(kept['crs']).name} · {kept['label']}"
    return Reading(kept["crs"], title, "" if apart_m is None else _distance(apart_m))


def _distance(metres: float) -> str:
    if metres < 1_000:
        return formats.quantity(round(metres, -1) if metres >= 100 else metres, "m", 0)
    return formats.quantity(metres / 1_000, "km", 1)
