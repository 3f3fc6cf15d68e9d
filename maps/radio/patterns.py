"""Which antenna pattern a cell has: the most particular use that fits it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from maps.models import AntennaKind, AntennaPattern, AntennaUse, CellAntenna
from maps.radio.antennas import MeasuredPattern
from maps.radio.emitters import F1336, NO_PATTERN

_BY_KIND: dict[str, int] = {AntennaKind.SECTOR: NO_PATTERN, AntennaKind.F1336: F1336}


@dataclass(frozen=True)
class Uses:
    """The uses of an authority's patterns, most particular first, the choices for single cells, and the patterns."""

    rows: tuple[tuple[dict[str, Any], int], ...]
    patterns: tuple[MeasuredPattern, ...]
    #: cell -> place of its pattern, NO_PATTERN or F1336
    cells: Mapping[int, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.rows or self.cells)

    @classmethod
    def read(cls, authority: int | None) -> Self:
        """Read the uses of *authority* (all authorities where None); two queries, three where there are any."""
        uses, choices = AntennaUse.objects.order_by("id"), CellAntenna.objects.order_by("cell")
        if authority is not None:
            uses = uses.filter(pattern__authority=authority)
            choices = choices.filter(cell__station__installation__authority=authority)
        found, chosen = list(uses), list(choices.values_list("cell", "kind", "pattern"))
        wanted = {use.pattern_id for use in found} | {pattern for _cell, _kind, pattern in chosen if pattern}
        stored = list(AntennaPattern.objects.filter(pk__in=wanted).order_by("pk")) if wanted else []
        places = {one.pk: place for place, one in enumerate(stored)}
        rows = [(_wanted(use), places[use.pattern_id]) for use in found]
        rows.sort(key=lambda row: ("code" not in row[0], -len(row[0])))
        cells = {
            cell: places[pattern] if kind == AntennaKind.FILE else _BY_KIND[kind] for cell, kind, pattern in chosen
        }
        return cls(tuple(rows), tuple(map(measured, stored)), cells)

    @property
    def general(self) -> list[tuple[dict[str, Any], MeasuredPattern]]:
        """The uses that are for more than one cell, with their patterns."""
        return [(wanted, self.patterns[place]) for wanted, place in self.rows]

    @property
    def chosen(self) -> dict[int, MeasuredPattern | int]:
        """The choices for single cells: a file's pattern, NO_PATTERN or F1336."""
        return {cell: self.patterns[place] if place >= 0 else place for cell, place in self.cells.items()}

    def place_of(self, row: dict[str, Any]) -> int:
        """Return the place of the pattern for a cell's raw values, NO_PATTERN or F1336."""
        chosen = self.cells.get(row.get("cell") or 0)
        if chosen is not None:
            return chosen
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
