"""A correction of the register proposed by whoever stood before the thing: a submission of one row.

It takes the way of every file: checked, compared, put into the authority's queue, registered when a person accepts.
"""

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from infra.models import (
    Authority,
    Installation,
    Organization,
    Submission,
    SubmissionKind,
    SubmissionPurpose,
    SubmissionStatus,
    User,
)
from infra.services.submissions import NotPossible, submission_receive, submission_send
from infra.submissions import review
from infra.submissions.columns import TABLES, Column
from infra.submissions.comparison.register import DETAILS
from infra.submissions.exporting import row_of

#: kind of installation → kind of file
KINDS = {kind: str(file_kind) for file_kind, (kind, _detail, _relation) in DETAILS.items()}
_NAMING = ("registry_number",)


def correctable_columns(installation: Installation) -> list[Column]:
    """Return the columns of which a correction may be proposed, with their types, ranges and choices."""
    table = TABLES[KINDS[installation.kind]]
    naming = {table.identifier, *_NAMING}
    return [column for column in table.read() if column.name not in naming]


@transaction.atomic
def submission_from_correction(
    *, actor: User, installation: Installation, values: Mapping[str, Any], reason: str, reference: str = ""
) -> Submission:
    """Propose to correct *installation*: *values* maps column names (:func:`correctable_columns`) to what was found.

    The submission is sent at once and waits in the authority's queue; *reference* names what the proposal comes from,
    such as an inspection. Where *values* has "longitude" and "latitude", acceptance moves the site and calls the
    position measured. Raises NotPossible, and leaves nothing behind, for an empty reason, an unknown column, a value
    that a file could not bring either, or a proposal that changes nothing.
    """
    if not reason.strip():
        raise NotPossible(_("Say what was found on the spot."))
    kind = KINDS[installation.kind]
    known = {column.name for column in correctable_columns(installation)}
    unknown = sorted(values.keys() - known)
    if unknown or not values:
        raise NotPossible(
            _("No such column: %s.") % ", ".join(unknown) if unknown else _("Say what is to be corrected.")
        )
    return _send(
        actor=actor,
        authority=installation.authority,
        organization=installation.organization,
        kind=kind,
        name=installation.registry_number,
        chunks=_file(installation, kind, values),
        reason=reason,
        reference=reference,
        wanted=("update", "move"),
    )


@transaction.atomic
def submission_of_new_station(
    *,
    actor: User,
    authority: Authority,
    organization: Organization,
    values: Mapping[str, Any],
    reason: str,
    reference: str = "",
) -> Submission:
    """Propose a station that stands and is not registered, as one row of *organization*'s; *values* has its "code".

    Raises NotPossible as :func:`submission_from_correction` does, and where the code is a registered station's.
    """
    if not reason.strip():
        raise NotPossible(_("Say what was found on the spot."))
    kind = str(SubmissionKind.STATIONS)
    return _send(
        actor=actor,
        authority=authority,
        organization=organization,
        kind=kind,
        name=str(values["code"]),
        chunks=_lines(kind, list(values), values),
        reason=reason,
        reference=reference,
        wanted=("add",),
    )


def _send(
    *,
    actor: User,
    authority: Authority,
    organization: Organization,
    kind: str,
    name: str,
    chunks: Iterator[bytes],
    reason: str,
    reference: str,
    wanted: Collection[str],
) -> Submission:
    """Receive, check and send a file of one row; *wanted* are the actions one of which it must mean."""
    submission, _is_new = submission_receive(
        actor=actor,
        authority=authority,
        organization=organization,
        kind=kind,
        name=f"{name}.csv",
        chunks=chunks,
        crs="EPSG:4326",
        content_type="text/csv",
        purpose=SubmissionPurpose.CORRECTION,
        reference=reference,
    )
    submission = review.submission_check(actor=actor, submission=submission)
    problems = list(review.problems_of(submission))
    if submission.status != SubmissionStatus.READY:
        raise NotPossible(" ".join(problem.message for problem in problems if problem.is_error))
    if not any(submission.counts[action] for action in wanted):
        raise NotPossible(_("The register says the same already."))
    if any(not problem.is_error for problem in problems):
        review.rows_confirm(actor=actor, submission=submission, note=reason, rows=review.ALL)
    return submission_send(actor=actor, submission=submission, reason=reason)


def _file(installation: Installation, kind: str, values: Mapping[str, Any]) -> Iterator[bytes]:
    """Yield a file of one row: what names the installation, what every file must have, and what is proposed."""
    table = TABLES[kind]
    current = row_of(installation, kind)
    needed = [table.identifier, *_NAMING, *(column.name for column in table.columns if column.required)]
    names = list(dict.fromkeys([*needed, *values]))
    yield from _lines(kind, names, {name: current.get(name) for name in names} | dict(values))


def _lines(kind: str, names: Sequence[str], values: Mapping[str, Any]) -> Iterator[bytes]:
    table, text = TABLES[kind], io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([table.column(name).header("vi") for name in names])
    writer.writerow([_text(values[name]) for name in names])
    yield text.getvalue().encode("utf-8-sig")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
