"""Renewals of certificates: a file of many stations made from what is typed beside the list of what expires."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from infra.models import Permit, PermitState, RowAction, RowDecision, Submission, SubmissionKind, User
from infra.services.ledger import act
from infra.services.permits import CERTIFICATE

HEADERS = ("Mã trạm", "Loại giấy", "Số giấy", "Cơ quan cấp", "Ngày cấp", "Ngày hết hạn")


@dataclass(frozen=True)
class Renewal:
    """The new certificate of the station that *permit* is about."""

    permit: Permit
    number: str
    issued_on: date
    expires_on: date | None
    issuer: str = ""


def renewals_file(renewals: Sequence[Renewal]) -> Iterator[bytes]:
    """Yield a file of permits with one row for each renewal."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow(HEADERS)
    for one in renewals:
        installation = one.permit.installation
        assert installation is not None
        days = [f"{day:%d/%m/%Y}" if day else "" for day in (one.issued_on, one.expires_on)]
        code = installation.code or installation.registry_number
        writer.writerow([code, one.permit.kind.name_vi, one.number, one.issuer, *days])
    yield text.getvalue().encode("utf-8-sig")


def renewals_filed(actor: User, submission: Submission) -> None:
    """Note on the certificates in force that *submission*, just sent, brings new ones: the date of filing is kept."""
    _file(actor, submission, "renewal.filed", _("Renewals filed"), None, timezone.localdate())


def renewals_unfiled(actor: User, submission: Submission) -> None:
    """Take the filing back with the submission that made it."""
    if submission.sent_at:
        day = timezone.localdate(submission.sent_at)
        _file(actor, submission, "renewal.unfiled", _("Renewals taken back"), day, None)


def _file(actor: User, submission: Submission, kind: str, reason: str, was: date | None, now: date | None) -> None:
    if submission.kind != SubmissionKind.PERMITS:
        return
    rows: Any = submission.rows.filter(action=RowAction.ADD, has_error=False, installation__isnull=False)
    told = rows.exclude(decision=RowDecision.DROPPED).values_list("installation_id", "values")
    stations = {pk for pk, values in told.iterator() if values.get("permit_kind") == CERTIFICATE}
    found = Permit.objects.filter(
        kind_id=CERTIFICATE, state=PermitState.IN_FORCE, installation__in=stations, renewal_filed_on=was
    )
    permits = list(found)
    if not permits:
        return
    for permit in permits:
        permit.renewal_filed_on = now
    with act(
        actor=actor,
        authority=submission.authority,
        kind=kind,
        reason=reason,
        organization=submission.organization,
        submission=submission,
    ) as ledger:
        ledger.change_many(permits)
