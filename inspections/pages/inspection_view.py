"""What the page of an inspection shows: answers under their headings, what is doubtful about the visit, its photos."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra import formats
from infra.spatial.metres import metres_between
from inspections.fieldwork.measures import printed_unit
from inspections.fieldwork.packing import ACCURACY_WARN_M, FAR_M
from inspections.models import (
    Answer,
    Calibration,
    ChecklistGroup,
    Correction,
    CorrectionKind,
    Finding,
    FindingState,
    Inspection,
    InspectionCopy,
    ItemKind,
    Outcome,
    Photo,
    Review,
)
from inspections.pages.words import deadline_tone

OUTCOME_STATES = {Outcome.PASS: "compliant", Outcome.FAIL: "overdue", Outcome.NA: "unknown"}
REVIEW_TONES = {
    Review.PENDING: "due",
    Review.APPROVED: "compliant",
    Review.RETURNED: "warning",
    Review.SET_ASIDE: "unknown",
}
#: a phone's clock that is wrong by less than this is not worth a word
SKEW_WORTH_S = 300


@dataclass(frozen=True)
class AnswerLine:
    """An answer ready to be drawn."""

    answer: Answer
    value: str
    limit: str
    state: str
    word: str


@dataclass(frozen=True)
class Group:
    """A heading with its answers."""

    group: ChecklistGroup
    lines: list[AnswerLine]


@dataclass(frozen=True)
class Shot:
    """A photo with what is known about when and where it was taken."""

    photo: Photo
    item: str
    words: list[str]
    is_far: bool
    camera_m: float | None = None


def grouped(answers: Iterable[Answer]) -> list[Group]:
    """Return the answers under their headings, in order."""
    groups: dict[int, Group] = {}
    for answer in answers:
        group = answer.item.group
        groups.setdefault(group.pk, Group(group, [])).lines.append(_line(answer))
    return list(groups.values())


def _line(answer: Answer) -> AnswerLine:
    unit = printed_unit(answer.unit)
    value = formats.quantity(answer.number, unit) if answer.number is not None else value_of(answer)
    limit = ""
    if answer.limit_value is not None:
        comparison = answer.comparison.replace("<=", "≤").replace(">=", "≥")
        limit = f"{comparison} {formats.quantity(answer.limit_value, unit)}, {answer.limit_basis}"
    outcome = answer.outcome or ""
    word = str(Outcome(outcome).label) if outcome else ""
    return AnswerLine(answer, value, limit, OUTCOME_STATES.get(outcome, "unknown"), word)  # type: ignore[call-overload]


def value_of(answer: Answer) -> str:
    """Return the value of an answer that is no number, in words."""
    item = answer.item
    if item.kind == ItemKind.CHOICE:
        key = "text_en" if get_language() == "en" else "text_vi"
        return next((c.get(key) or c["text_vi"] for c in item.choices if c["code"] == answer.value), answer.value)
    if item.kind == ItemKind.DATE and answer.value:
        return formats.day(date.fromisoformat(answer.value))
    return answer.value


def finding_tone(finding: Finding, today: date) -> str:
    """Return the state in which a finding is drawn: by its day while it stands."""
    if finding.state not in (FindingState.OPEN, FindingState.ANSWERED):
        return "compliant"
    if finding.is_safety:
        return "unsafe"
    return deadline_tone(finding.due_on, today) if finding.due_on else "unknown"


# --- What is doubtful -------------------------------------------------------------------------------------------------


def doubts(inspection: Inspection, answers: Sequence[Answer], photos: Sequence[Photo]) -> list[str]:
    """Return what somebody who reviews the visit should know, one sentence each. Nothing of it blocks anything."""
    return [*_place_doubts(inspection), *_clock_doubts(inspection), *_paper_doubts(answers, photos)]


def _place_doubts(inspection: Inspection) -> Iterator[str]:
    if inspection.position is None:
        yield _("No position was recorded.")
    elif inspection.accuracy_m is None or inspection.accuracy_m > ACCURACY_WARN_M:
        accuracy = (
            formats.quantity(inspection.accuracy_m, "m", 0) if inspection.accuracy_m is not None else _("unknown")
        )
        yield _("The position is uncertain: ± %(accuracy)s.") % {"accuracy": accuracy}
    if inspection.distance_m is not None and inspection.distance_m > FAR_M + (inspection.accuracy_m or 0):
        words = _("The inspector stood %(distance)s from the registered position.")
        yield words % {"distance": formats.quantity(inspection.distance_m, "m", 0)}


def _clock_doubts(inspection: Inspection) -> Iterator[str]:
    skew = inspection.clock_skew_s
    if skew is not None and skew >= SKEW_WORTH_S:
        yield _("The phone's clock was %(span)s ahead when it sent.") % {"span": _span(skew)}
    elif skew is not None and skew <= -SKEW_WORTH_S:
        yield _("By the phone's clock it was sent %(span)s before it arrived.") % {"span": _span(skew)}
    started, finished = inspection.started_at, inspection.finished_at
    if started and finished and finished < started:
        yield _("By the phone's clock the visit ended before it began.")


def _span(seconds: float) -> str:
    minutes = round(abs(seconds) / 60)
    if minutes < 120:
        return _("%(n)s min") % {"n": formats.number(minutes)}
    if minutes < 2 * 24 * 60:
        return _("%(n)s h") % {"n": formats.number(round(minutes / 60))}
    return _("%(n)s days") % {"n": formats.number(round(minutes / 60 / 24))}


def _paper_doubts(answers: Sequence[Answer], photos: Sequence[Photo]) -> Iterator[str]:
    expired = {a.instrument_serial for a in answers if a.calibration == Calibration.EXPIRED}
    if expired:
        words = _("The calibration had expired: %(serials)s.")
        yield words % {"serials": ", ".join(sorted(expired))}
    missing = sum(photo.announced and photo.received_at is None for photo in photos)
    if missing:
        yield _("%(n)s of %(all)s photos have not arrived yet.") % {"n": missing, "all": len(photos)}
    far = [photo for photo in photos if photo.distance_m is not None and photo.distance_m > FAR_M]
    if far:
        words = _("%(n)s photos were taken more than %(distance)s from the subject.")
        yield words % {"n": len(far), "distance": formats.quantity(FAR_M, "m", 0)}


# --- Photos -----------------------------------------------------------------------------------------------------------


def shots(photos: Iterable[Photo], answers: Sequence[Answer]) -> list[Shot]:
    """Return the photos of the visit with the words below each; pictures of signatures are none of them."""
    items = {answer.item.code: answer.item.text for answer in answers}
    return [_shot(photo, items.get(photo.item_code, photo.item_code)) for photo in photos if not photo.is_signature]


def _shot(photo: Photo, item: str) -> Shot:
    words = []
    if photo.taken_at:
        words.append(formats.moment(photo.taken_at))
    if photo.distance_m is not None:
        words.append(_("%(distance)s from the subject") % {"distance": formats.quantity(photo.distance_m, "m", 0)})
    notes = photo.exif or photo.original
    if notes.get("taken_at"):
        words.append(_("camera: %(moment)s") % {"moment": _camera_moment(str(notes["taken_at"]))})
    apart = _camera_apart(photo)
    if apart is not None and apart > FAR_M:
        words.append(_("camera and phone disagree by %(distance)s") % {"distance": formats.quantity(apart, "m", 0)})
    if not photo.announced:
        words.append(_("not named by the form"))
    is_far = photo.distance_m is not None and photo.distance_m > FAR_M
    return Shot(photo, item, words, is_far, apart)


def _camera_moment(text: str) -> str:
    try:
        return formats.moment(datetime.fromisoformat(text))
    except ValueError:
        return text


def _camera_apart(photo: Photo) -> float | None:
    """Return how far apart the phone and the camera place the picture, metres."""
    notes: dict[str, Any] = photo.exif if "lon" in photo.exif else photo.original
    if photo.position is None or notes.get("lon") is None or notes.get("lat") is None:
        return None
    return float(metres_between(photo.position.x, photo.position.y, [notes["lon"]], [notes["lat"]])[0])


# --- Other contents ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    """One thing that another content says otherwise."""

    name: str
    here: str
    there: str


def differences(stands: dict[str, Any], copy: InspectionCopy) -> list[Difference]:
    """Return in what *copy* differs from the content that stands."""
    found = []
    ours = {answer["item"]: answer for answer in stands["answers"]}
    theirs = {answer["item"]: answer for answer in copy.content.get("answers") or ()}
    for item in sorted({*ours, *theirs}):
        here, there = _told(ours.get(item)), _told(theirs.get(item))
        if here != there:
            found.append(Difference(item, here, there))
    for name, label in (("notes", _("Notes")), ("finished_at", _("Finished (phone)"))):
        here, there = str(stands.get(name) or ""), str(copy.content.get(name) or "")
        if here != there:
            found.append(Difference(label, here, there))
    counts = [len(content.get("photos") or ()) for content in (stands, copy.content)]
    if counts[0] != counts[1]:
        found.append(Difference(_("Photos"), str(counts[0]), str(counts[1])))
    return found


def _told(answer: dict[str, Any] | None) -> str:
    if answer is None:
        return "–"
    value = answer.get("value")
    parts = ("" if value is None else str(value), str(answer.get("outcome") or ""), str(answer.get("note") or ""))
    return " · ".join(part for part in parts if part) or "–"


def proposal_words(correction: Correction) -> str:
    """Return a proposal to the register as one sentence."""
    content = correction.content
    if correction.kind == CorrectionKind.ATTRIBUTE:
        return f"{content.get('name', '')}: {content.get('value', '')}"
    place = formats.coordinates(content["lon"], content["lat"]) if "lon" in content else ""
    if content.get("accuracy_m") is not None:
        place += f" ± {formats.quantity(content['accuracy_m'], 'm', 0)}"
    parts = [str(content.get("name") or ""), place, str(content.get("owner") or "")]
    if content.get("height_m"):
        parts.append(formats.quantity(content["height_m"], "m"))
    return " · ".join(part for part in parts if part)
