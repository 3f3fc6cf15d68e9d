"""Radio parameters: which row counts for a carrier, and that the shipped ones answer every question."""

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from maps.models import ExposureLimit, RadioParameter
from maps.radio.parameters import MissingParameterError, Parameters, Value
from maps.services import reference

DAY = date(2026, 5, 5)
SHIPPED = Path(__file__).resolve().parents[3] / "fixtures" / "radio" / "parameters.json"


@pytest.fixture(scope="module")
def shipped() -> Parameters:
    rows: dict[str, list[Value]] = {}
    for row in json.loads(SHIPPED.read_text(encoding="utf-8")):
        value = Value(row["technology"], row["low_mhz"], row["high_mhz"], row["value"], row["verified"])
        rows.setdefault(row["code"], []).append(value)
    return Parameters(rows, DAY)


def test_the_row_of_a_technology_and_band_counts_before_the_general_one(shipped: Parameters) -> None:
    assert shipped.value("gain_dbi", "4G", 3_700) == 18
    assert shipped.value("gain_dbi", "5G", 3_700) == 24
    assert shipped.value("gain_dbi", "5G", 900) == 15.5


def test_many_carriers_get_the_values_that_one_by_one_would(shipped: Parameters) -> None:
    technologies, mhz = np.array(["2G", "3G", "4G", "4G", "5G"]), np.array([945.0, 2150.0, 900.0, 1840.0, 3700.0])
    one_by_one = [shipped.value("eirp_dbm", t, f) for t, f in zip(technologies, mhz, strict=True)]
    assert shipped.values("eirp_dbm", technologies, mhz).tolist() == one_by_one


def test_an_unverified_factor_is_nan_where_only_verified_ones_are_wanted(shipped: Parameters) -> None:
    assert shipped.values("tdd_duty", ["5G"], [3_700.0]).tolist() == [0.75]
    assert np.isnan(shipped.values("tdd_duty", ["5G"], [3_700.0], verified_only=True)).all()


def test_a_parameter_that_nobody_set_is_named(shipped: Parameters) -> None:
    with pytest.raises(MissingParameterError, match="'no_such'"):
        shipped.value("no_such")


@pytest.mark.parametrize("technology", ["2G", "3G", "4G", "5G"])
@pytest.mark.parametrize(
    "code", ["threshold_dbm", "floor_dbm", "level_1_dbm", "level_2_dbm", "level_3_dbm", "frequency_mhz"]
)
def test_the_shipped_parameters_answer_for_every_technology(shipped: Parameters, code: str, technology: str) -> None:
    assert np.isfinite(shipped.value(code, technology))


@pytest.mark.parametrize("mhz", [450.0, 758.0, 945.0, 1500.0, 1840.0, 2150.0, 2300.0, 2550.0, 3750.0, 26_000.0])
@pytest.mark.parametrize(
    "code", ["eirp_dbm", "gain_dbi", "height_deg", "width_deg", "bandwidth_mhz", "electrical_tilt_deg"]
)
def test_the_shipped_defaults_leave_no_band_out(shipped: Parameters, code: str, mhz: float) -> None:
    assert np.isfinite(shipped.values(code, ["2G", "3G", "4G", "5G"], [mhz] * 4)).all()


@pytest.mark.django_db
def test_loading_twice_writes_once_and_keeps_what_an_authority_changed() -> None:
    first = reference.load()
    assert sum(first.values()) == RadioParameter.objects.count() + ExposureLimit.objects.count()
    RadioParameter.objects.filter(code="threshold_dbm", technology="4G").update(value=-105)
    assert sum(reference.load().values()) == 0
    assert Parameters.on(DAY).value("threshold_dbm", "4G") == -105


@pytest.mark.django_db
def test_only_rows_in_force_on_the_day_count() -> None:
    reference.load()
    old = RadioParameter.objects.get(code="threshold_dbm", technology="4G")
    old.valid_to = date(2026, 12, 31)
    old.save()
    RadioParameter.objects.create(
        code="threshold_dbm", technology="4G", value=-105, unit="dBm", name_vi="x", valid_from=date(2027, 1, 1)
    )
    assert Parameters.on(DAY).value("threshold_dbm", "4G") == -110
    assert Parameters.on(date(2027, 1, 1)).value("threshold_dbm", "4G") == -105
