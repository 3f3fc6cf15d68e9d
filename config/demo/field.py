"""What happened in the field: instruments, inspections with findings, filed by the same road as a phone's."""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from infra.models import Authority, BaseStation, Installation, Organization, Permit, PermitState, Site, User
from infra.services.permits import CERTIFICATE
from inspections.fieldwork.intake import inspection_put
from inspections.models import (
    ChecklistItem,
    ChecklistTemplate,
    Inspection,
    InspectionStatus,
    Instrument,
    ItemKind,
    Review,
)
from inspections.services.devices import instrument_save
from inspections.services.reviews import inspection_review

CHECKLIST = "bts-safety"
INSPECTIONS = 250
#: the other checklists that the demo works with: kind of installation, how many visits
OTHERS = (
    ("postal-point", "postal_point", 20),
    ("internet-point", "internet_point", 14),
    ("network-node", "network_node", 12),
    ("hung-cables", "cable_route", 6),
)
#: whose information security is looked at, and where publications are printed and copied
SECURITY, PRINTING = "it-security", "printing-premises"
OPERATORS = ("VIETTEL", "VNPT", "MOBIFONE", "VNPOST", "VIETTELPOST")
PRINTERS = (
    "Nhà in Sông Hồng", "Cơ sở in bao bì Hòa Phát Lợi", "Cửa hàng photocopy Minh Khai", "Cơ sở in Đông Đô",
    "Cửa hàng photocopy Cổng Trường", "Cơ sở in và gia công Phố Nối",
)  # fmt: skip
APPROVED_AFTER = timedelta(days=20)
#: names for the visits' UUIDs, so that the same seed makes the same inspections
NAMESPACE = uuid.UUID("6f1c0a52-3f9e-4c53-9d2a-8e0a6b4f1d33")
#: what the office measures with: make, serial, units, months since the calibration
INSTRUMENTS = (
    ("Kyoritsu 4105A", "KYORITSU-4105A-1187", ("ohm",), 5),
    ("Narda NBM-550", "NARDA-EMF-0452", ("W/m2", "V/m"), 3),
    ("Leica TS07", "LEICA-TS07-2210", ("mm/m",), 17),
)
#: how often an item that is not measured fails
FAILS = {
    "certificate_posted": 0.05, "fence_lock_sign": 0.06, "cable_tidy": 0.07, "fire_extinguishers": 0.04,
    "tariff_posted": 0.15, "hours_posted": 0.1, "quality_published": 0.1,
    "logs": 0.2, "drill": 0.3, "patches": 0.25, "accounts": 0.1, "ledger": 0.3, "photocopy": 0.2, "deposit": 0.15,
    "sign_number": 0.12, "game_list": 0.12, "labels": 0.12, "batteries": 0.08, "tags": 0.3, "bundled": 0.2,
}  # fmt: skip
OTHERWISE = 0.004
#: what is measured elsewhere: from, to, decimals
MEASURES = {
    "hours_main": (7.5, 11, 1), "hours_other": (4, 7, 1), "collections": (1, 2, 0), "deliveries": (1, 2, 0),
    "days_within_province": (1, 2, 0), "days_between_provinces": (2, 5, 0),
    "opens_at": (8, 9, 0), "closes_at": (20, 22.6, 0), "school_distance": (160, 1400, 0), "floor_area": (40, 95, 0),
    "computers": (12, 40, 0), "incidents_count": (0, 3, 0),
    "ups_minutes": (15, 60, 0), "fuel_hours": (8, 48, 0), "temperature": (20, 26, 1), "humidity": (42, 60, 0),
    "clearance": (5.2, 6.4, 1), "power_distance": (0.8, 1.6, 1), "cables_per_pole": (3, 9, 0),
}  # fmt: skip


def write_instruments(*, actor: User, authority: Authority) -> None:
    """Write the instruments of the office; the calibration of one has ended."""
    for name, serial, units, months in INSTRUMENTS:
        calibrated = timezone.localdate() - timedelta(days=30 * months)
        instrument_save(
            actor=actor,
            instrument=Instrument(authority=authority),
            values={
                "name": name,
                "serial": serial,
                "units": list(units),
                "calibrated_on": calibrated,
                "valid_until": calibrated + timedelta(days=365),
                "certificate": f"HC-{serial[-4:]}",
                "laboratory": "Phòng hiệu chuẩn (minh họa)",
            },
            reason="Thiết bị đo của Sở (minh họa)",
        )


def instruments_of(authority: Authority) -> dict[str, dict[str, Any]]:
    """Return unit -> the instrument as a form names it."""
    rows = Instrument.objects.filter(authority=authority)
    return {unit: {"serial": row.serial, "calibrated_on": row.calibrated_on} for row in rows for unit in row.units}


def checklist_of(code: str = CHECKLIST) -> ChecklistTemplate | None:
    """Return the newest version of a checklist."""
    return ChecklistTemplate.objects.filter(code=code).order_by("-version").first()


def write_inspections(
    *, inspector: User, manager: User, random: np.random.Generator, seed: int, count: int = INSPECTIONS
) -> int:
    """File *count* inspections of base stations over the last ten months, approve the older ones; return how many."""
    checklist = checklist_of()
    if checklist is None:
        return 0
    instruments = instruments_of(Authority.objects.get(organization__memberships__user=inspector))
    items = list(ChecklistItem.objects.filter(template=checklist).order_by("order"))
    for order, station in enumerate(_chosen(random, count)):
        finished = timezone.now() - timedelta(days=float(random.uniform(3, 300)), hours=float(random.uniform(0, 5)))
        body = _visit(random, station, checklist.code, items, finished, instruments)
        _filed(inspector, manager, uuid.uuid5(NAMESPACE, f"{seed}:{order}"), body)
    return Inspection.objects.filter(status=InspectionStatus.SUBMITTED).count()


def write_other_inspections(*, inspector: User, manager: User, seed: int) -> None:
    """File inspections of postal points, internet points, nodes and hung cables, each by its own checklist."""
    random = np.random.default_rng([seed, len(OTHERS)])
    instruments = instruments_of(Authority.objects.get(organization__memberships__user=inspector))
    for code, kind, count in OTHERS:
        checklist = checklist_of(code)
        if checklist is None:
            continue
        items = list(ChecklistItem.objects.filter(template=checklist).order_by("order"))
        rows = list(
            Installation.objects.filter(kind=kind, status_id="operating", position__isnull=False).order_by("id")
        )
        for place in random.choice(len(rows), min(count, len(rows)), replace=False).tolist():
            finished = timezone.now() - timedelta(days=float(random.uniform(2, 240)), hours=float(random.uniform(0, 5)))
            body = _visit(random, rows[place], code, items, finished, instruments)
            _filed(inspector, manager, uuid.uuid5(NAMESPACE, f"{seed}:{code}:{rows[place].registry_number}"), body)


def write_office_inspections(*, inspector: User, manager: User, seed: int) -> None:
    """File inspections of operators' information security and of printing houses, which are no installations."""
    random = np.random.default_rng([seed, len(PRINTERS)])
    instruments = instruments_of(Authority.objects.get(organization__memberships__user=inspector))
    places = list(Site.objects.filter(merged_into__isnull=True).order_by("id").values_list("position", flat=True))
    held = Organization.objects.filter(code__in=OPERATORS).order_by("code")
    subjects: list[tuple[str, str, str | None, str]] = [(SECURITY, "organization", r.code, r.name) for r in held]
    subjects += [(PRINTING, "place", None, f"{name} (minh họa)") for name in PRINTERS]
    for code, kind, ref, name in subjects:
        items = list(ChecklistItem.objects.filter(template=checklist_of(code)).order_by("order"))
        here = places[int(random.integers(len(places)))]
        finished = timezone.now() - timedelta(days=float(random.uniform(4, 200)), hours=float(random.uniform(0, 5)))
        subject: dict[str, Any] = {"type": kind, "ref": ref, "name": name}
        if kind == "place":
            subject |= {"lon": round(here.x, 6), "lat": round(here.y, 6)}
        body = _body(random, subject, here, code, finished)
        body["answers"] = list(answers_of(random, None, items, finished, instruments))
        _filed(inspector, manager, uuid.uuid5(NAMESPACE, f"{seed}:{code}:{name}"), body)


def _filed(inspector: User, manager: User, key: uuid.UUID, body: dict[str, Any]) -> None:
    """File a form as the phone does; it is approved where it is old enough."""
    filed, _taken = inspection_put(
        actor=inspector, uuid=key, body=body, reason="Kiểm tra theo kế hoạch (minh họa)", at=body["sent_at"]
    )
    if timezone.now() - body["finished_at"] > APPROVED_AFTER:
        inspection_review(actor=manager, inspection=filed, to=Review.APPROVED)


def _chosen(random: np.random.Generator, count: int) -> list[Installation]:
    """Return the stations to visit: two in three of those with an expired certificate, then others at random."""
    rows = Installation.objects.filter(kind="base_station", status_id="operating").select_related(
        "site", "organization", "base_station"
    )
    today = timezone.localdate()
    expired = list(
        rows.filter(permits__kind_id=CERTIFICATE, permits__expires_on__lt=today - timedelta(days=20)).order_by("id")
    )[: count // 8]
    others = list(rows.exclude(pk__in=[row.pk for row in expired]).order_by("id"))
    picked = random.choice(len(others), min(count - len(expired), len(others)), replace=False)
    return [*expired, *(others[place] for place in picked.tolist())]


def _visit(
    random: np.random.Generator,
    installation: Installation,
    checklist: str,
    items: Sequence[ChecklistItem],
    finished: datetime,
    instruments: Mapping[str, Any],
) -> dict[str, Any]:
    subject = {"type": "installation", "ref": installation.registry_number, "name": installation.name}
    body = _body(random, subject, installation.position, checklist, finished)
    body["answers"] = list(answers_of(random, installation, items, finished, instruments))
    return body


def _body(
    random: np.random.Generator, subject: dict[str, Any], there: Any, checklist: str, finished: datetime
) -> dict[str, Any]:
    """Return the form as the phone would send it (CONTRACT §4), its answers still to come."""
    east, north = random.normal(0, 6, 2) / 111_320
    here = {
        "lon": round(there.x + east, 6),
        "lat": round(there.y + north, 6),
        "accuracy_m": float(random.choice([3, 4, 6, 9])),
    }
    return {
        "subject": subject,
        "checklist": checklist,
        "checklist_version": None,
        "campaign": None,
        "started_at": finished - timedelta(minutes=int(random.integers(25, 70))),
        "finished_at": finished,
        "sent_at": finished + timedelta(hours=2),
        "revision": 1,
        "status": "submitted",
        "position": here,
        "photos": [],
        "signatures": [{"name": _party(checklist), "title": "Kỹ thuật viên", "refused": False}],
        "notes": "",
    }


def _party(checklist: str) -> str:
    return "Đại diện nhà mạng (minh họa)" if checklist == CHECKLIST else "Đại diện cơ sở (minh họa)"


def answers_of(
    random: np.random.Generator,
    installation: Installation | None,
    items: Sequence[ChecklistItem],
    finished: datetime,
    instruments: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Yield answers to all items as somebody who was there might give them."""
    for item in items:
        if item.kind == ItemKind.NUMBER:
            yield _measured(random, item, instruments)
        elif item.kind == ItemKind.CHOICE:
            geometry = installation if item.code == "verification_geometry" else None
            yield {"item": item.code, "value": _geometry(geometry) if geometry else _passing(item)}
        elif item.kind == ItemKind.PASS_FAIL:
            yield {"item": item.code, "outcome": _outcome(random, installation, item, finished)}
        elif item.kind == ItemKind.DATE:
            yield {"item": item.code, "value": f"{finished.year}-04-15"}


def _passing(item: ChecklistItem) -> str:
    """Return the first choice that passes."""
    return next(
        (str(one["code"]) for one in item.choices if one.get("outcome") == "pass"), str(item.choices[0]["code"])
    )


def _measured(random: np.random.Generator, item: ChecklistItem, instruments: Mapping[str, Any]) -> dict[str, Any]:
    if item.code in MEASURES:
        low, high, decimals = MEASURES[item.code]
        told = f"{random.uniform(low, high):.{decimals}f}".replace(".", ",")
        return {"item": item.code, "value": told, "unit": item.unit}
    value = {
        "earthing_resistance": random.gamma(5.0, 0.95),
        "emf_power_density": random.gamma(1.6, 0.05),
        "emf_field_strength": random.gamma(2.0, 1.2),
        "structure_verticality": random.gamma(2.0, 0.5),
    }.get(item.code, 1.0)
    if item.code == "earthing_resistance" and random.random() < 0.03:
        value = random.uniform(10.5, 19)
    if item.code == "emf_power_density" and random.random() < 0.007:
        value = random.uniform(2.1, 3.2)
    return {
        "item": item.code,
        "value": f"{value:.2f}".replace(".", ","),
        "unit": item.unit,
        "instrument": instruments.get(item.unit),
    }


def _outcome(
    random: np.random.Generator, installation: Installation | None, item: ChecklistItem, finished: datetime
) -> str:
    if item.code == "certificate_valid" and installation is not None:
        return _certificate_outcome(installation, finished)
    if item.code in {"guys", "aviation_light", "renewal_filed", "site_lease"} and random.random() < 0.4:
        return "na"
    return "fail" if random.random() < FAILS.get(item.code, OTHERWISE) else "pass"


def _certificate_outcome(installation: Installation, finished: datetime) -> str:
    permit = Permit.objects.filter(installation=installation, kind_id=CERTIFICATE, state=PermitState.IN_FORCE).first()
    if permit is None or permit.expires_on is None:
        return "na"
    return "pass" if permit.expires_on >= timezone.localtime(finished).date() else "fail"


def _geometry(installation: Installation) -> str:
    station: BaseStation = installation.base_station
    return "mandatory_verified" if station.verification == "required" else "outside"
