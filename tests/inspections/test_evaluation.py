"""Numbers as people write them, judged against limits: equal to the limit passes, whatever the comma."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.fieldwork.evaluation import Bound, judge, result_of
from inspections.fieldwork.measures import NotANumber, WrongUnit, parse_number, printed_number, to_unit
from inspections.models import ChecklistItem, ItemKind, Outcome, Severity

WRITTEN = [
    ("14", 14.0),
    (14, 14.0),
    ("8,4", 8.4),
    ("8.4", 8.4),
    (" 8,40 ", 8.4),
    ("1.234,5", 1234.5),
    ("1,234.5", 1234.5),
    ("1.234.567", 1234567.0),
    ("1 234,5", 1234.5),
    ("1.234", 1.234),
    ("-3,5", -3.5),
    ("−3,5", -3.5),
    (".5", 0.5),
]


@pytest.mark.parametrize(("value", "number"), WRITTEN)
def test_a_value_is_read_as_it_was_meant(value: object, number: float) -> None:
    assert parse_number(value) == number


@pytest.mark.parametrize(
    "value",
    ["", "mười", "8,4,5", "1..2", "1,2.3,4", "0x10", "1e3", "٣", "nan", "inf", float("nan"), float("inf"), True],
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(NotANumber):
        parse_number(value)


@pytest.mark.parametrize(
    ("number", "written", "wanted", "result"),
    [
        (1.4, "kΩ", "ohm", 1400.0),
        (10, "Ω", "ohm", 10.0),
        (10, "", "ohm", 10.0),
        (0.2, "mW/cm²", "W/m2", 2.0),
        (200, "µW/cm2", "W/m2", 2.0),
    ],
)
def test_units_of_the_instrument_become_those_of_the_item(
    number: float, written: str, wanted: str, result: float
) -> None:
    assert to_unit(number, written, wanted) == pytest.approx(result)


def test_another_quantity_is_refused() -> None:
    with pytest.raises(WrongUnit):
        to_unit(1, "V/m", "ohm")


def item(comparison: str, limit: float) -> ChecklistItem:
    return ChecklistItem(
        code="measured", kind=ItemKind.NUMBER, unit="ohm", limit_value=limit, comparison=comparison, severity="major"
    )


HOLDS = {
    "<=": lambda value, limit: value <= limit,
    "<": lambda value, limit: value < limit,
    ">=": lambda value, limit: value >= limit,
    ">": lambda value, limit: value > limit,
}
cents = st.integers(min_value=-1_000_000, max_value=1_000_000)
sizes = st.integers(min_value=0, max_value=1_000_000)


@given(value=sizes, limit=cents, comparison=st.sampled_from(sorted(HOLDS)), comma=st.booleans(), text=st.booleans())
def test_the_outcome_is_that_of_exact_arithmetic(
    value: int, limit: int, comparison: str, comma: bool, text: bool
) -> None:
    written: object = f"{Decimal(value) / 100:f}".replace(".", "," if comma else ".") if text else value / 100
    judged = judge(item(comparison, limit / 100), {"value": written, "outcome": "na", "unit": "Ω"}, {})
    assert judged.outcome == (Outcome.PASS if HOLDS[comparison](value, limit) else Outcome.FAIL)


@given(value=st.floats(min_value=0.001, max_value=1e6), limit=st.floats(min_value=0.001, max_value=1e6))
def test_comma_and_point_say_the_same(value: float, limit: float) -> None:
    text = f"{value:.6f}"
    outcomes = {
        judge(item("<=", limit), {"value": written}, {}).outcome
        for written in (text, text.replace(".", ","), float(text))
    }
    assert len(outcomes) == 1


def test_a_limit_is_met_by_a_measurement_only() -> None:
    assert judge(item("<=", 10), {"outcome": "pass"}, {}).outcome == Outcome.NA
    assert judge(item("<=", 10), {"outcome": "fail"}, {}).outcome == Outcome.FAIL


def test_noise_of_conversion_does_not_fail_a_value_at_its_limit() -> None:
    assert Bound(0.3, "<=", "").holds(0.1 + 0.2)


def test_minor_failures_leave_remarks_major_ones_fail() -> None:
    def result(*severities: str) -> str:
        return result_of(
            judge(ChecklistItem(code=str(n), kind=ItemKind.PASS_FAIL, severity=s), {"outcome": "fail"}, {})
            for n, s in enumerate(severities)
        )

    assert result() == "pass"
    assert result(Severity.MINOR) == "pass_with_remarks"
    assert result(Severity.MINOR, Severity.MAJOR) == "fail"
    assert result(Severity.CRITICAL) == "fail"


def test_figures_are_printed_with_the_language_s_sign() -> None:
    assert printed_number(14.0) == "14"
    assert printed_number(8.4) == "8,4"
    assert printed_number(1234.5) == "1.234,5"
