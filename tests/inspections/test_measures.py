"""Measured values: the server reads and judges what people type as the phone does, any spelling of a number alike."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inspections.fieldwork.evaluation import Bound, Unreadable, judge
from inspections.fieldwork.measures import NotANumber, parse_number
from inspections.models import ChecklistItem, ItemKind, Outcome

VECTORS: dict[str, Any] = json.loads(Path(__file__).with_name("measures.json").read_text("utf-8"))
COMPARISONS = ("<=", "<", ">=", ">", "=")


@pytest.mark.parametrize(("text", "number"), VECTORS["numbers"])
def test_what_people_type_is_read_as_on_the_phone(text: str, number: float | None) -> None:
    if number is None:
        with pytest.raises(NotANumber):
            parse_number(text)
    else:
        assert parse_number(text) == number


@pytest.mark.parametrize(("text", "comparison", "limit", "passes"), VECTORS["judged"])
def test_a_value_is_judged_as_on_the_phone(text: str, comparison: str, limit: float, passes: bool) -> None:
    assert Bound(limit, comparison, "").holds(parse_number(text)) is passes


@pytest.mark.parametrize(("text", "unit", "size"), VECTORS["sizes"])
def test_a_size_below_zero_is_no_measurement(text: str, unit: str, size: bool) -> None:
    item = ChecklistItem(code="r", kind=ItemKind.NUMBER, unit=unit, limit_value=10, comparison="<=", legal_basis="x")
    if size:
        with pytest.raises(Unreadable) as told:
            judge(item, {"value": text, "unit": unit}, {})
        assert (told.value.part, told.value.code) == ("value", "value.range")
    else:
        assert judge(item, {"value": text, "unit": unit}, {}).outcome == Outcome.PASS


@given(
    value=st.decimals(min_value=-10_000, max_value=10_000, places=3),
    limit=st.decimals(min_value=-10_000, max_value=10_000, places=3),
    comparison=st.sampled_from(COMPARISONS),
    comma=st.booleans(),
    unit=st.sampled_from(["ohm", "Ω", "kΩ", "mohm", ""]),
)
def test_any_spelling_of_a_value_is_judged_by_its_size(
    value: Any, limit: Any, comparison: str, comma: bool, unit: str
) -> None:
    """Comma or point, ohm or kilo-ohm: what decides is how large the value is."""
    factor = {"kΩ": 1000, "mohm": 0.001}.get(unit, 1)
    text = f"{value:f}".replace(".", "," if comma else ".")
    item = ChecklistItem(
        code="r", kind=ItemKind.NUMBER, unit="ohm", limit_value=float(limit), comparison=comparison, legal_basis="x"
    )
    size = float(value) * factor
    if size < 0:
        with pytest.raises(Unreadable):
            judge(item, {"value": text, "unit": unit}, {})
        return
    judged = judge(item, {"value": text, "unit": unit}, {})
    assert judged.number == pytest.approx(size)
    if not math.isclose(size, float(limit), rel_tol=1e-6, abs_tol=1e-6):
        expected = {"<=": size < limit, "<": size < limit, ">=": size > limit, ">": size > limit, "=": False}
        assert judged.outcome == (Outcome.PASS if expected[comparison] else Outcome.FAIL)
    elif float(value) == float(limit) and factor == 1:
        assert judged.outcome == (Outcome.PASS if comparison in {"<=", ">=", "="} else Outcome.FAIL)
