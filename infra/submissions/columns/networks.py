"""Columns of lists of network nodes and of cable routes."""

from django.utils.translation import gettext_lazy as _

from infra.models import SubmissionKind
from infra.submissions.columns.declaration import Column, ColumnTable, Type
from infra.submissions.columns.places import NOTE, ORDINAL, PLACE, POINT, REGISTRY_NUMBER

_STATUS = Column(
    "status",
    Type.CHOICE,
    "Trạng thái",
    "Status",
    ("trang thai", "tinh trang", "tinh trang hoat dong"),
    choices="InstallationStatus",
    example="Đang hoạt động",
    field="installation.status",
)
_SINCE = Column(
    "in_service_on",
    Type.DATE,
    "Ngày đưa vào sử dụng",
    "In service since",
    ("ngay dua vao su dung", "ngay hoat dong"),
    example="01/07/2020",
    field="installation.in_service_on",
)

_NODE = (
    Column(
        "code",
        Type.TEXT,
        "Mã nút",
        "Node code",
        ("ma nut", "ma nut mang", "ma", "node id"),
        required=True,
        max_length=64,
        example="WAN-12826",
        field="installation.code",
    ),
    Column(
        "name",
        Type.TEXT,
        "Tên nút",
        "Node name",
        ("ten nut", "ten nut mang", "ten"),
        max_length=160,
        field="installation.name",
    ),
    Column(
        "node_kind",
        Type.CHOICE,
        "Loại nút",
        "Kind of node",
        ("loai nut", "loai nut mang", "loai"),
        required=True,
        choices="NodeKind",
        example="WAN",
        field="detail.node_kind",
    ),
    *PLACE,
    Column(
        "rated_power_kw",
        Type.NUMBER,
        "Công suất",
        "Rated power",
        ("cong suat", "cong suat dien"),
        unit="kW",
        low=0,
        high=1_000_000,
        field="detail.rated_power_kw",
    ),
    Column(
        "racks",
        Type.INTEGER,
        "Số tủ rack",
        "Racks",
        ("so tu rack", "so rack", "rack"),
        low=0,
        high=100_000,
        field="detail.racks",
    ),
    Column("tier", Type.TEXT, "Cấp độ Tier", "Tier", ("cap do tier", "tier"), max_length=16, field="detail.tier"),
    Column(
        "security_level",
        Type.INTEGER,
        "Cấp độ an toàn thông tin",
        "Security level",
        ("cap do an toan thong tin", "cap do attt", "cap do", "cap do httt"),
        low=1,
        high=5,
        example="3",
        field="detail.security_level",
    ),
    Column(
        "capacity_mbps",
        Type.NUMBER,
        "Dung lượng",
        "Capacity",
        ("dung luong", "bang thong", "toc do"),
        unit="Mbit/s",
        low=0,
        high=1e9,
        field="detail.capacity_mbps",
    ),
    _STATUS,
    _SINCE,
    REGISTRY_NUMBER,
)

_ROUTE = (
    Column(
        "code",
        Type.TEXT,
        "Mã tuyến",
        "Route code",
        ("ma tuyen", "ma tuyen cap", "ma"),
        required=True,
        max_length=64,
        example="TUYEN-0007",
        field="installation.code",
    ),
    Column(
        "name",
        Type.TEXT,
        "Tên tuyến",
        "Route name",
        ("ten tuyen", "ten tuyen cap", "ten"),
        max_length=160,
        field="installation.name",
    ),
    Column(
        "route_kind",
        Type.CHOICE,
        "Loại tuyến",
        "Kind of route",
        ("loai tuyen", "hinh thuc", "loai"),
        required=True,
        choices="RouteKind",
        field="detail.route_kind",
    ),
    Column(
        "line",
        Type.LINE,
        "Tọa độ các điểm",
        "Points of the line",
        ("toa do cac diem", "toa do tuyen", "line", "wkt", "geometry"),
        required=True,
        example="106.35688 20.44712; 106.36021 20.44690",
        note=_("Longitude and latitude of each point, points separated by semicolons; or WKT."),
    ),
    Column(
        "length_m",
        Type.NUMBER,
        "Chiều dài",
        "Length",
        ("chieu dai", "chieu dai tuyen"),
        unit="m",
        low=0,
        high=10_000_000,
        field="detail.length_m",
    ),
    Column(
        "fibres",
        Type.INTEGER,
        "Số sợi",
        "Fibres",
        ("so soi", "so soi quang", "dung luong soi"),
        low=0,
        high=10_000,
        field="detail.fibres",
    ),
    Column(
        "last_tidied_on",
        Type.DATE,
        "Ngày chỉnh trang gần nhất",
        "Last tidied on",
        ("ngay chinh trang gan nhat", "ngay chinh trang", "lan chinh trang gan nhat"),
        field="detail.last_tidied_on",
    ),
    _STATUS,
    _SINCE,
    REGISTRY_NUMBER,
)

NETWORK_NODES = ColumnTable(SubmissionKind.NETWORK_NODES, (ORDINAL, *_NODE, NOTE), identifier="code", positions=POINT)
CABLE_ROUTES = ColumnTable(
    SubmissionKind.CABLE_ROUTES, (ORDINAL, *_ROUTE, NOTE), identifier="code", positions=(("line",),)
)
