"""The world with people in its communes, the radio parameters, and a store of its own."""

from pathlib import Path
from typing import Any

import pytest

from infra.models import AdministrativeUnit
from maps.models import CoverageMap, CoverageRun
from maps.services import reference
from maps.services.coverage import run_open
from tests import factories as make
from tests.world import World


@pytest.fixture
def covered(world: World, settings: Any, tmp_path: Path) -> World:
    """Thái Thụy and Phố Hiến with people; cells of Viettel and VNPT with what decides their levels."""
    settings.COVERAGE_STORE = str(tmp_path / "coverage")
    reference.load()
    AdministrativeUnit.objects.filter(pk=world.thai_thuy.pk).update(population=52_000, area_km2=460.0)
    AdministrativeUnit.objects.filter(pk=world.pho_hien.pk).update(population=480_000, area_km2=460.0)
    with make.one_act(world.authority):
        for azimuth in (0.0, 240.0):
            make.CellFactory(
                station=world.market_station, code=f"VNP-PH-01-{azimuth:.0f}", azimuth_deg=azimuth, **whole()
            )
    return world


def whole() -> dict[str, Any]:
    """What a well-reported cell has besides code, technology, band, frequency and azimuth."""
    return {
        "bandwidth_mhz": 20.0,
        "tilt_deg": 2.0,
        "electrical_tilt_deg": 4.0,
        "height_agl_m": 40.0,
        "gain_dbi": 17.5,
        "eirp_dbm": 62.0,
        "beamwidth_h_deg": 65.0,
        "beamwidth_v_deg": 7.0,
    }


def run_of(world: World, **asked: Any) -> CoverageRun:
    """Ask for a run on pixels of 200 metres, which is quick."""
    return run_open(actor=world.manager, authority=world.authority, asked={"resolution_m": 200, **asked})


def map_of(world: World, technology: str, organization: Any = None, at_least: int = 1) -> CoverageMap:
    """The current map of a network, or of at least so many."""
    return CoverageMap.objects.get(
        authority=world.authority,
        technology=technology,
        organization=organization,
        at_least=at_least,
        area=None,
        is_current=True,
    )
