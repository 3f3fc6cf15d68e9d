"""A list of stations from the file to its problems: every injected fault on its own row, nothing on the others."""

import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from infra.models import Limit
from infra.submissions.coordinates.doubts import doubts_of
from infra.submissions.coordinates.systems import from_lonlat
from infra.submissions.looking import Look
from infra.submissions.problems import TEXTS, severity_of
from tests.infra.submissions.conftest import codes, place_of
from tests.infra.submissions.files import HEADERS, METRIC_HEADERS, csv_file, station, stations_file
from tests.world import World

#: fault → (cells that carry it, the code it must get)
FAULTS = {
    "no code": ({"code": None}, "value.required"),
    "text as height": ({"mast_height_m": "cao"}, "value.type"),
    "height in centimetres": ({"mast_height_m": 4500}, "value.range"),
    "height below ground": ({"mast_height_m": -30}, "value.range"),
    "no such class": ({"mast_class": "A9"}, "value.choice"),
    "no such status": ({"status": "hoạt đông tốt lắm"}, "value.choice"),
    "31 February": ({"in_service_on": "31/02/2020"}, "value.date"),
    "month in words": ({"in_service_on": "tháng 5"}, "value.date"),
    "month 13": ({"in_service_on": "2020-13-01"}, "value.date"),
    "expires before issue": ({"certificate_expires_on": "01/01/2020"}, "value.order"),
    "unknown owner": ({"mast_owner": "Công ty Không Có"}, "reference.unknown"),
    "no position": ({"longitude": None, "latitude": None}, "coordinate.missing"),
    "half a position": ({"latitude": None}, "coordinate.missing"),
    "words as position": ({"longitude": "xem bản vẽ", "latitude": "xem bản vẽ"}, "coordinate.unparsable"),
    "dots everywhere": ({"longitude": "20.45.12.3", "latitude": "20.45.12.3"}, "coordinate.unparsable"),
    "zero": ({"longitude": 0, "latitude": 0}, "coordinate.placeholder"),
    "whole degrees": ({"longitude": 106, "latitude": 20}, "coordinate.placeholder"),
    "exchanged": ({"longitude": 20.501234, "latitude": 106.561234}, "coordinate.swapped"),
    "far away": ({"longitude": 107.812345, "latitude": 20.512345}, "coordinate.outside_territory"),
    "four decimals": ({"longitude": "106.5612", "latitude": "20.5212"}, "coordinate.low_precision"),
    "another commune": ({"unit": "Phường Phố Hiến"}, "coordinate.unit_mismatch"),
    "commune of the past": ({"unit": "Xã Thụy Hải", "district": "Huyện Thái Thụy"}, "unit.superseded"),
    "town of the past": ({"unit": "Thị trấn Diêm Điền"}, "unit.superseded"),
    "no such commune": ({"unit": "Xã Không Tên"}, "unit.unknown"),
}


def test_each_fault_is_found_on_its_own_row_and_nothing_else(tmp_path: Path, looked: Callable[..., Look]) -> None:
    rows = [station(2 * number, **cells) for number, (cells, _code) in enumerate(FAULTS.values())]
    clean = [station(2 * number + 1) for number in range(len(FAULTS))]
    mixed = [row for pair in zip(rows, clean, strict=True) for row in pair]
    found = codes(looked(stations_file(tmp_path, *mixed)))
    expected = {5 + 2 * number: {code} for number, (_cells, code) in enumerate(FAULTS.values())}
    assert found == expected


def test_problem_names_row_column_and_value_as_seen(tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = looked(stations_file(tmp_path, station(1), station(2, mast_height_m="cao")))
    (problem,) = found.problems
    assert (problem.row, problem.column, problem.value, problem.code) == (6, "mast_height_m", "cao", "value.type")
    assert problem.as_json()["severity"] == "error"
    assert "cao" in problem.message


def test_title_rows_empty_rows_and_the_total_line_are_no_data(tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = looked(stations_file(tmp_path, station(1), {}, {}, station(2)))
    assert found.draft.rows.tolist() == [5, 8]
    assert [(row.row, row.why) for row in found.draft.sheet.skipped] == [(10, "total")]
    assert found.problems == []


def test_swapped_coordinates_come_with_the_exchanged_cells(tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = looked(stations_file(tmp_path, station(1), station(2, longitude=20.501234, latitude=106.561234)))
    (problem,) = found.problems
    assert problem.suggestion == {"longitude": "106.561234", "latitude": "20.501234"}
    assert problem.columns == ("longitude", "latitude")


def test_superseded_commune_comes_with_its_successor(tmp_path: Path, looked: Callable[..., Look]) -> None:
    rows = station(1, unit="Xã Thụy Hải", district="Huyện Thái Thụy"), station(2, unit="Thị trấn Diêm Điền")
    found = looked(stations_file(tmp_path, *rows))
    suggestions = [problem.suggestion for problem in found.problems]
    assert suggestions == [{"unit": "Xã Thái Thụy", "district": ""}, {"unit": "Xã Thái Thụy"}]
    assert not found.draft.has_error.any()


@pytest.mark.parametrize("spelling", ["Xã Thái Thuỵ", "xa thai thuy", "X. Thái Thụy", "THÁI THỤY", "12826"])
def test_commune_is_known_however_it_is_spelt(spelling: str, tmp_path: Path, looked: Callable[..., Look]) -> None:
    assert looked(stations_file(tmp_path, station(1, unit=spelling))).problems == []


def test_technologies_are_told_apart_however_they_are_parted(tmp_path: Path, looked: Callable[..., Look]) -> None:
    spellings = ["2G/3G", "2g 3g", "3G+2G", "2G, 3G", "2G và 3G", "4g", "2G xG"]
    rows = [station(place, technologies=text) for place, text in enumerate(spellings)]
    look = looked(csv_file(tmp_path, *rows, headers=HEADERS))
    assert look.draft.values["technologies"].to_list() == ["2G,3G"] * 5 + ["4G", None]
    assert [row for row, told in codes(look).items() if "value.choice" in told] == [len(spellings) + 1]


def test_places_written_without_signs_lie_where_they_are(tmp_path: Path, looked: Callable[..., Look]) -> None:
    spellings = [("106.33.00,06", "20.30.03,05"), ("1063300.06E", "203003.05N"), ("106°33'00.06\"", "20°30'03.05\"")]
    rows = [station(place, longitude=east, latitude=north) for place, (east, north) in enumerate(spellings)]
    look = looked(csv_file(tmp_path, *rows, headers=HEADERS))
    assert np.ptp(look.draft.points, axis=0).max() < 1e-9
    assert look.draft.points[0] == pytest.approx((106 + 33.001 / 60, 20 + 30.0508333 / 60), abs=1e-7)


def test_code_used_twice_blocks_both_rows_and_names_the_other(tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = looked(stations_file(tmp_path, station(1), station(2), station(3, code="VTL-0001")))
    assert codes(found) == {5: {"identifier.duplicate"}, 7: {"identifier.duplicate"}}
    assert found.problems[0].facts == {"others": "7"}


def test_two_codes_at_one_place_are_pointed_out_on_the_later_row(tmp_path: Path, looked: Callable[..., Look]) -> None:
    first = station(1)
    near = station(2, longitude=first["longitude"] + 0.00005, latitude=first["latitude"])
    found = looked(stations_file(tmp_path, first, near))
    assert codes(found) == {6: {"site.nearby_duplicate"}}
    assert found.problems[0].facts == {"distance": 5.2, "other": "VTL-0001", "other_row": 5}
    assert "VTL-0001 (dòng 5) 5,2 m" in found.problems[0].message


def test_border_of_a_commune_is_no_exact_line(tmp_path: Path, looked: Callable[..., Look]) -> None:
    over_the_border = station(1, longitude=106.561234, latitude=20.651)  # 111 m inside Thụy Anh
    beyond = station(2, longitude=106.571234, latitude=20.655123)  # 570 m
    found = looked(stations_file(tmp_path, over_the_border, beyond))
    assert codes(found) == {6: {"coordinate.unit_mismatch"}}
    assert "Xã Thụy Anh" in found.problems[0].message


def test_certificate_has_a_number_and_an_end(tmp_path: Path, looked: Callable[..., Look], ground: World) -> None:
    Limit.objects.create(code="verification_cycle", value=5, unit="years", valid_from=date(2020, 6, 1))
    end, number, day = "certificate_expires_on", "certificate_number", "certificate_issued_on"
    rows = (
        station(1),
        station(2, **{end: None}),
        station(3, **{end: None, day: None}),
        station(4, **{number: None}),
        station(5, **{number: None, end: None, day: None}),
        station(6, **{end: "mai"}),
        station(7, **{end: None, number: ground.certificate.number}),  # registered with its end
    )
    found = looked(stations_file(tmp_path, *rows))
    undated, unnumbered = {"certificate.undated"}, {"certificate.unnumbered"}
    assert codes(found) == {6: undated, 7: undated, 8: unnumbered, 10: {"value.date"}}
    assert [one.suggestion for one in found.problems if one.code in undated] == [{end: "23/07/2030"}, None]
    assert {one.severity for one in found.problems if one.code in undated | unnumbered} == {"warning"}


def test_dates_in_a_column_that_is_not_recognised_are_not_missed(tmp_path: Path, looked: Callable[..., Look]) -> None:
    headers = {**HEADERS, "certificate_expires_on": "Mốc thứ ba"}
    found = looked(stations_file(tmp_path, station(1), headers=headers))
    assert [one.code for one in found.problems] == ["file.header_unknown"]


def metric(number: int, srid: int = 9209, *, easting_first: bool = False, **changes: object) -> dict[str, object]:
    """A row in metres: X is the northing, unless *easting_first*."""
    row = station(number, **{name: value for name, value in changes.items() if name in ("longitude", "latitude")})
    ((east, north),) = from_lonlat(np.array([[row["longitude"], row["latitude"]]]), srid)
    x, y = (east, north) if easting_first else (north, east)
    return {**row, "x": f"{x:.2f}", "y": f"{y:.2f}", **changes}


def test_metres_are_converted_in_the_system_that_fits_the_communes(tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = looked(csv_file(tmp_path, *(metric(number, 9210) for number in range(30))))
    assert found.problems == []
    system = found.reading()["systems"][0]
    assert (system["crs"], system["why"], system["agree"]) == ("EPSG:9210", "units", 30)
    truth = np.array([[station(n)["longitude"], station(n)["latitude"]] for n in range(30)])
    assert np.abs(found.draft.points - truth).max() < 1e-6


def test_file_of_a_far_meridian_keeps_its_habit_and_its_slip(tmp_path: Path, looked: Callable[..., Look]) -> None:
    rows = [metric(number, 5898) for number in range(20)]
    rows.append(metric(20, 5898, easting_first=True))
    found = looked(csv_file(tmp_path, *rows))
    assert found.reading()["systems"][0]["crs"] == "EPSG:5898"
    assert codes(found) == {22: {"coordinate.swapped"}}


def test_systems_of_one_meridian_are_told_apart_at_the_borders(tmp_path: Path, looked: Callable[..., Look]) -> None:
    rows = [  # just inside the eastern border: another scale puts them 690 m farther north
        metric(number, 5897, longitude=106.55 + 0.002 * number, latitude=20.6485) for number in range(20)
    ]
    found = looked(csv_file(tmp_path, *rows))
    assert found.reading()["systems"][0]["crs"] == "EPSG:5897"


def test_second_way_to_read_a_file_is_named(tmp_path: Path, looked: Callable[..., Look]) -> None:
    rows = [  # in the middle of their commune: another scale or datum moves them within it
        metric(number, 5897, longitude=106.55 + 0.001 * number, latitude=20.55) for number in range(12)
    ]
    path = csv_file(tmp_path, *rows)
    (system,) = looked(path).reading()["systems"]
    apart = {one["crs"]: one["apart_m"] for one in system["rivals"]} | {system["crs"]: 0}
    assert {"EPSG:5897", "EPSG:32648"} <= set(apart)
    assert max(apart.values()) > 500
    (doubt,) = doubts_of({"systems": [system]})
    assert all(one.crs in doubt.message for one in doubt.others)
    (declared,) = looked(path, crs="EPSG:5897").reading()["systems"]
    assert "rivals" not in declared


def test_file_without_communes_is_told_by_the_territory(tmp_path: Path, looked: Callable[..., Look]) -> None:
    headers = {name: text for name, text in METRIC_HEADERS.items() if name not in ("unit", "district")}
    rows = [metric(number) for number in range(3)]
    (system,) = looked(csv_file(tmp_path, *rows, headers=headers)).reading()["systems"]
    assert (system["crs"], system["why"]) == ("EPSG:9209", "territory")
    assert [one["crs"] for one in system["rivals"]] != []


def test_declared_system_is_not_second_guessed(tmp_path: Path, looked: Callable[..., Look]) -> None:
    found = looked(csv_file(tmp_path, *(metric(number, 3405) for number in range(3))), crs="EPSG:3405")
    assert found.problems == []
    assert found.reading()["systems"][0]["why"] == "declared"


@pytest.mark.parametrize("easting_first", [False, True])
def test_order_of_metres_is_the_files_own_habit(
    easting_first: bool, tmp_path: Path, looked: Callable[..., Look]
) -> None:
    rows = [metric(number, easting_first=easting_first) for number in range(20)]
    rows.append(metric(20, easting_first=not easting_first))
    found = looked(csv_file(tmp_path, *rows))
    assert codes(found) == {22: {"coordinate.swapped"}}
    assert found.problems[0].suggestion == {"x": rows[20]["y"], "y": rows[20]["x"]}


@pytest.mark.parametrize("zone", [5897, 5899])
def test_wrong_meridian_comes_with_the_position_in_the_files_own(
    tmp_path: Path, looked: Callable[..., Look], zone: int
) -> None:
    rows = [metric(number) for number in range(20)]
    rows.append(metric(20, zone))
    found = looked(csv_file(tmp_path, *rows))
    assert codes(found) == {22: {"coordinate.wrong_zone"}}
    suggestion = found.problems[0].suggestion
    right = metric(20)
    assert suggestion is not None
    assert all(abs(float(suggestion[name]) - float(str(right[name]))) < 0.05 for name in ("x", "y"))


def tones_apart(text: str) -> str:
    """Write each tone behind its vowel, as Windows-1258 has it."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    letters = []
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        letters.append(unicodedata.normalize("NFC", "".join(c for c in parts if c not in tones)))
        letters += [c for c in parts if c in tones]
    return "".join(letters)


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "utf-16"), (";", "cp1258"), ("|", "utf-8"), (";", "utf-16-be")],
)
def test_delimited_files_of_many_makes(
    delimiter: str, encoding: str, tmp_path: Path, looked: Callable[..., Look]
) -> None:
    path = csv_file(tmp_path, metric(1), delimiter=delimiter, encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    path.write_bytes((tones_apart(text) if encoding == "cp1258" else text).encode(encoding))
    found = looked(path)
    assert found.draft.rows.tolist() == [2]
    assert found.problems == []


def test_sexagesimal_file_lands_within_a_metre(tmp_path: Path, looked: Callable[..., Look]) -> None:
    row = station(1, longitude="106°33'10.86\"E", latitude="20°30'00.05\"N")
    found = looked(stations_file(tmp_path, row))
    assert found.problems == []
    lon, lat = found.draft.points[place_of(found.draft, 5)]
    assert (lon, lat) == (pytest.approx(106.55301667), pytest.approx(20.50001389))


def test_every_code_of_the_contract_has_words() -> None:
    named = """file.unreadable file.encoding file.header_unknown file.header_missing file.empty value.required
        value.type
        value.range value.choice value.date reference.unknown identifier.duplicate identifier.foreign coordinate.missing
        coordinate.unparsable coordinate.placeholder coordinate.swapped coordinate.outside_territory
        coordinate.wrong_zone coordinate.unit_mismatch coordinate.low_precision unit.unknown unit.superseded
        site.nearby_duplicate site.moved station.removed"""
    assert set(named.split()) <= set(TEXTS)
    assert severity_of("coordinate.swapped") == "error"
    assert severity_of("unit.superseded") == "warning"


def test_points_that_a_spreadsheet_took_away_are_put_back(tmp_path: Path, looked: Callable[..., Look]) -> None:
    row = station(1, longitude="106.553.017", latitude="20.500.013")
    (problem,) = looked(stations_file(tmp_path, row, station(2))).problems
    assert (problem.row, problem.code) == (5, "coordinate.unparsable")
    assert problem.suggestion == {"longitude": "106.553017", "latitude": "20.500013"}
    (other,) = looked(stations_file(tmp_path, station(1, longitude="999.553.017", latitude="20.500.013"))).problems
    assert (other.code, other.suggestion) == ("coordinate.unparsable", None)
