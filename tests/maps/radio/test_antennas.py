"""Antenna patterns and the files they are read from."""

from typing import Any

import numpy as np
import pytest
from django.utils import translation

from maps.radio.antennas import F1336Pattern, SectorPattern, attenuation_db
from maps.radio.pattern_files import PatternFileError, read_pattern

SECTOR = SectorPattern(65.0, 7.0)


def test_half_power_is_3_db_at_half_the_beam_width() -> None:
    assert attenuation_db(SECTOR, 32.5, 0) == pytest.approx(3.0)
    assert attenuation_db(SECTOR, -32.5, 0) == pytest.approx(3.0)
    assert attenuation_db(SECTOR, 0, 3.5) == pytest.approx(3.0)


def test_a_sector_attenuates_30_db_at_most() -> None:
    assert attenuation_db(SECTOR, 180, 0) == pytest.approx(30.0)
    assert attenuation_db(SECTOR, 180, 60) == pytest.approx(30.0)


def test_electrical_tilt_turns_the_lobe_down_all_around_mechanical_tilt_only_in_front() -> None:
    assert attenuation_db(SECTOR, 0, 6, electrical_tilt_deg=6) == pytest.approx(0.0)
    assert attenuation_db(SECTOR, 0, 6, mechanical_tilt_deg=6) == pytest.approx(0.0)
    to_the_side = attenuation_db(SECTOR, 90, 0, mechanical_tilt_deg=6)
    assert to_the_side == pytest.approx(float(SECTOR.horizontal(np.array(90.0))))


def test_an_omnidirectional_antenna_has_no_bearing() -> None:
    omni = SectorPattern(360.0, 7.0)
    assert attenuation_db(omni, [0, 90, 180], 0) == pytest.approx([0, 0, 0])


# F.1336-5 §3.1.1 with 18 dBi, 65° and the height that belongs to them; values of an independent implementation
def test_f1336_sector_matches_independent_values_near_the_lobe() -> None:
    pattern = F1336Pattern(65.0, 31_000 / 10**1.8 / 65)
    bearings = np.array([-155.0, -80.0, -5.0, 70.0, 145.0])
    gains = 18 - attenuation_db(pattern, bearings, 5.0)
    assert gains == pytest.approx([-6.4569, 1.8767, 12.6934, 3.8438, -6.4569], abs=1e-3)


def test_f1336_side_lobes_join_the_back_without_a_step() -> None:
    pattern = F1336Pattern(65.0, 7.0)
    for edge in (28.0, 90.0):
        before, after = pattern.vertical(np.array([edge - 1e-6, edge + 1e-6]))
        assert after == pytest.approx(before, abs=1e-2)
    assert pattern.vertical(np.array(90.0)) == pytest.approx(-pattern.back_db)


def pattern_text(lobe: int = 4, gain: str = "17.5 dBi", cut: str = "HORIZONTAL") -> str:
    horizontal = [min(12 * (((a + 180) % 360 - 180) / 65) ** 2, 30) for a in range(360)]
    vertical = [min(12 * (((a - lobe + 180) % 360 - 180) / 7) ** 2, 30) for a in range(360)]
    lines = ["NAME Panel 65", "FREQUENCY 1800", f"GAIN {gain}", "TILT ELECTRICAL", f"{cut} 360"]
    lines += [f"{angle} {loss:.2f}" for angle, loss in enumerate(horizontal)]
    lines += ["VERTICAL 360", *(f"{angle}\t{loss:.2f}" for angle, loss in enumerate(vertical))]
    return "\n".join(lines)


def test_an_msi_file_gives_gain_tilt_and_cuts() -> None:
    pattern = read_pattern(pattern_text())
    assert pattern.name == "Panel 65"
    assert pattern.gain_dbi == pytest.approx(17.5)
    assert pattern.electrical_tilt_deg == 4
    assert attenuation_db(pattern, 32.5, 0) == pytest.approx(3.0, abs=0.05)
    assert attenuation_db(pattern, 0, 4, electrical_tilt_deg=4) == pytest.approx(0.0, abs=0.01)


def test_gain_without_a_unit_is_dbd() -> None:
    assert read_pattern(pattern_text(gain="15.35")).gain_dbi == pytest.approx(17.5)
    assert read_pattern(pattern_text(gain="15.35 dBd")).gain_dbi == pytest.approx(17.5)
    assert read_pattern(pattern_text(gain="17,5dBi")).gain_dbi == pytest.approx(17.5)


def test_angles_between_whole_degrees_count_as_what_they_are() -> None:
    loss = [f"{angle / 2} {abs((angle / 2 + 180) % 360 - 180) / 10}" for angle in range(1, 720, 2)]
    level = [f"{angle} 0" for angle in range(360)]
    pattern = read_pattern("\n".join(["GAIN 17 dBi", "HORIZONTAL 360", *loss, "VERTICAL 360", *level]))
    assert pattern.horizontal_db[10] == pytest.approx(1.0)
    assert pattern.horizontal_db[90] == pytest.approx(9.0)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("NAME x\n", "HORIZONTAL has 0 angles"),
        (pattern_text(cut="SIDEWAYS"), "HORIZONTAL has 0 angles"),
        (pattern_text().replace("10 0.28", "10 much"), "Line 16: expected an angle"),
        (pattern_text(lobe=90), "must start at the horizon"),
        (pattern_text().replace("10 0.28", "10 nan"), "Line 16: expected an angle"),
        (pattern_text(gain="nan dBi"), "GAIN must be a number"),
        (pattern_text(gain="700 dBi"), "GAIN must be a number"),
        (pattern_text().replace("GAIN", "NOTE"), "GAIN must be a number"),
    ],
)
def test_a_file_that_is_no_pattern_is_refused_in_words(text: Any, message: Any) -> None:
    with translation.override("en"), pytest.raises(PatternFileError, match=message):
        read_pattern(text)
