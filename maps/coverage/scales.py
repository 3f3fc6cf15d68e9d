"""What counts as covered: thresholds and classes in force, and the margin for the probability at the edge."""

from statistics import NormalDist

from maps.coverage.indicators import Scale
from maps.radio.parameters import Parameters

CLASSES = ("level_1_dbm", "level_2_dbm", "level_3_dbm")


def sigma_margin(
    technology: str, parameters: Parameters, edge_percent: float | None = None
) -> tuple[float, float, float]:
    """Return the probability at the edge (%), the spread of levels (dB) and the margin that follows: 1.2816 σ for 90 %.

    A median level is exceeded at half of the places; the margin makes it so many percent at the edge of coverage.
    """
    edge = parameters.value("edge_percent", technology) if edge_percent is None else edge_percent
    sigma = parameters.value("sigma_db", technology)
    return edge, sigma, NormalDist().inv_cdf(edge / 100) * sigma


def scale_for(technology: str, parameters: Parameters, edge_percent: float | None = None) -> Scale:
    """Return the levels of *technology*: what is needed with the margin, and the classes above it."""
    threshold = parameters.value("threshold_dbm", technology)
    _edge, _sigma, margin = sigma_margin(technology, parameters, edge_percent)
    return Scale(threshold + margin, tuple(parameters.value(code, technology) for code in CLASSES))
