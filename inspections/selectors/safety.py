"""The safety state of installations: one function decides, everywhere (sheets, lists, maps, filters, dashboard).

*unsafe*     a measured value beyond its limit or a failed structure not yet remedied, or a lapsed certificate
*overdue*    verification is mandatory and the certificate has expired or its renewal date has passed without filing,
             or a remedy is late
*due*        the renewal date, or the date of a remedy, lies within the window (120 days, a dated limit)
*compliant*  a valid certificate, or a posted self-declaration where verification is not mandatory, and nothing failed
*unknown*    the rest

A station for which nobody has worked out whether verification is mandatory counts as mandatory once it has had a
certificate: the operator itself put it on the list. A site and a mast take the worst state of their installations.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.models import BaseStation, Installation, Permit, PermitState, Verification
from inspections.models import Finding
from inspections.selectors.law import limit_value

Day = date  # a field of Reason is named date

COMPLIANT, DUE, OVERDUE, UNSAFE, UNKNOWN = "compliant", "due", "overdue", "unsafe", "unknown"
#: best to worst, as a site takes the worst of its installations; not knowing is better than a duty missed
ORDER = (COMPLIANT, UNKNOWN, DUE, OVERDUE, UNSAFE)
CERTIFICATE, DECLARATION = "verification_certificate", "self_declaration"
#: the window where no limit is entered, days
DUE_WINDOW_DAYS = 120
#: ids in one statement; SQLite takes 32,766 parameters
CHUNK = 5_000


@dataclass(frozen=True)
class Reason:
    """Why a state holds: a code for programs, the date it turns on. ``text`` is told in the request's language."""

    code: str
    date: "date | None" = None
    detail: str = ""

    @property
    def text(self) -> str:
        """The reason as one sentence."""
        return _sentence(self)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "text": self.text, "date": self.date.isoformat() if self.date else None}


@dataclass(frozen=True)
class Safety:
    """A state with the day since which it holds and its reasons, the deciding ones first."""

    state: str = UNKNOWN
    since: date | None = None
    reasons: tuple[Reason, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the state as CONTRACT §3 has it."""
        return {
            "state": self.state,
            "since": self.since.isoformat() if self.since else None,
            "reasons": [reason.as_json() for reason in self.reasons],
        }


@dataclass
class Facts:
    """What the state of one installation depends on."""

    verification: str = Verification.UNKNOWN
    certificates: list[Permit] = field(default_factory=list)
    declarations: list[Permit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def safety_states(ids: Iterable[int], on: date | None = None) -> dict[int, Safety]:
    """Return installation id -> state on *on* (today), for many at once: five queries for every 5,000 ids.

    The ids must be ones that the person asking may see.
    """
    day = on or timezone.localdate()
    wanted = list(dict.fromkeys(ids))
    window = timedelta(days=limit_value("due_window", day, DUE_WINDOW_DAYS)) if wanted else timedelta()
    states: dict[int, Safety] = {}
    for start in range(0, len(wanted), CHUNK):
        facts = _read(wanted[start : start + CHUNK])
        states.update((pk, decide(row, day, window)) for pk, row in facts.items())
    return states


def safety_of(installation: Installation, on: date | None = None) -> Safety:
    """Return the state of one installation."""
    return safety_states([installation.pk], on).get(installation.pk, Safety())


def worst(states: Iterable[Safety]) -> Safety:
    """Return the worst of *states*, as a site or a mast takes it; the reasons of equally bad ones are put together."""
    found = list(states)
    if not found:
        return Safety()
    state = max((row.state for row in found), key=ORDER.index)
    same = [row for row in found if row.state == state]
    since = min((row.since for row in same if row.since), default=None)
    reasons = dict.fromkeys(reason for row in same for reason in row.reasons)
    return Safety(state, since, tuple(reasons))


def site_states(site_ids: Sequence[int], person: Any, on: date | None = None) -> dict[int, Safety]:
    """Return site id -> the worst state of those of its installations that *person* may see."""
    rows = Installation.objects.visible_to(person).filter(site_id__in=site_ids).values_list("pk", "site_id")
    by_site: dict[int, list[int]] = defaultdict(list)
    for pk, site_id in rows:
        by_site[site_id].append(pk)
    states = safety_states((pk for pks in by_site.values() for pk in pks), on)
    return {site_id: worst(states[pk] for pk in by_site.get(site_id, ())) for site_id in site_ids}


# --- Reading ----------------------------------------------------------------------------------------------------------


def _read(ids: list[int]) -> dict[int, Facts]:
    rows = Installation.objects.filter(pk__in=ids).values_list("pk", "mast_id", "site_id")
    facts: dict[int, Facts] = {}
    on_mast: dict[int, list[int]] = defaultdict(list)
    at_site: dict[int, list[int]] = defaultdict(list)
    for pk, mast_id, site_id in rows:
        facts[pk] = Facts()
        if mast_id:
            on_mast[mast_id].append(pk)
        if site_id:
            at_site[site_id].append(pk)
    for pk, verification in BaseStation.objects.filter(pk__in=ids).values_list("pk", "verification"):
        facts[pk].verification = verification
    _read_permits(facts, at_site)
    _read_findings(facts, on_mast, at_site)
    return facts


def _read_permits(facts: dict[int, Facts], at_site: dict[int, list[int]]) -> None:
    rows = (
        Permit.objects.filter(kind_id__in=(CERTIFICATE, DECLARATION))
        .exclude(state__in=(PermitState.REPLACED, PermitState.REVOKED))
        .only(
            "kind_id", "installation_id", "site_id", "issued_on", "expires_on", "renewal_due_on", "renewal_filed_on",
            "state", "posted_on_site", "number",
        )
    )  # fmt: skip
    own = rows.filter(installation_id__in=list(facts))
    shared = rows.filter(installation_id__isnull=True, site_id__in=list(at_site)) if at_site else rows.none()
    for permit in own:
        _file_permit(facts[permit.installation_id or 0], permit)
    for permit in shared:
        for pk in at_site[permit.site_id or 0]:
            _file_permit(facts[pk], permit)


def _file_permit(row: Facts, permit: Permit) -> None:
    (row.certificates if permit.kind_id == CERTIFICATE else row.declarations).append(permit)


def _read_findings(facts: dict[int, Facts], on_mast: dict[int, list[int]], at_site: dict[int, list[int]]) -> None:
    """File the standing findings: an installation's own, those of its mast, those of its site as a whole."""
    rows = Finding.objects.standing().only(
        "installation_id", "mast_id", "site_id", "is_safety", "found_on", "due_on", "text_vi", "text_en"
    )
    own = models.Q(installation_id__in=list(facts))
    mast = models.Q(installation_id__isnull=True, mast_id__in=list(on_mast))
    site = models.Q(installation_id__isnull=True, mast_id__isnull=True, site_id__in=list(at_site))
    for finding in rows.filter(own):
        facts[finding.installation_id or 0].findings.append(finding)
    for finding in rows.filter(mast | site):
        holders = on_mast[finding.mast_id] if finding.mast_id else at_site[finding.site_id or 0]
        for pk in holders:
            facts[pk].findings.append(finding)


# --- Deciding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Question:
    """One installation on one day: the newest certificate, the findings known by then, the window of what is due."""

    row: Facts
    day: date
    window: timedelta
    latest: Permit | None
    findings: list[Finding]


def decide(row: Facts, day: date, window: timedelta) -> Safety:
    """Return the state that *row* has on *day*; *window* is how long before its date a duty counts as due."""
    findings = [finding for finding in row.findings if finding.found_on <= day]
    question = _Question(row, day, window, max(row.certificates, key=_recency, default=None), findings)
    for state, judge in ((UNSAFE, _unsafe), (OVERDUE, _overdue), (DUE, _due)):
        reasons = judge(question)
        if reasons:
            return Safety(state, _since(reasons, state, window), tuple(reasons))
    return _compliant(question)


def _recency(permit: Permit) -> tuple[date, date, int]:
    return permit.expires_on or date.max, permit.issued_on or date.min, permit.pk


def _is_mandatory(row: Facts) -> bool:
    if row.verification == Verification.REQUIRED:
        return True
    return row.verification == Verification.UNKNOWN and bool(row.certificates)


def _unsafe(asked: _Question) -> list[Reason]:
    reasons = [Reason("finding.unsafe", row.found_on, row.text) for row in asked.findings if row.is_safety]
    if asked.latest is not None and asked.latest.state == PermitState.LAPSED:
        reasons.append(Reason("certificate.lapsed", asked.latest.expires_on, asked.latest.number))
    return reasons


def _overdue(asked: _Question) -> list[Reason]:
    reasons, latest = [], asked.latest
    if latest is not None and _is_mandatory(asked.row):
        if latest.expires_on and latest.expires_on < asked.day:
            reasons.append(Reason("certificate.expired", latest.expires_on, latest.number))
        elif _renewal_open(latest) and latest.renewal_due_on and latest.renewal_due_on < asked.day:
            reasons.append(Reason("renewal.overdue", latest.renewal_due_on, latest.number))
    late = [row for row in asked.findings if row.due_on and row.due_on < asked.day]
    return reasons + [Reason("remedy.overdue", row.due_on, row.text) for row in late]


def _due(asked: _Question) -> list[Reason]:
    reasons, latest = [], asked.latest
    if latest is not None and _is_mandatory(asked.row) and _renewal_open(latest):
        deadline = latest.renewal_due_on or latest.expires_on
        if deadline and asked.day <= deadline <= asked.day + asked.window:
            reasons.append(Reason("renewal.due", deadline, latest.number))
    return reasons + [Reason("remedy.due", row.due_on, row.text) for row in asked.findings]


def _renewal_open(permit: Permit) -> bool:
    """Tell whether renewal has still to be filed: a filing before the issue belongs to the certificate before."""
    filed = permit.renewal_filed_on
    return filed is None or (permit.issued_on is not None and filed < permit.issued_on)


def _compliant(asked: _Question) -> Safety:
    row, latest = asked.row, asked.latest
    if latest is not None and (latest.expires_on is None or latest.expires_on >= asked.day):
        return Safety(COMPLIANT, latest.issued_on, (Reason("certificate.valid", latest.expires_on, latest.number),))
    posted = [permit for permit in row.declarations if permit.posted_on_site]
    if posted and row.verification == Verification.NOT_REQUIRED:
        declared = max(posted, key=_recency)
        return Safety(COMPLIANT, declared.issued_on, (Reason("declaration.posted", None, declared.number),))
    return Safety(UNKNOWN, None, (_what_is_missing(row, latest),))


def _what_is_missing(row: Facts, latest: Permit | None) -> Reason:
    if latest is not None:
        return Reason("certificate.expired_not_mandatory", latest.expires_on, latest.number)
    if row.verification == Verification.NOT_REQUIRED:
        return Reason("declaration.not_posted")
    if row.verification == Verification.REQUIRED:
        return Reason("certificate.missing")
    return Reason("verification.unknown")


def _since(reasons: Sequence[Reason], state: str, window: timedelta) -> date | None:
    """Return the first day of the state: a duty is missed on the day after its date, due when the window opens."""
    days = [reason.date for reason in reasons if reason.date]
    if not days:
        return None
    first = min(days)
    if state == OVERDUE:
        return first + timedelta(days=1)
    return first - window if state == DUE else first


# --- In words ---------------------------------------------------------------------------------------------------------


def _sentence(reason: Reason) -> str:
    day = formats.day(reason.date) if reason.date else ""
    sentences = {
        "finding.unsafe": _("%(detail)s, found on %(day)s and not yet remedied"),
        "certificate.lapsed": _("Certificate %(detail)s has lapsed because limits were exceeded"),
        "certificate.expired": _("Certificate %(detail)s expired on %(day)s"),
        "certificate.expired_not_mandatory": _("Certificate %(detail)s expired on %(day)s; not mandatory"),
        "renewal.overdue": _("Renewal of certificate %(detail)s was to be filed by %(day)s"),
        "renewal.due": _("Renewal of certificate %(detail)s is to be filed by %(day)s"),
        "remedy.overdue": _("To be remedied by %(day)s and late: %(detail)s"),
        "remedy.due": _("To be remedied by %(day)s: %(detail)s") if day else _("To be remedied: %(detail)s"),
        "certificate.valid": _("Certificate %(detail)s valid until %(day)s")
        if day
        else _("Certificate %(detail)s valid"),
        "declaration.posted": _("Self-declaration %(detail)s posted on site; verification not mandatory"),
        "declaration.not_posted": _("Verification not mandatory; no posted self-declaration is known"),
        "certificate.missing": _("Verification is mandatory; no certificate is known"),
        "verification.unknown": _("It is not known whether verification is mandatory, and no certificate is known"),
    }
    return sentences[reason.code] % {"detail": reason.detail, "day": day}
