"""Columns of a list of permits and certificates: a row a document of a registered station."""

from infra.models import SubmissionKind
from infra.submissions.columns.declaration import Column, ColumnTable, Type
from infra.submissions.columns.places import NOTE, ORDINAL

_COLUMNS = (
    Column(
        "station_code",
        Type.TEXT,
        "Mã trạm",
        "Station code",
        ("ma tram", "ma tram bts", "ma doi tuong", "ma cong trinh", "site id"),
        required=True,
        max_length=64,
        example="VTL-HYN-0013",
    ),
    Column(
        "permit_kind",
        Type.CHOICE,
        "Loại giấy",
        "Kind of document",
        ("loai giay", "loai giay phep", "loai van ban", "loai"),
        required=True,
        choices="PermitKind",
        example="Giấy chứng nhận kiểm định",
        field="permit.kind",
    ),
    Column(
        "number",
        Type.TEXT,
        "Số giấy",
        "Number",
        ("so giay", "so gcn", "so giay phep", "so van ban", "so hieu", "so gcn kiem dinh"),
        required=True,
        max_length=64,
        example="B230118/2023",
        field="permit.number",
    ),
    Column(
        "issuer",
        Type.TEXT,
        "Cơ quan cấp",
        "Issuer",
        ("co quan cap", "don vi cap", "noi cap", "to chuc kiem dinh"),
        max_length=160,
        example="Trung tâm Đo lường chất lượng viễn thông",
        field="permit.issuer",
    ),
    Column(
        "issued_on",
        Type.DATE,
        "Ngày cấp",
        "Issued on",
        ("ngay cap", "ngay ban hanh"),
        required=True,
        example="15/09/2023",
        field="permit.issued_on",
    ),
    Column(
        "expires_on",
        Type.DATE,
        "Ngày hết hạn",
        "Expires on",
        ("ngay het han", "het han", "ngay het hieu luc", "hieu luc den"),
        example="15/09/2028",
        field="permit.expires_on",
    ),
    Column(
        "posted_on_site",
        Type.FLAG,
        "Đã niêm yết",
        "Posted on site",
        ("da niem yet", "niem yet"),
        example="có",
        field="permit.posted_on_site",
    ),
)

PERMITS = ColumnTable(SubmissionKind.PERMITS, (ORDINAL, *_COLUMNS, NOTE), identifier="number")
