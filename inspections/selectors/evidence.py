"""The evidence that is frozen into a case: what was answered, which photos, how the register stood that day."""

from typing import Any

from inspections.models import Answer, Finding, Photo


def evidence_of(finding: Finding) -> dict[str, Any]:
    """Return the evidence of *finding* as plain data (five queries). Names of people are not part of it."""
    inspection = finding.inspection
    answers = Answer.objects.filter(inspection=inspection).select_related("item")
    photos = Photo.objects.filter(inspection_uuid=inspection.uuid).order_by("id")
    return {
        "finding": {"id": finding.pk, "text": finding.text_vi, "severity": finding.severity},
        "inspection": {
            "uuid": str(inspection.uuid),
            "number": inspection.number,
            "visited_on": inspection.visited_on.isoformat(),
            "received_at": inspection.received_at.isoformat(),
            "content": inspection.content_digest,
            "answers": [_answer(row) for row in answers],
        },
        "photos": [{"sha256": photo.sha256, "item": photo.item_code} for photo in photos],
        "register": _register(finding),
    }


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


def _register(finding: Finding) -> dict[str, Any]:
    """Return the installation and its permits as the register has them on opening."""
    installation = finding.installation
    if installation is None:
        return {}
    position = installation.position
    return {
        "registry_number": installation.registry_number,
        "kind": installation.kind,
        "organization": installation.organization.code,
        "status": installation.status_id,
        "unit": installation.unit.code if installation.unit else "",
        "lon": round(position.x, 6) if position else None,
        "lat": round(position.y, 6) if position else None,
        "permits": [
            {
                "kind": permit.kind_id,
                "number": permit.number,
                "issued_on": permit.issued_on.isoformat() if permit.issued_on else None,
                "expires_on": permit.expires_on.isoformat() if permit.expires_on else None,
                "state": permit.state,
            }
            for permit in installation.permits.order_by("id")
        ],
    }
