"""What citizens of the demo have reported: corrections, no signal, worries; some answered."""

from datetime import timedelta

import numpy as np
from django.contrib.gis.geos import Point
from django.utils import timezone

from infra.models import Authority, Organization, PublicReport, ReportCategory, ReportKind, ReportStatus, Site, User
from infra.services.reports import ReportFacts, public_report_make, report_move

_C = ReportCategory
#: kind, category, days ago, words, how far it is
REPORTS = (
    (ReportKind.CORRECTION, _C.MISPLACED, 2, "Cột nằm bên kia đường, sát trạm bơm, không phải sau đình.", ""),
    (ReportKind.CORRECTION, _C.NOT_THERE, 6, "Chỗ này là ruộng, không có cột nào cả.", "taken"),
    (ReportKind.CORRECTION, _C.OUT_OF_USE, 21, "Cột đã tháo dỡ từ hè năm ngoái.", "answered"),
    (ReportKind.CORRECTION, _C.WRONG_OPERATOR, 34, "Bảng trên cột ghi nhà mạng khác.", "closed"),
    (ReportKind.SAFETY, _C.EXPOSURE, 1, "Cột sát lớp học của con tôi, xin cho biết đã đo chưa.", ""),
    (ReportKind.SAFETY, _C.ACCESS, 4, "Cửa rào mở toang nhiều ngày, trẻ con vào chơi.", "taken"),
    (ReportKind.SAFETY, _C.STRUCTURE, 12, "Một dây co bị chùng và gỉ nặng.", "answered"),
    (ReportKind.COVERAGE, _C.NO_SIGNAL, 1, "Cả xóm ven sông không có sóng, gọi cấp cứu cũng không được.", ""),
    (ReportKind.COVERAGE, _C.WEAK_INDOORS, 3, "Trong nhà chỉ còn một vạch, ra sân mới gọi được.", ""),
    (ReportKind.COVERAGE, _C.SLOW_DATA, 8, "Buổi tối vào mạng rất chậm, con học trực tuyến bị ngắt.", "taken"),
    (ReportKind.COVERAGE, _C.NO_SIGNAL, 27, "Đoạn đê ngoài bãi không có sóng.", "answered"),
    (ReportKind.SERVICE, _C.CLOSED, 5, "Điểm bưu điện văn hóa xã đóng cửa cả buổi sáng.", ""),
)
ANSWER = "Cảm ơn ông, bà. Sở đã kiểm tra và yêu cầu đơn vị liên quan xử lý (minh họa)."
REASON = "Dữ liệu minh họa"


def write_reports(*, officer: User, authority: Authority, random: np.random.Generator) -> None:
    """Write the reports, each from another address, on days of the last weeks."""
    sites = list(Site.objects.filter(authority=authority, masts__isnull=False).select_related("unit").order_by("id"))
    operators = list(Organization.objects.filter(code__in=("VIETTEL", "VNPT", "MOBIFONE")).order_by("code"))
    for place, (kind, category, days, text, status) in enumerate(REPORTS):
        site = sites[int(random.integers(len(sites)))]
        east, north = random.normal(0, 0.004, 2)
        near = Point(round(site.position.x + east, 6), round(site.position.y + north, 6), srid=4326)
        about_place = kind == ReportKind.COVERAGE
        report = public_report_make(
            authority=authority,
            facts=ReportFacts(
                kind=kind,
                category=category,
                text=f"{text} (minh họa)",
                site=None if about_place else site,
                organization=operators[place % len(operators)] if about_place else None,
                technology="4G" if about_place else "",
                position=near if about_place else None,
                proposed_position=near if category == _C.MISPLACED else None,
            ),
            address=f"demo-{place}",
        )
        PublicReport.objects.filter(pk=report.pk).update(received_at=timezone.now() - timedelta(days=days, hours=place))
        for step in {"taken": ("taken",), "answered": ("taken", "answered"), "closed": ("answered", "closed")}.get(
            status, ()
        ):
            report_move(
                actor=officer,
                report=report,
                to=ReportStatus(step),
                reason=REASON,
                answer=ANSWER if step == "answered" else "",
            )
