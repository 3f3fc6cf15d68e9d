"""What is wrong with a report, row by row, and which installation each sound row means."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.access import Permission, Person, scope_of
from infra.models import Installation, InstallationKind, Organization
from infra.submissions.problems import Problem
from inspections.outages.rows import BACK, MOST_ROWS, OutageRow, Report

#: clocks differ; a moment this far ahead of ours is still now
AHEAD = timedelta(minutes=15)
#: no outage that is reported today began longer ago
LONGEST = timedelta(days=400)
CHUNK = 2_000


@dataclass(frozen=True)
class Found:
    """A sound row and the installation it means."""

    row: OutageRow
    installation: Installation


def may_report(person: Person, organization: Organization) -> bool:
    """Tell whether *person* reports outages of *organization*: its submitters, and inspectors of an authority."""
    scope = scope_of(person)
    return (
        scope.everything
        or organization.pk in scope.organizations(Permission.SUBMIT)
        or bool(scope.stewardships(Permission.INSPECT))
    )


def check(person: Person, report: Report) -> tuple[list[Found], list[Problem]]:
    """Return the sound rows of *report* with their installations, and every problem of the others."""
    if len(report.rows) > MOST_ROWS:
        why = _("It holds more than %(most)s rows.") % {"most": formats.number(MOST_ROWS)}
        return [], [Problem(None, "file.unreadable", facts={"why": why})]
    known = _installations(person, report)
    places: dict[int, list[int]] = defaultdict(list)
    problems: list[Problem] = []
    found: list[Found] = []
    now = timezone.now()
    for row in report.rows:
        installation = known.get(row.station)
        wrong = list(_problems(row, installation, report, now))
        problems += wrong
        if installation is not None:
            places[installation.pk].append(row.row)
            if not wrong:
                found.append(Found(row, installation))
    problems += _repeated(found, places)
    bad = {problem.row for problem in problems}
    return [one for one in found if one.row.row not in bad], sorted(problems, key=lambda one: one.row or 0)


def _installations(person: Person, report: Report) -> dict[str, Installation]:
    """Return what was written → installation; an operator's own code means a base station before anything else."""
    rows = Installation.objects.visible_to(person).filter(organization=report.organization)
    if report.authority is not None:
        rows = rows.filter(authority=report.authority)
    wanted = sorted({row.station for row in report.rows if row.station})
    known: dict[str, Installation] = {}
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        hits = rows.filter(Q(registry_number__in=part) | Q(code__in=part)).select_related("unit", "authority")
        for one in sorted(hits, key=lambda one: one.kind == InstallationKind.BASE_STATION):
            known[one.code] = one
        known |= {one.registry_number: one for one in hits}
    known.pop("", None)
    return known


def _problems(row: OutageRow, installation: Installation | None, report: Report, now: datetime) -> Iterator[Problem]:
    if not row.station:
        yield Problem(row.row, "value.required", ("station",), facts={"header": _("Station code")})
    elif installation is None:
        yield Problem(row.row, "reference.unknown", ("station",), value=row.station[:64])
    for name in ("out_since", "back_at"):
        moment = getattr(row, name)
        if moment is not None and not now - LONGEST <= moment <= now + AHEAD:
            facts = {"range": _("the past year up to now")}
            yield Problem(row.row, "value.range", (name,), value=formats.moment(moment), facts=facts)
    if row.back_at is not None and row.state != BACK:
        yield Problem(row.row, "outage.back_but_out", ("back_at", "state"), value=formats.moment(row.back_at))
    back = row.back_at or report.at
    if row.state == BACK and row.out_since is not None and row.out_since > back:
        yield Problem(row.row, "outage.order", ("back_at", "out_since"), value=formats.moment(back))


def _repeated(found: Iterable[Found], places: dict[int, list[int]]) -> Iterator[Problem]:
    for one in found:
        others = [number for number in places[one.installation.pk] if number != one.row.row]
        if others:
            facts = {"others": ", ".join(map(str, others[:5]))}
            yield Problem(one.row.row, "identifier.duplicate", ("station",), value=one.row.station, facts=facts)
