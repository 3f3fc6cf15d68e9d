"""The ground an authority answers for: its communes by boundary and by name, those of the past included."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from infra.models import AdministrativeUnit, Authority, UnitLevel, UnitSuccession
from infra.selectors.frames import latitude, longitude
from infra.spatial.units import NOWHERE, Boundaries, metres_to_edge
from infra.text import fold

Points = NDArray[np.float64]

#: a station on the border, or a receiver off by some metres, is no reason for a warning
BORDER_TOLERANCE_M = 200.0
#: outside the territory by less than this is the border's own inaccuracy
TERRITORY_TOLERANCE_M = 500.0

#: spellings of units that are remembered: a country's communes, and those before them
_SPELLINGS = 1 << 15

_NOT_LETTERS = re.compile(r"[^0-9a-z]+")
#: types as they are abbreviated before a name
_SHORT_TYPES = {
    "x": "xa",
    "p": "phuong",
    "tt": "thi tran",
    "tx": "thi xa",
    "tp": "thanh pho",
    "h": "huyen",
    "q": "quan",
}
_TYPES = ("dac khu", "thi tran", "thi xa", "thanh pho", "phuong", "huyen", "quan", "xa", "tinh")
_WITH_TYPE = re.compile(rf"^({'|'.join(_TYPES)})\s+(.+)$")
_WITH_SHORT_TYPE = re.compile(rf"^({'|'.join(_SHORT_TYPES)})[.\s]\s*(.+)$")


@lru_cache(maxsize=_SPELLINGS)
def name_key(text: str) -> tuple[str, str]:
    """Return (type, bare name) of a unit's name, folded; the type is "" where none is written."""
    folded = fold(text)
    short = _WITH_SHORT_TYPE.match(folded)
    if short:
        return _SHORT_TYPES[short[1]], _NOT_LETTERS.sub(" ", short[2]).strip()
    plain = _NOT_LETTERS.sub(" ", folded).strip()
    typed = _WITH_TYPE.match(plain)
    return (typed[1], typed[2]) if typed else ("", plain)


@lru_cache(maxsize=_SPELLINGS)
def accents(text: str) -> str:
    """Return *text* so that only the accents' place within a word is ignored ("Thuỵ" and "Thụy" are one)."""
    words = unicodedata.normalize("NFD", text.casefold()).split()
    return " ".join(
        "".join(c for c in word if not unicodedata.combining(c))
        + "".join(sorted(c for c in word if unicodedata.combining(c)))
        for word in words
    )


@dataclass(frozen=True)
class Commune:
    """A commune in force. ``centroid`` is lon, lat."""

    pk: int
    code: str
    full_name: str
    centroid: tuple[float, float]


@dataclass(frozen=True)
class FormerCommune:
    """A commune of the past with the communes that continue it."""

    full_name: str
    former_parents: str
    ended: date
    successors: tuple[int, ...]


@dataclass(frozen=True)
class Declared:
    """What a declared name can mean: communes in force, and communes of the past."""

    current: tuple[int, ...] = ()
    former: tuple[FormerCommune, ...] = ()

    @property
    def is_known(self) -> bool:
        return bool(self.current or self.former)

    def units(self) -> tuple[int, ...]:
        """Return the ids of all communes in force that the name can lead to."""
        ids = dict.fromkeys(self.current)
        for one in self.former:
            ids.update(dict.fromkeys(one.successors))
        return tuple(ids)


@dataclass
class Territory:
    """Communes of one authority, read once for one file."""

    communes: dict[int, Commune]
    former: list[FormerCommune]
    boundaries: Boundaries
    _current_by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _former_by_name: dict[str, list[FormerCommune]] = field(default_factory=lambda: defaultdict(list))
    _by_code: dict[str, int] = field(default_factory=dict)

    @classmethod
    def load(cls, authority: Authority, on: date) -> "Territory":
        """Read the communes below the authority's units in force on *on*, and those they continue."""
        ids = _below(set(authority.territory.values_list("pk", flat=True)))
        rows = AdministrativeUnit.objects.filter(pk__in=ids, level=UnitLevel.COMMUNE).in_force(on)
        columns = ("pk", "code", "full_name", longitude("centroid"), latitude("centroid"))
        communes = {
            pk: Commune(pk, code, name, (np.nan, np.nan) if lon is None else (lon, lat))
            for pk, code, name, lon, lat in rows.values_list(*columns)
        }
        boundaries = Boundaries.load(on=on, unit_ids=sorted(communes))
        territory = cls(communes, _former(communes), boundaries)
        territory._index()
        return territory

    def _index(self) -> None:
        for commune in self.communes.values():
            self._current_by_name[name_key(commune.full_name)[1]].append(commune.pk)
            self._by_code[commune.code] = commune.pk
        for one in self.former:
            self._former_by_name[name_key(one.full_name)[1]].append(one)

    @property
    def has_ground(self) -> bool:
        return len(self.boundaries.shapes) > 0

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north in degrees."""
        bounds = np.vstack([shape.bounds for shape in self.boundaries.shapes])
        return (
            float(bounds[:, 0].min()),
            float(bounds[:, 1].min()),
            float(bounds[:, 2].max()),
            float(bounds[:, 3].max()),
        )

    @property
    def unit_tolerance_m(self) -> float:
        return BORDER_TOLERANCE_M + self.boundaries.slack_m

    @property
    def edge_tolerance_m(self) -> float:
        return TERRITORY_TOLERANCE_M + self.boundaries.slack_m

    def in_box(self, points: Points, margin: float = 0.0) -> NDArray[np.bool_]:
        """Tell which points lie in the territory's box widened by *margin* degrees."""
        west, south, east, north = self.box
        with np.errstate(invalid="ignore"):
            inside_x = (points[:, 0] >= west - margin) & (points[:, 0] <= east + margin)
            inside_y = (points[:, 1] >= south - margin) & (points[:, 1] <= north + margin)
        return np.asarray(inside_x & inside_y)

    def outside_m(self, points: Points) -> NDArray[np.float64]:
        """Return how far each point lies outside the territory (0 inside, NaN without a point)."""
        return self.place(points)[1]

    def locate(self, points: Points) -> NDArray[np.int64]:
        """Return the id of the commune of each point, 0 for none."""
        return self.boundaries.locate(points)

    def place(self, points: Points) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the id of the commune of each point (0 for none), and how far outside the territory it lies."""
        units = self.locate(points)
        metres = np.where(np.isfinite(points).all(axis=1), 0.0, np.nan)
        lost = np.flatnonzero((units == NOWHERE) & ~np.isnan(metres))
        if len(lost):
            metres[lost] = metres_to_edge(self.boundaries.shapes, points[lost])
        return units, metres

    def name_of(self, pk: int) -> str:
        return self.communes[pk].full_name if pk != NOWHERE else ""

    def declared(self, text: str, district: str = "") -> Declared:
        """Return what the commune name *text* can mean; *district* narrows the communes of the past.

        The name may be a code, or carry district and province behind commas.
        """
        if text.strip().isdigit():
            pk = self._by_code.get(text.strip().zfill(5))
            return Declared((pk,)) if pk else Declared()
        name, _, rest = text.partition(",")
        kind, bare = name_key(name)
        current = [(pk, self.communes[pk].full_name) for pk in self._current_by_name.get(bare, [])]
        former = [(one, one.full_name) for one in self._former_by_name.get(bare, [])]
        if kind and any(name_key(full_name)[0] == kind for _, full_name in (*current, *former)):
            current = [pair for pair in current if name_key(pair[1])[0] == kind]
            former = [pair for pair in former if name_key(pair[1])[0] == kind]
        return _narrowed(_spelt(current, name), _spelt(former, name), district or rest)


def _narrowed(current: list[int], former: list[FormerCommune], district: str) -> Declared:
    """Choose by the district written beside the name: districts ended, so a commune with its own one is of the past."""
    if district:
        kind, place = name_key(district.split(",", maxsplit=1)[0])
        within = [one for one in former if place == _district(one) and kind != "tinh"]
        if within:
            return Declared((), tuple(within))
    return Declared(tuple(current), tuple(former))


def _district(commune: FormerCommune) -> str:
    return name_key(commune.former_parents.split(",", maxsplit=1)[0])[1]


T = TypeVar("T")


def _spelt(candidates: list[tuple[T, str]], text: str) -> list[T]:
    """Return those candidates whose accents are the text's, or all where none is (text typed without accents)."""
    words = len(name_key(text)[1].split())
    wanted = accents(text).split()[-words:]
    same = [one for one, full_name in candidates if accents(full_name).split()[-words:] == wanted]
    return same or [one for one, _ in candidates]


def _below(roots: set[int]) -> set[int]:
    """Return the ids of the units in *roots* and of all units below them; nothing lies below a commune."""
    found = set(roots)
    parents = roots
    while parents:
        below = AdministrativeUnit.objects.filter(parent_id__in=parents).values_list("pk", "level")
        new = {pk: level for pk, level in below if pk not in found}
        found |= new.keys()
        parents = {pk for pk, level in new.items() if level != UnitLevel.COMMUNE}
    return found


def _former(communes: dict[int, Commune]) -> list[FormerCommune]:
    """Return the communes of the past that the communes in force continue."""
    continued = UnitSuccession.objects.filter(new_id__in=communes, old__level=UnitLevel.COMMUNE)
    rows = continued.order_by("old_id", "new_id").values_list(
        "old_id", "new_id", "old__full_name", "old__former_parents", "on", "old__valid_to"
    )
    by_old: dict[int, FormerCommune] = {}
    for old, new, full_name, parents, on, valid_to in rows:
        known = by_old.get(old)
        successors = (*known.successors, new) if known else (new,)
        by_old[old] = FormerCommune(full_name, parents, valid_to or on, successors)
    return list(by_old.values())
