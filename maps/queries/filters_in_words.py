"""Filters as people say them: on pages, and in the sheet of a file that tells what was asked for."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from infra import formats
from infra.models import AdministrativeUnit, InstallationKind, InstallationStatus, Organization
from infra.safety import label_of
from maps.queries.filters import EXPIRED, MISSING, MOST_HEIGHT_M, NO_STATE, Filters

#: filters whose value is a day
DAYS = ("as_of", "changed_since", "since", "until")


def filters_in_words(filters: Filters) -> list[tuple[str, str]]:
    """Return the filters that are set, title and values in words, one line each."""
    titles = {
        "organization": _("Operator"),
        "technology": _("Technology"),
        "status": _("Status"),
        "newest": _("Newest technology"),
        "unit": _("Commune"),
        "safety": _("Safety"),
        "certificate": _("Certificate"),
        "shared": _("Sharing"),
        "as_of": _("As of"),
        "kind": _("Kind"),
        "band": _("Band"),
        "mast_class": _("Mast class"),
        "height": _("Height of the mast (m)"),
        "state": _("State"),
        "since": _("Since"),
        "until": _("Until"),
        "changed_since": _("Changed since"),
        "area": _("Area"),
        "near": _("Radius"),
    }
    values: dict[str, list[str]] = {}
    for name, value in filters.pairs():
        values.setdefault(name, []).append(value)
    return [(titles[name], ", ".join(_in_words(name, found))) for name, found in values.items()]


def _in_words(name: str, values: Sequence[str]) -> list[str]:
    names = _names(name, values)
    return [names.get(value) or _one_in_words(name, value) for value in values]


def _names(name: str, codes: Sequence[str]) -> dict[str, str]:
    """Return code -> name for the filters whose values are codes of the register; an unknown code has none."""
    if name == "organization":
        return {one.code: one.display_name for one in Organization.objects.filter(code__in=codes)}
    if name == "unit":
        rows = AdministrativeUnit.objects.filter(code__in=codes).order_by("valid_from")
        return dict(rows.values_list("code", "full_name"))
    if name == "status":
        return {one.code: one.name for one in InstallationStatus.objects.filter(code__in=codes)}
    return {}


def _one_in_words(name: str, value: str) -> str:
    if name == "safety":
        return _("none of the states") if value == NO_STATE else str(label_of(value))
    if name == "kind":
        return str(InstallationKind(value).label)
    if name == "certificate":
        return _certificate(value)
    if name == "shared":
        return _("shared masts only")
    if name == "height":
        return height_in_words(value)
    if name == "area":
        return _("drawn, %(n)s corners") % {"n": formats.number(value.count(";") + 1)}
    if name == "near":
        lon, lat, metres = (float(part) for part in value.split(","))
        words = _("%(metres)s around %(place)s")
        return words % {"metres": formats.quantity(metres, "m"), "place": formats.coordinates(lon, lat)}
    return formats.day(date.fromisoformat(value)) if name in DAYS else value


def _certificate(value: str) -> str:
    if value == MISSING:
        return _("mandatory but missing")
    if value == EXPIRED:
        return _("expired")
    return _("expires within %(days)s days") % {"days": value}


def height_in_words(bounds: str) -> str:
    """Return "15-30" as people say it."""
    least, most = (float(part) for part in bounds.split("-"))
    if not least:
        return _("up to %(most)s") % {"most": formats.quantity(most, "m")}
    if most >= MOST_HEIGHT_M:
        return _("%(least)s and more") % {"least": formats.quantity(least, "m")}
    return _("%(least)s to %(most)s") % {"least": formats.number(least), "most": formats.quantity(most, "m")}
