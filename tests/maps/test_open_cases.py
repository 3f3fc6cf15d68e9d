"""Which cases are open is one thing: the map's layers, its counts, the list, the overview and the site say the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inspections.models import CaseState, ViolationCase
from inspections.selectors.cases import ENDED, open_cases, open_count
from maps.queries.casework import open_cases as open_on_map
from maps.queries.casework import recent_inspections
from maps.queries.filters import Filters
from maps.queries.reader import Reader
from maps.selectors.figures import board_of
from tests import factories as make
from tests.inspections.conftest import File, filed, law, office  # noqa: F401 -- fixtures
from tests.inspections.running import Office
from tests.world import SignIn, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def of_every_state(world: World, office: Office) -> World:  # noqa: F811
    """A case in each state, all about the harbour."""
    yesterday = timezone.localdate() - timedelta(days=1)
    for state in CaseState:
        case = office.open(on=yesterday, today=yesterday)
        with make.one_act(world.authority) as ledger:
            case.state = state
            ledger.change(case)
    return world


def test_everybody_calls_the_same_cases_open(of_every_state: World, as_person: SignIn) -> None:
    world = of_every_state
    officer, client = world.officer, as_person(world.officer)
    expected = len(CaseState) - len(ENDED)
    numbers = set(open_cases(officer).values_list("number", flat=True))
    assert len(numbers) == open_count(officer) == expected
    assert {event.number for event in open_on_map(Reader.of(officer), Filters(), None, 100)} == numbers
    assert client.get("/tiles/cases/counts.json").json()["n"] == expected
    assert client.get("/tiles/cases/counts.json", {"state": "all"}).json()["n"] == ViolationCase.objects.count()
    rows = client.get("/map/export/cases.csv").getvalue().decode("utf-8-sig").splitlines()
    assert len(rows) - 1 == expected
    figures = {one.name: one for one in board_of(officer, "", "", timezone.localdate()).figures}
    assert figures["overdue_cases"].denominator == expected
    sheet = client.get("/map/site/HYN-00001/sheet/").context["sheet"]
    shown = {case.state for case in sheet.open_cases}
    assert CaseState.TRANSFERRED in shown
    assert shown.isdisjoint(ENDED)


def test_a_map_of_the_past_shows_the_cases_that_were_open_then(of_every_state: World, as_person: SignIn) -> None:
    world = of_every_state
    client, today = as_person(world.officer), timezone.localdate()
    closed = ViolationCase.objects.filter(state=CaseState.CLOSED).get()
    with make.one_act(world.authority) as ledger:
        closed.detected_on, closed.closed_on = today - timedelta(days=900), today - timedelta(days=10)
        ledger.change(closed)
    for days, expected in ((901, False), (900, True), (11, True), (10, False)):
        day = today - timedelta(days=days)
        filters = Filters(as_of=day)
        on_map = {event.number for event in open_on_map(Reader.of(world.officer), filters, None, 100)}
        assert (closed.number in on_map) is expected, days
        counted = client.get("/tiles/cases/counts.json", {"as_of": day.isoformat()}).json()["n"]
        assert counted == len(on_map), days


def test_a_map_of_the_past_shows_the_inspections_made_before(world: World, as_person: SignIn, filed: File) -> None:  # noqa: F811
    visited = filed().visited_on
    reader, client = Reader.of(world.officer), as_person(world.officer)
    for days, expected in ((-1, 0), (0, 1)):
        day = visited + timedelta(days=days)
        shown = recent_inspections(reader, Filters(as_of=day), timezone.localdate(), None, 100)
        assert len(shown) == expected
        assert client.get("/tiles/inspections/counts.json", {"as_of": day.isoformat()}).json()["n"] == expected


def test_what_changed_since_a_day_is_the_same_in_every_form(of_every_state: World, as_person: SignIn) -> None:
    world, today = of_every_state, timezone.localdate()
    client, reader = as_person(world.officer), Reader.of(world.officer)
    expected = len(CaseState) - len(ENDED)
    for day, count in ((today - timedelta(days=3), expected), (today + timedelta(days=1), 0)):
        filters = Filters(changed_since=day)
        assert len(open_on_map(reader, filters, None, 100)) == count
        assert client.get("/tiles/cases/counts.json", {"changed_since": day.isoformat()}).json()["n"] == count
        assert recent_inspections(reader, filters, today, None, 100) == []
