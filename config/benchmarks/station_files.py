"""Files of stations as an operator of the whole country would hand them in, drawn with a seed near registered sites."""

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import xlsxwriter

from infra.models import AdministrativeUnit, Authority, Site, UnitLevel
from infra.spatial.units import NOWHERE, Boundaries

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
    "Chủ sở hữu cột",
    "Công nghệ",
    "Ngày đưa vào sử dụng",
    "Số GCN kiểm định",
    "Ngày cấp",
    "Ngày hết hạn",
    "Trạng thái",
)
#: what the peer's plain table takes
PLAIN = (
    "id",
    "code",
    "name",
    "operator",
    "commune",
    "longitude",
    "latitude",
    "technologies",
    "height_m",
    "in_service_on",
    "status",
)
#: a new station stands so far from a registered site, in degrees: 200 m to 2 km
NEAR, FAR = 0.002, 0.018
_TECHNOLOGIES = ("4G", "4G;5G", "2G;4G", "2G;3G;4G")


def whole_country(authority: Authority) -> None:
    """Let *authority* answer for every province, as the register of a ministry does."""
    authority.territory.set(AdministrativeUnit.objects.filter(level=UnitLevel.PROVINCE, valid_to=None))


def station_rows(count: int, first: int) -> Iterator[list[Any]]:
    """Yield *count* rows; the same *count* and *first* give the same rows."""
    random = np.random.default_rng(first)
    sites = np.array([(p.x, p.y) for p in Site.objects.order_by("pk").values_list("position", flat=True)[:50_000]])
    bounds = Boundaries.load(level=UnitLevel.COMMUNE, on=date(2026, 1, 1))
    names = dict(AdministrativeUnit.objects.filter(pk__in=bounds.unit_ids.tolist()).values_list("pk", "full_name"))
    number = first
    while number < first + count:
        around = sites[random.integers(0, len(sites), 20_000)]
        turn, away = random.uniform(0, 2 * np.pi, 20_000), random.uniform(NEAR, FAR, 20_000)
        points = np.round(around + np.column_stack([np.cos(turn), np.sin(turn)]) * away[:, None], 6)
        for (lon, lat), unit in zip(points.tolist(), bounds.locate(points).tolist(), strict=True):
            if unit == NOWHERE or number >= first + count:
                continue
            yield _row(number, lon, lat, names[unit])
            number += 1


def _row(number: int, lon: float, lat: float, commune: str) -> list[Any]:
    since = date(2012, 1, 1) + timedelta(days=number % 4_000)
    issued = date(2023, 1, 1) + timedelta(days=number % 900)
    return [
        number,
        f"MBF-N{number:07d}",
        f"MBF_{commune}_{number}",
        "thôn Đông",
        commune,
        f"{lon:.6f}",
        f"{lat:.6f}",
        "A2b",
        30 + number % 30,
        "MOBIFONE",
        _TECHNOLOGIES[number % 4],
        f"{since:%d/%m/%Y}",
        f"B{number:07d}/{issued:%Y}",
        f"{issued:%d/%m/%Y}",
        f"{issued.replace(year=issued.year + 5, day=min(issued.day, 28)):%d/%m/%Y}",
        "Đang hoạt động",
    ]


def csv_of(path: Path, rows: Iterator[list[Any]]) -> None:
    """Write the rows as Excel does in Vietnam: semicolons, UTF-8 with its mark."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(HEADERS)
        writer.writerows(rows)


def xlsx_of(path: Path, rows: Iterator[list[Any]]) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADERS)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)


def plain_csv(path: Path, rows: Iterator[list[Any]]) -> None:
    """Write the same stations clean and in the shape of a table, as the peer needs them."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(PLAIN)
        for row in rows:
            day, month, year = row[11].split("/")
            plain = (
                row[0],
                row[1],
                row[2],
                row[9],
                row[4],
                row[5],
                row[6],
                row[10],
                row[8],
                f"{year}-{month}-{day}",
                row[15],
            )
            writer.writerow(plain)
