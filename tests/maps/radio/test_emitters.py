"""Cells become emitters: wrong ones are left out with a reason, missing values are assumed and marked."""

import math
from typing import Any

import pytest

from maps.radio.antennas import F1336Pattern, MeasuredPattern
from maps.radio.emitters import F1336, NO_PATTERN, Assumed, emitters_of
from tests.maps.coverage.networks import parameters, raw

WHOLE: dict[str, Any] = {
    "bandwidth_mhz": 20.0,
    "azimuth_deg": 120.0,
    "tilt_deg": 2.0,
    "electrical_tilt_deg": 4.0,
    "height_agl_m": 38.0,
    "gain_dbi": 17.0,
    "eirp_dbm": 62.0,
    "beamwidth_h_deg": 65.0,
    "beamwidth_v_deg": 7.0,
}


@pytest.mark.parametrize(
    ("wrong", "reason", "value"),
    [
        ({"frequency_mhz": None}, "frequency_missing", "nan"),
        ({"frequency_mhz": 3.0}, "frequency_range", "3"),
        ({"azimuth_deg": 400.0}, "azimuth_range", "400"),
        ({"azimuth_deg": -1.0}, "azimuth_range", "-1"),
        ({"height_agl_m": 0.0}, "height_range", "0"),
        ({"height_agl_m": -5.0}, "height_range", "-5"),
        ({"height_agl_m": math.nan}, "not_a_number", "nan"),
        ({"eirp_dbm": math.inf}, "not_a_number", "inf"),
        ({"eirp_dbm": 140.0}, "power_range", "140"),
        ({"tilt_deg": 95.0}, "tilt_range", "95"),
        ({"beamwidth_h_deg": 0.0}, "beam_range", "0"),
        ({"bandwidth_mhz": 0.0}, "bandwidth_range", "0"),
        ({"lon": None}, "position_missing", "nan"),
        ({"lat": 95.0}, "position_range", "95"),
    ],
)
def test_a_wrong_cell_is_left_out_with_its_reason_and_the_others_stay(
    wrong: dict[str, Any], reason: str, value: str
) -> None:
    found, left = emitters_of(raw(WHOLE, {**WHOLE, **wrong}, WHOLE), parameters())
    assert found.cell.tolist() == [1, 3]
    assert [(one.row, one.reason, one.value) for one in left] == [(1, reason, value)]


def test_a_whole_cell_is_taken_as_it_is() -> None:
    found, left = emitters_of(raw(WHOLE), parameters())
    assert not left
    assert found.eirp_dbm[0] == 62
    assert found.height_m[0] == 38
    assert found.assumed[0] == 0
    assert not found.is_assumed[0]


def test_what_is_missing_is_taken_from_the_parameters_and_marked() -> None:
    found, _ = emitters_of(raw({"azimuth_deg": 60.0}), parameters())
    assert found.eirp_dbm[0] == 62
    assert found.height_m[0] == 30
    assert found.bandwidth_mhz[0] == 20
    assert found.electrical_tilt_deg[0] == 4
    assert found.is_assumed[0]
    counts = found.assumed_counts()
    assert {name for name, n in counts.items() if n} == {"power", "height", "tilt", "bandwidth", "beam", "gain"}


def test_the_masts_top_gives_the_height_over_the_ground_with_its_building() -> None:
    found, _ = emitters_of(raw({"mast_m": 12.0, "roof_m": 15.0}, {"mast_m": 42.0}), parameters())
    assert found.height_m.tolist() == [25.5, 40.5]
    assert found.roof_m.tolist() == [15.0, 0.0]


def test_the_transmit_power_gives_the_eirp_with_gain_and_feeder() -> None:
    found, _ = emitters_of(raw({"transmit_power_w": 40.0, "gain_dbi": 17.0}), parameters())
    assert found.eirp_dbm[0] == pytest.approx(46.02 + 17 - 2, abs=0.01)
    assert found.assumed[0] & Assumed.POWER


def test_the_band_gives_the_carrier_where_no_frequency_is_known() -> None:
    found, left = emitters_of(raw({"frequency_mhz": None, "band_mhz": 1_842.5}), parameters())
    assert not left
    assert found.frequency_mhz[0] == 1_842.5


def test_a_cell_without_azimuth_radiates_all_around_and_is_marked() -> None:
    found, _ = emitters_of(raw({**WHOLE, "azimuth_deg": None}), parameters())
    assert math.isnan(found.azimuth_deg[0])
    assert found.assumed[0] & Assumed.AZIMUTH


def test_an_omnidirectional_antenna_needs_no_azimuth() -> None:
    found, _ = emitters_of(raw({**WHOLE, "azimuth_deg": None, "beamwidth_h_deg": 360.0}), parameters())
    assert math.isnan(found.azimuth_deg[0])
    assert not found.is_assumed[0]


def test_an_assumed_cell_is_one_without_an_id() -> None:
    found, _ = emitters_of(raw({**WHOLE, "cell": 0}), parameters())
    assert found.is_assumed[0]
    assert found.assumed_counts()["cell"] == 1


def test_a_pattern_gives_gain_and_tilt() -> None:
    pattern = MeasuredPattern("P", (0.0,) * 360, (0.0,) * 360, gain_dbi=15.8, electrical_tilt_deg=6.0)
    columns = raw({"azimuth_deg": 60.0}, {"azimuth_deg": 60.0})
    found, _ = emitters_of({**columns, "pattern": [0, -1]}, parameters(), (pattern,))
    assert found.gain_dbi.tolist() == [15.8, 17.5]
    assert found.electrical_tilt_deg.tolist() == [6.0, 4.0]


def test_sectors_by_f1336_share_a_pattern_by_their_beam_widths() -> None:
    pattern = MeasuredPattern("P", (0.0,) * 360, (0.0,) * 360, gain_dbi=15.8, electrical_tilt_deg=6.0)
    narrow = {**WHOLE, "beamwidth_h_deg": 33.0, "beamwidth_v_deg": 6.5}
    columns = raw(WHOLE, narrow, narrow, {**narrow, "azimuth_deg": None, "beamwidth_h_deg": 360.0}, WHOLE)
    found, _ = emitters_of({**columns, "pattern": [0, F1336, F1336, F1336, NO_PATTERN]}, parameters(), (pattern,))
    assert found.pattern.tolist() == [0, 1, 1, NO_PATTERN, NO_PATTERN]
    assert found.patterns == (pattern, F1336Pattern(33.0, 6.5))


def test_no_cells_give_no_emitters() -> None:
    empty: dict[str, list[Any]] = {name: [] for name in raw(WHOLE)}
    found, left = emitters_of(empty, parameters())
    assert len(found) == 0
    assert not left
