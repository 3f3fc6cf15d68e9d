"""Fifty officers number decisions at once: no gap, no duplicate."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from infra.models import User
from infra.selectors.ledger import verify
from inspections.casework.guards import StepInput
from inspections.casework.steps import StepRefused, case_step_take
from inspections.models import CaseDocument, ViolationCase
from tests.inspections.running import TODAY, K, Office, moment
from tests.world import World

OFFICERS = 50
DAY = date(2026, 11, 5)


def at_once(work: Callable[[int], str], count: int) -> list[str]:
    """Do *work* in *count* threads that start together, each with a database connection of its own."""
    start = Barrier(count)

    def one(number: int) -> str:
        start.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


@pytest.mark.django_db(transaction=True)
def test_fifty_officers_number_decisions_at_once(world: World, law: None) -> None:
    office = Office(world)
    cases = [office.open() for _ in range(OFFICERS)]
    for case in cases:
        office.take(case, K.RECORD, date(2026, 11, 2), document=f"{case.pk}/BB")

    def decide(number: int) -> str:
        person = User.objects.get(pk=world.officer.pk)
        case = ViolationCase.objects.get(pk=cases[number].pk)
        amount = 31_000_000 if number % 10 == 0 else None  # every tenth is refused and takes no number
        given = StepInput(K.DECISION, DAY, amount_vnd=amount)
        try:
            return case_step_take(actor=person, case=case, given=given, at=moment(TODAY)).document
        except StepRefused:
            return ""

    numbers = sorted(number for number in at_once(decide, OFFICERS) if number)
    assert numbers == [f"{n:02d}/QĐ-XPHC" for n in range(1, 46)]
    stored = CaseDocument.objects.filter(series="QĐ-XPHC").order_by("sequence")
    assert [row.sequence for row in stored] == list(range(1, 46))
    assert list(verify()) == []
