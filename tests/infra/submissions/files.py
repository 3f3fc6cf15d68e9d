"""Operators' lists as they really come: titles above the header, Vietnamese headers, a total at the end."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

HEADERS = {
    "ordinal": "STT",
    "code": "Mã trạm",
    "name": "Tên trạm",
    "address": "Địa chỉ",
    "unit": "Xã/Phường",
    "district": "Quận/Huyện",
    "longitude": "Kinh độ",
    "latitude": "Vĩ độ",
    "mast_class": "Loại cột",
    "mast_height_m": "Chiều cao cột (m)",
    "building_height_m": "Chiều cao công trình (m)",
    "mast_owner": "Chủ sở hữu cột",
    "technologies": "Công nghệ",
    "in_service_on": "Ngày đưa vào sử dụng",
    "certificate_number": "Số GCN kiểm định",
    "certificate_issued_on": "Ngày cấp",
    "certificate_expires_on": "Ngày hết hạn",
    "status": "Trạng thái",
}
#: the same in the spelling of an export in metres
METRIC_HEADERS = {
    **{name: text for name, text in HEADERS.items() if name not in ("longitude", "latitude")},
    "x": "TOA DO X (M)",
    "y": "TOA DO Y (M)",
}

Row = dict[str, Any]


def station(number: int = 1, **changes: Any) -> Row:
    """A sound row; places lie in Thái Thụy, 300 m apart."""
    row = {
        "ordinal": number,
        "code": f"VTL-{number:04d}",
        "name": f"THAITHUY_{number:02d}",
        "address": "thôn Đông",
        "unit": "Xã Thái Thụy",
        "district": None,
        "longitude": round(106.55 + 0.003 * (number % 40) + 0.000017, 6),
        "latitude": round(20.50 + 0.003 * (number // 40) + 0.000013, 6),
        "mast_class": "A2b",
        "mast_height_m": 42,
        "building_height_m": 0,
        "mast_owner": "VIETTEL",
        "technologies": "4G;5G",
        "in_service_on": "22/08/2013",
        "certificate_number": f"B{number:06d}/2025",
        "certificate_issued_on": "23/07/2025",
        "certificate_expires_on": "23/07/2030",
        "status": "Đang hoạt động",
    }
    return {**row, **changes}


def cells(rows: Sequence[Row], headers: dict[str, str], *, titled: bool = True, total: bool = True) -> list[list[Any]]:
    """The sheet's cells: title rows, header in row 4 (in row 1 without titles), data, an empty row, a total."""
    sheet: list[list[Any]] = []
    if titled:
        sheet += [["DANH SÁCH TRẠM BTS TẠI HƯNG YÊN"], ["(Kèm theo công văn số      /CV)"], []]
    sheet.append(list(headers.values()))
    sheet += [[row.get(name) for name in headers] for row in rows]
    if total:
        sheet += [[], [None, "Tổng cộng", len(rows)]]
    return sheet


def workbook(path: Path, sheet: Sequence[Sequence[Any]], *, title: str = "DS trạm") -> Path:
    """Write cells as an XLSX file."""
    book = Workbook()
    page = book.active
    page.title = title
    for row in sheet:
        page.append(list(row))
    book.save(path)
    return path


def stations_file(folder: Path, *rows: Row, name: str = "stations.xlsx", headers: dict[str, str] | None = None) -> Path:
    """Write rows as an XLSX file with titles and total: the first row is number 5 of the sheet."""
    return workbook(folder / name, cells(rows, headers or HEADERS))


def csv_file(
    folder: Path,
    *rows: Row,
    headers: dict[str, str] = METRIC_HEADERS,
    delimiter: str = ";",
    encoding: str = "utf-8-sig",
    name: str = "stations.csv",
) -> Path:
    """Write rows as delimited text: the header is row 1."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    for row in cells(rows, headers, titled=False, total=False):
        writer.writerow(["" if cell is None else cell for cell in row])
    path = folder / name
    path.write_bytes(text.getvalue().encode(encoding))
    return path
