"""What decides the safety state of an installation: its papers, its standing findings, a day. No database here.

*unsafe*     a measured value beyond its limit or a failed structure not yet remedied, or a lapsed certificate
*overdue*    verification is mandatory and the certificate has expired or its renewal date has passed without filing,
             or a remedy is late
*due*        the renewal date, or the date of a remedy, lies within the window (120 days, a dated limit)
*compliant*  a valid certificate, or a posted self-declaration where verification is not mandatory, and nothing failed
*unknown*    the rest

A station for which nobody has worked out whether verification is mandatory counts as mandatory once it has had a
certificate: the operator itself put it on the list.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from infra import formats
from infra.models import PermitState, Verification

Day = date  # a field of Reason is named date

COMPLIANT, DUE, OVERDUE, UNSAFE, UNKNOWN = "compliant", "due", "overdue", "unsafe", "unknown"
#: best to worst, as a site takes the worst of its installations; not knowing is better than a duty missed
ORDER = (COMPLIANT, UNKNOWN, DUE, OVERDUE, UNSAFE)
#: state -> its place in that order, as it is kept for ``max()`` over a site
RANKS = {state: rank for rank, state in enumerate(ORDER)}


class Paper(NamedTuple):
    """A certificate or self-declaration as far as it decides."""

    pk: int
    number: str
    state: str = PermitState.IN_FORCE
    issued_on: date | None = None
    expires_on: date | None = None
    renewal_due_on: date | None = None
    renewal_filed_on: date | None = None
    posted_on_site: bool | None = None


class Fault(NamedTuple):
    """A standing finding as far as it decides."""

    is_safety: bool
    found_on: date
    due_on: date | None
    text_vi: str
    text_en: str = ""


@dataclass(frozen=True)
class Reason:
    """Why a state holds: a code for programs, the date it turns on. ``text`` is told in the request's language.

    ``detail`` is the number of a paper or the words of a finding, which ``detail_en`` has in English.
    """

    code: str
    date: "date | None" = None
    detail: str = ""
    detail_en: str = ""

    @property
    def text(self) -> str:
        """The reason as one sentence."""
        return _sentence(self)

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "text": self.text, "date": self.date.isoformat() if self.date else None}

    def kept(self) -> dict[str, str]:
        """Return the reason as it is stored: without language, and without what is empty."""
        full = {
            "code": self.code,
            "date": self.date.isoformat() if self.date else "",
            "detail": self.detail,
            "detail_en": self.detail_en,
        }
        return {name: value for name, value in full.items() if value}

    @classmethod
    def from_kept(cls, row: Mapping[str, str]) -> "Reason":
        day = Day.fromisoformat(row["date"]) if "date" in row else None
        return cls(row["code"], day, row.get("detail", ""), row.get("detail_en", ""))


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


@dataclass(slots=True)
class Facts:
    """What the state of one installation depends on."""

    verification: str = Verification.UNKNOWN
    certificates: list[Paper] = field(default_factory=list)
    declarations: list[Paper] = field(default_factory=list)
    findings: list[Fault] = field(default_factory=list)


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


# --- Deciding ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Question:
    """One installation on one day: the newest certificate, the findings known by then, the window of what is due."""

    row: Facts
    day: date
    window: timedelta
    latest: Paper | None
    findings: list[Fault]


def decide(row: Facts, day: date, window: timedelta) -> Safety:
    """Return the state that *row* has on *day*; *window* is how long before its date a duty counts as due."""
    findings = [finding for finding in row.findings if finding.found_on <= day]
    question = _Question(row, day, window, latest_paper(row), findings)
    for state, judge in _JUDGES:
        reasons = judge(question)
        if reasons:
            return Safety(state, _since(reasons, state, window), tuple(reasons))
    return _compliant(question)


def changes_on(row: Facts, day: date, window: timedelta) -> date | None:
    """Return the first day after *day* on which time alone may change what :func:`decide` says, or None.

    Until then the answer holds as long as no paper, finding or installation is written.
    """
    return min((moment for moment in _turns(row, window) if moment > day), default=None)


def _turns(row: Facts, window: timedelta) -> Iterator[date]:
    """Yield every day on which some comparison of :func:`decide` comes out differently from the day before."""
    one = timedelta(days=1)
    for finding in row.findings:
        yield finding.found_on
        if finding.due_on:
            yield finding.due_on + one
    latest = latest_paper(row)
    if latest is None:
        return
    if latest.expires_on:
        yield latest.expires_on + one
    deadline = latest.renewal_due_on or latest.expires_on
    if deadline:
        yield deadline - window
        yield deadline + one


def latest_paper(row: Facts) -> Paper | None:
    """Return the certificate that counts: the one that expires last."""
    return max(row.certificates, key=_recency, default=None)


def _recency(paper: Paper) -> tuple[date, date, int]:
    return paper.expires_on or date.max, paper.issued_on or date.min, paper.pk


def is_mandatory(row: Facts) -> bool:
    """Tell whether verification counts as mandatory."""
    if row.verification == Verification.REQUIRED:
        return True
    return row.verification == Verification.UNKNOWN and bool(row.certificates)


def _unsafe(asked: _Question) -> list[Reason]:
    reasons = [_about("finding.unsafe", row, row.found_on) for row in asked.findings if row.is_safety]
    if asked.latest is not None and asked.latest.state == PermitState.LAPSED:
        reasons.append(Reason("certificate.lapsed", asked.latest.expires_on, asked.latest.number))
    return reasons


def _overdue(asked: _Question) -> list[Reason]:
    reasons, latest = [], asked.latest
    if latest is not None and is_mandatory(asked.row):
        if latest.expires_on and latest.expires_on < asked.day:
            reasons.append(Reason("certificate.expired", latest.expires_on, latest.number))
        elif renewal_open(latest) and latest.renewal_due_on and latest.renewal_due_on < asked.day:
            reasons.append(Reason("renewal.overdue", latest.renewal_due_on, latest.number))
    late = [row for row in asked.findings if row.due_on and row.due_on < asked.day]
    return reasons + [_about("remedy.overdue", row, row.due_on) for row in late]


def _due(asked: _Question) -> list[Reason]:
    reasons, latest = [], asked.latest
    if latest is not None and is_mandatory(asked.row) and renewal_open(latest):
        deadline = latest.renewal_due_on or latest.expires_on
        if deadline and asked.day <= deadline <= asked.day + asked.window:
            reasons.append(Reason("renewal.due", deadline, latest.number))
    return reasons + [_about("remedy.due", row, row.due_on) for row in asked.findings]


_JUDGES: tuple[tuple[str, Callable[[_Question], list[Reason]]], ...] = (
    (UNSAFE, _unsafe),
    (OVERDUE, _overdue),
    (DUE, _due),
)


def _about(code: str, finding: Fault, day: date | None) -> Reason:
    return Reason(code, day, finding.text_vi, finding.text_en)


def renewal_open(paper: Paper) -> bool:
    """Tell whether renewal has still to be filed: a filing before the issue belongs to the certificate before."""
    filed = paper.renewal_filed_on
    return filed is None or (paper.issued_on is not None and filed < paper.issued_on)


def _compliant(asked: _Question) -> Safety:
    row, latest = asked.row, asked.latest
    if latest is not None and (latest.expires_on is None or latest.expires_on >= asked.day):
        return Safety(COMPLIANT, latest.issued_on, (Reason("certificate.valid", latest.expires_on, latest.number),))
    posted = [paper for paper in row.declarations if paper.posted_on_site]
    if posted and row.verification == Verification.NOT_REQUIRED:
        declared = max(posted, key=_recency)
        return Safety(COMPLIANT, declared.issued_on, (Reason("declaration.posted", None, declared.number),))
    return Safety(UNKNOWN, None, (_what_is_missing(row, latest),))


def _what_is_missing(row: Facts, latest: Paper | None) -> Reason:
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


_SENTENCES = {
    "finding.unsafe": _("%(detail)s, found on %(day)s and not yet remedied"),
    "certificate.lapsed": _("Certificate %(detail)s has lapsed because limits were exceeded"),
    "certificate.expired": _("Certificate %(detail)s expired on %(day)s"),
    "certificate.expired_not_mandatory": _("Certificate %(detail)s expired on %(day)s; not mandatory"),
    "renewal.overdue": _("Renewal of certificate %(detail)s was to be filed by %(day)s"),
    "renewal.due": _("Renewal of certificate %(detail)s is to be filed by %(day)s"),
    "remedy.overdue": _("To be remedied by %(day)s and late: %(detail)s"),
    "remedy.due": _("To be remedied by %(day)s: %(detail)s"),
    "certificate.valid": _("Certificate %(detail)s valid until %(day)s"),
    "declaration.posted": _("Self-declaration %(detail)s posted on site; verification not mandatory"),
    "declaration.not_posted": _("Verification not mandatory; no posted self-declaration is known"),
    "certificate.missing": _("Verification is mandatory; no certificate is known"),
    "verification.unknown": _("It is not known whether verification is mandatory, and no certificate is known"),
}
_WITHOUT_DAY = {
    "remedy.due": _("To be remedied: %(detail)s"),
    "certificate.valid": _("Certificate %(detail)s valid"),
}


def _sentence(reason: Reason) -> str:
    day = formats.day(reason.date) if reason.date else ""
    words = _SENTENCES[reason.code] if day else _WITHOUT_DAY.get(reason.code, _SENTENCES[reason.code])
    detail = reason.detail_en or reason.detail if get_language() == "en" else reason.detail
    return str(words) % {"detail": detail, "day": day}
