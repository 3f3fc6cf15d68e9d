"""Path loss: which part of the radiated power arrives where, by published models.

:func:`path_loss_db` is the one door. Arrays go in and come out; nothing here knows the register, a database or a grid.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
from numpy.typing import ArrayLike

from maps.coverage.propagation import hata, tr38901
from maps.coverage.propagation.clutter import building_entry_loss_db, clutter_loss_db
from maps.coverage.propagation.hata import City, Environment
from maps.coverage.propagation.validity import PARAMETERS, Floats, Outside, OutsideValidityError, Validity

__all__ = [
    "MODELS",
    "City",
    "Environment",
    "Model",
    "Outside",
    "OutsideValidityError",
    "Validity",
    "building_entry_loss_db",
    "clutter_loss_db",
    "path_loss_db",
    "validity_of",
]

LIGHT_M_S = 299_792_458.0
FREE_SPACE = Validity("ITU-R P.525", {"frequency_mhz": (1.0, 300_000.0), "distance_m": (1e-3, np.inf)})


@dataclass(frozen=True)
class Model:
    """A published model. ``needs`` are the parameters besides frequency and distance that its formula uses."""

    name: str
    title: str
    validity: Validity
    formula: Callable[..., Floats]
    needs: tuple[str, ...]

    @property
    def has_environment(self) -> bool:
        return "environment" in self.needs


def free_space_db(frequency_mhz: Floats, distance_m: Floats) -> Floats:
    """Return 20 log(4 pi d / lambda), ITU-R P.525."""
    return 20 * np.log10(4 * np.pi * distance_m * frequency_mhz * 1e6 / LIGHT_M_S)


_HEIGHTS = ("base_height_m", "mobile_height_m")
MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model("hata", "Okumura-Hata", hata.HATA, hata.hata_db, (*_HEIGHTS, "environment", "city")),
        Model("cost231", "COST 231-Hata", hata.COST231, hata.cost231_db, (*_HEIGHTS, "environment", "city")),
        Model(
            "rma_los",
            "3GPP TR 38.901 RMa LOS",
            tr38901.RMA_LOS,
            tr38901.rma_los_db,
            (*_HEIGHTS, "building_height_m"),
        ),
        Model(
            "rma_nlos",
            "3GPP TR 38.901 RMa NLOS",
            tr38901.RMA_NLOS,
            tr38901.rma_nlos_db,
            (*_HEIGHTS, "building_height_m", "street_width_m"),
        ),
        Model("uma_los", "3GPP TR 38.901 UMa LOS", tr38901.UMA, tr38901.uma_los_db, _HEIGHTS),
        Model("uma_nlos", "3GPP TR 38.901 UMa NLOS", tr38901.UMA, tr38901.uma_nlos_db, _HEIGHTS),
        Model("umi_los", "3GPP TR 38.901 UMi LOS", tr38901.UMI, tr38901.umi_los_db, _HEIGHTS),
        Model("umi_nlos", "3GPP TR 38.901 UMi NLOS", tr38901.UMI, tr38901.umi_nlos_db, _HEIGHTS),
        Model("free_space", "Free space", FREE_SPACE, free_space_db, ()),
    )
}


def validity_of(model: str) -> Validity:
    """Return the ranges of *model*; raises ValueError for an unknown one."""
    return _model(model).validity


def path_loss_db(
    model: str,
    frequency_mhz: ArrayLike,
    distance_m: ArrayLike,
    base_height_m: ArrayLike = 30.0,
    mobile_height_m: ArrayLike = 1.5,
    *,
    environment: Environment = "urban",
    city: City = "small",
    building_height_m: ArrayLike = tr38901.BUILDING_HEIGHT_M,
    street_width_m: ArrayLike = tr38901.STREET_WIDTH_M,
    outside: Outside = "raise",
) -> Any:
    """Return the median basic transmission loss in dB; arrays broadcast, a scalar gives a float.

    ``model`` is one of :data:`MODELS`. Heights are metres above ground, distances horizontal metres (TR 38.901 makes
    them slant itself). ``environment`` and ``city`` count for hata and cost231, ``city`` in urban surroundings only;
    ``building_height_m`` and ``street_width_m`` for rma. NaN gives NaN.

    Raises OutsideValidityError for values beyond the model's range, naming both (``outside="nan"`` gives NaN there
    instead), ValueError for an unknown model, environment or city.
    """
    declared = _model(model)
    _refuse_words(environment, city, outside)
    given = {
        "frequency_mhz": frequency_mhz,
        "distance_m": distance_m,
        "base_height_m": base_height_m,
        "mobile_height_m": mobile_height_m,
        "building_height_m": building_height_m,
        "street_width_m": street_width_m,
    }
    wanted = [name for name in PARAMETERS if name in ("frequency_mhz", "distance_m") or name in declared.needs]
    values = {name: np.asarray(given[name], dtype=np.float64) for name in wanted}
    good = declared.validity.inside(model, values, outside)
    words: dict[str, Any] = {"environment": environment, "city": city} if declared.has_environment else {}
    with np.errstate(invalid="ignore", divide="ignore"):
        loss = np.where(good, declared.formula(**values, **words), np.nan)
    return float(loss) if loss.ndim == 0 else loss


def _model(name: str) -> Model:
    try:
        return MODELS[name]
    except KeyError:
        raise ValueError(f"model must be one of {', '.join(MODELS)}, not {name!r}.") from None


def _refuse_words(environment: str, city: str, outside: str) -> None:
    for name, word, known in (
        ("environment", environment, hata.ENVIRONMENTS),
        ("city", city, hata.CITIES),
        ("outside", outside, get_args(Outside)),
    ):
        if word not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, not {word!r}.")
