# ruff: noqa: E501 -- a table reads best with its reasons on the line
"""Worked deadlines, each with its reasoning: counted by hand from the calendar, not by the program.

How days are counted: the first day is not; working days skip weekends, holidays and days off in exchange, and count
working Saturdays; a term in days or months that ends on a day of rest ends with the next working day; a term in months
ends on the same day of the month, or on its last one. Days off of 2025 and 2026 are those of the shipped list, other
years are completed by the library.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from tests.inspections.deadline_tools import computed, record

Steps = tuple[tuple[str, date], ...]


@dataclass(frozen=True)
class Worked:
    """One worked date."""

    name: str
    steps: Steps
    due: date
    why: str
    facts: dict[str, Any] = field(default_factory=dict)


def d(text: str) -> date:
    """Read "02/03/2026"."""
    day, month, year = map(int, text.split("/"))
    return date(year, month, day)


def decision(on: str, due: str, why: str, *more: tuple[str, str], **facts: Any) -> Worked:
    steps = (*record(d(on)), *((kind, d(day)) for kind, day in more))
    return Worked("decision", steps, d(due), why, facts)


def right(name: str, on: str, due: str, why: str, **facts: Any) -> Worked:
    return Worked(name, record(d(on)), d(due), why, facts)


def after(name: str, kind: str, on: str, due: str, why: str, **facts: Any) -> Worked:
    return Worked(name, ((kind, d(on)),), d(due), why, facts)


def bar(due: str, why: str, **facts: Any) -> Worked:
    return Worked("limitation", (), d(due), why, facts)


PLAIN = [
    decision("02/03/2026", "11/03/2026", "Monday; 3, 4, 5, 6, 9, 10, 11 March are seven working days"),
    decision("06/03/2026", "17/03/2026", "Friday; the count starts on Monday 9 and runs over one more weekend"),
    decision("07/03/2026", "17/03/2026", "a record on a Saturday counts from Monday like Friday's"),
    decision("08/03/2026", "17/03/2026", "and so does a record on a Sunday"),
    decision("31/03/2025", "10/04/2025", "1–4 April are four, 7 April is Giỗ Tổ, then 8, 9, 10"),
    decision("27/06/2025", "08/07/2025", "30 June before and 1 July after the change of law are days like others"),
    decision("30/06/2025", "09/07/2025", "recorded the day before the law of 1 July 2025: 1, 2, 3, 4, 7, 8, 9 July"),
    decision("01/07/2025", "10/07/2025", "recorded on the first day of the new law: seven working days as before"),
]
TET = [
    decision("11/02/2026", "27/02/2026", "12, 13 February; Tết 16–20 with its weekends off; then 23–27"),
    decision("13/02/2026", "03/03/2026", "nothing before Tết; 23–27 February are five, 2 and 3 March"),
    decision("14/02/2026", "03/03/2026", "a Saturday before Tết: the same count"),
    decision("17/02/2026", "03/03/2026", "recorded on the first day of Tết itself: the count starts on Monday 23"),
    decision("20/01/2025", "05/02/2025", "21–24 January are four; Tết 27–31 with weekends off; 3, 4, 5 February"),
    decision("24/01/2025", "11/02/2025", "the last working day before Tết; 3–7 February are five, 10 and 11"),
    decision("26/01/2025", "11/02/2025", "a Sunday before Tết: the same count"),
    right("hearing_request", "13/02/2026", "24/02/2026", "two working days: 23 and 24 February, after Tết"),
    right("written_explanation", "11/02/2026", "25/02/2026", "12, 13 February, then 23, 24, 25"),
    right("written_explanation", "26/01/2022", "09/02/2022", "27, 28 January; Tết 31/01–04/02/2022; 7, 8, 9 February"),
    after("serve", "decision", "13/02/2026", "24/02/2026", "two working days across Tết"),
    after("payment", "serve", "06/02/2026", "23/02/2026", "the tenth day, 16 February, is Tết, then a weekend"),
    after(
        "payment", "serve", "17/01/2025", "03/02/2025", "the tenth day, 27 January, opens Tết 2025; Monday 3 February"
    ),
    after(
        "payment", "serve", "18/02/2026", "02/03/2026", "served within Tết; the tenth day, 28 February, is a Saturday"
    ),
]
EXCHANGED = [
    decision("24/04/2025", "07/05/2025", "25, Saturday 26 (worked for 2 May), 28, 29 April; 5, 6, 7 May"),
    decision("25/04/2025", "08/05/2025", "Saturday 26 worked, 28, 29 April; 30/04–02/05 off; 5–8 May"),
    decision("28/04/2025", "12/05/2025", "29 April; 30/04–04/05 off; 5–9 May are five; Monday 12"),
    decision("31/12/2025", "12/01/2026", "1 and 2 January off; 5–9 are five; Saturday 10 is worked; Monday 12"),
    decision("26/12/2025", "08/01/2026", "29, 30, 31 December; 1–4 January off; 5, 6, 7, 8"),
    decision("05/01/2026", "13/01/2026", "6–9 are four, Saturday 10 is worked, 12, 13"),
    decision("20/08/2026", "28/08/2026", "21, Saturday 22 (worked for 31 August), 24–28"),
    decision("21/08/2026", "03/09/2026", "Saturday 22, 24–28 are six; 31/08–02/09 off; 3 September"),
    decision("22/08/2026", "04/09/2026", "recorded on the working Saturday, which is the first day and not counted"),
    decision("26/08/2026", "09/09/2026", "27, 28; 31/08–02/09 off; 3, 4, 7, 8, 9 September"),
    decision(
        "24/04/2024", "07/05/2024", "25, 26; 29/04 off for Saturday 4 May, which is worked; 30/04, 01/05; 2, 3, 4, 6, 7"
    ),
    right("hearing_request", "08/01/2026", "10/01/2026", "9 January and the working Saturday 10"),
    right("hearing_request", "24/04/2025", "26/04/2025", "25 April and the working Saturday 26"),
    right("written_explanation", "30/12/2025", "08/01/2026", "31 December; 1, 2 January off; 5, 6, 7, 8"),
    after("serve", "decision", "21/08/2026", "24/08/2026", "Saturday 22 is worked, Monday 24"),
    after("payment", "serve", "31/12/2025", "10/01/2026", "the tenth day is a Saturday, but a working one: it stays"),
    after("payment", "serve", "01/01/2026", "12/01/2026", "the tenth day is Sunday 11 January"),
    after(
        "payment", "serve", "23/12/2025", "05/01/2026", "the tenth day, 2 January, is off in exchange, then a weekend"
    ),
]
HOLIDAYS = [
    decision("22/04/2026", "06/05/2026", "23, 24; 27 off for Sunday 26; 28, 29; 30/04, 01/05 off; 4, 5, 6 May"),
    decision("24/04/2026", "08/05/2026", "27 off; 28, 29; 30/04–03/05 off; 4–8 May"),
    decision("01/05/2026", "12/05/2026", "recorded on Labour day, a Friday; 4–8 are five, 11, 12"),
    decision("25/08/2025", "05/09/2025", "26–29 are four; 1, 2 September off; 3, 4, 5"),
    decision("29/08/2025", "11/09/2025", "1, 2 September off; 3, 4, 5, 8–11"),
    right("hearing_request", "22/04/2026", "24/04/2026", "two working days"),
    right("hearing_request", "29/04/2026", "05/05/2026", "30 April and 1 May off; Monday 4, Tuesday 5"),
    right("written_explanation", "22/04/2026", "04/05/2026", "23, 24, 28, 29 April, 4 May"),
    after("serve", "decision", "29/04/2026", "05/05/2026", "two working days after the holidays"),
    after("payment", "serve", "05/03/2026", "16/03/2026", "the tenth day is a Sunday"),
    after("payment", "serve", "06/03/2026", "16/03/2026", "the tenth day is that Monday itself"),
    after("payment", "serve", "20/04/2026", "04/05/2026", "the tenth day is 30 April; 1 May and a weekend follow"),
    after(
        "payment",
        "serve",
        "21/08/2026",
        "03/09/2026",
        "the tenth day is 31 August, off in exchange; then 1, 2 September",
    ),
]
MONTHS = [
    decision("30/01/2026", "02/03/2026", "a month ends on 28 February, a Saturday", ("explanation", "04/02/2026")),
    decision("31/01/2026", "02/03/2026", "no 31 February: its last day, a Saturday", ("hearing", "05/02/2026")),
    decision("31/07/2026", "03/09/2026", "31 August is off in exchange, 1, 2 September", ("explanation", "05/08/2026")),
    decision("02/08/2026", "03/09/2026", "2 September is the national day", ("explanation", "05/08/2026")),
    decision("30/03/2026", "04/05/2026", "30 April, 1 May and a weekend", ("hearing", "06/04/2026")),
    decision("17/01/2026", "23/02/2026", "17 February is the first day of Tết", ("verification", "20/01/2026")),
    decision("02/03/2026", "02/04/2026", "facts are verified: a month, a Thursday", ("verification", "05/03/2026")),
    decision("02/03/2026", "02/04/2026", "a hearing is asked for: a month", ("explanation_request", "04/03/2026")),
    decision("29/01/2024", "29/02/2024", "a month ends on the leap day", ("explanation", "01/02/2024")),
    decision("31/01/2024", "29/02/2024", "the last day of February in a leap year", ("explanation", "01/02/2024")),
    decision("02/03/2026", "04/05/2026", "complex: two months end on Saturday 2 May", is_complex=True),
    decision("31/12/2025", "02/03/2026", "two months: 28 February, a Saturday", is_complex=True),
    decision("31/12/2023", "29/02/2024", "two months: the leap day, a Thursday", is_complex=True),
    decision("29/02/2024", "02/05/2024", "29 April off in exchange, 30 April, 1 May", is_complex=True),
    decision("30/06/2026", "03/09/2026", "30 August is a Sunday; 31/08–02/09 off", is_complex=True),
    decision(
        "30/01/2026", "30/03/2026", "complex goes before explained", ("explanation", "04/02/2026"), is_complex=True
    ),
]
TRANSFERRED = [
    decision("02/03/2026", "16/03/2026", "the file goes to another authority: ten working days", is_transferred=True),
    decision("02/02/2026", "23/02/2026", "3–6, 9–13 are nine; Tết; Monday 23", is_transferred=True),
    decision("20/04/2026", "07/05/2026", "21–24, 28, 29 April; 4, 5, 6, 7 May", is_transferred=True),
    decision("02/03/2026", "16/03/2026", "a step of transfer counts as well", ("transfer", "04/03/2026")),
    decision("02/03/2026", "02/04/2026", "explained and transferred: the month", ("explanation", "04/03/2026"), ("transfer", "06/03/2026")),
]  # fmt: skip
EXTENDED = [
    right("written_explanation", "11/02/2026", "04/03/2026", "5 + 5 working days: two before Tết, eight after", extension_days=5),
    right("written_explanation", "22/04/2026", "07/05/2026", "5 + 3: 23, 24, 28, 29 April, 4–7 May", extension_days=3),
    after("payment", "serve", "05/03/2026", "20/03/2026", "the decision names 15 days: Friday 20 March", comply_days=15),
    after("payment", "serve", "05/03/2026", "16/03/2026", "a shorter time than the law's does not count", comply_days=5),
]  # fmt: skip
BEFORE_2022 = [
    decision("01/11/2021", "08/11/2021", "before 2022: seven days, not working days"),
    decision("01/11/2021", "01/12/2021", "before 2022: thirty days when explained", ("explanation", "03/11/2021")),
    decision("31/12/2021", "07/01/2022", "the clock in force when the term starts: seven days"),
    decision("04/01/2022", "13/01/2022", "from 2022: 5, 6, 7, 10, 11, 12, 13 January"),
    right("written_explanation", "05/04/2021", "12/04/2021", "before 2022: five days, the last one a Saturday"),
    right("written_explanation", "29/12/2021", "04/01/2022", "five days end on 3 January, off for Saturday 1"),
]
BARRED = [
    bar("21/04/2027", "it goes on: a year from discovery", detected_on=d("21/04/2026")),
    bar("15/01/2027", "it ended: a year from its end", detected_on=d("21/04/2026"), violation_on=d("15/01/2026")),
    bar("30/06/2026", "discovered the day before the new law", detected_on=d("30/06/2025")),
    bar("01/07/2026", "discovered on its first day", detected_on=d("01/07/2025")),
    bar("23/02/2026", "a year ends on the first day of Tết 2026", violation_on=d("17/02/2025")),
    bar("04/05/2026", "2 May 2026 is a Saturday", detected_on=d("02/05/2025")),
    bar("03/09/2026", "31 August 2026 is off in exchange", detected_on=d("31/08/2025")),
    bar("28/02/2025", "no 29 February 2025", detected_on=d("29/02/2024")),
    bar("21/04/2028", "publishing and printing: two years", detected_on=d("21/04/2026"), field="printing"),
    bar("02/03/2026", "press, from a leap day: 28 February 2026 is a Saturday", detected_on=d("29/02/2024"), field="press"),
    after("execution_limitation", "decision", "03/03/2026", "03/03/2027", "a year from the decision"),
    after("execution_limitation", "decision", "01/07/2025", "01/07/2026", "decided on the first day of the new law"),
    after("execution_limitation", "decision", "17/02/2025", "23/02/2026", "a year ends on Tết"),
    after("execution_limitation", "decision", "29/02/2024", "28/02/2025", "no 29 February 2025: a Friday"),
]  # fmt: skip
ALL = [*PLAIN, *TET, *EXCHANGED, *HOLIDAYS, *MONTHS, *TRANSFERRED, *EXTENDED, *BEFORE_2022, *BARRED]


@pytest.mark.parametrize("worked", ALL, ids=lambda w: f"{w.name}-{w.due}-{w.why[:40]}")
def test_worked(worked: Worked) -> None:
    assert computed(worked.steps, **worked.facts)[worked.name].due == worked.due, worked.why


def test_there_are_enough_of_them() -> None:
    assert len(ALL) >= 60
    assert len({(w.name, w.steps, str(sorted(w.facts.items()))) for w in ALL}) == len(ALL)
