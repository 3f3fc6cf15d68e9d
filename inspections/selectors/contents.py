"""An inspection as the body that its client sent (CONTRACT §4), built from what is stored."""

from typing import Any

from django.contrib.gis.geos import Point

from inspections.models import Answer, Correction, Inspection, Photo, Signature


def content_of(inspection: Inspection) -> dict[str, Any]:
    """Return the body of *inspection* as plain JSON values (five queries)."""
    position = inspection.position
    return {
        "subject": {
            "type": inspection.subject_type,
            "ref": inspection.subject_ref or None,
            "name": inspection.subject_name,
            **_degrees(inspection.subject_position),
        },
        "checklist": inspection.checklist.code,
        "checklist_version": inspection.checklist.version,
        "campaign": inspection.campaign.number if inspection.campaign else None,
        "task": inspection.task_id,
        "device": str(inspection.device_id) if inspection.device_id else None,
        "started_at": _moment(inspection.started_at),
        "finished_at": _moment(inspection.finished_at),
        "sent_at": _moment(inspection.sent_at),
        "revision": inspection.revision,
        "status": inspection.status,
        "position": {**_degrees(position), "accuracy_m": inspection.accuracy_m} if position else None,
        "answers": [_answer(row) for row in inspection.answers.select_related("item").order_by("item__order", "id")],
        "photos": [_photo(row) for row in _photos(inspection)],
        "signatures": [_signature(row) for row in Signature.objects.filter(inspection=inspection)],
        "corrections": [{"kind": row.kind, **row.content} for row in Correction.objects.filter(inspection=inspection)],
        "notes": inspection.notes,
    }


def _photos(inspection: Inspection) -> Any:
    return Photo.objects.filter(inspection_uuid=inspection.uuid, announced=True, is_signature=False).order_by("id")


def _moment(value: Any) -> str | None:
    return value.isoformat() if value else None


def _degrees(position: Point | None) -> dict[str, float | None]:
    if position is None:
        return {"lon": None, "lat": None}
    return {"lon": round(position.x, 7), "lat": round(position.y, 7)}


def _answer(row: Answer) -> dict[str, Any]:
    instrument = None
    if row.instrument_serial or row.instrument_name:
        instrument = {
            "name": row.instrument_name,
            "serial": row.instrument_serial,
            "calibrated_on": _moment(row.instrument_calibrated_on),
        }
    return {
        "item": row.item.code,
        "outcome": row.outcome or None,
        "value": row.value or None,
        "unit": row.unit or None,
        "instrument": instrument,
        "note": row.note or None,
    }


def _photo(row: Photo) -> dict[str, Any]:
    return {
        "sha256": row.sha256,
        "item": row.item_code or None,
        "taken_at": _moment(row.taken_at),
        **_degrees(row.position),
        "accuracy_m": row.accuracy_m,
        "original": row.original or None,
    }


def _signature(row: Signature) -> dict[str, Any]:
    return {
        "role": row.role,
        "name": row.name,
        "title": row.title,
        "image_sha256": row.image_sha256 or None,
        "refused": row.refused,
        "reason": row.reason or None,
    }
