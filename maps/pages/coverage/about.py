"""What the panel says about a map: its legend and what it was computed from."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from infra import formats
from maps.coverage.signals import SIGNALS
from maps.coverage.words import ASSUMED_NAMES, LEVEL_NAMES, MODEL_NAMES
from maps.models import CoverageMap
from maps.pages.coverage.choosing import CLASSES
from maps.queries.reader import Reader
from maps.selectors.ages import data_ages

MINUS = "−"
#: a model's share of cells below this is not written as 0 %
LEAST_SHARE = 0.01


@dataclass(frozen=True)
class Level:
    """One line of the legend; ``shade`` is the colour's number, the strongest is 4."""

    shade: int
    title: str | Promise
    range: str


@dataclass(frozen=True)
class About:
    """A map as the panel describes it."""

    signal: str
    levels: list[Level]
    classes: list[Level]
    gap: str
    model: str
    models: list[tuple[str | Promise, str]]
    threshold: str
    edge: str
    grid: str
    sigma: str
    assumed_percent: float | None
    assumed: list[tuple[str | Promise, int]]
    data_age: int | None


def about_of(coverage: CoverageMap, reader: Reader) -> About:
    """Return how *coverage* was made, in words and figures."""
    models = sorted(coverage.models_used.items(), key=lambda pair: -pair[1])
    named = [(MODEL_NAMES.get(name, name), _percent(share)) for name, share in models]
    return About(
        signal=SIGNALS.get(coverage.technology_id, ""),
        levels=_levels(coverage),
        classes=_classes(),
        gap=f"< {dbm(coverage.needed_dbm)}",
        model=str(named[0][0]) if len(named) == 1 else str(MODEL_NAMES.get(coverage.model, coverage.model)),
        models=named if len(named) > 1 else [],
        threshold=f"{dbm(coverage.threshold_dbm)} dBm + {formats.number(round(coverage.margin_db, 1))} dB",
        edge=_("%(percent)s %% at the edge") % {"percent": formats.number(coverage.edge_percent)},
        grid=_("%(grid)s m; receiver %(height)s m high, %(where)s")
        % {
            "grid": formats.number(coverage.resolution_m),
            "height": formats.number(coverage.receiver_height_m),
            "where": _("indoors") if coverage.margins.get("building") else _("outdoors"),
        },
        sigma=formats.quantity(coverage.sigma_db, "dB"),
        assumed_percent=100 * coverage.cells_assumed / coverage.cells if coverage.cells else None,
        assumed=[
            (ASSUMED_NAMES.get(name, name), count)
            for name, count in sorted(coverage.assumed.items(), key=lambda pair: -pair[1])
        ],
        data_age=_age(coverage, reader),
    )


def _percent(share: float) -> str:
    text = formats.quantity(round(100 * max(share, LEAST_SHARE)), "%")
    return text if share >= LEAST_SHARE else f"<\u00a0{text}"


def dbm(value: float) -> str:
    """Write a level with a real minus and no more decimals than it has."""
    text = formats.number(abs(round(value, 1)))
    return f"{MINUS}{text}" if value < 0 else text


def _levels(coverage: CoverageMap) -> list[Level]:
    edges = [*coverage.levels_dbm, coverage.needed_dbm]
    names = LEVEL_NAMES[len(LEVEL_NAMES) - len(edges) :]
    found = []
    for place, (edge, name) in enumerate(zip(edges, names, strict=False)):
        above = f"≥ {dbm(edge)}" if place == 0 else f"{dbm(edge)} … {dbm(edges[place - 1])}"
        found.append(Level(len(edges) - place, name, above))
    return found


def _classes() -> list[Level]:
    """Return the classes of shares, the best first; ``shade`` 4 is the best as on the ramp of the map."""
    found = []
    for shade in range(len(CLASSES), -1, -1):
        low = formats.number(CLASSES[shade - 1]) if shade else ""
        high = formats.number(CLASSES[shade]) if shade < len(CLASSES) else ""
        words = f"≥ {low} %" if not high else f"< {high} %" if not low else f"{low} … {high} %"
        found.append(Level(shade, "", words))
    return found


def _age(coverage: CoverageMap, reader: Reader) -> int | None:
    """Return how many days ago the authority last accepted data of the map's network; the oldest of several."""
    codes = {coverage.organization.code} if coverage.organization else None
    ages = [one.days for one in data_ages(reader) if codes is None or one.code in codes]
    return max((days for days in ages if days is not None), default=None)
