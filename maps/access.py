"""Who sees what the maps keep: paths of this app's models for :mod:`infra.access`.

An operator sees the maps and measurements of its own network; whoever works for the authority sees all of them. Maps
that join several operators belong to the authority alone.
"""

from infra.access import PATHS, Paths, Permission

_MAP = Paths(holders=("organization",))
_GROUND = Paths(authority="file__authority")
_SETTING = Paths(authority=None, see=Permission.SEE_REGISTER, edit=Permission.ADMINISTER)


def _of_map(unit: str | None) -> Paths:
    return Paths(authority="map__authority", unit=unit, holders=("map__organization",))


PATHS.update(
    {
        "maps.keptfigure": Paths(see=Permission.SEE_REPORTS, edit=Permission.ADMINISTER),
        "maps.radioparameter": _SETTING,
        "maps.exposurelimit": Paths(authority=None, open_to_public=True, edit=Permission.ADMINISTER),
        "maps.antennapattern": Paths(),
        "maps.cellantenna": Paths(
            authority="cell__station__installation__authority",
            unit="cell__station__installation__unit",
            holders=("cell__station__installation__organization",),
        ),
        "maps.unitenvironment": _SETTING,
        "maps.coveragerun": Paths(),
        "maps.coveragemap": _MAP,
        "maps.omission": Paths(authority="run__authority", holders=("organization",)),
        "maps.coverageindicator": _of_map("unit"),
        "maps.whitespot": _of_map("unit"),
        "maps.groundfile": Paths(),
        "maps.place": Paths(authority="file__authority", unit="unit"),
        "maps.road": _GROUND,
        "maps.building": _GROUND,
        "maps.measurementfile": Paths(holders=("organization",)),
        "maps.measurement": Paths(authority="file__authority", unit="unit", holders=("organization",)),
        "maps.export": Paths(authority=None, person="owner", see=Permission.ADMINISTER, edit=Permission.ADMINISTER),
        "maps.stationexposure": Paths(
            authority="installation__authority", unit="installation__unit", holders=("installation__organization",)
        ),
    }
)
