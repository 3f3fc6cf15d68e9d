"""The reference data of the maps: radio parameters and limits of exposure, from ``fixtures/radio``.

Loading adds what is missing and leaves what is there, so what an authority changed stays changed.
"""

from typing import Any

from django.db import transaction

from infra.models.lookups import Sourced
from infra.services.reference import document
from infra.services.reference_rows import insert_missing, sourced
from maps.models import ExposureLimit, RadioParameter

#: model -> file and what makes a row one of a kind
TABLES: dict[type[Sourced], tuple[str, tuple[str, ...]]] = {
    RadioParameter: ("radio/parameters", ("code", "technology", "low_mhz", "valid_from")),
    ExposureLimit: ("radio/exposure_limits", ("standard", "low_mhz", "valid_from")),
}


@transaction.atomic
def load() -> dict[str, int]:
    """Load everything that is missing; return how many rows of each kind were new."""
    written: dict[str, Any] = {}
    for model, (name, key) in TABLES.items():
        rows = [sourced(model, values) for values in document(name)]
        written[str(model._meta.verbose_name_plural)] = insert_missing(model, rows, key)
    return written
