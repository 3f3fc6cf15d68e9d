"""Results that the maps keep, and the data they are made with. The register itself is infra's."""

from maps import access as _access  # noqa: F401 -- declares who sees these models
from maps.models.coverage import (
    CoverageIndicator,
    CoverageMap,
    CoverageRun,
    Omission,
    RunState,
    WhiteSpot,
)
from maps.models.exports import Export, ExportState
from maps.models.exposure import ExposureLimit, StationExposure
from maps.models.figures import KeptFigure
from maps.models.ground import Building, GroundFile, GroundKind, Place, PlaceKind, Road
from maps.models.measurements import Measurement, MeasurementFile, MeasurementFormat
from maps.models.radio import (
    AntennaKind,
    AntennaPattern,
    AntennaUse,
    CellAntenna,
    GroundEnvironment,
    RadioParameter,
    UnitEnvironment,
)

__all__ = [
    "AntennaKind",
    "AntennaPattern",
    "AntennaUse",
    "Building",
    "CellAntenna",
    "CoverageIndicator",
    "CoverageMap",
    "CoverageRun",
    "Export",
    "ExportState",
    "ExposureLimit",
    "GroundEnvironment",
    "GroundFile",
    "GroundKind",
    "KeptFigure",
    "Measurement",
    "MeasurementFile",
    "MeasurementFormat",
    "Omission",
    "Place",
    "PlaceKind",
    "RadioParameter",
    "Road",
    "RunState",
    "StationExposure",
    "UnitEnvironment",
    "WhiteSpot",
]
