"""Violation cases at the size of a country: an agenda, lists with filters, and dates computed anew after a change.

What is written straight into the tables is scratch data: nothing of it is in the ledger.
"""

import itertools
import time
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from config.benchmarks.measuring import BEST_OF, Line
from infra.access import Role
from infra.models import Authority, Installation, Organization, User
from infra.services.people import membership_grant, system_user
from infra.text import fold
from inspections.casework.recomputing import recompute
from inspections.casework.working_days import WorkingCalendar
from inspections.models import (
    CalendarDay,
    CaseDeadline,
    CaseStanding,
    CaseState,
    Charge,
    DayKind,
    PartyKind,
    Rule,
    Step,
    StepKind,
    ViolationCase,
)

CASES = 100_000
#: cases that wait for a decision; each has three to four open dates
OPEN_SHARE = 0.15
AGENDA = 2_000
OFFICERS = 20
BATCH = 5_000
CODE = "15/2020/ND-CP:54.3.a"
FRAME = (20_000_000, 30_000_000)
#: what people filter by
LISTS = (
    "",
    "state=open",
    "state=recorded",
    "state=closed",
    "deadline=overdue",
    "deadline=week",
    "officer=bench-officer-1",
    "officer=bench-officer-1&deadline=week",
    "field=telecom&state=open",
    f"rule={CODE}",
    "age=90&state=open",
    "party=organization",
    "q=viettel",
    "q=BENCH-0042",
)


def measure(manager: User) -> Iterator[Line]:
    """Fill the register with cases, then ask for pages and compute dates anew."""
    if not getattr(staticfiles_storage, "hashed_files", True):
        call_command("collectstatic", interactive=False, verbosity=0)  # pages name their scripts and styles by content
    authority = Authority.objects.order_by("id")[0]
    officers = _officers(authority)
    count = min(CASES, Installation.objects.count())
    waiting = _fill(authority, officers, count)
    _settled()
    start = time.perf_counter()
    recompute()
    yield _line("cases.dates.first", time.perf_counter() - start, "s", waiting)
    yield _recomputed(authority)
    yield _agenda(officers[0])
    yield from _lists(manager, count)


def _settled() -> None:
    """Do what PostgreSQL's autovacuum does within a minute of so many new rows."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def _line(name: str, value: float, unit: str, rows: int) -> Line:
    return Line(name, round(value, 3), unit, None, None, None, rows)


# --- Filling ----------------------------------------------------------------------------------------------------------


def _officers(authority: Authority) -> list[User]:
    people = []
    for number in range(OFFICERS):
        person = User.objects.create(username=f"bench-officer-{number}", display_name=f"Bench {number}", language="vi")
        membership_grant(
            actor=system_user(),
            authority=authority,
            user=person,
            organization=authority.organization,
            role=Role.OFFICER,
            reason="Measuring",
            valid_from=timezone.localdate(),
        )
        people.append(person)
    return people


@transaction.atomic
def _fill(authority: Authority, officers: Sequence[User], count: int) -> int:
    """Write *count* cases with their charges, the open ones with their records; return how many are open."""
    random = np.random.default_rng(11)
    waits = random.random(count) < OPEN_SHARE
    ago = np.where(waits, random.integers(0, 7, count), random.integers(60, 1_400, count)).tolist()
    rule, names = Rule.objects.filter(code=CODE).order_by("-valid_from")[0], _names()
    rows = Installation.objects.order_by("pk").values_list("organization_id", "unit_id", "position")[:count]
    subjects = itertools.islice(itertools.cycle(list(rows)), count)
    agenda = 0
    batch: list[ViolationCase] = []
    for place, (organization_id, unit_id, position) in enumerate(subjects):
        is_open = bool(waits[place])
        officer = officers[0] if is_open and agenda < AGENDA else officers[1 + place % (OFFICERS - 1)]
        agenda += is_open and officer is officers[0]
        number, detected = f"BENCH-{place:06d}", timezone.localdate() - timedelta(days=ago[place])
        batch.append(
            ViolationCase(
                authority=authority,
                number=number,
                year=detected.year,
                party=PartyKind.ORGANIZATION,
                organization_id=organization_id,
                field=rule.field,
                unit_id=unit_id,
                position=position,
                state=CaseState.RECORDED if is_open else CaseState.CLOSED,
                detected_on=detected,
                officer=officer,
                fine_vnd=None if is_open else 25_000_000,
                opened_at=timezone.now(),
                closed_on=None if is_open else detected + timedelta(days=40),
                search_text=fold(f"{number} {names[organization_id]}"),
            )
        )
        if len(batch) == BATCH:
            _write(batch, rule, officers[0])
            batch = []
    _write(batch, rule, officers[0])
    return int(waits.sum())


def _names() -> dict[int, str]:
    rows = Organization.objects.values_list("pk", "code", "name")
    return {pk: f"{code} {name}" for pk, code, name in rows}


def _write(cases: list[ViolationCase], rule: Rule, actor: User) -> None:
    low, high = FRAME
    stored = ViolationCase.objects.bulk_create(cases, batch_size=BATCH)
    Charge.objects.bulk_create(
        [
            Charge(
                case=case,
                rule=rule,
                rule_code=rule.code,
                text_vi=rule.name_vi,
                min_vnd=low,
                max_vnd=high,
                proposed_vnd=(low + high) // 2,
            )
            for case in stored
        ],
        batch_size=BATCH,
    )
    waiting = [case for case in stored if case.state == CaseState.RECORDED]
    Step.objects.bulk_create(
        [
            Step(case=case, kind=StepKind.RECORD, on=case.detected_on, actor=actor, entered_at=case.opened_at)
            for case in waiting
        ],
        batch_size=BATCH,
    )
    ended = [case for case in stored if case.state == CaseState.CLOSED]
    standings = (CaseStanding(case=case, authority=case.authority, paid_vnd=case.fine_vnd or 0) for case in ended)
    CaseStanding.objects.bulk_create(standings, batch_size=BATCH)


# --- Asking -----------------------------------------------------------------------------------------------------------


def _recomputed(authority: Authority) -> Line:
    """Enter a day off on the next working day, and compute all open dates anew."""
    day = _next_working_day(authority.calendar)
    CalendarDay.objects.update_or_create(
        calendar=authority.calendar, date=day, defaults={"kind": DayKind.HOLIDAY, "name_vi": "Ngày nghỉ bổ sung"}
    )
    dates = CaseDeadline.objects.filter(is_open=True).count()
    start = time.perf_counter()
    moved = recompute()
    taken = time.perf_counter() - start
    if not moved:
        raise AssertionError("no date moved, although a day off was entered")
    return _line("cases.dates.recomputed", taken, "s", dates)


def _next_working_day(code: str) -> date:
    return WorkingCalendar(code).working_days(timezone.localdate(), 1).due


def _agenda(officer: User) -> Line:
    open_cases = ViolationCase.objects.filter(officer=officer, state=CaseState.RECORDED).count()
    return _line("cases.agenda", _best(_client(officer), "/cases/agenda/"), "ms", open_cases)


def _lists(manager: User, count: int) -> Iterator[Line]:
    """Ask for the list, and for the API's collection, by each filter; the median and the slowest of them."""
    client = _client(manager)
    pages = {query: _best(client, f"/cases/?{query}") for query in LISTS}
    yield _line("cases.list", float(np.median(list(pages.values()))), "ms", count)
    yield _line("cases.list.slowest", max(pages.values()), "ms", count)
    yield _line("cases.board", _best(client, "/cases/board/"), "ms", count)
    yield _line("cases.api.page100", _best(client, "/api/v1/cases/?limit=100"), "ms", count)


def _client(person: User) -> Client:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person)
    return client


def _best(client: Client, address: str) -> float:
    """Return the best of some calls in ms; the first one warms."""
    times = []
    for _ in range(BEST_OF + 1):
        start = time.perf_counter()
        answer: Any = client.get(address)
        times.append(1000 * (time.perf_counter() - start))
        if answer.status_code != 200:
            raise AssertionError(f"{address} answered {answer.status_code}: {answer.content[:200]!r}")
    return min(times[1:])
