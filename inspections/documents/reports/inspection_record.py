"""The record of one inspection: visit, every answer against its limit, findings, sketch, photos, signatures."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.services.attachments import display_of, path_of
from inspections.documents.answers import AnswerLine, grouped, shots
from inspections.documents.reports.blocks import (
    Block,
    Cell,
    Drawing,
    Facts,
    Picture,
    Pictures,
    Report,
    Signatures,
    Signed,
    Table,
    Words,
    letterhead,
)
from inspections.documents.reports.drawings import svg_of
from inspections.documents.sketch import Frame, Mark, box_of, frame_of, sketch_of
from inspections.documents.words import date_in_words
from inspections.models import Answer, Finding, FindingState, Inspection, Photo, Review, Signature, SignatureRole
from inspections.selectors.outlines import outlines

SKETCH_SIZE = (760.0, 340.0)
LOOKS = {
    "site": ("#1B4F9C", "#FFFFFF", 6.0),
    "person": ("none", "#B53A08", 9.0),
    "neighbour": ("#9AA7B8", "#FFFFFF", 3.5),
}
#: degrees of neighbourhood that are drawn (some 1.2 km), and metres from which two marks get two labels
AROUND_DEG, APART_M = 0.011, 120
PHOTOS_MAX = 60


def record_of(
    inspection: Inspection,
    answers: list[Answer],
    findings: list[Finding],
    photos: list[Photo],
    signatures: list[Signature],
    neighbours: Sequence[tuple[float, float]] = (),
    earlier: Sequence[Finding] = (),
) -> Report:
    """Return the record of a submitted inspection.

    *neighbours* are the places of other sites, *earlier* the findings of earlier visits that this one settled.
    """
    head = letterhead(inspection.authority)
    place = head.pop("place")
    report = Report(
        **head,
        number=_("No. %(number)s") % {"number": inspection.number},
        dateline=", ".join(part for part in (place, date_in_words(inspection.visited_on)) if part),
        title=_("Record of inspection"),
        subject=inspection.checklist.name,
        mark=str(_MARKS.get(inspection.review, "")),
    )
    report.blocks = list(_blocks(inspection, answers, findings, photos, signatures, list(neighbours), earlier))
    words = _("Received %(at)s. Digest of the content: %(digest)s")
    report.notes = [
        words % {"at": formats.moment(inspection.received_at), "digest": inspection.content_digest},
        _("Printed %(at)s from the register.") % {"at": formats.moment(timezone.now())},
    ]
    return report


_MARKS: dict[str, Any] = {Review.SET_ASIDE: Review.SET_ASIDE.label, Review.RETURNED: Review.RETURNED.label}


def _blocks(
    inspection: Inspection,
    answers: list[Answer],
    findings: list[Finding],
    photos: list[Photo],
    signatures: list[Signature],
    neighbours: list[tuple[float, float]],
    earlier: Sequence[Finding],
) -> Iterator[Block]:
    yield Facts(_("I. Visit"), list(_visit(inspection)))
    yield _results(answers)
    yield _found(findings)
    if earlier:
        yield _earlier(earlier)
    if inspection.notes:
        yield Words(_("V. Notes") if earlier else _("IV. Notes"), inspection.notes.splitlines())
    yield Signatures(_signed(inspection, signatures))
    sketch = _sketch(inspection, neighbours)
    if sketch is not None:
        yield sketch
    pictures = _pictures(photos, answers)
    if pictures:
        number = 2 if sketch is not None else 1
        yield Pictures(_("Annex %(n)s. Photos") % {"n": number}, pictures)


def _visit(inspection: Inspection) -> Iterator[tuple[str, str]]:
    name = " · ".join(part for part in (inspection.subject_name, inspection.subject_ref) if part)
    yield _("Subject"), name or str(inspection.get_subject_type_display())
    if inspection.organization:
        yield _("Organization"), str(inspection.organization)
    if inspection.unit:
        yield _("Place"), inspection.unit.full_name
    if inspection.campaign:
        decision = inspection.campaign.decision_number
        yield _("Campaign"), f"{inspection.campaign.title}{f' ({decision})' if decision else ''}"
    yield _("Inspector"), str(inspection.inspector)
    times = [formats.moment(at) for at in (inspection.started_at, inspection.finished_at) if at]
    yield _("Time"), " – ".join(times) or formats.day(inspection.visited_on)
    yield _("Position of the inspector"), _position(inspection)
    yield _("Result"), str(inspection.get_result_display())


def _position(inspection: Inspection) -> str:
    if inspection.position is None:
        return _("not recorded")
    parts = [formats.coordinates(inspection.position.x, inspection.position.y)]
    if inspection.accuracy_m is not None:
        parts.append(f"± {formats.quantity(inspection.accuracy_m, 'm', 0)}")
    if inspection.distance_m is not None:
        words = _("%(distance)s from the registered position")
        parts.append(words % {"distance": formats.quantity(inspection.distance_m, "m", 0)})
    return " · ".join(parts)


def _results(answers: list[Answer]) -> Table:
    rows: list[list[Cell]] = []
    for group in grouped(answers):
        rows.append([Cell(group.group.name)])
        rows += [_result(line) for line in group.lines]
    columns = (_("No."), _("Content"), _("Ascertained"), _("Limit"), _("Result"))
    return Table(_("II. Results"), columns, (0.65, 4, 2.3, 2.1, 1.4), rows, empty=_("Nothing was answered."))


def _result(line: AnswerLine) -> list[Cell]:
    answer = line.answer
    found = [line.value] if line.value else []
    if answer.instrument_serial:
        found.append(_("instrument %(serial)s") % {"serial": answer.instrument_serial})
    if answer.note:
        found.append(answer.note)
    return [
        Cell(answer.item.number), Cell(answer.item.text), Cell("; ".join(found)), Cell(line.limit),
        Cell(line.word, line.state if line.state != "compliant" else ""),
    ]  # fmt: skip


def _found(findings: list[Finding]) -> Table:
    rows = [
        [
            Cell(str(number)),
            Cell(finding.text, "unsafe" if finding.is_safety else ""),
            Cell(str(finding.get_severity_display())),
            Cell(finding.order or "–"),
            Cell(formats.day(finding.due_on) if finding.due_on else "–"),
        ]
        for number, finding in enumerate(findings, 1)
    ]
    columns = (_("No."), _("Finding"), _("Severity"), _("Remedy"), _("Due"))
    return Table(_("III. Findings"), columns, (0.65, 4.3, 1.4, 2.8, 1.55), rows, empty=_("Nothing was found."))


def _earlier(findings: Sequence[Finding]) -> Table:
    """Say what became of the findings of earlier visits."""
    rows = []
    for number, finding in enumerate(findings, 1):
        is_remedied = finding.state == FindingState.REMEDIED
        rows.append(
            [
                Cell(str(number)),
                Cell(finding.text),
                Cell(f"{finding.inspection.number}, {formats.day(finding.found_on)}"),
                Cell(_("Remedied") if is_remedied else _("Found again"), "" if is_remedied else "overdue"),
            ]
        )
    columns = (_("No."), _("Finding"), _("Found"), _("State"))
    return Table(_("IV. Earlier findings"), columns, (0.65, 5.2, 2.6, 2), rows)


def _sketch(inspection: Inspection, neighbours: list[tuple[float, float]]) -> Drawing | None:
    subject, here = inspection.subject_position, inspection.position
    marks = [Mark(lon, lat, "neighbour") for lon, lat in neighbours]
    places = [(place.x, place.y) for place in (subject, here) if place]
    if not places:
        return None
    if subject:
        label = inspection.subject_name or inspection.subject_ref
        marks.append(Mark(subject.x, subject.y, "site", label=label))
    if here:
        apart = subject is None or (inspection.distance_m or 0) > APART_M
        marks.append(Mark(here.x, here.y, "person", label=_("inspector") if apart else ""))
    frame = record_frame(places)
    sketch = sketch_of(marks, frame, units=outlines(box_of(frame)))
    caption = _("North is up. Blue: registered position. Red ring: position of the inspector. Grey: other sites.")
    return Drawing(_("Annex %(n)s. Sketch") % {"n": 1}, svg_of(sketch, LOOKS), caption)


def record_frame(places: list[tuple[float, float]]) -> Frame:
    """Return the ground that the sketch of a record shows: its places with their neighbourhood."""
    around = [(lon + side * AROUND_DEG, lat + side * AROUND_DEG) for lon, lat in places for side in (-1, 1)]
    return frame_of(around, *SKETCH_SIZE)


def _pictures(photos: list[Photo], answers: list[Answer]) -> list[Picture]:
    found = []
    for number, shot in enumerate(shots(photos, answers), 1):
        path = picture_path(shot.photo.sha256)
        if shot.photo.received_at and path is not None:
            words = " · ".join([shot.item, *shot.words]) if shot.item else " · ".join(shot.words)
            found.append(Picture(path, f"{number}. {words}"))
    return found[:PHOTOS_MAX]


def picture_path(sha256: str) -> Path | None:
    """Return where a picture lies: its copy to show, else its bytes; None where it has not arrived."""
    return next((path for path in (display_of(sha256), path_of(sha256)) if path.is_file()), None)


def _signed(inspection: Inspection, signatures: list[Signature]) -> list[Signed]:
    people = [_one(row) for row in signatures]
    if not any(row.role == SignatureRole.INSPECTOR for row in signatures):
        people.insert(0, Signed(str(SignatureRole.INSPECTOR.label), str(inspection.inspector)))
    if not any(row.role == SignatureRole.PARTY for row in signatures):
        people.append(Signed(str(SignatureRole.PARTY.label), ""))
    return people[:4]


def _one(row: Signature) -> Signed:
    image = picture_path(row.image_sha256) if row.image_sha256 else None
    words = ""
    if row.refused:
        words = _("refused to sign") + (f": {row.reason}" if row.reason else "")
    return Signed(str(row.get_role_display()), row.name, row.title, image, words)
