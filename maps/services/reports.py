"""What citizens report: written down for the authority, without an account, not without limits."""

import hashlib
from datetime import timedelta

from django.core.cache import cache
from django.utils import timezone

from infra.models import PublicReport, Site

#: reports from one address in an hour, and about one site in an hour from everybody together
MOST_FROM_ADDRESS = 5
MOST_ABOUT_SITE = 20
HOUR_SECONDS = 3600


class TooManyReportsError(Exception):
    """The limit of reports in an hour is reached."""


def public_report_make(*, site: Site, kind: str, text: str, contact: str, address: str) -> PublicReport:
    """Keep a report about *site* from the network *address*, which itself is never stored.

    Raises TooManyReportsError beyond the limits of an hour.
    """
    _count(address)
    since = timezone.now() - timedelta(seconds=HOUR_SECONDS)
    if PublicReport.objects.filter(site=site, received_at__gte=since).count() >= MOST_ABOUT_SITE:
        raise TooManyReportsError
    return PublicReport.objects.create(
        authority=site.authority,
        kind=kind,
        site=site,
        unit=site.unit,
        position=site.position,
        text=text,
        contact=contact,
    )


def _count(address: str) -> None:
    key = f"report:{hashlib.sha256(address.encode()).hexdigest()[:32]}"
    cache.add(key, 0, HOUR_SECONDS)
    if cache.incr(key) > MOST_FROM_ADDRESS:
        raise TooManyReportsError
