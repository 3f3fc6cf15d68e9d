"""The units that the product ships as facts: provinces, communes, what they continue — with schematic boundaries.

Only what is missing is added: a unit is known by level, code and first day, so that an imported official boundary or a
corrected name stays.
"""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry, Point

from infra.models import AdministrativeUnit, BoundaryKind, UnitLevel, UnitSuccession, UnitType
from infra.services.ledger import Act
from infra.spatial.places import SRID
from infra.spatial.schematic import commune_cells, union_of_cells
from infra.text import fold

FOLDER: Path = settings.BASE_DIR / "fixtures" / "units"

Row = dict[str, str]
Units = dict[str, AdministrativeUnit]


def table(name: str) -> list[Row]:
    """Return the rows of ``fixtures/units/<name>.csv``, none where there is no such file."""
    path = FOLDER / f"{name}.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def schematic_communes() -> dict[str, shapely.MultiPolygon]:
    """Return commune code -> schematic boundary for the whole country (1.5 s, once per process)."""
    rows = table("communes_country")
    cells = commune_cells(
        [(float(row["lon"]), float(row["lat"])) for row in rows], [float(row["area_km2"]) for row in rows]
    )
    return {row["code"]: cell for row, cell in zip(rows, cells, strict=True)}


@cache
def schematic_provinces() -> dict[str, shapely.MultiPolygon]:
    """Return province code -> outline of its communes' schematic boundaries."""
    members: dict[str, list[shapely.MultiPolygon]] = {}
    for row in table("communes_country"):
        members.setdefault(row["province_code"], []).append(schematic_communes()[row["code"]])
    return {code: union_of_cells(cells) for code, cells in members.items()}


def named(full_name: str, level: str, types: Iterable[UnitType]) -> tuple[UnitType, str] | None:
    """Split "Phường Phố Hiến" into its type (of *level*) and its name; None where no type's name or alias starts it."""
    words = full_name.split()
    folded = [fold(word) for word in words]
    best: tuple[int, UnitType] | None = None
    for kind in types:
        for prefix in (kind.name_vi, *kind.aliases):
            start = fold(prefix).split()
            fits = kind.level == level and folded[: len(start)] == start and len(words) > len(start)
            if fits and (best is None or len(start) > best[0]):
                best = (len(start), kind)
    return (best[1], " ".join(words[best[0] :])) if best else None


def load_provinces(ledger: Act) -> int:
    """Add the provinces that are missing, inside an open act; return how many."""
    rows = _missing(UnitLevel.PROVINCE, table("provinces_2025"))
    units = [
        AdministrativeUnit(
            code=row["code"],
            level=UnitLevel.PROVINCE,
            type_id=row["type"],
            name=row["name"],
            full_name=row["full_name"],
            valid_from=row["valid_from"],
            source=row["source"],
            **_drawn(row, schematic_provinces()[row["code"]]),
        )
        for row in rows
    ]
    ledger.add_many(units)
    return len(units)


def load_communes(ledger: Act, province_codes: Iterable[str] | None = None) -> int:
    """Add the missing communes of *province_codes*, of the whole country when None, inside an open act.

    The provinces must be there. Returns how many were added.
    """
    provinces = {row["code"]: row for row in table("provinces_2025")}
    wanted = set(provinces) if province_codes is None else set(province_codes)
    rows: list[Row] = [
        {**row, "valid_from": provinces[row["province_code"]]["valid_from"]}
        for row in table("communes_country")
        if row["province_code"] in wanted
    ]
    rows = _missing(UnitLevel.COMMUNE, rows)
    parents = {u.code: u for u in AdministrativeUnit.objects.filter(level=UnitLevel.PROVINCE, valid_to=None)}
    names = dict(UnitType.objects.values_list("code", "name_vi"))
    units = [
        AdministrativeUnit(
            code=row["code"],
            level=UnitLevel.COMMUNE,
            type_id=row["type"],
            name=row["name"],
            full_name=f"{names[row['type']]} {row['name']}",
            parent=parents[row["province_code"]],
            valid_from=row["valid_from"],
            source=provinces[row["province_code"]]["source"],
            **_drawn(row, schematic_communes()[row["code"]]),
        )
        for row in rows
    ]
    ledger.add_many(units)
    return len(units)


def load_predecessors(ledger: Act, province_code: str) -> int:
    """Add what *province_code* was made of — old provinces, districts, communes — and the successions that are sure.

    Old units have no boundary. Returns the number of units and successions added; 0 where nothing is shipped.
    """
    successions = [row for row in table(f"successions_{province_code}") if row["check"] == "confirmed"]
    continued = {row["old_code"] for row in successions}
    communes = [row for row in table("communes_before_2025") if row["code"] in continued]
    if not communes:
        return 0
    types = list(UnitType.objects.all())
    provinces = _add_old(ledger, UnitLevel.PROVINCE, _old_parents(communes, "province"), types, {})
    districts = _add_old(ledger, UnitLevel.DISTRICT, _old_parents(communes, "district"), types, provinces[0])
    communes = [
        {
            **row,
            "parent": row["district_code"],
            "former": f"{row['district_name']}, {row['province_full_name']}",
        }
        for row in communes
    ]
    old = _add_old(ledger, UnitLevel.COMMUNE, communes, types, districts[0])
    linked = _link(successions, old[0], UnitLevel.COMMUNE)
    linked += _link(_province_successions(provinces[0], province_code, successions), provinces[0], UnitLevel.PROVINCE)
    return provinces[1] + districts[1] + old[1] + linked


def _missing(level: str, rows: Iterable[Row]) -> list[Row]:
    there = {
        (code, start.isoformat())
        for code, start in AdministrativeUnit.objects.filter(level=level).values_list("code", "valid_from")
    }
    return [row for row in rows if (row["code"], row["valid_from"]) not in there]


def _drawn(row: Row, boundary: shapely.MultiPolygon) -> dict[str, Any]:
    """Return the columns of a unit that say where it is and how big."""
    return {
        "boundary": GEOSGeometry(memoryview(shapely.to_wkb(boundary)), srid=SRID),
        "boundary_kind": BoundaryKind.SCHEMATIC,
        "centroid": Point(float(row["lon"]), float(row["lat"]), srid=SRID),
        "population": int(row["population"]) if row["population"] else None,
        "area_km2": float(row["area_km2"]),
    }


def _old_parents(communes: list[Row], which: str) -> list[Row]:
    """Return the distinct districts or provinces of the old *communes* as rows of their own."""
    found: dict[str, Row] = {}
    for row in communes:
        province = row["province_full_name"]
        found[row[f"{which}_code"]] = {
            **row,
            "code": row[f"{which}_code"],
            "full_name": province if which == "province" else row["district_name"],
            "parent": "" if which == "province" else row["province_code"],
            "former": "" if which == "province" else province,
        }
    return list(found.values())


def _add_old(ledger: Act, level: str, rows: list[Row], types: list[UnitType], parents: Units) -> tuple[Units, int]:
    """Add the old units that are missing; return all of *rows* as units by code, and how many were added."""
    units = []
    for row in _missing(level, rows):
        found = named(row["full_name"], level, types)
        if found is None:
            raise ValueError(f"No type of a {level} starts the name {row['full_name']}.")
        units.append(
            AdministrativeUnit(
                code=row["code"],
                level=level,
                type=found[0],
                name=found[1],
                full_name=row["full_name"],
                parent=parents.get(row["parent"]),
                former_parents=row["former"],
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
                source=row["source"],
            )
        )
    ledger.add_many(units)
    known = AdministrativeUnit.objects.filter(level=level, valid_from__in={row["valid_from"] for row in rows})
    return {unit.code: unit for unit in known}, len(units)


def _province_successions(old: Units, new_code: str, communes: list[Row]) -> list[Row]:
    """Return the old provinces of *communes* as continued whole in the new one."""
    first = communes[0]
    return [
        {"old_code": code, "new_code": new_code, "share": "whole", "valid_from": first["valid_from"],
         "source": first["source"], "verified": first["verified"]}
        for code in sorted(old)
    ]  # fmt: skip


def _link(successions: list[Row], old: Units, level: str) -> int:
    """Write the successions that are missing; return how many."""
    news = AdministrativeUnit.objects.filter(level=level, valid_from__in={row["valid_from"] for row in successions})
    new = {unit.code: unit for unit in news.defer("boundary")}
    there = set(UnitSuccession.objects.values_list("old_id", "new_id"))
    rows = [
        UnitSuccession(
            old=old[row["old_code"]],
            new=new[row["new_code"]],
            is_whole=row["share"] == "whole",
            on=row["valid_from"],
            source=row["source"],
            verified=row["verified"] == "true",
        )
        for row in successions
        if (old[row["old_code"]].pk, new[row["new_code"]].pk) not in there
    ]
    UnitSuccession.objects.bulk_create(rows)
    return len(rows)
