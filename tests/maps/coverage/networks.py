"""Small networks on the grid, made without a database."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from maps.coverage.losses import PublishedLoss, RadioSite
from maps.coverage.sectors import MapSettings, Sectors
from maps.radio.antennas import Pattern, SectorPattern
from maps.radio.emitters import NUMBERS
from maps.radio.parameters import Parameters, Value

FIXTURE = Path(__file__).resolve().parents[3] / "fixtures" / "radio" / "parameters.json"
#: what a row of the register has that nobody filled in
EMPTY: dict[str, Any] = dict.fromkeys(name for name in NUMBERS if name not in ("lon", "lat", "frequency_mhz"))


def parameters(**changed: float) -> Parameters:
    """The shipped parameters, with single values changed for every technology."""
    rows: dict[str, list[Value]] = {}
    for row in json.loads(FIXTURE.read_text(encoding="utf-8")):
        value = changed.get(row["code"], row["value"])
        rows.setdefault(row["code"], []).append(
            Value(row["technology"], row["low_mhz"], row["high_mhz"], value, row["verified"])
        )
    return Parameters(rows, date(2026, 5, 5))


def raw(*rows: dict[str, Any]) -> dict[str, list[Any]]:
    """Raw columns of cells as the register gives them; what a row does not name is unknown."""
    whole = [
        {
            **EMPTY,
            "cell": number,
            "station": number,
            "organization": 1,
            "unit": 1,
            "code": f"C{number}",
            "technology": "4G",
            "lon": 106.3,
            "lat": 20.5,
            "frequency_mhz": 1_840.0,
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]
    return {name: [row[name] for row in whole] for name in whole[0]}


def sectors(
    x: Any,
    y: Any,
    *,
    azimuth: Any = 0.0,
    tilt: Any = 0.0,
    electrical: Any = 4.0,
    organization: Any = 1,
    technology: str = "4G",
    level: Any = 30.0,
    floor: float = -125.0,
    reach: float = 8_000.0,
    loss: Any = 0,
    pattern: Any = 0,
    sites: tuple[RadioSite, ...] = (RadioSite(1_840.0, 36.0),),
    models: tuple[Any, ...] = (PublishedLoss("cost231"),),
    patterns: tuple[Pattern, ...] = (SectorPattern(65.0, 7.0),),
) -> Sectors:
    """Sectors at places in the grid's metres; everything else may be one value or one for each."""
    count = len(np.atleast_1d(x))

    def column(value: Any, kind: type = np.float64) -> Any:
        return np.broadcast_to(np.asarray(value, dtype=kind), (count,)).copy()

    return Sectors(
        cell=np.arange(1, count + 1),
        station=np.arange(1, count + 1),
        organization=column(organization, np.int64),
        technology=np.full(count, technology),
        x=column(x),
        y=column(y),
        azimuth_deg=column(azimuth),
        electrical_tilt_deg=column(electrical),
        tilt_deg=column(tilt),
        height_m=np.array([sites[place].height_m for place in column(loss, np.int64)]),
        level_dbm=column(level),
        floor_dbm=column(floor),
        reach_m=column(reach),
        loss=column(loss, np.int64),
        pattern=column(pattern, np.int64),
        is_assumed=np.zeros(count, dtype=bool),
        sites=sites,
        models=models,
        patterns=patterns,
    )


SETTINGS = MapSettings()
GRID = SETTINGS.grid
