"""The reference data of ``fixtures/``: lookups, organizations, the first authority, units and their successions.

Loading adds what is missing and leaves what is there: rows that people corrected stay corrected, units whose official
boundaries were imported keep them. Repeating it changes nothing.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from infra.models import (
    AdministrativeUnit,
    Authority,
    Band,
    InstallationStatus,
    Limit,
    Lookup,
    MastClass,
    NodeKind,
    Organization,
    OrganizationVersion,
    PermitKind,
    PostalKind,
    RouteKind,
    StructureType,
    Technology,
    UnitType,
)
from infra.services import shipped_units
from infra.services.ledger import Act, act
from infra.services.people import system_user
from infra.services.reference_rows import insert_missing, sourced

FOLDER: Path = settings.BASE_DIR / "fixtures"

LOOKUPS: dict[str, type[Lookup]] = {
    "mast_classes": MastClass,
    "structure_types": StructureType,
    "permit_kinds": PermitKind,
    "postal_kinds": PostalKind,
    "node_kinds": NodeKind,
    "route_kinds": RouteKind,
    "technologies": Technology,
    "bands": Band,
    "installation_statuses": InstallationStatus,
    "unit_types": UnitType,
}


class ReferenceDataError(ValueError):
    """The reference data cannot be loaded; the text says why, in one sentence."""


def document(name: str) -> Any:
    """Return the parsed JSON file ``fixtures/<name>.json``."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


@transaction.atomic
def load() -> dict[str, int]:
    """Load everything that is missing; return how many rows of each kind were new.

    Raises ReferenceDataError where TERRITORY names no known unit.
    """
    provinces = _provinces_of(settings.TERRITORY)
    written = load_lookups()
    authority = Authority.objects.order_by("pk").first()
    if authority is None:
        authority = _authority_seed(provinces[0])
        written["authorities"] = 1
    reason = _("Reference data of this version")
    with act(actor=system_user(), authority=authority, kind="reference.loaded", reason=reason) as ledger:
        written["organizations"] = _load_organizations(ledger, authority)
        codes = [province["code"] for province in provinces]
        written["units"] = shipped_units.load_provinces(ledger) + shipped_units.load_communes(ledger, codes)
        written["former units"] = sum(shipped_units.load_predecessors(ledger, code) for code in codes)
    if not authority.territory.exists():
        authority.territory.set(_units_in_force(settings.TERRITORY))
    return written


# --- lookups ----------------------------------------------------------------------------------------------------------


def load_lookups() -> dict[str, int]:
    """Add the rows of the lookup lists and the limits that are missing; return how many of each."""
    written = {}
    for name, model in LOOKUPS.items():
        rows = [sourced(model, values, order=order) for order, values in enumerate(document(f"lookups/{name}"))]
        written[name] = insert_missing(model, rows, ("code",))
    limits = [sourced(Limit, values) for values in document("lookups/limits")]
    written["limits"] = insert_missing(Limit, limits, ("code", "valid_from"))
    return written


# --- organizations and the first authority ----------------------------------------------------------------------------


def _load_organizations(ledger: Act, authority: Authority) -> int:
    there = set(Organization.objects.values_list("code", flat=True))
    columns = {f.name for f in Organization._meta.local_concrete_fields}
    rows = [
        Organization(**{key: value for key, value in values.items() if key in columns})
        for values in document("organizations")
        if values["code"] not in there
    ]
    ledger.add_many(rows)
    if not OrganizationVersion._default_manager.filter(noun_id=authority.organization_id).exists():
        ledger.adopt_many([authority.organization])
    return len(rows)


def _authority_seed(province: shipped_units.Row) -> Authority:
    """Make the first authority and its organization from the template; its organization's version is opened later."""
    template = _filled(document("authority"), _words(province))
    organization = Organization.objects.filter(code=template["organization"]["code"]).first()
    if organization is None:
        organization = Organization(**template["organization"])
        organization.save()
    return Authority.objects.create(
        organization=organization,
        registry_prefix=registry_prefix(province["name_en"]),
        metric_srid=metric_srid(province),
        is_demo=settings.DEMO,
        **template["authority"],
    )


def _words(province: shipped_units.Row) -> dict[str, str]:
    full = province["full_name"]
    return {
        "code": province["code"],
        "name": province["name"],
        "name_en": province["name_en"],
        "full_name_lower": full[:1].lower() + full[1:],
        "FULL_NAME": full.upper(),
    }


def _filled(template: Any, words: dict[str, str]) -> Any:
    if isinstance(template, dict):
        return {key: _filled(value, words) for key, value in template.items()}
    if isinstance(template, list):
        return [_filled(value, words) for value in template]
    return re.sub(r"\{(\w+)\}", lambda match: words[match[1]], template) if isinstance(template, str) else template


def registry_prefix(name: str) -> str:
    """Return the customary short form of a province's name: "Hung Yen" -> HYN, "Nam Dinh" -> NDH."""
    words = re.findall(r"[A-Za-z]+", name)
    short = words[0][:3] if len(words) == 1 else "".join(word[0] for word in words) + words[-1][-1]
    return short.upper()[:8]


def metric_srid(province: shipped_units.Row) -> int:
    """Return the EPSG code of the province's VN-2000 zone; where predecessors had several, the namesake's or first."""
    if province["metric_srid"]:
        return int(province["metric_srid"])
    zones = dict(pair.split(":") for pair in province["merged_from_srid"].split("; "))
    return int(zones.get(province["name"]) or next(iter(zones.values())))


# --- territory --------------------------------------------------------------------------------------------------------


def _provinces_of(codes: Iterable[str]) -> list[shipped_units.Row]:
    """Return the provinces that hold the units with *codes* (provinces or communes), without repetition."""
    provinces = {row["code"]: row for row in shipped_units.table("provinces_2025")}
    parents = {row["code"]: row["province_code"] for row in shipped_units.table("communes_country")}
    found: dict[str, shipped_units.Row] = {}
    for code in codes:
        province = provinces.get(parents.get(code, code))
        if province is None:
            raise ReferenceDataError(_("TERRITORY names the unit %(code)s, which is not known.") % {"code": code})
        found[province["code"]] = province
    return list(found.values())


def _units_in_force(codes: Iterable[str]) -> list[AdministrativeUnit]:
    return list(AdministrativeUnit.objects.filter(code__in=list(codes), valid_to=None))
