"""What a run is asked for: which networks, where, how fine, by which model, with which margins."""

from dataclasses import asdict, dataclass
from typing import Any

from maps.coverage.grid import LEAST_RESOLUTION_M, MOST_RESOLUTION_M, RESOLUTION_M
from maps.coverage.losses import AUTO, TAKES_CLUTTER
from maps.coverage.propagation import MODELS
from maps.coverage.propagation.clutter import WALLS


class WrongRequestError(ValueError):
    """What was asked for cannot be computed; the text names the option and what it may be."""


@dataclass(frozen=True)
class Request:
    """What a run is asked for, as it is kept with it."""

    technologies: tuple[str, ...] = ()
    organization: int | None = None
    area: int | None = None
    resolution_m: int = RESOLUTION_M
    model: str = AUTO
    edge_percent: float | None = None
    clutter_percent: float | None = None
    building: str | None = None
    building_percent: float = 50.0
    with_assumed: bool = True

    def __post_init__(self) -> None:
        """Raise WrongRequestError for what makes no sense."""
        if not LEAST_RESOLUTION_M <= self.resolution_m <= MOST_RESOLUTION_M:
            raise WrongRequestError(f"resolution must be {LEAST_RESOLUTION_M} to {MOST_RESOLUTION_M} metres.")
        if self.model != AUTO and self.model not in MODELS:
            raise WrongRequestError(f"model must be {AUTO} or one of {', '.join(MODELS)}.")
        if self.edge_percent is not None and not 50 <= self.edge_percent <= 99.9:
            raise WrongRequestError("the probability at the edge must be 50 to 99.9 percent.")
        if self.clutter_percent is not None:
            if self.model not in TAKES_CLUTTER:
                known = ", ".join(sorted(TAKES_CLUTTER))
                raise WrongRequestError(f"clutter of P.2108 is added to {known} only: other models hold it already.")
            if not 0 < self.clutter_percent < 100:
                raise WrongRequestError("clutter must lie between 0 and 100 percent of locations.")
        if self.building is not None and self.building not in WALLS:
            raise WrongRequestError(f"building must be one of {', '.join(WALLS)}.")

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "technologies": list(self.technologies)}

    @classmethod
    def of(cls, asked: dict[str, Any]) -> "Request":
        return cls(**{**asked, "technologies": tuple(asked.get("technologies", ()))})
