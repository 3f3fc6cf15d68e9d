"""What operators of the demo have asked: masts they would build, more time before a renewal; some of it decided."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import numpy as np
import numpy.typing as npt
from django.contrib.gis.geos import Point
from django.utils import timezone

from config.demo.land import Land
from config.demo.masts import PREFIXES
from infra.models import (
    Authority,
    DueExtension,
    ExtensionStatus,
    Ground,
    Mast,
    MastClass,
    Organization,
    Permit,
    PermitState,
    PlannedMast,
    PlanStatus,
    Site,
    User,
)
from infra.selectors.plans import answer_for
from infra.services.lists import LISTS, row_add
from infra.services.permits import CERTIFICATE
from infra.services.plans import extension_ask, extension_move, plan_ask, plan_move
from infra.spatial.units import unit_at

_S, _E = PlanStatus, ExtensionStatus
#: operator, whether a standing mast is near, days ago, why here, the decision and its reason
PLANS = (
    ("MOBIFONE", True, 52, "Bổ sung dung lượng khu chợ", _S.REFUSED, "Nằm trong hành lang bảo vệ đê; chọn chỗ khác"),
    ("VIETTEL", False, 31, "Vùng lõm ngoài bãi sông", _S.AGREED, "Phù hợp quy hoạch, không có cột nào gần"),
    ("VNPT", True, 17, "Thay trạm hết hạn thuê đất", _S.SHARE, "Cột lân cận còn chỗ, dùng chung theo quy định"),
    ("MOBIFONE", True, 5, "Khách hàng phản ánh sóng yếu", None, ""),
    ("VIETTEL", False, 2, "Khu dân cư mới chưa có sóng 5G", None, ""),
)  # fmt: skip
#: operator, days more, why, the decision and its reason
EXTENSIONS = (
    ("VIETTEL", 30, "Đơn vị kiểm định hẹn lịch sau mùa bão", _E.GRANTED, ""),
    ("VNPT", 90, "Chưa bố trí được kinh phí", _E.REFUSED, "Kinh phí không phải lý do bất khả kháng"),
    ("MOBIFONE", 20, "Trạm bị ngập, chưa tiếp cận được cột", None, ""),
    ("VIETTEL", 45, "Chủ nhà đang sửa mái, phải tháo ăng-ten tạm thời", None, ""),
)
#: places that are tried for one planned mast
TRIES = 60


def _write_rule(authority: Authority, administrator: User) -> None:
    """Let the authority have a rule of spacing of its own beside the general limits: small masts in wards."""
    row_add(
        actor=administrator,
        authority=authority,
        kept=LISTS["spacing-rules"],
        reason="Quy hoạch hạ tầng viễn thông thụ động của tỉnh",
        own={"authority": authority},
        ground=Ground.URBAN,
        mast_class=MastClass.objects.get(code="A1a"),
        name_vi="Cột ăng ten loại A1a tại phường",
        name_en="Antenna masts A1a in wards",
        metres=50.0,
        valid_from=date(timezone.localdate().year, 1, 1),
        legal_basis="Quy hoạch của tỉnh (dữ liệu minh họa), Điều 4",
    )


def write_plans(*, authority: Authority, land: Land, users: dict[str, User], by_code: dict[str, Organization]) -> None:
    """Put masts to the authority, ask for more time; the officer has decided about the older ones."""
    _write_rule(authority, users["admin"])
    for place, (code, near, days, note, to, reason) in enumerate(PLANS, 1):
        person = users[code.lower()]
        plan = plan_ask(
            actor=person,
            authority=authority,
            organization=by_code[code],
            position=_place(authority, land, by_code[code], near=near),
            code=f"{authority.registry_prefix}-{PREFIXES[code]}-DK{place:02d}",
            note=f"{note} (minh họa)",
            mast_class=None,
            height_m=42.0,
            capacity=6,
            technologies="4G,5G",
            build_on=timezone.localdate() + timedelta(days=120),
        )
        if to is not None:
            found = plan.answer["room"] or plan.answer["near"]
            mast = Mast.objects.filter(code=found[0]["code"]).first() if to == _S.SHARE and found else None
            plan_move(actor=users["officer"], plan=plan, to=to, reason=reason, shared_mast=mast)
        asked, decided = _times(days)
        decided_at = decided if to is not None else None
        PlannedMast.objects.filter(pk=plan.pk).update(asked_at=asked, decided_at=decided_at)
    _write_extensions(authority, users)


def _write_extensions(authority: Authority, users: dict[str, User]) -> None:
    used: list[int] = []
    for place, (code, more, reason, to, answer) in enumerate(EXTENSIONS):
        permit = _permit_due(authority, code, used)
        if permit is None or permit.renewal_due_on is None:
            continue
        used.append(permit.pk)
        until = permit.renewal_due_on + timedelta(days=more)
        extension = extension_ask(actor=users[code.lower()], permit=permit, until=until, reason=f"{reason} (minh họa)")
        if to is not None:
            extension_move(actor=users["officer"], extension=extension, to=to, reason=answer)
        asked, decided = _times(3 * (len(EXTENSIONS) - place))
        decided_at = decided if to is not None else None
        DueExtension.objects.filter(pk=extension.pk).update(asked_at=asked, decided_at=decided_at)


def _times(days: int) -> tuple[datetime, datetime]:
    """Return when something of *days* ago was asked, and when it was decided."""
    asked = timezone.now() - timedelta(days=days)
    return asked, min(asked + timedelta(days=4, hours=3), timezone.now())


def _permit_due(authority: Authority, code: str, used: list[int]) -> Permit | None:
    """Return a certificate of the operator whose renewal is due next."""
    permits = Permit.objects.filter(
        authority=authority,
        organization__code=code,
        kind_id=CERTIFICATE,
        state=PermitState.IN_FORCE,
        renewal_due_on__gte=timezone.localdate(),
        renewal_filed_on=None,
    )
    return permits.exclude(pk__in=used).select_related("organization").order_by("renewal_due_on", "pk").first()


def _place(authority: Authority, land: Land, organization: Organization, *, near: bool) -> Point:
    """Return a place beside a standing mast, or one that no rule speaks against."""
    today, point = timezone.localdate(), None
    for point in _tried(authority, land, near=near):
        unit = unit_at(point.x, point.y)
        verdict = answer_for(authority, organization.pk, point, unit, None, today)["verdict"] if unit else ""
        if verdict and (verdict != "clear") == near:
            return point
    assert point is not None, "a province has places"
    return point


def _tried(authority: Authority, land: Land, *, near: bool) -> Iterator[Point]:
    if near:
        sites = list(Site.objects.filter(authority=authority, masts__isnull=False).order_by("pk").distinct())
        for _ in range(TRIES):
            site = sites[int(land.random.integers(len(sites)))]
            east, north = (float(one) for one in land.random.normal(0, 0.0004, 2))
            yield Point(round(site.position.x + east, 6), round(site.position.y + north, 6), srid=4326)
        return
    for _ in range(TRIES):
        lon, lat, _address = land.point(int(land.random.choice(len(land.communes), p=_emptier(land))), by_road=0.1)
        yield Point(lon, lat, srid=4326)


def _emptier(land: Land) -> npt.NDArray[np.float64]:
    """Return the chance of each commune: where fewer people live there is more room."""
    chances = 1 / land.weights
    return np.asarray(chances / chances.sum())
