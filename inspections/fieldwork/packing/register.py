"""Rows of the register for a phone: what is to be inspected, and which sites stand around it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.gis.geos import Point

from infra.models import BaseStation, Cell, Installation, Permit, PermitState, Site, User
from infra.spatial.box import InBox
from infra.spatial.metres import box_around
from inspections.models import Finding, Inspection, InspectionStatus
from inspections.selectors.safety import ORDER, kept_states

#: how far around a task other sites are taken along, metres, and how many at most
NEARBY_M = 1_500
NEARBY_MAX = 600
#: boxes asked in one statement; SQLite takes 500 parts
BOXES = 50
#: rank of what nobody has judged: unknown
UNRANKED = 1

Plain = dict[str, Any]


def installations_packed(rows: Any) -> list[Plain]:
    """Return the installations of the tasks with what an inspector looks up on the spot (seven queries)."""
    found = list(rows.select_related("organization", "unit", "site", "mast__owner", "mast__structure_type"))
    ids = [row.pk for row in found]
    states = kept_states(ids)
    standing, permits, cells, visits = _standing(ids), _permits(ids), _cells(ids), _last_visits(ids)
    stations = BaseStation.objects.in_bulk(ids)
    return [
        {
            "registry_number": row.registry_number,
            "kind": row.kind,
            "code": row.code,
            "name": row.name,
            "status": row.status_id,
            "organization": row.organization.code,
            "organization_name": row.organization.short_name or row.organization.name,
            "unit": row.unit.full_name if row.unit else None,
            "site": row.site.code if row.site else None,
            "address": row.site.address if row.site else "",
            **_point(row.position),
            **_mast(row),
            **_station(stations.get(row.pk)),
            "permits": permits.get(row.pk, []),
            "cells": cells.get(row.pk, []),
            "last_inspection": visits.get(row.pk),
            "safety": states[row.pk].as_json(),
            "findings": len(standing.get(row.pk, [])),
            "standing": standing.get(row.pk, []),
        }
        for row in found
    ]


def _mast(row: Installation) -> Plain:
    mast = row.mast
    if mast is None:
        return {"mast": None, "height_m": None, "structure": None, "owner": None}
    return {
        "mast": mast.code,
        "height_m": mast.height_m,
        "structure": mast.structure_type.name if mast.structure_type else None,
        "owner": mast.owner.short_name or mast.owner.name,
    }


def _station(station: BaseStation | None) -> Plain:
    if station is None:
        return {}
    return {
        "technologies": station.technologies,
        "verification": station.verification,
        "nearest_building_m": station.nearest_building_m,
        "antenna_above_roof_m": station.antenna_above_roof_m,
        "lowest_antenna_m": station.lowest_antenna_m,
    }


def _standing(ids: Sequence[int]) -> dict[int, list[Plain]]:
    found: dict[int, list[Plain]] = defaultdict(list)
    rows = Finding.objects.standing().filter(installation_id__in=ids).select_related("item").in_order_of_due()
    for row in rows:
        found[row.installation_id or 0].append(
            {
                "item": row.item.code if row.item else None,
                "text": row.text,
                "due_on": row.due_on.isoformat() if row.due_on else None,
                "safety": row.is_safety,
            }
        )
    return found


def _permits(ids: Sequence[int]) -> dict[int, list[Plain]]:
    found: dict[int, list[Plain]] = defaultdict(list)
    rows = Permit.objects.filter(installation_id__in=ids).exclude(state=PermitState.REPLACED).order_by("id")
    columns = ("installation_id", "kind_id", "number", "issued_on", "expires_on", "state", "posted_on_site")
    names = ("kind__name_vi", "kind__name_en")
    for pk, kind, number, issued, expires, state, posted, name_vi, name_en in rows.values_list(*columns, *names):
        found[pk or 0].append(
            {
                "kind": kind,
                "kind_vi": name_vi,
                "kind_en": name_en,
                "number": number,
                "issued_on": issued.isoformat() if issued else None,
                "expires_on": expires.isoformat() if expires else None,
                "state": state,
                "posted_on_site": posted,
            }
        )
    return found


def _cells(ids: Sequence[int]) -> dict[int, list[Plain]]:
    found: dict[int, list[Plain]] = defaultdict(list)
    names = ("code", "technology_id", "band_id", "azimuth_deg", "height_agl_m")
    rows = Cell.objects.filter(station_id__in=ids, in_service=True).order_by("station_id", "code")
    for pk, code, technology, band, azimuth, height in rows.values_list("station_id", *names):
        found[pk].append(
            {"code": code, "technology": technology, "band": band, "azimuth_deg": azimuth, "height_agl_m": height}
        )
    return found


def _last_visits(ids: Sequence[int]) -> dict[int, Plain]:
    rows = Inspection.objects.filter(installation_id__in=ids, status=InspectionStatus.SUBMITTED)
    found: dict[int, Plain] = {}
    columns = ("installation_id", "visited_on", "result", "number")
    for pk, day, result, number in rows.order_by("visited_on", "id").values_list(*columns):
        found[pk or 0] = {"date": day.isoformat(), "result": result, "number": number}
    return found


def sites_packed(rows: Any) -> list[Plain]:
    """Return the sites of the tasks that are about a site as a whole."""
    return [
        {
            "code": site.code,
            "name": site.name,
            "address": site.address,
            "unit": site.unit.full_name if site.unit else None,
            **_point(site.position),
        }
        for site in rows.select_related("unit")
    ]


def nearby_packed(person: User, places: Sequence[tuple[float, float]]) -> list[Plain]:
    """Return the sites that *person* may see around *places*, with who stands there and the worst state."""
    found: dict[int, Site] = {}
    for start in range(0, len(places), BOXES):
        boxes = [Site.objects.filter(InBox("position", box)) for box in _boxes(places[start : start + BOXES])]
        parts = [rows.order_by().values("pk") for rows in boxes]
        around = parts[0].union(*parts[1:]) if len(parts) > 1 else parts[0]
        rows = Site.objects.visible_to(person).standing().filter(pk__in=around).order_by("pk")
        for site in rows.only("code", "name", "position")[:NEARBY_MAX]:
            found[site.pk] = site
    sites = list(found.values())[:NEARBY_MAX]
    operators, ranks = _standing_there(person, [site.pk for site in sites])
    return [
        {
            "code": site.code,
            "name": site.name,
            **_point(site.position),
            "operators": sorted(operators.get(site.pk, ())),
            "safety": ORDER[ranks.get(site.pk, 1)],
        }
        for site in sites
    ]


def _boxes(places: Iterable[tuple[float, float]]) -> list[Any]:
    """Return one box for all places that lie on one spot of about a kilometre."""
    spots = {(round(lon, 2), round(lat, 2)): (lon, lat) for lon, lat in places}
    return [box_around(lon, lat, NEARBY_M) for lon, lat in spots.values()]


def _standing_there(person: User, site_ids: Sequence[int]) -> tuple[dict[int, set[str]], dict[int, int]]:
    operators: dict[int, set[str]] = defaultdict(set)
    ranks: dict[int, int] = {}
    rows = Installation.objects.visible_to(person).filter(site_id__in=site_ids).order_by()
    for site_id, code, rank in rows.values_list("site_id", "organization__code", "safety_state__rank"):
        operators[site_id or 0].add(code)
        ranks[site_id or 0] = max(ranks.get(site_id or 0, 0), UNRANKED if rank is None else rank)  # type: ignore[redundant-expr]
    return operators, ranks


def _point(position: Point | None) -> dict[str, float | None]:
    if position is None:
        return {"lon": None, "lat": None}
    return {"lon": round(position.x, 6), "lat": round(position.y, 6)}
