"""Answers and photos of a visit in words, for pages and for papers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra import formats
from infra.spatial.metres import metres_between
from inspections.fieldwork.measures import printed_unit
from inspections.fieldwork.packing import FAR_M
from inspections.models import Answer, ChecklistGroup, ItemKind, Outcome, Photo

OUTCOME_STATES = {Outcome.PASS: "compliant", Outcome.FAIL: "overdue", Outcome.NA: "unknown"}


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
