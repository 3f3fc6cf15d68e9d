"""Marks answers against the limits in force, and says what was found.

A measured item with a limit is judged by its value, whatever outcome came with it; every other item by the person who
stood there. Each failed item gives one finding.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from infra.models import Limit
from inspections.fieldwork.measures import (
    NotANumber,
    WrongUnit,
    is_size,
    parse_number,
    printed_comparison,
    printed_number,
    printed_unit,
    to_unit,
)
from inspections.models import ChecklistItem, ItemKind, Outcome, Result, Severity

#: floating-point noise of a unit conversion must not fail a value that equals its limit
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Bound:
    """What a value is held against, in the item's unit."""

    value: float
    comparison: str
    basis: str

    def holds(self, number: float) -> bool:
        """Tell whether *number* meets the limit; a value equal to it meets "<=" and ">="."""
        slack = TOLERANCE * max(1.0, abs(self.value))
        difference = number - self.value
        return {
            "<=": difference <= slack,
            "<": difference < -slack,
            ">=": difference >= -slack,
            ">": difference > slack,
            "=": abs(difference) <= slack,
        }[self.comparison]


@dataclass(frozen=True)
class Judged:
    """One answer after evaluation. ``outcome`` is empty where nobody has answered."""

    item: ChecklistItem
    outcome: str
    value: str = ""
    number: float | None = None
    bound: Bound | None = None
    instrument_name: str = ""
    instrument_serial: str = ""
    instrument_calibrated_on: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Found:
    """A finding before it is stored; texts in both languages."""

    item: ChecklistItem
    severity: str
    rule_code: str
    text_vi: str
    text_en: str
    due_on: date | None


class Unreadable(ValueError):
    """An answer that cannot be judged; ``code`` and ``message`` for the person, ``part`` the member concerned."""

    def __init__(self, part: str, code: str, message: str) -> None:
        super().__init__(message)
        self.part, self.code, self.message = part, code, message


def bound_of(item: ChecklistItem, limits: Mapping[str, Limit]) -> Bound | None:
    """Return the limit of *item* among *limits* in force (code -> row), else the one written on the item itself."""
    limit = limits.get(item.limit_code) if item.limit_code else None
    if limit is not None:
        return Bound(limit.value, limit.comparison, limit.legal_basis or item.legal_basis)
    if item.limit_value is not None:
        return Bound(item.limit_value, item.comparison or "<=", item.legal_basis)
    return None


def judge(item: ChecklistItem, answer: Mapping[str, Any], limits: Mapping[str, Limit]) -> Judged:
    """Return *answer* judged. Raises :class:`Unreadable` for a value, unit, choice or date that makes no sense."""
    instrument = answer.get("instrument") or {}
    raw = answer.get("value")
    value = "" if raw is None else str(raw).strip()
    outcome = answer.get("outcome") or ""
    number: float | None = None
    bound: Bound | None = None
    if item.kind == ItemKind.NUMBER:
        bound = bound_of(item, limits)
        outcome, number = _judge_number(item, raw if value else None, answer.get("unit") or "", outcome, bound)
    elif item.kind == ItemKind.CHOICE and value:
        outcome = _judge_choice(item, value, outcome)
    elif item.kind == ItemKind.DATE and value:
        value = _check_date(value)
    return Judged(
        item=item,
        outcome=outcome,
        value=value,
        number=number,
        bound=bound,
        instrument_name=instrument.get("name") or "",
        instrument_serial=instrument.get("serial") or "",
        instrument_calibrated_on=instrument.get("calibrated_on"),
        note=answer.get("note") or "",
    )


def _judge_number(
    item: ChecklistItem, raw: object, unit: str, claimed: str, bound: Bound | None
) -> tuple[str, float | None]:
    if raw is None:
        # A limit is met by a measurement only: "pass" without a value says that nothing was measured.
        return (Outcome.NA if bound and claimed == Outcome.PASS else claimed), None
    try:
        number = to_unit(parse_number(raw), unit, item.unit)
    except NotANumber as error:
        raise Unreadable("value", "value.type", _("“%(value)s” is not a number.") % {"value": raw}) from error
    except WrongUnit as error:
        message = _("Unit “%(unit)s” does not fit; %(wanted)s is expected.")
        raise Unreadable("unit", "value.choice", message % {"unit": unit, "wanted": item.unit}) from error
    if number < 0 and is_size(item.unit):
        message = _("“%(value)s” is below zero: write the size, without a sign.")
        raise Unreadable("value", "value.range", message % {"value": raw})
    if bound is None:
        return claimed, number
    return (Outcome.PASS if bound.holds(number) else Outcome.FAIL), number


def _judge_choice(item: ChecklistItem, value: str, claimed: str) -> str:
    for choice in item.choices:
        if choice["code"] == value:
            return str(choice.get("outcome") or claimed or Outcome.PASS)
    known = ", ".join(choice["code"] for choice in item.choices)
    message = _("“%(value)s” is none of: %(known)s.") % {"value": value, "known": known}
    raise Unreadable("value", "value.choice", message)


def _check_date(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        message = _("“%(value)s” is not a date (YYYY-MM-DD).") % {"value": value}
        raise Unreadable("value", "value.date", message) from error


def findings_of(judged: Iterable[Judged], visited_on: date) -> list[Found]:
    """Return what was found, in the order of the checklist."""
    return [_found(row, visited_on) for row in judged if row.outcome == Outcome.FAIL]


def _found(row: Judged, visited_on: date) -> Found:
    item = row.item
    due_on = None if item.remedy_days is None else visited_on + timedelta(days=item.remedy_days)
    with override("vi"):
        text_vi = _sentence(row, item.text_vi)
    with override("en"):
        text_en = _sentence(row, item.text_en or item.text_vi)
    return Found(item, item.severity, item.rule_code, text_vi[:600], text_en[:600], due_on)


def _sentence(row: Judged, text: str) -> str:
    measured = row.number is not None and row.bound is not None
    parts = [text if measured else _("Failed: %(item)s") % {"item": text}]
    if row.number is not None and row.bound is not None:
        unit = printed_unit(row.item.unit)
        parts.append(
            _("%(value)s %(unit)s is %(comparison)s %(limit)s %(unit)s, %(basis)s")
            % {
                "value": printed_number(row.number),
                "limit": printed_number(row.bound.value),
                "unit": unit,
                "comparison": printed_comparison(row.bound.comparison),
                "basis": row.bound.basis,
            }
        )
    elif row.value and row.item.kind != ItemKind.PASS_FAIL:
        parts.append(_choice_text(row))
    if row.note:
        parts.append(row.note)
    return ": ".join(parts[:2]) + "".join(f". {part}" for part in parts[2:])


def _choice_text(row: Judged) -> str:
    for choice in row.item.choices:
        if choice.get("code") == row.value:
            key = "text_en" if get_language() == "en" else "text_vi"
            return str(choice.get(key) or choice.get("text_vi") or row.value)
    return row.value


def result_of(judged: Iterable[Judged]) -> str:
    """Return the conclusion: a major or critical failure fails the visit, minor ones leave remarks."""
    failed = [row.item.severity for row in judged if row.outcome == Outcome.FAIL]
    if not failed:
        return Result.PASS
    return Result.PASS_WITH_REMARKS if all(s == Severity.MINOR for s in failed) else Result.FAIL
