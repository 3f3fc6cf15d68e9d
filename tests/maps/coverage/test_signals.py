"""Reference signals, the model of each cell, how far it reaches."""

from typing import Any

import numpy as np
import pytest

from maps.coverage.losses import CHOICE, Margins, PublishedLoss, RadioSite, Receivers, model_for
from maps.coverage.sectors import MapSettings, Sectors
from maps.coverage.signals import Surroundings, resource_blocks, sectors_of
from maps.radio.emitters import LeftOut, emitters_of
from tests.maps.coverage.networks import parameters, raw

CELL: dict[str, Any] = {"azimuth_deg": 0.0, "height_agl_m": 36.0, "eirp_dbm": 62.0, "electrical_tilt_deg": 4.0}


def made(*rows: dict[str, Any], settings: MapSettings | None = None) -> tuple[Sectors, list[LeftOut]]:
    known = parameters()
    emitters, _ = emitters_of(raw(*({**CELL, **row} for row in rows)), known)
    surroundings = Surroundings({1: ("suburban", "small"), 2: ("urban", "large"), 3: ("open", "small")})
    return sectors_of(emitters, known, settings or MapSettings(), surroundings)


@pytest.mark.parametrize(
    ("technology", "mhz", "bandwidth", "reference"),
    [
        ("2G", 945.0, 0.2, 62.0),
        ("3G", 2_150.0, 5.0, 52.0),
        ("4G", 1_840.0, 20.0, 62 - 30.79),  # 1,200 subcarriers
        ("4G", 763.0, 10.0, 62 - 27.78),
        ("5G", 2_550.0, 100.0, 62 - 35.15),  # 273 blocks of 30 kHz
        ("5G", 763.0, 10.0, 62 - 27.95),  # 52 blocks of 15 kHz
    ],
)
def test_the_reference_signal_is_the_technologys_share_of_the_carrier(
    technology: str, mhz: float, bandwidth: float, reference: float
) -> None:
    sectors, _ = made({"technology": technology, "frequency_mhz": mhz, "bandwidth_mhz": bandwidth})
    assert sectors.level_dbm[0] == pytest.approx(reference, abs=0.01)


def test_a_bandwidth_of_no_table_takes_its_share_of_blocks() -> None:
    assert resource_blocks("4G", 20, 15) == 100
    assert resource_blocks("4G", 18, 15) == 90


@pytest.mark.parametrize(
    ("row", "model"),
    [
        ({"frequency_mhz": 763.0}, "hata"),
        ({"frequency_mhz": 1_840.0}, "cost231"),
        ({"frequency_mhz": 2_150.0}, "cost231"),
        ({"frequency_mhz": 2_550.0}, "rma_nlos"),
        ({"frequency_mhz": 2_550.0, "unit": 3}, "rma_nlos"),
        ({"frequency_mhz": 3_750.0, "unit": 2}, "uma_nlos"),
        ({"frequency_mhz": 2_550.0, "height_agl_m": 6.0}, "umi_nlos"),
    ],
)
def test_the_model_follows_from_surroundings_and_band(row: dict[str, Any], model: str) -> None:
    sectors, left = made(row)
    assert not left
    assert sectors.models[sectors.loss[0]].name == model


def test_a_model_that_is_asked_for_leaves_out_what_it_does_not_hold_for() -> None:
    sectors, left = made({}, {"frequency_mhz": 763.0}, settings=MapSettings(model="cost231"))
    assert sectors.cell.tolist() == [1]
    assert [(one.row, one.reason) for one in left] == [(1, "model_range")]
    assert "763 MHz" in left[0].value


def test_every_ground_has_a_model_up_to_100_ghz() -> None:
    for top, by_ground in CHOICE:
        for ground in by_ground:
            assert model_for(RadioSite(top - 1, 30.0, ground), 1.5) is not None


def test_a_cell_reaches_where_its_level_falls_to_the_floor() -> None:
    sectors, _ = made({})
    reach = sectors.reach_m[0]
    model, site = sectors.models[0], sectors.sites[0]
    inner, outer = model.loss(site, Receivers(np.array([reach - 100.0, reach + 100.0])))
    assert sectors.level_dbm[0] - inner > sectors.floor_dbm[0] > sectors.level_dbm[0] - outer


def test_no_cell_reaches_beyond_its_models_validity_or_the_radius_of_the_map() -> None:
    strong = {"eirp_dbm": 90.0}
    sectors, _ = made({**strong, "frequency_mhz": 2_550.0}, strong, settings=MapSettings(radius_m=7_000.0))
    assert sectors.reach_m.tolist() == [5_000.0, 7_000.0]


def test_the_loss_is_never_below_free_space() -> None:
    site = RadioSite(900.0, 200.0, "open")
    distances = np.array([20.0, 100.0, 1_000.0])
    loss = PublishedLoss("hata").loss(site, Receivers(distances))
    slant = np.hypot(distances, 198.5)
    assert (loss >= 20 * np.log10(4 * np.pi * slant * 900e6 / 299_792_458) - 1e-9).all()


def test_margins_are_added_to_the_loss() -> None:
    site, receivers = RadioSite(1_840.0, 30.0), Receivers(np.array([100.0, 2_000.0]))
    bare = PublishedLoss("uma_los").loss(site, receivers)
    indoors = PublishedLoss("uma_los", Margins(building="traditional")).loss(site, receivers)
    assert (indoors - bare).tolist() == pytest.approx([14.8, 14.8], abs=0.5)
    clutter = PublishedLoss("uma_los", Margins(clutter_percent=50.0)).loss(site, receivers)
    assert 15 < (clutter - bare)[0] < (clutter - bare)[1] < 35


def test_azimuths_turn_with_the_grids_north() -> None:
    sectors, _ = made({"lon": 102.2, "lat": 22.4, "azimuth_deg": 90.0})
    assert sectors.azimuth_deg[0] == pytest.approx(91.35, abs=0.02)
