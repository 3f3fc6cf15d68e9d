"""What the page of an inspection shows: answers under their headings, what is doubtful about the visit, its photos."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from infra import formats
from inspections.fieldwork.packing import ACCURACY_WARN_M, FAR_M
from inspections.models import (
    Answer,
    Calibration,
    Correction,
    CorrectionKind,
    Finding,
    FindingState,
    Inspection,
    InspectionCopy,
    Photo,
    Review,
)
from inspections.pages.words import deadline_tone

REVIEW_TONES = {
    Review.PENDING: "due",
    Review.APPROVED: "compliant",
    Review.RETURNED: "warning",
    Review.SET_ASIDE: "unknown",
}
#: a phone's clock that is wrong by less than this is not worth a word
SKEW_WORTH_S = 300


def finding_tone(finding: Finding, today: date) -> str:
    """Return the state in which a finding is drawn: by its day while it stands."""
    if finding.state == FindingState.REPEATED:
        return "unknown"
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
