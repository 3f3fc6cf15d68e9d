"""Files and pasted lists of outages as rows: moments in the ways operators write them, words from lists."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from infra.submissions.lists import Choices
from infra.submissions.problems import Problem
from infra.submissions.reading.sheets import Sheet, read
from inspections.outages.columns import OUTAGES, choices
from inspections.outages.rows import OUT, OutageRow

_CLOCK = r"(\d{1,2})\s*(?:[:hg.]\s*(\d{2})?)(?::(\d{2})(?:\.\d+)?)?"
_DAY = r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})"
_DAY_CLOCK = re.compile(rf"^{_DAY}(?:[\sT,]+(?:lúc\s+)?{_CLOCK})?$", re.IGNORECASE)
_CLOCK_DAY = re.compile(rf"^{_CLOCK}(?:\s*,?\s*(?:ngày\s+)?){_DAY}$", re.IGNORECASE)
_SERIAL = re.compile(r"^\d{5}(?:[.,]\d+)?$")
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 -- Excel knows no time zone
_BETWEEN = re.compile(r"[\s,;]+")


def moment_of(text: str) -> datetime | None:
    """Return the moment that *text* means in the local time zone, None where it means none.

    Day first ("10/09/2026 14:30"), clock first ("14h30 ngày 10/9/2026"), ISO 8601, or a spreadsheet's serial number.
    A day without a clock is its first minute.
    """
    text = text.strip()
    try:
        naive = _naive(text)
        if naive is None or not 2000 <= naive.year <= 2200:
            return None
        return naive if naive.tzinfo else timezone.make_aware(naive)
    except (ValueError, OverflowError):
        return None


def _naive(text: str) -> datetime | None:
    if found := _DAY_CLOCK.match(text):
        day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 -- made aware by the caller
    if found := _CLOCK_DAY.match(text):
        hour, minute, second, day, month, year = (int(part or 0) for part in found.groups())
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 -- made aware by the caller
    if _SERIAL.match(text):
        return _EXCEL_EPOCH + timedelta(minutes=round(float(text.replace(",", ".")) * 24 * 60))
    return datetime.fromisoformat(text) if "-" in text else None


def rows_of_file(path: Path) -> tuple[list[OutageRow], list[Problem]]:
    """Read *path*; return its rows and what is wrong with their cells. Raises Unreadable for the file as a whole."""
    sheet = read(path, OUTAGES)
    problems: list[Problem] = []
    words = choices()
    rows = [_row(cells, words, problems) for cells in _cells(sheet)]
    return rows, problems


def _cells(sheet: Sheet) -> Iterator[dict[str, Any]]:
    yield from sheet.frame.iter_rows(named=True)


def _row(cells: dict[str, Any], words: dict[str, Choices], problems: list[Problem]) -> OutageRow:
    number = int(cells["row"])

    def chosen(name: str) -> str:
        text = cells.get(name)
        if not text:
            return ""
        code = words[name].code_of(text)
        if code is None:
            facts = {"choices": words[name].words()}
            problems.append(Problem(number, "value.choice", (name,), value=text, facts=facts))
        return code or ""

    def moment(name: str) -> datetime | None:
        text = cells.get(name)
        if not text:
            return None
        found = moment_of(text)
        if found is None:
            problems.append(Problem(number, "value.date", (name,), value=text))
        return found

    return OutageRow(
        row=number,
        station=cells.get("station") or "",
        state=chosen("state") or ("back" if cells.get("back_at") else OUT),
        out_since=moment("out_since"),
        back_at=moment("back_at"),
        expected_back_at=moment("expected_back_at"),
        cause=chosen("cause"),
        damage=chosen("damage"),
        note=(cells.get("note") or "")[:400],
    )


def rows_of_text(text: str, **same: Any) -> list[OutageRow]:
    """Return a row for each code in *text*, however they are divided; *same* holds for all of them."""
    codes = [code for code in _BETWEEN.split(text) if code]
    return [OutageRow(row=place, station=code, **same) for place, code in enumerate(codes, start=1)]
