"""What this app adds to the administration: names of its acts, and the lists that administrators keep."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from infra.services.lists import KeptList
from maps.models import ExposureLimit, RadioParameter

TITLES: dict[str, Any] = {
    "coverage.published": _("Coverage map published"),
    "coverage.withdrawn": _("Coverage map withdrawn"),
    "measurements.imported": _("Measurements imported"),
    "ground.imported": _("Data about the ground imported"),
    "antennas.chosen": _("Antennas of cells chosen"),
    "pattern.imported": _("Antenna pattern imported"),
    "environment.set": _("Surroundings of a commune set"),
}
LISTS = (
    KeptList(
        "radio-parameters",
        RadioParameter,
        key=("code", "technology", "low_mhz"),
        dated=True,
        values=("value", "unit"),
    ),
    KeptList(
        "exposure-limits",
        ExposureLimit,
        key=("standard", "low_mhz"),
        dated=True,
        values=("high_mhz", "power_factor", "power_exponent", "field_factor", "field_exponent"),
    ),
)
