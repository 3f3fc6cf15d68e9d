"""Every model against its formula written a second time, one number at a time, at the edges of all its ranges."""

import math
from itertools import product
from typing import Any

import numpy as np
import pytest

from maps.coverage.propagation import MODELS, OutsideValidityError, path_loss_db

WITHIN_DB = 1e-6


def log(value: float) -> float:
    return math.log10(value)


def height_gain(mhz: float, mobile: float, city: str) -> float:
    if city == "small":
        return (1.1 * log(mhz) - 0.7) * mobile - (1.56 * log(mhz) - 0.8)
    if mhz <= 300:
        return 8.29 * log(1.54 * mobile) ** 2 - 1.1
    return 3.2 * log(11.75 * mobile) ** 2 - 4.97


def surroundings(mhz: float, environment: str) -> float:
    return {
        "urban": 0.0,
        "suburban": 2 * log(mhz / 28) ** 2 + 5.4,
        "open": 4.78 * log(mhz) ** 2 - 18.33 * log(mhz) + 40.94,
    }[environment]


def hata(mhz: float, metres: float, base: float, mobile: float, environment: str, city: str) -> float:
    town = city if environment == "urban" else "small"
    slope = 44.9 - 6.55 * log(base)
    urban = 69.55 + 26.16 * log(mhz) - 13.82 * log(base) - height_gain(mhz, mobile, town) + slope * log(metres / 1000)
    return urban - surroundings(mhz, environment)


def cost231(mhz: float, metres: float, base: float, mobile: float, environment: str, city: str) -> float:
    town = city if environment == "urban" else "small"
    slope = 44.9 - 6.55 * log(base)
    urban = 46.3 + 33.9 * log(mhz) - 13.82 * log(base) - height_gain(mhz, mobile, town) + slope * log(metres / 1000)
    return urban + (3 if town == "large" else 0) - surroundings(mhz, environment)


def rma_los(mhz: float, flat: float, base: float, mobile: float) -> float:
    ghz, roofs = mhz / 1000, 5.0

    def first(metres: float) -> float:
        return (
            20 * log(40 * math.pi * metres * ghz / 3)
            + min(0.03 * roofs**1.72, 10) * log(metres)
            - min(0.044 * roofs**1.72, 14.77)
            + 0.002 * log(roofs) * metres
        )

    slant, turn = math.dist((0, base), (flat, mobile)), 2 * math.pi * base * mobile * mhz * 1e6 / 3e8
    return first(slant) if flat <= turn else first(turn) + 40 * log(slant / turn)


def rma_nlos(mhz: float, flat: float, base: float, mobile: float) -> float:
    slant, street, roofs = math.dist((0, base), (flat, mobile)), 20.0, 5.0
    hidden = (
        161.04
        - 7.1 * log(street)
        + 7.5 * log(roofs)
        - (24.37 - 3.7 * (roofs / base) ** 2) * log(base)
        + (43.42 - 3.1 * log(base)) * (log(slant) - 3)
        + 20 * log(mhz / 1000)
        - (3.2 * log(11.75 * mobile) ** 2 - 4.97)
    )
    return max(rma_los(mhz, flat, base, mobile), hidden)


def urban_los(mhz: float, flat: float, base: float, mobile: float, at_1_m: float, slope: float, far: float) -> float:
    slant = math.dist((0, base), (flat, mobile))
    turn = 4 * (base - 1) * (mobile - 1) * mhz * 1e6 / 3e8
    if flat <= turn:
        return at_1_m + slope * log(slant) + 20 * log(mhz / 1000)
    return at_1_m + 40 * log(slant) + 20 * log(mhz / 1000) - far * log(turn**2 + (base - mobile) ** 2)


def uma_los(mhz: float, flat: float, base: float, mobile: float) -> float:
    return urban_los(mhz, flat, base, mobile, 28.0, 22, 9)


def umi_los(mhz: float, flat: float, base: float, mobile: float) -> float:
    return urban_los(mhz, flat, base, mobile, 32.4, 21, 9.5)


def uma_nlos(mhz: float, flat: float, base: float, mobile: float) -> float:
    slant = math.dist((0, base), (flat, mobile))
    hidden = 13.54 + 39.08 * log(slant) + 20 * log(mhz / 1000) - 0.6 * (mobile - 1.5)
    return max(uma_los(mhz, flat, base, mobile), hidden)


def umi_nlos(mhz: float, flat: float, base: float, mobile: float) -> float:
    slant = math.dist((0, base), (flat, mobile))
    hidden = 35.3 * log(slant) + 22.4 + 21.3 * log(mhz / 1000) - 0.3 * (mobile - 1.5)
    return max(umi_los(mhz, flat, base, mobile), hidden)


CITIES = [(hata, (150, 200, 299, 300, 301, 450, 900, 1_500)), (cost231, (1_500, 1_800, 2_000))]
REPORT = {
    "rma_los": (rma_los, (500, 700, 2_600, 30_000), (10, 35, 150), (1, 1.5, 10), (10, 500, 3_000, 10_000)),
    "rma_nlos": (rma_nlos, (500, 700, 2_600, 30_000), (10, 35, 150), (1, 1.5, 10), (10, 500, 3_000, 5_000)),
    "uma_los": (uma_los, (500, 3_500, 100_000), (25,), (1.5, 12.9, 22.5), (10, 200, 2_000, 5_000)),
    "uma_nlos": (uma_nlos, (500, 3_500, 100_000), (25,), (1.5, 12.9, 22.5), (10, 200, 2_000, 5_000)),
    "umi_los": (umi_los, (500, 3_500, 100_000), (10,), (1.5, 12.9, 22.5), (10, 100, 1_000, 5_000)),
    "umi_nlos": (umi_nlos, (500, 3_500, 100_000), (10,), (1.5, 12.9, 22.5), (10, 100, 1_000, 5_000)),
}


@pytest.mark.parametrize(("by_hand", "frequencies"), CITIES)
def test_cities_suburbs_and_open_ground(by_hand: Any, frequencies: Any) -> None:
    for environment, city in product(("urban", "suburban", "open"), ("small", "large")):
        for mhz, metres, base, mobile in product(frequencies, (1_000, 5_000, 20_000), (30, 70, 200), (1, 1.5, 3, 10)):
            loss = path_loss_db(by_hand.__name__, mhz, metres, base, mobile, environment=environment, city=city)  # type: ignore[arg-type]
            expected = by_hand(mhz, metres, base, mobile, environment, city)
            assert loss == pytest.approx(expected, abs=WITHIN_DB), (mhz, metres, base, mobile, environment, city)


@pytest.mark.parametrize("model", REPORT)
def test_the_models_of_tr_38901(model: str) -> None:
    by_hand, frequencies, bases, mobiles, distances = REPORT[model]
    for mhz, base, mobile, metres in product(frequencies, bases, mobiles, distances):
        expected = by_hand(mhz, metres, base, mobile)
        assert path_loss_db(model, mhz, metres, base, mobile) == pytest.approx(expected, abs=WITHIN_DB)


@pytest.mark.parametrize(
    ("model", "turn"),
    [("rma_los", 2 * math.pi * 35 * 1.5 * 7 / 3), ("uma_los", 4 * 24 * 0.5 * 7 / 3), ("umi_los", 4 * 9 * 0.5 * 7 / 3)],
)
def test_both_sides_of_the_breakpoint(model: str, turn: float) -> None:
    by_hand, base = REPORT[model][0], {"rma_los": 35, "uma_los": 25, "umi_los": 10}[model]
    for metres in (turn * 0.999, turn, turn * 1.001):
        assert path_loss_db(model, 700, metres, base, 1.5) == pytest.approx(
            by_hand(700, metres, base, 1.5), abs=WITHIN_DB
        )


@pytest.mark.parametrize("model", MODELS)
def test_a_range_holds_its_ends_and_nothing_beyond(model: str) -> None:
    ranges = MODELS[model].validity
    usual = {"frequency_mhz": 1_500.0, "distance_m": 1_000.0, "base_height_m": 25.0, "mobile_height_m": 1.5}
    names = ["frequency_mhz", "distance_m", *(name for name in MODELS[model].needs if name in usual)]
    for name in names:
        bounds = ranges.range_of(name)
        assert bounds is not None
        for edge, beyond in ((bounds[0], bounds[0] * 0.99), (bounds[1], bounds[1] * 1.01)):
            if not math.isfinite(edge):
                continue
            assert math.isfinite(path_loss_db(model, **{**usual, name: edge}))
            with pytest.raises(OutsideValidityError, match=rf"{model}: {name} "):
                path_loss_db(model, **{**usual, name: beyond})
    for name in names:
        with pytest.raises(OutsideValidityError, match=name):
            path_loss_db(model, **{**usual, name: -usual[name]})
        assert math.isnan(path_loss_db(model, **{**usual, name: math.nan}))


@pytest.mark.parametrize("model", MODELS)
def test_whole_numbers_lists_and_shapes(model: str) -> None:
    each = [path_loss_db(model, 1_500, metres, 25, 1.5) for metres in (500, 1_000, 2_000)]
    assert all(isinstance(loss, float) for loss in each)
    np.testing.assert_allclose(path_loss_db(model, 1_500, np.array([500, 1_000, 2_000]), 25, 1.5), each)
    np.testing.assert_allclose(
        path_loss_db(model, 1_500, [500, 1_000, 2_000]), path_loss_db(model, [1_500], (500, 1_000, 2_000))
    )
    table = path_loss_db(model, np.array([[1_500], [1_500]]), [500, 1_000, 2_000], 25, 1.5)
    assert table.shape == (2, 3)
    assert path_loss_db(model, 1_500, []).shape == (0,)
    holed = path_loss_db(model, 1_500, [500, math.nan, 2_000], 25, 1.5)
    assert np.isnan(holed).tolist() == [False, True, False]
