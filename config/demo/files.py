"""Files that operators have sent: accepted ones of different age, one that waits, one that still has errors.

They run through the same reading, checks and review as any file; only their dates are moved into the past afterwards.
"""

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
from django.utils import timezone
from openpyxl import Workbook

from config.demo.land import Land
from config.demo.masts import PREFIXES
from infra.models import (
    Authority,
    Installation,
    InstallationKind,
    Organization,
    Submission,
    SubmissionKind,
    User,
)
from infra.services.permits import CERTIFICATE
from infra.services.submissions import submission_receive, submission_send
from infra.submissions import applying, review

HEADERS = (
    "STT",
    "Mã trạm",
    "Tên trạm",
    "Địa chỉ",
    "Xã/Phường",
    "Kinh độ",
    "Vĩ độ",
    "Loại cột",
    "Chiều cao cột (m)",
    "Chiều cao công trình (m)",
    "Chủ sở hữu cột",
    "Công nghệ",
    "Ngày đưa vào sử dụng",
    "Số GCN kiểm định",
    "Ngày cấp",
    "Ngày hết hạn",
    "Trạng thái",
)
#: operator -> how many days ago its last accepted file came; one is later than the reporting period of 90 days
AGES = {"VNPT": 9, "VIETTEL": 12, "MOBIFONE": 41, "VIETNAMOBILE": 67, "GMOBILE": 118}
ROWS = 18


def write_files(*, authority: Authority, land: Land, users: dict[str, User], by_code: dict[str, Organization]) -> None:
    """Submit the demo's files: one accepted for each operator, one of VNPT waiting, one of MobiFone with errors."""
    for code, age in AGES.items():
        rows = _rows(authority, land, code, new=2)
        submission = _submitted(authority, by_code[code], users.get(code.lower(), users["admin"]), rows)
        submission = submission_send(actor=submission.submitted_by, submission=submission)
        reason = "Số liệu khớp với hồ sơ kiểm định"
        applying.submission_accept(actor=users["officer"], submission=submission, rows="all", reason=reason)
        _finish(submission)
        _move_back(submission, age)
    waiting = _submitted(authority, by_code["VNPT"], users["vnpt"], _rows(authority, land, "VNPT", new=5, start=40))
    submission_send(actor=users["vnpt"], submission=waiting)
    _move_back(waiting, 3)
    faulty = _rows(authority, land, "MOBIFONE", new=3, start=40)
    for row, column, value in ((2, 5, 20.4471), (2, 6, 106.3569), (5, 8, "cao"), (7, 16, "???"), (9, 15, "31/02/2027")):
        faulty[row % len(faulty)][column] = value  # a small province has fewer rows to spoil
    _submitted(authority, by_code["MOBIFONE"], users["mobifone"], faulty)


def _finish(submission: Submission) -> None:
    submission.refresh_from_db()
    if submission.status == "applying":
        applying.finish(submission.pk)


def _submitted(
    authority: Authority, organization: Organization, person: User, rows: Sequence[Sequence[Any]]
) -> Submission:
    """Receive and check a workbook; rows with errors stay in."""
    submission, _is_new = submission_receive(
        actor=person,
        authority=authority,
        organization=organization,
        kind=SubmissionKind.STATIONS,
        name=f"DS_tram_{organization.code}.xlsx",
        chunks=[_workbook(organization, rows)],
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )
    return review.submission_check(actor=person, submission=submission)


def _workbook(organization: Organization, rows: Sequence[Sequence[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "DS trạm"
    sheet.append([f"DANH SÁCH TRẠM BTS {organization.short_name.upper()} (DỮ LIỆU MINH HỌA)"])
    sheet.append([])
    sheet.append(HEADERS)
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _rows(authority: Authority, land: Land, code: str, *, new: int, start: int = 0) -> list[list[Any]]:
    """Return rows of stations the operator has, some with another technology, and *new* planned ones."""
    stations = (
        Installation.objects.filter(authority=authority, kind=InstallationKind.BASE_STATION, organization__code=code)
        .exclude(mast__mast_class=None)
        .select_related("site", "unit", "mast__owner", "mast", "base_station", "status")
        .prefetch_related("permits")
        .order_by("id")[start : start + ROWS]
    )
    rows = [_known(number, station, land.random) for number, station in enumerate(stations, 1)]
    for extra in range(1, new + 1):
        rows.append(_planned(len(rows) + 1, land, authority, code, start + extra))
    return rows


def _known(number: int, station: Installation, random: np.random.Generator) -> list[Any]:
    site, mast = station.site, station.mast
    assert site is not None
    assert mast is not None
    permit = next((p for p in station.permits.all() if p.kind_id == CERTIFICATE), None)
    technologies = station.base_station.technologies
    if "5G" not in technologies and random.random() < 0.3:
        technologies = f"{technologies},5G"
    return [
        number,
        station.code,
        station.name,
        site.address,
        site.unit.full_name if site.unit else "",
        site.position.x,
        site.position.y,
        mast.mast_class_id,
        mast.height_m,
        mast.building_height_m,
        mast.owner.code,
        technologies,
        f"{station.in_service_on:%d/%m/%Y}" if station.in_service_on else None,
        permit.number if permit else None,
        f"{permit.issued_on:%d/%m/%Y}" if permit and permit.issued_on else None,
        f"{permit.expires_on:%d/%m/%Y}" if permit and permit.expires_on else None,
        station.status.name_vi,
    ]


def _planned(number: int, land: Land, authority: Authority, code: str, order: int) -> list[Any]:
    place = int(land.random.integers(len(land.communes)))
    lon, lat, address = land.point(place)
    today = timezone.localdate()
    issued = today - timedelta(days=int(land.random.integers(20, 200)))
    expires = issued.replace(year=issued.year + 5, day=min(issued.day, 28))
    return [
        number,
        f"{authority.registry_prefix}-{PREFIXES[code]}-9{order:03d}",
        f"{land.communes[place].unit.name} mới {order}",
        address,
        land.communes[place].unit.full_name,
        lon,
        lat,
        "A2b",
        42,
        0,
        code,
        "4G,5G",
        f"{issued + timedelta(days=15):%d/%m/%Y}",
        f"B{int(land.random.integers(100000, 999999))}/{issued.year}",
        f"{issued:%d/%m/%Y}",
        f"{expires:%d/%m/%Y}",
        "Đang hoạt động",
    ]


def _move_back(submission: Submission, days: int) -> None:
    """Date a submission *days* ago, so that the demo shows data of different age."""
    past = timezone.now() - timedelta(days=days)
    submission.refresh_from_db()
    Submission.objects.filter(pk=submission.pk).update(
        submitted_at=past - timedelta(hours=5),
        sent_at=past - timedelta(hours=4) if submission.sent_at else None,
        decided_at=past if submission.decided_at else None,
    )
