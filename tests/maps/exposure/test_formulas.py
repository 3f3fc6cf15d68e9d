"""Worked examples of exposure: power density, field strength, compliance distances."""

import math
from typing import Any

import numpy as np
import pytest

from maps import exposure

WITHIN = 0.005


def watts(dbm: float) -> float:
    return 10 ** (dbm / 10) / 1e3


# Main lobe, EIRP 50 … 75 dBm: limit 2 W/m² (QCVN 8:2022), 4.5 W/m² (ICNIRP at 900 MHz), 10 W/m² (ICNIRP above 2 GHz)
@pytest.mark.parametrize(
    ("limit", "published"),
    [
        (2.0, [1.995, 3.547, 6.308, 8.910, 11.217, 19.947, 35.471]),
        (4.5, [1.330, 2.365, 4.205, 5.940, 7.478, 13.298, 23.647]),
        (10.0, [0.892, 1.586, 2.821, 3.985, 5.017, 8.921, 15.863]),
    ],
)
def test_compliance_distance_in_the_main_lobe(limit: Any, published: Any) -> None:
    eirp = [watts(dbm) for dbm in (50, 55, 60, 63, 65, 70, 75)]
    assert exposure.compliance_distance_m(eirp, limit) == pytest.approx(published, rel=WITHIN)


def test_power_density_at_the_compliance_distance_is_the_limit() -> None:
    distance = exposure.compliance_distance_m(watts(62), 2.0)
    assert exposure.power_density_w_m2(watts(62), distance) == pytest.approx(2.0)


def test_field_strength_of_the_limit_is_the_regulations_27_5_v_m() -> None:
    assert exposure.field_strength_v_m(2.0) == pytest.approx(27.5, rel=WITHIN)
    assert exposure.field_strength_v_m(10.0) == pytest.approx(61.4, rel=WITHIN)


def test_a_panel_takes_the_smaller_of_near_and_far_distance() -> None:
    # 20 W behind 15 dBi, 65° wide, 1.3 m long, limit 10 W/m²: far 2.24 m, near 2.71 m; at 2.6 m length near is 1.36 m
    eirp = 20 * 10**1.5
    assert exposure.compliance_distance_m(eirp, 10) == pytest.approx(2.243, rel=WITHIN)
    assert exposure.near_field_distance_m(20, 10, 65, 1.3) == pytest.approx(2.712, rel=WITHIN)
    assert exposure.panel_distance_m(eirp, 20, 10, 65, 1.3) == pytest.approx(2.243, rel=WITHIN)
    assert exposure.panel_distance_m(eirp, 20, 10, 65, 2.6) == pytest.approx(1.356, rel=WITHIN)
    assert exposure.panel_distance_m(eirp, 20, 10, 65, math.nan) == pytest.approx(2.243, rel=WITHIN)


def test_arrays_go_in_and_out_and_scalars_give_floats() -> None:
    density = exposure.power_density_w_m2(np.array([1_000.0, 2_000.0]), 10)
    assert density == pytest.approx([0.7958, 1.5915], rel=WITHIN)
    assert isinstance(exposure.power_density_w_m2(1_000, 10), float)
    assert exposure.power_density_w_m2(1_000, 0) == math.inf


def test_negative_values_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match="eirp_w must not be negative"):
        exposure.power_density_w_m2(-1, 10)
    with pytest.raises(ValueError, match="limit_w_m2 must not be negative"):
        exposure.compliance_distance_m(1, -2)


def test_whole_numbers_shapes_nan_and_nothing() -> None:
    assert exposure.power_density_w_m2(1_000, 10) == pytest.approx(1_000 / (4 * math.pi * 100))
    table = exposure.power_density_w_m2(np.array([[500], [1_000]]), np.array([5, 10, 20]))
    assert table.shape == (2, 3)  # type: ignore[union-attr]
    np.testing.assert_allclose(table[1], [exposure.power_density_w_m2(1_000, metres) for metres in (5, 10, 20)])  # type: ignore[index]
    assert exposure.power_density_w_m2([], 10).shape == (0,)  # type: ignore[union-attr]
    assert math.isnan(exposure.power_density_w_m2(math.nan, 10))  # type: ignore[arg-type]
    assert exposure.power_density_w_m2(0, 10) == 0
    assert exposure.power_density_w_m2(1_000, 0) == math.inf
    np.testing.assert_allclose(exposure.compliance_distance_m([1_000, 2_000], [2, 10]), [6.3078, 3.9894], atol=1e-4)
    assert exposure.compliance_distance_m(0, 2) == 0
    assert exposure.compliance_distance_m(1_000, 0) == math.inf
    with pytest.raises(ValueError, match="limit_w_m2"):
        exposure.compliance_distance_m(1_000, [2, -1])
