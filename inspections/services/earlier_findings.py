"""What a later visit of the same subject means for findings that still stand.

An item that passes closes the finding; one that fails again carries it on: the earlier finding becomes "found again"
and the later visit's own finding stands in its place, with its new day. The two are tied by the number of the later
inspection, which the earlier finding keeps as its remedy note. What a visit did is undone when the visit is set aside
or corrected.
"""

from collections.abc import Collection, Sequence
from itertools import combinations
from typing import Any

from django.db.models import Q

from infra.questions import Question, asked
from infra.services.ledger import Act
from infra.services.notices import notify, submitters_of
from inspections.models import Finding, FindingAnswer, FindingState, Inspection, Verdict

STANDING = (FindingState.OPEN, FindingState.ANSWERED)
#: what an inspection and its findings are about
SUBJECT = ("installation_id", "mast_id", "site_id")


def _standing(*names: str) -> Question:
    """Return the question whether findings of other inspections stand on what *names* name."""
    return Question(
        lambda: (
            Finding.objects.standing()
            .filter(**{name: asked(name) for name in names})
            .exclude(inspection=asked("inspection"))
        ),
        whether=True,
    )


_STANDING = {names: _standing(*names) for size in range(1, len(SUBJECT) + 1) for names in combinations(SUBJECT, size)}


def _subject_of(inspection: Inspection) -> dict[str, Any]:
    return {name: getattr(inspection, name) for name in SUBJECT if getattr(inspection, name) is not None}


def _settled_by(inspection: Inspection) -> Q:
    """Return the condition on findings that *inspection* closed or carried on."""
    return Q(state__in=(FindingState.REMEDIED, FindingState.REPEATED), remedy_note=inspection.number)


def earlier_follow(
    ledger: Act, inspection: Inspection, *, passed: Collection[str], found: Sequence[Finding], anew: bool = False
) -> None:
    """Close the standing findings of the same subject whose item *passed*; those *found* again go on in the new ones.

    *found* are the visit's own findings, still unsaved: what was ordered for the earlier one is ordered for them too.
    *anew*: the visit is filed again, and what it did before is taken back first.
    """
    subject = _subject_of(inspection)
    again = {finding.item.code: finding for finding in found if finding.item}
    if not subject or not (anew or passed or again):
        return
    if not anew and not _STANDING[tuple(subject)].holds(inspection=inspection.pk, **subject):
        return
    concerned = Q(state__in=STANDING, item__code__in={*passed, *again})
    if anew:
        concerned |= _settled_by(inspection)
    rows = list(
        Finding.objects.filter(concerned, **subject, inspection__subject_type=inspection.subject_type)
        .filter(found_on__lte=inspection.visited_on)
        .exclude(inspection=inspection.pk)
        .select_related("item", "organization")
        .order_by("pk")
    )
    if anew:
        _take_back(rows, inspection)
    closed = [row for row in rows if row.item and row.item.code in passed]
    carried = [row for row in rows if row.item and row.item.code in again]
    _close(closed, inspection)
    _carry_on(carried, again, inspection)
    if rows:
        ledger.change_many(rows)
        _tell(closed, "finding.seen_remedied", inspection)
        _tell(carried, "finding.repeated", inspection)


def earlier_reopen(ledger: Act, inspection: Inspection) -> None:
    """Let the findings stand again that *inspection* closed or carried on: it no longer counts."""
    subject = _subject_of(inspection)
    if not subject or not inspection.number:
        return
    rows = list(Finding.objects.filter(_settled_by(inspection), **subject).exclude(inspection=inspection.pk))
    _take_back(rows, inspection)
    if rows:
        ledger.change_many(rows)


def _take_back(rows: Collection[Finding], inspection: Inspection) -> None:
    """Put *rows*, as far as *inspection* settled them, back to where they stood, with the answers that waited."""
    settled = [row for row in rows if row.state not in STANDING]
    answers = FindingAnswer.objects.filter(
        finding__in=[row.pk for row in settled], reason=inspection.number
    ).exclude(verdict=Verdict.WAITING)  # fmt: skip
    waiting = set(answers.values_list("finding_id", flat=True)) if settled else set()
    if waiting:
        answers.update(verdict=Verdict.WAITING, decided_by=None, decided_at=None, reason="")
    for row in settled:
        row.state = FindingState.ANSWERED if row.pk in waiting else FindingState.OPEN
        row.remedied_on, row.remedy_note = None, ""


def _close(rows: Sequence[Finding], inspection: Inspection) -> None:
    for row in rows:
        row.state, row.remedied_on, row.remedy_note = FindingState.REMEDIED, inspection.visited_on, inspection.number
    _judge_answers(rows, inspection, Verdict.ACCEPTED)


def _carry_on(rows: Sequence[Finding], again: dict[str, Finding], inspection: Inspection) -> None:
    for row in rows:
        row.state, row.remedy_note = FindingState.REPEATED, inspection.number
        later = again[row.item.code]  # type: ignore[union-attr]
        later.order_vi, later.order_en = (
            row.order_vi or later.order_vi,
            row.order_en if row.order_vi else later.order_en,
        )
    _judge_answers(rows, inspection, Verdict.REFUSED)


def _judge_answers(rows: Sequence[Finding], inspection: Inspection, verdict: Verdict) -> None:
    """Decide about the answers that wait: the inspector has seen with own eyes."""
    if not rows:
        return
    waiting = FindingAnswer.objects.filter(finding__in=[row.pk for row in rows], verdict=Verdict.WAITING)
    waiting.update(
        verdict=verdict, decided_by=inspection.inspector, decided_at=inspection.received_at, reason=inspection.number
    )


def _tell(rows: Sequence[Finding], code: str, inspection: Inspection) -> None:
    concerned = {row.organization_id: row.organization for row in rows if row.organization is not None}
    for organization in concerned.values():
        notify(
            submitters_of(organization),
            code,
            path=f"/inspections/{inspection.uuid}/",
            but=inspection.inspector,
            number=inspection.number,
            subject=inspection.subject_name or inspection.subject_ref,
            findings=sum(row.organization_id == organization.pk for row in rows),
        )
