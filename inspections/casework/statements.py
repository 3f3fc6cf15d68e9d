"""The treasury's statement beside the payments entered: what was found, what is missing, what is unclear."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import Person
from infra.models import User
from infra.submissions.columns import Column, ColumnTable, Type
from infra.submissions.reading.sheets import read
from infra.text import fold
from inspections.casework.guards import StepInput
from inspections.casework.steps import StepRefused, case_step_take, may_run
from inspections.models import CaseDocument, DocumentState, Payment, StepKind, ViolationCase
from inspections.services.payments import payments_reconcile

LINES_MAX = 5_000
#: an entered payment may differ from the statement by so many days: the counter closes, the bank books later
DAYS_APART = 10
#: so far back are decisions looked for
YEARS_BACK = 3
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBER = re.compile(r"[0-9a-z]+(?:[/.-][0-9a-z]+)+")
#: a serial day of a spreadsheet
_SERIAL, _EPOCH = re.compile(r"\d{5}(?:[.,]0+)?"), date(1899, 12, 30)

STATEMENT = ColumnTable(
    kind="statement",
    identifier="amount",
    columns=(
        Column(
            "on",
            Type.TEXT,
            "Ngày",
            "Date",
            ("ngay", "ngay nop", "ngay hach toan", "ngay giao dich", "ngay chung tu", "date", "booked on"),
            required=True,
            example="05/05/2026",
        ),
        Column(
            "amount",
            Type.TEXT,
            "Số tiền",
            "Amount",
            ("so tien", "so tien nop", "phat sinh co", "ghi co", "co", "so tien phat", "amount", "credit"),
            required=True,
            example="22.800.000",
        ),
        Column(
            "text",
            Type.TEXT,
            "Nội dung",
            "Text",
            ("noi dung", "noi dung nop", "dien giai", "noi dung khoan nop", "ghi chu", "description", "details"),
            example="Nộp phạt VPHC theo QĐ 31/QĐ-XPHC",
        ),
        Column(
            "receipt",
            Type.TEXT,
            "Số biên lai",
            "Receipt",
            ("so bien lai", "bien lai", "so chung tu", "so giay nop tien", "ma giao dich", "receipt", "reference"),
            example="0012345",
        ),
        Column(
            "payer",
            Type.TEXT,
            "Người nộp",
            "Payer",
            ("nguoi nop", "nguoi nop tien", "don vi nop", "ten nguoi nop", "ma so thue", "payer"),
        ),
        Column("ordinal", Type.IGNORED, "STT", "No.", ("stt", "tt", "no", "so tt")),
    ),
)


@dataclass(frozen=True)
class Line:
    """A line of the statement."""

    row: int
    on: date
    amount_vnd: int
    text: str
    receipt: str

    def as_json(self) -> dict[str, Any]:
        """Return the line as plain data, to be sent back."""
        return {**asdict(self), "on": self.on.isoformat()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Line":
        return cls(**{**data, "on": date.fromisoformat(data["on"])})


@dataclass(frozen=True)
class Match:
    """What a line means: ``found`` (a payment entered), ``known`` (reconciled before), ``enter`` (a case that owes
    it), ``unclear`` (nothing fits).
    """

    line: Line
    kind: str
    case: ViolationCase | None = None
    payment: Payment | None = None


def lines_of(path: Path) -> tuple[list[Line], list[tuple[int, str]]]:
    """Return (lines, (row, what is wrong)). Raises Unreadable for the file as a whole."""
    lines: list[Line] = []
    wrong: list[tuple[int, str]] = []
    for cells in read(path, STATEMENT).frame.iter_rows(named=True):
        row = int(cells["row"])
        day, amount = day_of(cells.get("on") or ""), amount_of(cells.get("amount") or "")
        if day is None:
            wrong.append((row, _("“%(value)s” is no day.") % {"value": cells.get("on") or ""}))
        elif amount is None:
            wrong.append((row, _("“%(value)s” is no amount in ₫.") % {"value": cells.get("amount") or ""}))
        elif amount > 0:
            text = " ".join(part for part in (cells.get("text"), cells.get("payer")) if part)
            lines.append(Line(row, day, amount, text[:400], (cells.get("receipt") or "")[:64]))
    return lines[:LINES_MAX], wrong


def day_of(text: str) -> date | None:
    """Return the day that *text* writes, day first or ISO or a spreadsheet's serial number."""
    text = text.strip()
    try:
        if found := _ISO.match(text):
            return date(*(int(part) for part in found.groups()))
        if found := _DAY.match(text):
            day, month, year = (int(part) for part in found.groups())
            return date(year, month, day)
    except ValueError:
        return None
    if _SERIAL.fullmatch(text):
        return _EPOCH + timedelta(days=int(text[:5]))
    return None


def amount_of(text: str) -> int | None:
    """Return the amount in ₫ that *text* writes, with groups of three and decimals of nothing in either notation."""
    plain = re.sub(r"[\s\u00a0₫đ]|vnd", "", text.strip().lower())
    plain = re.sub(r"[.,]0{1,2}$", "", plain) if re.search(r"[.,]0{1,2}$", plain) else plain
    sign = -1 if plain.startswith("-") else 1
    plain = plain.removeprefix("-")
    if not re.fullmatch(r"\d+|\d{1,3}(?:[.,]\d{3})+", plain):
        return None
    return sign * int(re.sub(r"[.,]", "", plain))


# --- Matching ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Books:
    """What lines are compared with: decided cases by the numbers they are paid under, payments by case and receipt."""

    by_number: dict[str, list[tuple[date, ViolationCase]]]
    by_case: dict[int, list[Payment]]
    by_receipt: dict[str, list[Payment]]


def match(person: Person, lines: Sequence[Line]) -> list[Match]:
    """Return what each line means (three queries). Each payment entered is found once."""
    books, taken = _books(person), set[int]()
    found = []
    for line in lines:
        one = _of_line(line, books, taken)
        if one.payment is not None:
            taken.add(one.payment.pk)
        found.append(one)
    return found


def _books(person: Person) -> _Books:
    since = timezone.localdate() - timedelta(days=366 * YEARS_BACK)
    visible = ViolationCase.objects.visible_to(person).filter(fine_vnd__gt=0)
    cases = {row.pk: row for row in visible.select_related("organization", "authority", "standing")}
    numbers: dict[str, list[tuple[date, ViolationCase]]] = {}
    for case in cases.values():
        numbers.setdefault(fold(case.number), []).append((case.detected_on, case))
    papers = CaseDocument.objects.filter(case__in=list(cases), dated__gte=since, step__kind=StepKind.DECISION)
    for paper in papers.exclude(state=DocumentState.VOID):
        numbers.setdefault(fold(paper.number), []).append((paper.dated, cases[paper.case_id]))
    by_case: dict[int, list[Payment]] = {}
    by_receipt: dict[str, list[Payment]] = {}
    for payment in Payment.objects.filter(case__in=list(cases)).select_related("case__organization").order_by("id"):
        by_case.setdefault(payment.case_id, []).append(payment)
        if payment.receipt:
            by_receipt.setdefault(fold(payment.receipt), []).append(payment)
    return _Books(numbers, by_case, by_receipt)


def _of_line(line: Line, books: _Books, taken: set[int]) -> Match:
    for payment in books.by_receipt.get(fold(line.receipt), []) if line.receipt else []:
        if payment.amount_vnd == line.amount_vnd and payment.pk not in taken:
            return Match(line, "known" if payment.reconciled_on else "found", payment.case, payment)
    case = _case_named(line, books)
    if case is None:
        return Match(line, "unclear")
    for payment in books.by_case.get(case.pk, []):
        near = abs((payment.on - line.on).days) <= DAYS_APART
        if payment.pk not in taken and payment.amount_vnd == line.amount_vnd and near:
            return Match(line, "known" if payment.reconciled_on else "found", case, payment)
    return Match(line, "enter", case)


def _case_named(line: Line, books: _Books) -> ViolationCase | None:
    """Return the case whose number, or whose decision's, the line names; the newest decision before its day."""
    for word in _NUMBER.findall(fold(line.text)):
        before = [(on, case) for on, case in books.by_number.get(word, []) if on <= line.on]
        if before:
            return max(before, key=lambda pair: (pair[0], pair[1].pk))[1]
    return None


# --- Taking over ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """What came of the lines chosen: how many were reconciled, entered, and which could not be, and why."""

    reconciled: int
    entered: int
    refused: list[tuple[Line, str]]


def take(*, actor: User, matches: Iterable[Match], today: date, reason: str) -> Taken:
    """Mark the payments found as reconciled, enter those that are missing. Lines that cannot be entered are told."""
    found: list[Payment] = []
    entered = 0
    refused: list[tuple[Line, str]] = []
    for one in matches:
        case, payment = one.case, one.payment
        if case is None or one.kind not in ("found", "enter"):
            continue
        if not may_run(actor, authority_id=case.authority_id, unit_id=case.unit_id, field=case.field):
            refused.append((one.line, _("None of your memberships lets you run this case.")))
            continue
        if payment is None:
            try:
                payment = _enter(actor, case, one.line)
            except StepRefused as error:
                refused.append((one.line, str(error)))
                continue
            entered += 1
        found.append(payment)
    payments_reconcile(actor=actor, payments=found, on=today, reason=reason)
    return Taken(len(found), entered, refused)


def _enter(actor: User, case: ViolationCase, line: Line) -> Payment:
    given = StepInput(StepKind.PAYMENT, line.on, amount_vnd=line.amount_vnd, document=line.receipt)
    if not line.receipt:
        given = replace(given, document=_("statement, line %(row)s") % {"row": line.row})
    step = case_step_take(actor=actor, case=case, given=given)
    return Payment.objects.select_related("case__authority", "case__organization").get(step=step)
