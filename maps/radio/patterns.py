"""Which antenna pattern a cell has: the most particular use that fits it."""

from dataclasses import dataclass
from typing import Any, Self

from maps.models import AntennaPattern, AntennaUse
from maps.radio.antennas import MeasuredPattern
from maps.radio.emitters import NO_PATTERN


@dataclass(frozen=True)
class Uses:
    """The uses of an authority's patterns, most particular first, and the patterns themselves."""

    rows: tuple[tuple[dict[str, Any], int], ...]
    patterns: tuple[MeasuredPattern, ...]

    @classmethod
    def read(cls, authority: int | None) -> Self:
        """Read the uses of *authority* (all authorities where None); one query, two where there are any."""
        uses = AntennaUse.objects.order_by("id")
        if authority is not None:
            uses = uses.filter(pattern__authority=authority)
        found = list(uses)
        if not found:
            return cls((), ())
        stored = list(AntennaPattern.objects.filter(pk__in={use.pattern_id for use in found}).order_by("pk"))
        places = {one.pk: place for place, one in enumerate(stored)}
        rows = [(_wanted(use), places[use.pattern_id]) for use in found]
        rows.sort(key=lambda row: ("code" not in row[0], -len(row[0])))
        return cls(tuple(rows), tuple(map(measured, stored)))

    def place_of(self, row: dict[str, Any]) -> int:
        """Return the place of the pattern for a cell's raw values, or NO_PATTERN."""
        for wanted, place in self.rows:
            if all(row.get(name) == value for name, value in wanted.items()):
                return place
        return NO_PATTERN


def _wanted(use: AntennaUse) -> dict[str, Any]:
    wanted = {
        "organization": use.organization_id,
        "technology": use.technology_id,
        "band": use.band_id,
        "code": use.cell_code or None,
    }
    return {name: value for name, value in wanted.items() if value is not None}


def measured(stored: AntennaPattern) -> MeasuredPattern:
    """Return the pattern as computations use it."""
    return MeasuredPattern(
        name=stored.name,
        horizontal_db=tuple(stored.horizontal_db),
        vertical_db=tuple(stored.vertical_db),
        gain_dbi=stored.gain_dbi,
        frequency_mhz=stored.frequency_mhz,
        electrical_tilt_deg=stored.electrical_tilt_deg,
    )
