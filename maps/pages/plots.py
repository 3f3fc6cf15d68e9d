"""The sector plot of a mast: one ring for each operator, the highest antennas outside."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from infra import formats
from infra.models import Cell
from infra.pages.plots import Plot, Ring, Sector, plot_of
from maps.selectors.sites import StationRow


def mast_plot(stations: Sequence[StationRow]) -> Plot | None:
    """Return the plot of all cells on the mast, None where no station has any."""
    by_operator: dict[str, list[Cell]] = {}
    for row in stations:
        if row.cells:
            by_operator.setdefault(row.installation.organization.display_name, []).extend(row.cells)
    if not by_operator:
        return None
    names = sorted(by_operator, key=lambda name: (_height(by_operator[name]), name))
    return plot_of(Ring(name, _sectors(by_operator[name]), _height_words(by_operator[name])) for name in names)


def _height(cells: list[Cell]) -> float:
    return max((cell.height_agl_m or 0.0 for cell in cells), default=0.0)


def _height_words(cells: list[Cell]) -> str:
    height = _height(cells)
    return formats.quantity(height, "m") if height else ""


def _sectors(cells: list[Cell]) -> list[Sector]:
    """Draw cells that share a direction as one sector: several technologies share an antenna."""
    together: dict[tuple[float | None, float | None], list[Cell]] = {}
    for cell in cells:
        azimuth = None if cell.azimuth_deg is None else float(round(cell.azimuth_deg))
        together.setdefault((azimuth, cell.beamwidth_h_deg), []).append(cell)
    return [_sector(azimuth, width, group) for (azimuth, width), group in together.items()]


def _sector(azimuth: float | None, width: float | None, cells: list[Cell]) -> Sector:
    technologies = ", ".join(sorted({str(cell.technology_id) for cell in cells}))
    direction = _("all around") if azimuth is None else f"{formats.number(azimuth)}°"
    return Sector(azimuth, width, any(cell.in_service for cell in cells), f"{technologies}, {direction}")
