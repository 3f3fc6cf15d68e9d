"""The safety state of installations: one function decides, everywhere (sheets, lists, maps, filters, dashboard).

:func:`safety_states` decides now, from papers and findings. What it says of every installation is kept in
:class:`inspections.models.SafetyState` as well, so that lists, tiles and counts of a country join a table; that table
is written by :mod:`inspections.services.safety` inside the act that changes anything, and once a day for what time
alone changes. A site and a mast take the worst state of their installations.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone

from infra.models import BaseStation, Installation, Permit, PermitState
from inspections.models import Finding, SafetyState
from inspections.selectors.law import limit_value
from inspections.selectors.safety_decision import (
    COMPLIANT,
    DUE,
    ORDER,
    OVERDUE,
    RANKS,
    UNKNOWN,
    UNSAFE,
    Facts,
    Fault,
    Paper,
    Reason,
    Safety,
    changes_on,
    decide,
    worst,
)
from inspections.selectors.spans import Span

__all__ = [
    "COMPLIANT", "DUE", "ORDER", "OVERDUE", "RANKS", "UNKNOWN", "UNSAFE", "Facts", "Fault", "Paper", "Reason", "Safety",
    "changes_on", "decide", "due_window", "kept_states", "read_facts", "safety_of", "safety_states", "site_states",
    "worst",
]  # fmt: skip

CERTIFICATE, DECLARATION = "verification_certificate", "self_declaration"
#: the window where no limit is entered, days
DUE_WINDOW_DAYS = 120
#: ids in one statement; SQLite takes 32,766 parameters
CHUNK = 5_000


def due_window(day: date) -> timedelta:
    """Return how long before its date a duty counts as due, by the limit in force on *day*."""
    return timedelta(days=limit_value("due_window", day, DUE_WINDOW_DAYS))


def safety_states(ids: Iterable[int], on: date | None = None) -> dict[int, Safety]:
    """Return installation id -> state on *on* (today), for many at once: five queries for every 5,000 ids.

    The ids must be ones that the person asking may see.
    """
    day = on or timezone.localdate()
    wanted = list(dict.fromkeys(ids))
    window = due_window(day) if wanted else timedelta()
    states: dict[int, Safety] = {}
    for start in range(0, len(wanted), CHUNK):
        facts = read_facts(wanted[start : start + CHUNK])
        states.update((pk, decide(row, day, window)) for pk, row in facts.items())
    return states


def safety_of(installation: Installation, on: date | None = None) -> Safety:
    """Return the state of one installation."""
    return safety_states([installation.pk], on).get(installation.pk, Safety())


def kept_states(ids: Iterable[int]) -> dict[int, Safety]:
    """Return installation id -> state of today from what is kept: one query for every 5,000 ids.

    What is not kept yet, or past the day on which it may change, is decided now. The ids must be ones that the person
    asking may see.
    """
    wanted = list(dict.fromkeys(ids))
    today = timezone.localdate()
    states: dict[int, Safety] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = SafetyState.objects.filter(pk__in=wanted[start : start + CHUNK]).holding(today)
        for pk, state, since, reasons in rows.values_list("pk", "state", "since", "reasons"):
            states[pk] = Safety(state, since, tuple(Reason.from_kept(row) for row in reasons))
    states.update(safety_states(pk for pk in wanted if pk not in states))
    return states


def site_states(site_ids: Sequence[int], person: Any, on: date | None = None) -> dict[int, Safety]:
    """Return site id -> the worst state of those of its installations that *person* may see."""
    rows = Installation.objects.visible_to(person).filter(site_id__in=site_ids).values_list("pk", "site_id")
    by_site: dict[int, list[int]] = defaultdict(list)
    for pk, site_id in rows:
        by_site[site_id].append(pk)
    states = safety_states((pk for pks in by_site.values() for pk in pks), on)
    return {site_id: worst(states[pk] for pk in by_site.get(site_id, ())) for site_id in site_ids}


# --- Reading ----------------------------------------------------------------------------------------------------------


def read_facts(ids: Sequence[int], *, dense: bool = False) -> dict[int, Facts]:
    """Return installation id -> what its state depends on, for at most 5,000 *ids*; unknown ids are left out.

    *dense* promises that *ids* are all there are between the first and the last.
    """
    span = Span(ids, dense=dense)
    facts: dict[int, Facts] = {}
    on_mast: Held = defaultdict(list)
    at_site: Held = defaultdict(list)
    for pk, mast_id, site_id in Installation.objects.filter(span.rows()).values_list("pk", "mast_id", "site_id"):
        facts[pk] = Facts()
        if mast_id:
            on_mast[mast_id].append(pk)
        if site_id:
            at_site[site_id].append(pk)
    for pk, verification in BaseStation.objects.filter(span.rows()).values_list("pk", "verification"):
        facts[pk].verification = verification
    _read_papers(span, facts, at_site)
    _read_faults(span, facts, on_mast, at_site)
    return facts


Held = dict[int, list[int]]
PAPER = (
    "pk", "number", "state", "issued_on", "expires_on", "renewal_due_on", "renewal_filed_on", "posted_on_site",
)  # fmt: skip


def _read_papers(span: Span, facts: dict[int, Facts], at_site: Held) -> None:
    rows = Permit.objects.filter(kind_id__in=(CERTIFICATE, DECLARATION)).exclude(
        state__in=(PermitState.REPLACED, PermitState.REVOKED)
    )
    own = rows.filter(span.rows("installation_id")).order_by()
    for kind, pk, *values in own.values_list("kind_id", "installation_id", *PAPER):
        _file_paper(facts[pk or 0], kind, Paper(*values))
    if not at_site:
        return
    shared = rows.filter(span.held_by("site_id", "site_id", at_site), installation_id__isnull=True).order_by()
    for kind, site_id, *values in shared.values_list("kind_id", "site_id", *PAPER):
        paper = Paper(*values)
        for pk in at_site[site_id or 0]:
            _file_paper(facts[pk], kind, paper)


def _file_paper(row: Facts, kind: str, paper: Paper) -> None:
    (row.certificates if kind == CERTIFICATE else row.declarations).append(paper)


def _read_faults(span: Span, facts: dict[int, Facts], on_mast: Held, at_site: Held) -> None:
    """File the standing findings: an installation's own, those of its mast, those of its site as a whole."""
    rows = Finding.objects.standing().order_by("-id")
    columns = ("is_safety", "found_on", "due_on", "text_vi", "text_en")
    own = rows.filter(span.rows("installation_id"))
    for pk, *values in own.values_list("installation_id", *columns):
        facts[pk or 0].findings.append(Fault(*values))
    mast = span.held_by("mast_id", "mast_id", on_mast)
    site = models.Q(mast_id__isnull=True) & span.held_by("site_id", "site_id", at_site)
    shared = rows.filter(mast | site, installation_id__isnull=True)
    for mast_id, site_id, *values in shared.values_list("mast_id", "site_id", *columns):
        fault = Fault(*values)
        for pk in on_mast[mast_id] if mast_id else at_site[site_id or 0]:
            facts[pk].findings.append(fault)
