"""Public reports: kept when they come, within limits; taken up, answered, closed by people of the authority."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone

from infra.models import (
    REPORT_MOVES,
    AdministrativeUnit,
    Authority,
    Organization,
    PublicReport,
    ReportStatus,
    Site,
    User,
)
from infra.services.ledger import act
from infra.services.sites import site_move
from infra.spatial.units import unit_at

#: reports in an hour: from one address, about one site, and about one commune without a site
MOST_FROM_ADDRESS, MOST_ABOUT_SITE, MOST_IN_UNIT = 5, 20, 40
HOUR = timedelta(hours=1)


class TooManyReportsError(Exception):
    """The limit of reports in an hour is reached."""


class CannotMoveReportError(ValueError):
    """The report's status does not lead to the one that was asked for."""


@dataclass
class ReportFacts:
    """What somebody wants to tell the authority. Positions are EPSG:4326."""

    kind: str
    category: str
    text: str
    contact: str = ""
    site: Site | None = None
    organization: Organization | None = None
    technology: str = ""
    unit: AdministrativeUnit | None = None
    position: Point | None = None
    proposed_position: Point | None = None


def sender_of(address: str) -> str:
    """Return a digest of a network address that changes every day: it counts, and cannot be turned back."""
    key = f"{settings.SECRET_KEY}|reports|{timezone.localdate().isoformat()}"
    return hmac.new(key.encode(), address.encode(), hashlib.sha256).hexdigest()[:32]


def public_report_make(*, authority: Authority, facts: ReportFacts, address: str) -> PublicReport:
    """Keep a report from the network *address*, which itself is never stored.

    Raises TooManyReportsError beyond the limits of an hour.
    """
    sender = sender_of(address)
    place = facts.position or (facts.site.position if facts.site else None)
    unit = facts.unit or (facts.site.unit if facts.site else None) or (unit_at(place.x, place.y) if place else None)
    with transaction.atomic():
        _refuse_many(sender, facts.site, unit)
        return PublicReport.objects.create(
            authority=authority,
            kind=facts.kind,
            category=facts.category,
            site=facts.site,
            organization=facts.organization,
            technology=facts.technology,
            unit=unit,
            position=place,
            proposed_position=facts.proposed_position,
            text=facts.text,
            contact=facts.contact,
            sender=sender,
        )


def _refuse_many(sender: str, site: Site | None, unit: AdministrativeUnit | None) -> None:
    lately = PublicReport.objects.filter(received_at__gte=timezone.now() - HOUR)
    if lately.filter(sender=sender).count() >= MOST_FROM_ADDRESS:
        raise TooManyReportsError
    if site is not None and lately.filter(site=site).count() >= MOST_ABOUT_SITE:
        raise TooManyReportsError
    if site is None and unit is not None and lately.filter(site__isnull=True, unit=unit).count() >= MOST_IN_UNIT:
        raise TooManyReportsError


def report_move(*, actor: User, report: PublicReport, to: str, reason: str, answer: str = "") -> PublicReport:
    """Move *report* to the status *to*, with an answer where it is answered.

    Taking it up makes it the actor's; closing it erases contact and sender. Raises CannotMoveReportError.
    """
    with act(actor=actor, authority=report.authority, kind=f"report.{to}", reason=reason) as ledger:
        locked = PublicReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
        if (locked.status, to) not in REPORT_MOVES:
            raise CannotMoveReportError(f"{locked.status} → {to}")
        locked.status = to
        if to == ReportStatus.TAKEN:
            locked.assignee = actor
        if to == ReportStatus.OPEN:
            locked.assignee = None
        if to == ReportStatus.ANSWERED:
            locked.answer, locked.answered_at = answer, ledger.at
            locked.assignee = locked.assignee or actor
        if to == ReportStatus.CLOSED:
            locked.closed_at, locked.contact, locked.sender = ledger.at, "", ""
            locked.answer = answer or locked.answer
        locked.save()
        ledger.note(report=locked.pk, status=to)
    return locked


def report_apply_position(*, actor: User, report: PublicReport, reason: str) -> Site:
    """Move the report's site to where the report says it stands. Raises ValueError where it says nothing."""
    if report.site is None or report.proposed_position is None:
        raise ValueError("The report proposes no position for a site.")
    return site_move(actor=actor, site=report.site, to=report.proposed_position, reason=reason)
