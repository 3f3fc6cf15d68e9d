"""Sites that may be the same one, entered twice: near each other, called alike."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from infra.access import Person, scope_of
from infra.models import Site
from infra.spatial.metres import within_metres
from infra.spatial.tables import core
from infra.text import fold

#: two sites farther apart are not offered as one
NEAR_M = 300.0
MOST = 20
#: what the distance counts beside the name
_WEIGHT = 0.6


@dataclass(frozen=True)
class Candidate:
    """A site that may be the same. ``alike``: 0 … 1 for the names, ``score``: distance and name together."""

    site: Site
    metres: float
    alike: float

    @property
    def score(self) -> float:
        return _WEIGHT * (1 - self.metres / NEAR_M) + (1 - _WEIGHT) * self.alike

    @property
    def operators(self) -> list[str]:
        return sorted({str(one.organization) for one in self.site.installations.all()})


def duplicates_of(site: Site, person: Person) -> list[Candidate]:
    """Return the standing sites near *site* that *person* may change, the likeliest first (three queries)."""
    table = core(Site)
    where = (table.c.merged_into_id.is_(None), table.c.authority_id == site.authority_id, table.c.id != site.pk)
    found = within_metres(
        table, (table.c.id,), site.position.x, site.position.y, NEAR_M, scope=scope_of(person), where=where
    )
    distances = {pk: metres for metres, pk in found[: 10 * MOST]}
    rows = (
        Site.objects.editable_by(person)
        .filter(pk__in=distances)
        .select_related("unit")
        .prefetch_related("masts__owner", "installations__organization")
    )
    candidates = [Candidate(row, distances[row.pk], likeness(site, row)) for row in rows]
    return sorted(candidates, key=lambda one: (-one.score, one.site.pk))[:MOST]


def likeness(one: Site, other: Site) -> float:
    """Return how alike two sites are called, 0 … 1: by name, or by address where a name is missing.

    Another number is another place: "Phố Hiến 1" and "Phố Hiến 8" count half of what their words say.
    """
    pair = (one.name, other.name) if one.name and other.name else (one.address, other.address)
    if not all(pair):
        return 0.0
    mine, its = map(plain, pair)
    numbers_agree = re.findall(r"\d+", mine) == re.findall(r"\d+", its)
    return SequenceMatcher(None, mine, its).ratio() * (1 if numbers_agree else 0.5)


def plain(text: str) -> str:
    """Return *text* folded, with its words in one spelling: "TRÀ_LÝ-01" and "Trà Lý 1" are one."""
    words = re.findall(r"[a-z]+|\d+", fold(text))
    return " ".join(str(int(word)) if word.isdigit() else word for word in words)
