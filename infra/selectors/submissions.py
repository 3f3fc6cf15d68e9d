"""Submissions as a person may see and move them."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, F, Max, Q, QuerySet, Subquery, TextField, When
from django.db.models.functions import Cast, Coalesce, Concat, Greatest
from django.db.models.lookups import Regex

from infra.access import Permission, Person, scope_of
from infra.models import (
    REGISTERED,
    Authority,
    DueExtension,
    Organization,
    PlannedMast,
    RegisteredRow,
    RowAction,
    RowDecision,
    Submission,
    SubmissionPurpose,
    SubmissionRow,
    SubmissionStatus,
)
from infra.rules import Side
from infra.selectors.collections import WORDS_MAX
from infra.text import fold, spelt

#: what operators ask besides handing files in
ASKED = (PlannedMast, DueExtension)
#: what a person of the authority still has to decide
WAITING = SubmissionStatus.SENT
_ROWS_MOVED = Q(action=RowAction.UPDATE, moved_m__isnull=False)


def submissions_for(person: Person) -> QuerySet[Submission]:
    """Return the submissions that *person* may see, newest first, with what a list shows."""
    return Submission.objects.visible_to(person).select_related("organization", "file", "submitted_by", "authority")


def submissions_waiting(person: Person) -> QuerySet[Submission]:
    """Return what waits for a decision of *person*'s authority, oldest first."""
    authorities = _authorities_of(person)
    waiting = submissions_for(person).filter(status=WAITING)
    if not scope_of(person).everything:
        waiting = waiting.filter(authority_id__in=authorities)
    return waiting.order_by("sent_at", "pk")


def submissions_of_sheets(submission: Submission) -> QuerySet[Submission]:
    """Return what was handed in of single sheets of the same workbook and is not taken back, the oldest first."""
    gone = (SubmissionStatus.WITHDRAWN, SubmissionStatus.REJECTED, SubmissionStatus.RETURNED)
    of_sheets = Submission.objects.filter(
        organization=submission.organization_id, kind=submission.kind, file__sha256=submission.file.sha256
    )
    return of_sheets.exclude(sheet="").exclude(status__in=gone).order_by("pk")


def _authorities_of(person: Person) -> set[int]:
    grants = scope_of(person).stewardships(Permission.REVIEW)
    return {grant.authority_id for grant in grants if grant.authority_id}


def waiting_count(person: Person) -> int:
    """Return how many submissions wait for the person's authority, or for the operator to go on with."""
    if scope_of(person).can(Permission.REVIEW):
        # One question for files, planned masts and requests for more time: it is asked with every page.
        parts: list[QuerySet[Any, Any]] = [submissions_waiting(person).order_by().values("pk")]
        parts += [model.objects.visible_to(person).filter(status="asked").order_by().values("pk") for model in ASKED]
        return parts[0].union(*parts[1:], all=True).count()
    unfinished = (SubmissionStatus.INVALID, SubmissionStatus.READY, SubmissionStatus.RETURNED)
    mine = Submission.objects.visible_to(person).filter(status__in=unfinished)
    return mine.exclude(corrections__isnull=False).count()


def sides_of(person: Person, submission: Submission) -> frozenset[Side]:
    """Return the sides on which *person* may act on *submission*: its organization's, its authority's, both or none.

    What an inspector proposes about an operator's installation is the inspector's to take back, not the operator's.
    """
    scope = scope_of(person)
    sides: set[Side] = set()
    if submission.purpose == SubmissionPurpose.CORRECTION:
        is_operator = submission.submitted_by_id == scope.user_id
    else:
        is_operator = submission.organization_id in scope.organizations(Permission.SUBMIT)
    if scope.everything or is_operator:
        sides.add(Side.OPERATOR)
    if scope.everything or any(
        grant.authority_id == submission.authority_id for grant in scope.stewardships(Permission.REVIEW)
    ):
        sides.add(Side.AUTHORITY)
        if submission.submitted_by_id == scope.user_id:  # the authority's own workbook has no operator behind it
            sides.add(Side.OPERATOR)
    return frozenset(sides)


def organizations_to_submit_for(person: Person) -> QuerySet[Organization]:
    """Return the organizations for which *person* may hand files in; people of an authority may for all."""
    scope = scope_of(person)
    if scope.everything or scope.stewardships(Permission.REVIEW):
        return Organization.objects.all()
    return Organization.objects.filter(pk__in=scope.organizations(Permission.SUBMIT))


def authorities_to_submit_to(person: Person) -> QuerySet[Authority]:
    """Return the authorities that *person* may hand files to: their own for people of an authority."""
    own = _authorities_of(person)
    authorities = Authority.objects.select_related("organization").order_by("pk")
    return authorities.filter(pk__in=own) if own else authorities


def may_load_history(person: Person) -> bool:
    """Tell whether *person* may load an old list with dates of the past: only people of an authority who review."""
    scope = scope_of(person)
    return scope.everything or bool(scope.stewardships(Permission.REVIEW))


def rows_of(submission: Submission) -> QuerySet[SubmissionRow]:
    """Return the rows of a submission in the order of the file, what it leaves out at the end; none that was dropped.

    They are kept in one go, so their keys lie together: with the bounds written out a page begins at the first of them,
    where PostgreSQL would rather walk the key through everybody's rows.
    """
    rows = submission.rows.exclude(decision=RowDecision.DROPPED)
    numbered = rows.filter(row__isnull=False)
    first, last = (numbered.order_by(order).values("pk")[:1] for order in ("row", "-row"))
    # The sum keeps the largest key from being looked for backwards through the whole table.
    left_out = rows.filter(row__isnull=True).order_by().values("submission").annotate(end=Max(F("pk") + 0))
    return rows.filter(
        pk__gte=Coalesce(Subquery(first), 0),
        pk__lte=Greatest(Coalesce(Subquery(last), 0), Coalesce(Subquery(left_out.values("end")), 0)),
    ).order_by("pk")


def rows_filtered(
    submission: Submission,
    *,
    severity: str = "",
    action: str = "",
    decision: str = "",
    code: str = "",
    column: str = "",
    text: str = "",
) -> QuerySet[SubmissionRow]:
    """Return the rows of a submission by what people filter for; rows left out only where *decision* asks for them."""
    rows = submission.rows.order_by("pk") if decision == RowDecision.DROPPED else rows_of(submission)
    if decision:
        rows = _decided(rows, submission, decision)
    if severity:
        rows = rows.filter(_SEVERITIES[severity])
    if action == "move":
        rows = rows.filter(_ROWS_MOVED, problems__icontains="site.moved")
    elif action:
        rows = rows.filter(action=action)
    if action == RowAction.UPDATE:  # as it is counted: what moved stands by itself
        rows = rows.exclude(_ROWS_MOVED, problems__icontains="site.moved")
    # JSON columns are searched as text: a code stands in quotes in it and nowhere else.
    if code:
        rows = rows.filter(problems__icontains=f'"{code}"')
    if column:
        rows = rows.filter(problems__icontains=f'"column": "{column}"')
    for word in fold(text).split()[:WORDS_MAX]:
        rows = rows.filter(Regex(_CELLS, _in_a_cell(word)))
    return rows


def _decided(rows: QuerySet[SubmissionRow], submission: Submission, outcome: str) -> QuerySet[SubmissionRow]:
    """Keep the rows whose ``outcome`` it is; one that nobody decided about by itself shares its submission's."""
    is_registered = submission.status in REGISTERED
    if outcome in (RowDecision.ACCEPTED, RowDecision.OPEN):
        return (
            rows.filter(decision=RowDecision.OPEN)
            if is_registered == (outcome == RowDecision.ACCEPTED)
            else rows.none()
        )
    return rows.filter(decision=outcome)


def registered_as(submission: Submission, numbers: Iterable[int]) -> dict[int, int | None]:
    """Return row number → the installation that the row stands for, of those rows that are registered."""
    if submission.status not in REGISTERED:
        return {}
    found = RegisteredRow.objects.filter(submission=submission, row__in=list(numbers))
    return dict(found.values_list("row", "installation_id"))


#: what a row says, as JSON: its cells and the texts in their place; what the file leaves out has the register's only
_CELLS = Concat(
    Case(When(row__isnull=True, then=Cast("values", TextField())), default=Cast("raw", TextField())),
    Cast("fixes", TextField()),
    output_field=TextField(),
)
#: the rest of a JSON text that is no name of a column
_REST_OF_CELL = r'(?:[^"\\]|\\.)*"\s*[,}]'


def _in_a_cell(word: str) -> str:
    """Return the regular expression of a JSON object in which a text holds the folded *word*, however it is spelt."""
    return spelt(json.dumps(word, ensure_ascii=False)[1:-1]) + _REST_OF_CELL


_SEVERITIES: dict[str, Q] = {
    "problem": Q(has_error=True) | Q(has_warning=True),
    "error": Q(has_error=True),
    "warning": Q(has_warning=True),
    "open": Q(has_warning=True, confirmation="") | Q(has_error=True),
    "clean": Q(has_error=False, has_warning=False),
}
SEVERITIES = tuple(_SEVERITIES)


def waiting_since(submission: Submission) -> datetime | None:
    """Return since when the submission waits for the authority."""
    return submission.sent_at if submission.status == WAITING else None


def figures(submission: Submission) -> dict[str, Any]:
    """Return counts of a submission for a bar and a list: clean, warned, with errors, changes."""
    counts = submission.counts or {}
    errors = counts.get("rows_with_errors", 0)
    clean = counts.get("clean", 0)
    looked_at = counts.get("rows", 0) - counts.get("dropped", 0)
    changes = sum(counts.get(name, 0) for name in ("add", "update", "move", "remove"))
    warned = max(looked_at - errors - clean, 0)
    # What the file leaves out is a warning, too, but no row of the file.
    warnings = counts.get("rows_with_warnings", 0) + counts.get("remove", 0)
    bar = {"errors_only": errors, "warned": warned, "until_errors": clean + warned}
    return {**counts, **bar, "with_warnings": warnings, "changes": changes}
