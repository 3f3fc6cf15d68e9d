"""Acts on administrative units: import them from a file, end those that are gone, let sites follow.

Units of one level are known by code and first day. An import of the same day corrects them (an official boundary takes
the place of a schematic one); an import of a later day ends what is different or absent and starts what follows it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from pyproj import Geod

from infra.models import (
    AdministrativeUnit,
    Authority,
    BoundaryKind,
    Membership,
    UnitLevel,
    UnitSuccession,
    UnitType,
    User,
)
from infra.services.ledger import Act, act
from infra.services.shipped_units import named
from infra.services.site_units import sites_follow_units
from infra.services.unit_files import Repair, UnitFile, UnitRow, shortened
from infra.spatial.places import SRID
from infra.spatial.units import Boundaries
from infra.text import fold

GEOD = Geod(ellps="WGS84")
ABOVE = {
    UnitLevel.PROVINCE: (),
    UnitLevel.DISTRICT: (UnitLevel.PROVINCE,),
    UnitLevel.COMMUNE: (UnitLevel.DISTRICT, UnitLevel.PROVINCE),
}
_Named = tuple[UnitType, str, str]


class UnitImportError(ValueError):
    """The rows contradict the register; the text lists every reason found."""


@dataclass(frozen=True)
class Terms:
    """On what terms units are imported. ``partial``: units the file does not name are left alone."""

    level: str
    valid_from: date
    valid_to: date | None = None
    source: str = ""
    partial: bool = False


@dataclass
class ImportReport:
    """What an import did, by code of unit; ``sites`` counts the sites whose unit changed with the boundaries."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    without_parent: list[str] = field(default_factory=list)
    repaired: list[Repair] = field(default_factory=list)
    sites: int = 0


@dataclass
class _Plan:
    """What is to be written: new units, corrected ones, ended ones, and who follows whom."""

    new: list[AdministrativeUnit] = field(default_factory=list)
    corrected: list[AdministrativeUnit] = field(default_factory=list)
    ended: list[AdministrativeUnit] = field(default_factory=list)
    follows: list[tuple[AdministrativeUnit, AdministrativeUnit]] = field(default_factory=list)


@transaction.atomic
def units_import(*, actor: User, authority: Authority, file: UnitFile, terms: Terms, reason: str) -> ImportReport:
    """Write the units of *file* through the ledger, in one transaction; repeating it changes nothing.

    Raises UnitImportError where names carry no known type, periods overlap or a named parent does not exist.
    """
    report = ImportReport(repaired=file.repairs)
    plan = _plan(file.rows, terms, report)
    with act(actor=actor, authority=authority, kind="units.imported", reason=reason) as ledger:
        _write(ledger, plan, terms)
        if plan.new or plan.corrected or plan.ended:
            ledger.note(level=terms.level, source=terms.source, repaired=[repair.code for repair in file.repairs])
    touched = [unit.pk for unit in (*plan.new, *plan.corrected, *plan.ended)]
    if touched and terms.level == UnitLevel.COMMUNE:
        report.sites = sites_follow_units(actor=actor, unit_ids=touched, reason=reason)
    return report


def _refuse(problems: list[str]) -> None:
    if problems:
        raise UnitImportError(shortened(problems))


# --- what the rows mean for the register ------------------------------------------------------------------------------


def _plan(rows: list[UnitRow], terms: Terms, report: ImportReport) -> _Plan:
    codes = [row.code for row in rows]
    there = list(AdministrativeUnit.objects.filter(level=terms.level, code__in=codes).select_related("type", "parent"))
    same = {unit.code: unit for unit in there if unit.valid_from == terms.valid_from}
    before = {
        unit.code: unit
        for unit in there
        if unit.valid_from < terms.valid_from and (unit.valid_to is None or unit.valid_to > terms.valid_from)
    }
    _refuse(_overlaps(there, terms))
    kinds = _types(rows, terms.level, there)
    parents = _parents(rows, terms, report)
    plan = _Plan()
    for row in rows:
        values = _values(row, kinds[row.code], parents.get(row.code), terms)
        _decide(row.code, values, same.get(row.code), before.get(row.code), plan, report)
    _plan_absent(codes, parents, terms, plan, report)
    report.ended += [unit.code for unit in plan.ended]
    return plan


def _overlaps(there: Iterable[AdministrativeUnit], terms: Terms) -> list[str]:
    """Say which units already cover part of the period in a way an import must not cut."""
    found = []
    for unit in there:
        starts_later = unit.valid_from > terms.valid_from and (
            terms.valid_to is None or terms.valid_to > unit.valid_from
        )
        lasts_longer = unit.valid_from < terms.valid_from and (
            unit.valid_to > terms.valid_from if unit.valid_to else terms.valid_to is not None
        )
        if starts_later or lasts_longer:
            found.append(
                _("Unit %(code)s is already there from %(start)s to %(end)s.")
                % {"code": unit.code, "start": unit.valid_from, "end": unit.valid_to or "…"}
            )
    return found


def _types(rows: list[UnitRow], level: str, there: Iterable[AdministrativeUnit]) -> dict[str, _Named]:
    """Return code -> (type, name, full name).

    The type stands at the start of the full name. A bare name is enough where the register knows the unit by it, or
    where the level has one type only.
    """
    types = [kind for kind in UnitType.objects.all() if kind.level == level]
    known = {unit.code: unit for unit in there}
    found: dict[str, _Named] = {}
    problems = []
    for row in rows:
        split = named(row.full_name, level, types)
        unit = known.get(row.code)
        if split:
            found[row.code] = (*split, row.full_name)
        elif unit and fold(unit.name) == fold(row.full_name):
            found[row.code] = (unit.type, unit.name, unit.full_name)
        elif len(types) == 1:
            found[row.code] = (types[0], row.full_name, row.full_name)
        else:
            problems.append(
                _("Feature %(number)d: “%(name)s” does not begin with a type (%(types)s); see --name-field.")
                % {"number": row.number, "name": row.full_name, "types": ", ".join(kind.name for kind in types)}
            )
    _refuse(problems)
    return found


def _parents(rows: list[UnitRow], terms: Terms, report: ImportReport) -> dict[str, AdministrativeUnit]:
    """Return code -> parent: the one the file names, or the one whose boundary shares most ground with the unit's."""
    above = ABOVE[UnitLevel(terms.level)]
    if not above:
        return {}
    candidates = AdministrativeUnit.objects.filter(level__in=above).in_force(terms.valid_from)
    if any(row.parent_code for row in rows):
        return _named_parents(rows, candidates, above)
    for level in above:
        boundaries = Boundaries.load(level=level, on=terms.valid_from)
        if len(boundaries.shapes):
            units = {unit.pk: unit for unit in candidates.filter(level=level).defer("boundary")}
            found = _parents_by_place(rows, boundaries, units)
            report.without_parent += [row.code for row in rows if row.code not in found]
            return found
    report.without_parent += [row.code for row in rows]
    return {}


def _named_parents(
    rows: list[UnitRow], candidates: Iterable[AdministrativeUnit], above: tuple[str, ...]
) -> dict[str, AdministrativeUnit]:
    by_code: dict[str, AdministrativeUnit] = {}
    for unit in sorted(candidates, key=lambda unit: -above.index(unit.level)):
        by_code[unit.code] = unit
    by_number = {code.lstrip("0"): unit for code, unit in by_code.items()}
    found: dict[str, AdministrativeUnit] = {}
    problems = []
    for row in rows:
        parent = by_code.get(row.parent_code) or by_number.get(row.parent_code.lstrip("0"))
        if parent is None:
            problems.append(
                _("Feature %(number)d: its parent %(code)s is not in the register on that day.")
                % {"number": row.number, "code": row.parent_code or "—"}
            )
        else:
            found[row.code] = parent
    _refuse(problems)
    return found


def _parents_by_place(
    rows: list[UnitRow], boundaries: Boundaries, units: dict[int, AdministrativeUnit]
) -> dict[str, AdministrativeUnit]:
    shapes = np.array([row.boundary for row in rows], dtype=object)
    tree = shapely.STRtree(boundaries.shapes)
    mine, theirs = tree.query(shapes, predicate="intersects")
    shared = shapely.area(shapely.intersection(shapes[mine], boundaries.shapes[theirs]))
    found: dict[str, AdministrativeUnit] = {}
    for place in np.argsort(shared, kind="stable"):  # the largest share is written last
        if shared[place] > 0:
            found[rows[mine[place]].code] = units[int(boundaries.unit_ids[theirs[place]])]
    return found


def _values(row: UnitRow, known_as: _Named, parent: AdministrativeUnit | None, terms: Terms) -> dict[str, Any]:
    """Return the columns of a unit as the file has them."""
    middle = row.boundary.centroid
    inside = middle if row.boundary.covers(middle) else row.boundary.representative_point()
    return {
        "level": terms.level,
        "code": row.code,
        "type": known_as[0],
        "name": known_as[1],
        "full_name": known_as[2],
        "parent": parent,
        "boundary": GEOSGeometry(memoryview(shapely.to_wkb(row.boundary)), srid=SRID),
        "boundary_kind": BoundaryKind.OFFICIAL,
        "centroid": Point(inside.x, inside.y, srid=SRID),
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        "source": terms.source,
    }


def _area_km2(boundary: GEOSGeometry) -> float:
    """Return the area on the ellipsoid."""
    shape = shapely.from_wkb(bytes(boundary.wkb))
    return round(abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(shape))[0]) / 1e6, 2)


#: what makes a unit another one; the rest follows from these or is kept
COMPARED = ("type", "name", "full_name", "parent", "boundary_kind")


def _differs(unit: AdministrativeUnit, values: dict[str, Any]) -> bool:
    if any(getattr(unit, name) != values[name] for name in COMPARED):
        return True
    return unit.boundary is None or bytes(unit.boundary.wkb) != bytes(values["boundary"].wkb)


def _decide(
    code: str,
    values: dict[str, Any],
    same: AdministrativeUnit | None,
    before: AdministrativeUnit | None,
    plan: _Plan,
    report: ImportReport,
) -> None:
    """Put one row of the file into the plan: correct, keep, start anew, or add."""
    if same is not None:
        dated = same.valid_to != values["valid_to"] or bool(values["source"] and same.source != values["source"])
        if not dated and not _differs(same, values):
            report.unchanged.append(code)
            return
        for name, value in values.items():
            if name != "source" or value:
                setattr(same, name, value)
        same.area_km2 = same.area_km2 or _area_km2(values["boundary"])
        plan.corrected.append(same)
        report.changed.append(code)
        return
    if before is not None and not _differs(before, values):
        report.unchanged.append(code)
        return
    unit = AdministrativeUnit(**values, area_km2=_area_km2(values["boundary"]))
    if before is not None:
        before.valid_to = values["valid_from"]
        unit.population = before.population
        plan.ended.append(before)
        plan.follows.append((before, unit))
    plan.new.append(unit)
    report.added.append(code)


def _plan_absent(
    codes: list[str], parents: dict[str, AdministrativeUnit], terms: Terms, plan: _Plan, report: ImportReport
) -> None:
    """End the open units of the same level and parents that the file does not name; those of the same day are told.

    An import of the past (it has a last day) and a partial one end nothing.
    """
    if terms.partial or terms.valid_to is not None:
        return
    siblings = AdministrativeUnit.objects.filter(level=terms.level, valid_to=None).exclude(code__in=codes)
    same_parents = Q(parent__code__in={parent.code for parent in parents.values()})
    if any(code not in parents for code in codes):
        same_parents |= Q(parent=None)
    siblings = siblings.filter(same_parents)
    for unit in siblings.select_related("type", "parent"):
        if unit.valid_from >= terms.valid_from:
            report.absent.append(unit.code)
        else:
            unit.valid_to = terms.valid_from
            plan.ended.append(unit)


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(ledger: Act, plan: _Plan, terms: Terms) -> None:
    ledger.change_many(plan.ended)  # first, since only one unit of a code may be open
    ledger.add_many(plan.new)
    ledger.change_many(plan.corrected)
    for old, new in plan.follows:
        UnitSuccession.objects.create(old=old, new=new, on=terms.valid_from, source=terms.source)
        children = list(AdministrativeUnit.objects.filter(parent=old, valid_to=None).select_related("type"))
        for child in children:
            child.parent = new
        ledger.change_many(children)
        for authority in old.authorities.all():
            authority.territory.add(new)
        for membership in Membership.objects.filter(territory=old):
            membership.territory.add(new)
