"""The law and the checklists as shipped, limits included, and short ways to file an inspection."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.utils import timezone

from infra.models import Limit, User
from inspections.fieldwork.intake import inspection_put
from inspections.models import Inspection
from inspections.services import reference
from tests.inspections.running import Office
from tests.world import World


@pytest.fixture
def law(db: None) -> None:
    """Load the legal catalogue, the checklists and the limits."""
    reference.load()
    rows = json.loads((settings.BASE_DIR / "fixtures" / "lookups" / "limits.json").read_text(encoding="utf-8"))
    for row in rows:
        values = row | {
            "valid_from": date.fromisoformat(row["valid_from"]),
            "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        }
        Limit.objects.get_or_create(code=row["code"], valid_from=values["valid_from"], defaults=values)


def body(ref: str, *answers: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return the body of an inspection of *ref* as the intake takes it."""
    return {
        "subject": {"type": "installation", "ref": ref, "name": None, "lon": None, "lat": None},
        "checklist": "bts-safety",
        "checklist_version": None,
        "campaign": None,
        "started_at": datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
        "finished_at": datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
        "sent_at": datetime(2026, 11, 20, 2, 5, tzinfo=UTC),
        "revision": 1,
        "status": "submitted",
        "position": {"lon": 106.5685, "lat": 20.5602, "accuracy_m": 4.0},
        "answers": list(answers),
        "photos": [],
        "signatures": [],
        "notes": "",
    } | changes


def answer(item: str, outcome: str | None = None, value: object = None, **more: Any) -> dict[str, Any]:
    return {"item": item, "outcome": outcome, "value": value, "unit": None, "instrument": None, "note": None} | more


FAULTY = (
    answer("certificate_valid", "fail"),
    answer("certificate_posted", "pass"),
    answer("earthing_resistance", None, "14", unit="ohm"),
)

File = Callable[..., Inspection]


@pytest.fixture
def filed(world: World, law: None) -> File:
    """File an inspection of the harbour station by the inspector: ``filed(*answers, person=…, ref=…)``."""

    def file(*answers: dict[str, Any], person: User | None = None, ref: str = "", **changes: Any) -> Inspection:
        uuid: UUID = changes.pop("uuid", None) or uuid4()
        wanted = body(ref or world.station.installation.registry_number, *(answers or FAULTY), **changes)
        return inspection_put(actor=person or world.inspector, uuid=uuid, body=wanted)[0]

    return file


@pytest.fixture
def on_monday(monkeypatch: pytest.MonkeyPatch) -> date:
    """Let it be nine o'clock on Monday, 23 November 2026, whenever the tests run."""
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return date(2026, 11, 23)


@pytest.fixture
def office(world: World, law: None) -> Office:
    """An officer who opens and runs cases under the shipped law."""
    return Office(world)
