"""Field work at the size of a country: priorities and safety states of everything, and what a phone's forms cost.

The country of the other benches has no papers and no visits; here four stations in five get a certificate, half were
inspected, some failed. What is written straight into the tables is scratch data: nothing of it is in the ledger.
"""

import hashlib
import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import numpy as np
from django.core.management.color import no_style
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from config.benchmarks.measuring import Line
from config.demo.loading import first_id
from infra.access import Role
from infra.models import Authority, Installation, Permit, PublicReport, User
from infra.services.people import membership_grant, system_user
from infra.services.tokens import token_create
from inspections.models import ChecklistItem, ChecklistTemplate, Finding, Inspection
from inspections.services.kept_rows import rows_put
from inspections.services.priority import priority_roll_over
from inspections.services.safety import safety_roll_over

FORMS = 300
PHOTOS = 12
BATCH = 20_000
PHOTO_BYTES = 4 * 1024 * 1024
ADDRESS = "/api/v1/inspections"


def measure(manager: User) -> Iterator[Line]:
    """Fill the country with papers and visits, compute everything anew, then send forms and photos like a phone."""
    authority = Authority.objects.order_by("id")[0]
    _fill(authority, manager)
    for name, roll_over in (("safety", safety_roll_over), ("priority", priority_roll_over)):
        start = time.perf_counter()
        rows = roll_over(everything=True)
        yield _line(f"fieldwork.{name}.first", time.perf_counter() - start, "s", rows)
        start = time.perf_counter()
        rows = roll_over(everything=True)
        yield _line(f"fieldwork.{name}.again", time.perf_counter() - start, "s", rows)
        start = time.perf_counter()
        rows = roll_over(on=timezone.localdate() + timedelta(days=1))
        yield _line(f"fieldwork.{name}.midnight", time.perf_counter() - start, "s", rows)
    yield from _phone(authority)


def _line(name: str, value: float, unit: str, rows: int) -> Line:
    return Line(name, round(value, 3), unit, None, None, None, rows)


# --- The country's papers ---------------------------------------------------------------------------------------------


@transaction.atomic
def _fill(authority: Authority, inspector: User) -> None:
    random = np.random.default_rng(5)
    rows = list(Installation.objects.order_by("pk").values_list("pk", "organization_id", "site_id", "unit_id"))
    _write_permits(authority, rows, random)
    _write_visits(authority, inspector, rows, random)


def _write(model: Any, rows: list[dict[str, Any]]) -> None:
    """Insert *rows*; a column that a row does not give takes the model's default."""
    fields = sorted(model._meta.local_concrete_fields, key=lambda field: not field.primary_key)
    blank = model()
    defaults = {f.attname: f.get_db_prep_save(getattr(blank, f.attname), connection) for f in fields}
    lines = [tuple(row.get(f.attname, defaults[f.attname]) for f in fields) for row in rows]
    for start in range(0, len(lines), BATCH):
        rows_put(model, [f.column for f in fields], lines[start : start + BATCH])
    with connection.cursor() as cursor:  # keys were given: where a sequence counts them, it has to know
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


def _write_permits(authority: Authority, rows: list[Any], random: np.random.Generator) -> None:
    first, today = first_id(Permit), timezone.localdate()
    left = random.integers(-300, 1825, len(rows)).tolist()
    has = (random.random(len(rows)) < 0.8).tolist()
    permits = []
    for place, (pk, organization_id, _site, _unit) in enumerate(rows):
        if not has[place]:
            continue
        expires = today + timedelta(days=left[place])
        permits.append(
            {
                "id": first + place,
                "authority_id": authority.pk,
                "kind_id": "verification_certificate",
                "organization_id": organization_id,
                "installation_id": pk,
                "number": f"B{place:07d}",
                "issued_on": (expires - timedelta(days=1826)).isoformat(),
                "expires_on": expires.isoformat(),
                "renewal_due_on": (expires - timedelta(days=60)).isoformat(),
            }
        )
    _write(Permit, permits)


def _write_visits(authority: Authority, inspector: User, rows: list[Any], random: np.random.Generator) -> None:
    checklist = ChecklistTemplate.objects.filter(code="bts-safety").order_by("-version")[0]
    item = ChecklistItem.objects.filter(template=checklist, code="earthing_resistance").get()
    first, first_finding, today = first_id(Inspection), first_id(Finding), timezone.localdate()
    chosen = random.choice(len(rows), len(rows) // 2, replace=False).tolist()
    ago = random.integers(5, 1500, len(chosen)).tolist()
    failed = (random.random(len(chosen)) < 0.06).tolist()
    visits: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    for place, at in enumerate(chosen):
        pk, organization_id, site_id, unit_id = rows[at]
        day: date = today - timedelta(days=ago[place])
        common = {
            "authority_id": authority.pk,
            "installation_id": pk,
            "site_id": site_id,
            "organization_id": organization_id,
            "unit_id": unit_id,
        }
        uuid = uuid4()
        visits.append(
            common
            | {
                "id": first + place,
                "uuid": uuid.hex if connection.vendor == "sqlite" else str(uuid),
                "subject_type": "installation",
                "number": f"BENCH-{place}",
                "checklist_id": checklist.pk,
                "inspector_id": inspector.pk,
                "status": "submitted",
                "review": "approved",
                "result": "fail" if failed[place] else "pass",
                "received_at": now,
                "visited_on": day.isoformat(),
            }
        )
        if failed[place]:
            due = day + timedelta(days=30)
            findings.append(
                common
                | {
                    "id": first_finding + place,
                    "inspection_id": first + place,
                    "item_id": item.pk,
                    "severity": "critical",
                    "is_safety": True,
                    "text_vi": "Điện trở tiếp đất: 14 Ω lớn hơn 10 Ω, QCVN 9:2016/BTTTT",
                    "found_on": day.isoformat(),
                    "due_on": due.isoformat(),
                }
            )
    _write(Inspection, visits)
    _write(Finding, findings)
    sites = {row[2] for row in rows[:: max(1, len(rows) // 2_000)]}
    PublicReport.objects.bulk_create(
        PublicReport(authority=authority, kind="safety", site_id=site, text="…") for site in sorted(sites)
    )


# --- A phone ----------------------------------------------------------------------------------------------------------


def _phone(authority: Authority) -> Iterator[Line]:
    person = User.objects.create(username="bench-inspector", display_name="Bench", language="vi")
    membership_grant(
        actor=system_user(),
        authority=authority,
        user=person,
        organization=authority.organization,
        role=Role.INSPECTOR,
        reason="Measuring",
        valid_from=timezone.localdate(),
    )
    _token, key = token_create(actor=person, name="Bench", lifetime=timedelta(hours=2))
    client = Client(SERVER_NAME="localhost", headers={"authorization": f"Token {key}"})
    numbers = list(Installation.objects.order_by("pk").values_list("registry_number", flat=True)[: FORMS * 40 : 40])
    forms = [(uuid4(), _form(number, place)) for place, number in enumerate(numbers)]
    _send(client, *forms.pop())  # warms what is loaded once
    start = time.perf_counter()
    for uuid, content in forms:
        _send(client, uuid, content)
    taken = time.perf_counter() - start
    yield _line("fieldwork.intake.forms", len(forms) / taken, "1/s", len(forms))
    start = time.perf_counter()
    for uuid, content in forms:
        _send(client, uuid, content)
    yield _line("fieldwork.intake.repeated", len(forms) / (time.perf_counter() - start), "1/s", len(forms))
    yield _photos(client, forms[0][0])


def _form(number: str, place: int) -> bytes:
    """A form of about one kilobyte, every eighth with a failure."""
    earthing = 14 if place % 8 == 0 else 6
    body = {
        "subject": {"type": "installation", "ref": number, "name": "Trạm", "lon": None, "lat": None},
        "checklist": "bts-safety",
        "checklist_version": None,
        "campaign": None,
        "started_at": "2026-05-04T08:00:00+07:00",
        "finished_at": "2026-05-04T08:40:00+07:00",
        "sent_at": timezone.now().isoformat(),
        "revision": 1,
        "status": "submitted",
        "position": {"lon": 106.5, "lat": 20.5, "accuracy_m": 4.5},
        "answers": [
            {"item": "certificate_valid", "outcome": "pass"},
            {"item": "certificate_posted", "outcome": "pass"},
            {"item": "earthing_resistance", "value": str(earthing), "unit": "ohm", "instrument": {"serial": "1187"}},
            {"item": "emf_power_density", "value": "0,4", "unit": "W/m2"},
            {"item": "guys", "outcome": "na"},
            {"item": "fence_lock_sign", "outcome": "pass"},
        ],
        "photos": [],
        "signatures": [{"name": "Trần Quốc Bình", "title": "Trưởng trạm", "image_sha256": None, "refused": False}],
        "notes": "",
    }
    return json.dumps(body, ensure_ascii=False).encode()


def _send(client: Client, uuid: UUID, content: bytes) -> None:
    answer = client.put(f"{ADDRESS}/{uuid}/", content, content_type="application/json")
    if answer.status_code not in (200, 201):
        raise AssertionError(f"the form was answered with {answer.status_code}: {answer.content[:300]!r}")


def _photos(client: Client, uuid: UUID) -> Line:
    """Send photos of 4 MB of 12 megapixels; the best of all counts, as everywhere here."""
    times = []
    for number in range(PHOTOS):
        content = _photo(number)
        address = f"{ADDRESS}/{uuid}/photos/{hashlib.sha256(content).hexdigest()}/"
        start = time.perf_counter()
        answer = client.put(address, content, content_type="image/jpeg")
        times.append(time.perf_counter() - start)
        if answer.status_code != 201:
            raise AssertionError(f"the photo was answered with {answer.status_code}: {answer.content[:300]!r}")
    return _line("fieldwork.intake.photo_4mb", sorted(times)[len(times) // 2] * 1000, "ms", len(times))


def _photo(seed: int) -> bytes:
    """A picture of 12 megapixels that takes 4 MB as a camera writes it."""
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 255, (750, 1000, 3), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((4000, 3000), Image.Resampling.BICUBIC)
    noise = Image.fromarray(random.integers(0, 40, (3000, 4000, 3), dtype=np.uint8))
    picture = Image.blend(picture, noise, 0.12)
    for quality in range(95, 40, -4):
        file = BytesIO()
        picture.save(file, "JPEG", quality=quality)
        if len(file.getvalue()) <= PHOTO_BYTES:
            break
    content = file.getvalue()
    return content + b"\0" * max(0, PHOTO_BYTES - len(content))
