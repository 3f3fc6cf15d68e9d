"""Coordinates in the many ways people write them."""

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.submissions.coordinates.notation import Notation, parse, parse_pair, read_axis

ANGLE = 106 + 21 / 60 + 32.5 / 3600


@pytest.mark.parametrize(
    "text",
    [
        "106°21'32.5\"E",
        "106° 21' 32,5'' E",
        "E 106°21′32.5″",
        "106º21’32.5”",
        "106 21 32.5",
        "106-21-32.5",
        "106:21:32.5",
        "106d21m32.5s",
        "106 độ 21 phút 32,5 giây",
        "106°21′32.5″ Đông",
        "106o21'32.5\"",
        "106°21'32.5''E.",
        "106°21'32\"5",
        "106°21'32\"50 Đ",
        "106°21'32,5\" kinh Đông",
        "106°21'32,5\" kinh độ Đông",
        "Long: 106°21'32.5\"",
        "106.21.32,5",
        "106.21.32,5 Đ",
        "1062132.5E",
        "E1062132,5",
        "1062132.5 Đ",
    ],
)
def test_degrees_minutes_seconds_as_people_type_them(text: str) -> None:
    written = parse(text)
    assert written is not None
    assert written.value == pytest.approx(ANGLE, abs=1e-9)
    assert written.notation is Notation.DEGREES


@pytest.mark.parametrize(
    "text",
    ["106.359028", "106,359028", " 106.359028° ", "E106.359028", "106,359028 Đ", "'106.359028", "Long=106.359028"],
)
def test_decimal_degrees_with_point_or_comma(text: str) -> None:
    written = parse(text)
    assert written is not None
    assert written.value == pytest.approx(106.359028)
    assert written.resolution == pytest.approx(1e-6)


@pytest.mark.parametrize(
    "text", ["2290645.59", "2290645,59", "2.290.645,59", "2,290,645.59", "2 290 645.59", "2290645,59 m"]
)
def test_metres_with_and_without_groups(text: str) -> None:
    written = parse(text)
    assert written is not None
    assert (written.value, written.notation) == (2290645.59, Notation.METRES)


@pytest.mark.parametrize(("text", "hemisphere"), [("20°26'50\" B", "N"), ("20.5 S", "S"), ("70 30 15 W", "W")])
def test_hemisphere_is_kept_and_turns_the_sign(text: str, hemisphere: str) -> None:
    written = parse(text)
    assert written is not None
    assert written.hemisphere == hemisphere
    assert (written.value < 0) == (hemisphere in "SW")


@pytest.mark.parametrize(
    "text",
    ["", "xem bản vẽ", "N/A?", "20.45.12.3", "106°61'00\"", "nan", "inf", "1e5", "E106E", "400°", "٣"],
)
def test_what_means_nothing_or_two_things_is_not_read(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize("text", ["202218.52N", "N202218.52", "20.22.18,52", "B 20.22.18,52", "202218,52 Bắc"])
def test_a_latitude_written_without_signs_is_read(text: str) -> None:
    written = parse(text)
    assert written is not None
    assert written.value == pytest.approx(20 + 22 / 60 + 18.52 / 3600, abs=1e-9)
    assert written.resolution == pytest.approx(0.01 / 3600)


@pytest.mark.parametrize(
    "text",
    [
        "20.22.1852",
        "20.22.5",
        "20.221.18",
        "20.61.18",
        "20.22.61",
        "550738E",
        "2290645N",
        "206118N",
        "202218",
        "N202218E",
    ],
)
def test_figures_without_signs_that_could_be_something_else_are_not_guessed(text: str) -> None:
    written = parse(text)
    assert written is None or written.notation is Notation.METRES


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("20.447118, 106.356882", ("20.447118", "106.356882")),
        ("20,447118; 106,356882", ("20,447118", "106,356882")),
        ("20°26'50\"N 106°21'24\"E", ("20°26'50\"N", "106°21'24\"E")),
        ("20 26 50 106 21 24", ("20 26 50", "106 21 24")),
        ("gần chợ", None),
    ],
)
def test_both_coordinates_in_one_cell(text: str, pair: tuple[str, str] | None) -> None:
    assert parse_pair(text) == pair


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=40))
def test_no_text_crashes_the_reader_or_gives_an_endless_number(text: str) -> None:
    written = parse(text)
    assert written is None or math.isfinite(written.value)
    parse_pair(text)


COORDINATE = st.text(alphabet="0123456789.,°'\" NSEWđĐ-–:mds", max_size=16)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.none(), COORDINATE), max_size=20))
def test_reading_a_column_and_a_cell_agree(texts: list[str | None]) -> None:
    axis = read_axis(pl.Series("x", texts, dtype=pl.String))
    for place, text in enumerate(texts):
        written = None if text is None else parse(text)
        if text is None:
            assert axis.notation[place] == Notation.EMPTY
        elif written is None:
            assert axis.notation[place] == Notation.UNPARSABLE
        else:
            assert (axis.notation[place], axis.value[place]) == (written.notation, pytest.approx(written.value))


@settings(max_examples=100, deadline=None)
@given(st.floats(min_value=0, max_value=179.9, allow_nan=False))
def test_writing_seconds_and_reading_them_back_stays_within_a_metre(value: float) -> None:
    total = round(value * 3600 * 100)
    degrees, rest = divmod(total, 360_000)
    minutes, hundredths = divmod(rest, 6_000)
    written = parse(f"{degrees}°{minutes:02d}'{hundredths / 100:05.2f}\"")
    assert written is not None
    assert abs(written.value - value) * 111_195 < 0.2
