"""The evidence that is frozen into a case: answers, photos, and how the register stood on the day of detection.

Everything is plain data with the digests of what it was read from, so that it can be compared with the ledger later.
Names of people are not part of it.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from infra.models import BaseStation, Cell, Installation, Permit
from inspections.models import Answer, Finding, Incident, Inspection, Photo

CELL_FACTS = (
    "code",
    "technology_id",
    "band_id",
    "frequency_mhz",
    "azimuth_deg",
    "tilt_deg",
    "height_agl_m",
    "eirp_dbm",
)


def evidence_of(
    *,
    installations: Sequence[Installation] = (),
    on: date,
    finding: Finding | None = None,
    inspection: Inspection | None = None,
    permit: Permit | None = None,
    incident: Incident | None = None,
) -> dict[str, Any]:
    """Return the evidence as of the day *on* as plain data (a dozen queries at most)."""
    visit = finding.inspection if finding is not None else inspection
    evidence: dict[str, Any] = {"as_of": on.isoformat()}
    if finding is not None:
        evidence["finding"] = {"id": finding.pk, "text": finding.text_vi, "severity": finding.severity}
    if visit is not None:
        evidence["inspection"] = _inspection(visit)
        evidence["photos"] = photos_of(visit)
    if permit is not None:
        evidence["permit"] = _permit(permit)
    if incident is not None:
        evidence["incident"] = _incident(incident)
    objects = [_installation(row, on) for row in installations]
    if objects:
        evidence["register"] = objects[0]
        evidence["objects"] = objects
    return evidence


def _inspection(inspection: Inspection) -> dict[str, Any]:
    answers = Answer.objects.filter(inspection=inspection).select_related("item")
    return {
        "uuid": str(inspection.uuid),
        "number": inspection.number,
        "visited_on": inspection.visited_on.isoformat(),
        "received_at": inspection.received_at.isoformat(),
        "content": inspection.content_digest,
        "answers": [_answer(row) for row in answers],
    }


def photos_of(inspection: Inspection) -> list[dict[str, Any]]:
    """Return digest, item and moment of the photos of *inspection*."""
    photos = Photo.objects.filter(inspection_uuid=inspection.uuid).order_by("id")
    return [
        {
            "sha256": photo.sha256,
            "item": photo.item_code,
            "taken_at": photo.taken_at.isoformat() if photo.taken_at else None,
        }
        for photo in photos
    ]


def _answer(row: Answer) -> dict[str, Any]:
    return {
        "item": row.item.code,
        "outcome": row.outcome,
        "value": row.value,
        "unit": row.unit,
        "limit": row.limit_value,
        "comparison": row.comparison,
        "basis": row.limit_basis,
        "instrument": row.instrument_serial,
    }


def _incident(incident: Incident) -> dict[str, Any]:
    return {
        "number": incident.number,
        "kind": incident.kind,
        "started_at": incident.started_at.isoformat(),
        "ended_at": incident.ended_at.isoformat() if incident.ended_at else None,
        "people_affected": incident.people_affected,
    }


def _installation(installation: Installation, on: date) -> dict[str, Any]:
    """Return an installation with its permits and cells as the register had them at the end of *on*."""
    row = Installation.objects.as_of(on).filter(noun_id=installation.pk).first() or installation
    position = row.position
    return {
        "registry_number": row.registry_number,
        "kind": row.kind,
        "code": row.code,
        "organization": installation.organization.code,
        "status": row.status_id,
        "unit": installation.unit.code if installation.unit else "",
        "lon": round(position.x, 6) if position else None,
        "lat": round(position.y, 6) if position else None,
        "version": getattr(row, "digest", ""),
        "permits": [_permit(permit) for permit in _permits(installation, on)],
        "cells": _cells(installation, on),
    }


def _permits(installation: Installation, on: date) -> Iterable[Any]:
    past = list(Permit.objects.as_of(on).filter(installation=installation.pk).order_by("noun_id"))
    return past or installation.permits.order_by("id")


def _permit(permit: Any) -> dict[str, Any]:
    return {
        "kind": permit.kind_id,
        "number": permit.number,
        "issued_on": permit.issued_on.isoformat() if permit.issued_on else None,
        "expires_on": permit.expires_on.isoformat() if permit.expires_on else None,
        "state": permit.state,
        "version": getattr(permit, "digest", ""),
    }


def _cells(installation: Installation, on: date) -> list[dict[str, Any]]:
    if not BaseStation.objects.filter(pk=installation.pk).exists():
        return []
    rows = Cell.objects.as_of(on).filter(station=installation.pk).order_by("code")
    return [{name.removesuffix("_id"): getattr(row, name) for name in CELL_FACTS} for row in rows]
