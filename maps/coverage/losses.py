"""The inner door of coverage: ``loss(site, receivers, profile | None)``.

Whatever computes a loss between a mast and receivers stands behind :class:`LossModel`: the published models without
terrain here, a terrain model that reads profiles next to them. Nothing beyond this module asks which it is, except
that a model which looks at distance only (``is_radial``) may be tabulated once for all directions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from maps.coverage.propagation import (
    MODELS,
    City,
    Environment,
    building_entry_loss_db,
    clutter_loss_db,
    path_loss_db,
)

Floats = NDArray[np.float64]

#: nearer than this no model says anything; a pixel is larger
NEAREST_M = 10.0
#: below this the clutter of P.2108 is not defined; the loss there is what it is at this distance
CLUTTER_FROM_M = 250.0
#: P.2108 adds the clutter that a model in sight or in free space lacks; Hata and NLOS models hold it already
TAKES_CLUTTER = frozenset({"free_space", "rma_los", "uma_los", "umi_los"})


@dataclass(frozen=True)
class RadioSite:
    """One end of a path. Heights are kept apart: antenna above ground, roof below it, ground above sea level."""

    frequency_mhz: float
    height_m: float
    environment: Environment = "suburban"
    city: City = "small"
    roof_m: float | None = None
    ground_m: float | None = None
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Receivers:
    """The other ends: horizontal distances from the site, and where they are if that matters. Metres and degrees."""

    distance_m: Floats
    height_m: float = 1.5
    lon: Floats | None = None
    lat: Floats | None = None


@dataclass(frozen=True)
class Profile:
    """Terrain between a site and its receivers: for each receiver a row of distances and of heights above sea level."""

    distance_m: Floats
    ground_m: Floats
    clutter_m: Floats | None = None


class LossModel(Protocol):
    """A model of path loss. Equal models compare equal: tables are kept by them."""

    def __hash__(self) -> int:
        """Return the same for equal models."""

    @property
    def name(self) -> str:
        """What the map states."""

    @property
    def is_radial(self) -> bool:
        """Whether the loss depends on the distance only, so that no profile is wanted."""

    def reach_m(self, site: RadioSite) -> float:
        """Return the distance up to which the model holds."""

    def loss(self, site: RadioSite, receivers: Receivers, profile: Profile | None = None) -> Floats:
        """Return the loss in dB to each receiver, NaN where the model does not hold."""


@dataclass(frozen=True)
class Margins:
    """What is added to a median loss: clutter of P.2108 and entry into buildings of P.2109, percent of locations."""

    clutter_percent: float | None = None
    building: str | None = None
    building_percent: float = 50.0

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if self.clutter_percent is not None:
            found["clutter_percent"] = self.clutter_percent
        if self.building is not None:
            found.update(building=self.building, building_percent=self.building_percent)
        return found


@dataclass(frozen=True)
class PublishedLoss:
    """A published model without terrain, never below free space, with optional margins.

    Nearer than the model's least distance its value there counts (TR 38.901: 10 m); Hata's formula is used below its
    published kilometre, as planning tools do, with free space as the floor.
    """

    name: str
    margins: Margins = field(default_factory=Margins)

    @property
    def is_radial(self) -> bool:
        return True

    def reach_m(self, site: RadioSite) -> float:  # noqa: ARG002 -- other models may ask the site
        bounds = MODELS[self.name].validity.range_of("distance_m")
        return bounds[1] if bounds else float("inf")

    def holds_for(self, site: RadioSite, receiver_m: float) -> bool:
        """Tell whether frequency and heights lie in the model's range."""
        values = {"frequency_mhz": site.frequency_mhz, "base_height_m": site.height_m, "mobile_height_m": receiver_m}
        model = MODELS[self.name]
        used = {
            name: np.asarray(value) for name, value in values.items() if name == "frequency_mhz" or name in model.needs
        }
        return bool(model.validity.inside(self.name, used, "nan").all())

    def loss(self, site: RadioSite, receivers: Receivers, profile: Profile | None = None) -> Floats:  # noqa: ARG002
        bounds = MODELS[self.name].validity.range_of("distance_m") or (0.0, float("inf"))
        near = np.maximum(receivers.distance_m, max(bounds[0], NEAREST_M))
        words: Mapping[str, Any] = {"environment": site.environment, "city": site.city}
        loss: Floats = path_loss_db(
            self.name, site.frequency_mhz, near, site.height_m, receivers.height_m, outside="nan", **words
        )
        slant = np.hypot(near, site.height_m - receivers.height_m)
        free = np.asarray(path_loss_db("free_space", site.frequency_mhz, slant))
        loss = np.where(np.isnan(loss), np.nan, np.maximum(loss, free))
        return np.asarray(loss + self._margin(site, near))

    def _margin(self, site: RadioSite, distance_m: Floats) -> Floats:
        margin = np.zeros_like(distance_m)
        if self.margins.clutter_percent is not None:
            beyond = np.maximum(distance_m, CLUTTER_FROM_M)
            margin += clutter_loss_db(site.frequency_mhz, beyond, self.margins.clutter_percent)
        if self.margins.building is not None:
            margin += building_entry_loss_db(
                site.frequency_mhz,
                self.margins.building_percent,
                building=self.margins.building,  # type: ignore[arg-type]  # refused there by name
            )
        return margin


#: which model stands for which ground: up to which frequency (MHz), for urban, suburban and open surroundings
CHOICE: tuple[tuple[float, Mapping[Environment, str]], ...] = (
    (1_500.0, {"urban": "hata", "suburban": "hata", "open": "hata"}),
    (2_200.0, {"urban": "cost231", "suburban": "cost231", "open": "cost231"}),
    (30_000.0, {"urban": "uma_nlos", "suburban": "rma_nlos", "open": "rma_nlos"}),
    (100_000.0, {"urban": "umi_nlos", "suburban": "umi_nlos", "open": "umi_nlos"}),
)
#: masts lower than the chosen model allows are cells in a street
LOW_MAST = "umi_nlos"
AUTO = "auto"


def model_for(site: RadioSite, receiver_m: float, wanted: str = AUTO) -> str | None:
    """Return the name of the model for *site*: *wanted*, or the usual one for its ground; None where none holds."""
    names = [wanted] if wanted != AUTO else [*_usual(site), LOW_MAST]
    for name in names:
        if PublishedLoss(name).holds_for(site, receiver_m):
            return name
    return None


def _usual(site: RadioSite) -> list[str]:
    return next(([by_ground[site.environment]] for top, by_ground in CHOICE if site.frequency_mhz <= top), [])
