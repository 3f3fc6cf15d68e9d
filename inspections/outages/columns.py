"""Columns of a file of outages. Headers are matched as in every other file of an operator."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from infra.submissions.columns import Column, ColumnTable, Type
from infra.submissions.lists import Choices
from inspections.models import Damage, IncidentCause
from inspections.outages.rows import BACK, IN_SERVICE, OUT

OUTAGES = ColumnTable(
    kind="outages",
    identifier="station",
    columns=(
        Column(
            "station",
            Type.TEXT,
            "Mã trạm",
            "Station code",
            ("ma tram", "ma tram bts", "ma bts", "ma nut", "ma so dang ky", "so dang ky", "station", "site id", "code"),
            required=True,
            max_length=64,
            example="TBH0001",
        ),
        Column(
            "state",
            Type.CHOICE,
            "Tình trạng",
            "State",
            ("tinh trang", "trang thai", "tinh trang tram", "status"),
            example="Mất liên lạc",
        ),
        Column(
            "out_since",
            Type.TEXT,
            "Mất liên lạc từ",
            "Out since",
            ("mat lien lac tu", "thoi diem mat lien lac", "thoi gian mat lien lac", "bat dau", "thoi gian bat dau"),
        ),
        Column(
            "back_at",
            Type.TEXT,
            "Khôi phục lúc",
            "Back at",
            ("khoi phuc luc", "thoi diem khoi phuc", "thoi gian khoi phuc", "ket thuc", "thoi gian ket thuc"),
        ),
        Column(
            "expected_back_at",
            Type.TEXT,
            "Dự kiến khôi phục",
            "Expected back",
            ("du kien khoi phuc", "du kien", "thoi gian du kien khoi phuc"),
        ),
        Column(
            "cause",
            Type.CHOICE,
            "Nguyên nhân",
            "Cause",
            ("nguyen nhan", "ly do"),
            example="Mất điện lưới",
        ),
        Column(
            "damage",
            Type.CHOICE,
            "Thiệt hại",
            "Damage",
            ("thiet hai", "muc do thiet hai", "hu hai"),
            example="Hư hại nhẹ",
        ),
        Column("note", Type.TEXT, "Ghi chú", "Note", ("ghi chu", "dien giai", "mo ta"), max_length=400),
        Column("ordinal", Type.IGNORED, "STT", "No.", ("stt", "tt", "no", "so tt")),
        Column("operator", Type.IGNORED, "Doanh nghiệp", "Operator", ("doanh nghiep", "nha mang", "don vi")),
        Column("place", Type.IGNORED, "Xã, phường", "Commune", ("xa", "phuong", "xa phuong", "dia ban", "dia chi")),
        Column("name", Type.IGNORED, "Tên trạm", "Name", ("ten tram", "ten")),
    ),
)

#: code -> words that files use for it, besides the code itself
_STATES = {
    OUT: ("Mất liên lạc", "Mất sóng", "Mất", "Ngừng", "Gián đoạn", "Down", "Off", "Out of service"),
    BACK: ("Đã khôi phục", "Khôi phục", "Có sóng trở lại", "Up", "Restored", "Back in service"),
    IN_SERVICE: ("Vẫn hoạt động", "Hoạt động", "Bình thường", "Working", "In service"),
}
_CAUSES = {
    IncidentCause.POWER: ("Mất điện lưới", "Mất điện", "Mất nguồn", "Mains power lost"),
    IncidentCause.TRANSMISSION: ("Đứt truyền dẫn", "Đứt cáp", "Mất truyền dẫn", "Đứt cáp quang", "Transmission cut"),
    IncidentCause.STRUCTURE: ("Đổ cột", "Hư hại cột", "Hư hại cột, nhà trạm", "Gãy cột", "Mast or house damaged"),
    IncidentCause.FLOOD: ("Ngập", "Ngập nước", "Ngập lụt", "Flooded"),
    IncidentCause.EQUIPMENT: ("Hỏng thiết bị", "Lỗi thiết bị", "Equipment failed"),
    IncidentCause.OTHER: ("Nguyên nhân khác", "Khác", "Another cause"),
    IncidentCause.UNKNOWN: ("Chưa rõ", "Chưa xác định", "Not known yet"),
}
_DAMAGES = {
    Damage.NONE: ("Không thiệt hại", "Không", "No damage"),
    Damage.MINOR: ("Hư hại nhẹ", "Nhẹ", "Minor damage"),
    Damage.MAJOR: ("Hư hại nặng", "Nặng", "Major damage"),
    Damage.DESTROYED: ("Hư hỏng hoàn toàn", "Đổ sập", "Đổ", "Destroyed"),
}


def state_words() -> dict[str, str]:
    """Return code → word of the three states."""
    return {OUT: _("Out of service"), BACK: _("Back in service"), IN_SERVICE: _("Still in service")}


def _choices(words: Mapping[Any, tuple[str, ...]], names: dict[str, str]) -> Choices:
    found = Choices()
    for code, spellings in words.items():
        found.add(str(code), names[code], spellings)
    return found


def choices() -> dict[str, Choices]:
    """Return column → the words it may hold."""
    return {
        "state": _choices(_STATES, state_words()),
        "cause": _choices(_CAUSES, {code: str(label) for code, label in IncidentCause.choices}),
        "damage": _choices(_DAMAGES, {code: str(label) for code, label in Damage.choices}),
    }
