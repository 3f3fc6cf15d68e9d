"""The inspection form at a desk or on a phone's browser: what was entered becomes the same body that the app sends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra.models import Limit
from inspections.fieldwork.evaluation import Bound, bound_of
from inspections.fieldwork.measures import is_size, printed_number, printed_unit
from inspections.models import Answer, ChecklistGroup, ChecklistItem, ChecklistTemplate, Inspection, ItemKind, Outcome

TEXT_MAX = 4000


@dataclass
class Question:
    """One item with what was entered for it and what is wrong with that."""

    item: ChecklistItem
    bound: Bound | None
    outcome: str = ""
    value: str = ""
    note: str = ""
    serial: str = ""
    calibrated_on: str = ""
    errors: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"item-{self.item.code}"

    @property
    def asks_outcome(self) -> bool:
        """Whether the inspector decides: items without a measured limit and without choices."""
        return self.item.kind in (ItemKind.PASS_FAIL, ItemKind.PHOTO) or (
            self.item.kind == ItemKind.NUMBER and self.bound is None
        )

    @property
    def unit(self) -> str:
        return printed_unit(self.item.unit)

    @property
    def is_size(self) -> bool:
        return is_size(self.item.unit)

    @property
    def limit_words(self) -> str:
        """The limit as it is printed: "≤ 10 Ω, QCVN 9:2016/BTTTT"."""
        if self.bound is None:
            return ""
        sign = {"<=": "≤", ">=": "≥"}.get(self.bound.comparison, self.bound.comparison)
        return f"{sign} {printed_number(self.bound.value)} {self.unit}, {self.bound.basis}"

    @property
    def choices(self) -> list[tuple[str, str]]:
        """The choices of the outcome, or of the item's own list."""
        if self.item.kind == ItemKind.CHOICE:
            return [(choice["code"], _choice_text(choice)) for choice in self.item.choices]
        offered = [(Outcome.PASS, _("Pass")), (Outcome.FAIL, _("Fail"))]
        if self.item.may_be_na:
            offered.append((Outcome.NA, _("Not applicable")))
        return [(str(code), str(word)) for code, word in offered]

    @property
    def chosen(self) -> str:
        return self.value if self.item.kind == ItemKind.CHOICE else self.outcome

    @property
    def is_more_open(self) -> bool:
        return bool(self.note or self.serial or self.calibrated_on)


def _choice_text(choice: Mapping[str, Any]) -> str:
    return str(choice.get("text_en") if get_language() == "en" and choice.get("text_en") else choice["text_vi"])


@dataclass
class Sheet:
    """The whole form: questions under their headings and the fields around them."""

    uuid: UUID
    revision: int
    started_at: datetime
    groups: list[tuple[ChecklistGroup, list[Question]]]
    notes: str = ""
    visited_on: str = ""
    lon: str = ""
    lat: str = ""
    accuracy_m: str = ""
    signature_name: str = ""
    signature_title: str = ""
    signature_refused: bool = False
    errors: list[str] = field(default_factory=list)

    @property
    def questions(self) -> dict[str, Question]:
        return {question.item.code: question for _group, questions in self.groups for question in questions}

    @property
    def wrong(self) -> list[Question]:
        """The questions with errors, for the summary at the top."""
        return [question for question in self.questions.values() if question.errors]


def blank_sheet(checklist: ChecklistTemplate, limits: Mapping[str, Limit]) -> Sheet:
    """Return the empty form of *checklist* with the limits in force."""
    groups: dict[int, tuple[ChecklistGroup, list[Question]]] = {}
    for item in checklist.items.all():
        group = groups.setdefault(item.group_id, (item.group, []))
        group[1].append(Question(item, bound_of(item, limits)))
    today = timezone.localdate()
    return Sheet(uuid4(), 1, timezone.now(), list(groups.values()), visited_on=today.isoformat())


def sheet_of_draft(sheet: Sheet, draft: Inspection, answers: Sequence[Answer]) -> Sheet:
    """Fill *sheet* with what is stored in *draft*."""
    sheet.uuid, sheet.revision, sheet.notes = draft.uuid, draft.revision + 1, draft.notes
    sheet.started_at = draft.started_at or sheet.started_at
    sheet.visited_on = draft.visited_on.isoformat()
    questions = sheet.questions
    for answer in answers:
        question = questions.get(answer.item.code)
        if question is None:
            continue
        question.outcome, question.value, question.note = answer.outcome, answer.value, answer.note
        question.serial = answer.instrument_serial
        if answer.instrument_calibrated_on:
            question.calibrated_on = answer.instrument_calibrated_on.isoformat()
    return sheet


def read_sheet(sheet: Sheet, data: QueryDict) -> None:
    """Take over what was entered in *data*; nonsense in hidden fields raises ValueError."""
    sheet.uuid = UUID(data.get("uuid", ""))
    revision = data.get("revision", "1")
    sheet.revision = int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 10 else 1
    started = parse_datetime(data.get("started_at", "")) if data.get("started_at") else None
    if started is not None and timezone.is_aware(started):
        sheet.started_at = started
    for name in ("notes", "visited_on", "lon", "lat", "accuracy_m", "signature_name", "signature_title"):
        setattr(sheet, name, _clean(data.get(name, "")))
    sheet.signature_refused = bool(data.get("signature_refused"))
    for question in sheet.questions.values():
        question.value = _clean(data.get(f"{question.name}-value", ""))[:500]
        question.outcome = _clean(data.get(f"{question.name}-outcome", ""))
        question.note = _clean(data.get(f"{question.name}-note", ""))
        question.serial = _clean(data.get(f"{question.name}-serial", ""))[:64]
        question.calibrated_on = _clean(data.get(f"{question.name}-calibrated", ""))


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:TEXT_MAX]


def body_of(sheet: Sheet, subject: Mapping[str, Any], checklist: ChecklistTemplate, status: str) -> dict[str, Any]:
    """Return the body that the intake takes (CONTRACT §4); errors found on the way are put on the questions."""
    now = timezone.now()
    visited = _day(sheet.visited_on, sheet.errors, _("Day of the visit"))
    finished = now
    if visited is not None and visited != timezone.localdate(now):
        finished = timezone.make_aware(datetime.combine(visited, datetime.min.time().replace(hour=12)))
    return {
        "subject": dict(subject),
        "checklist": checklist.code,
        "checklist_version": checklist.version,
        "campaign": None,
        "started_at": min(sheet.started_at, finished),
        "finished_at": finished,
        "sent_at": now,
        "revision": sheet.revision,
        "status": status,
        "position": _position(sheet),
        "answers": [answer for question in sheet.questions.values() if (answer := _answer(question))],
        "photos": [],
        "signatures": _signatures(sheet),
        "notes": sheet.notes,
    }


def _answer(question: Question) -> dict[str, Any] | None:
    if not (question.outcome or question.value or question.note):
        return None
    if question.outcome and question.outcome not in Outcome.values:
        question.errors.append(_("Choose one of the answers offered."))
        return None
    calibrated = _day(question.calibrated_on, question.errors, _("Calibrated on"))
    instrument = {"serial": question.serial, "calibrated_on": calibrated}
    return {
        "item": question.item.code,
        "outcome": question.outcome or None,
        "value": question.value or None,
        "unit": None,
        "instrument": instrument if question.serial or calibrated else None,
        "note": question.note,
    }


def _day(text: str, errors: list[str], label: str) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or not 1990 <= day.year <= 2200:
        errors.append(_("%(label)s: “%(value)s” is not a date.") % {"label": label, "value": text})
        return None
    return day


def _position(sheet: Sheet) -> dict[str, float | None] | None:
    try:
        lon, lat = float(sheet.lon), float(sheet.lat)
        accuracy = float(sheet.accuracy_m) if sheet.accuracy_m else None
    except ValueError:
        return None
    sound = -180 <= lon <= 180 and -90 <= lat <= 90 and (accuracy is None or 0 <= accuracy < 1e7)
    return {"lon": lon, "lat": lat, "accuracy_m": accuracy} if sound else None


def _signatures(sheet: Sheet) -> list[dict[str, Any]]:
    if not sheet.signature_name:
        return []
    return [
        {
            "name": sheet.signature_name[:160],
            "title": sheet.signature_title[:160],
            "image_sha256": None,
            "refused": sheet.signature_refused,
        }
    ]
