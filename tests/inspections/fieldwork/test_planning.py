"""Areas, tours and days: nothing is lost, work is level, ways are short, the urgent comes first."""

import itertools
import random
from datetime import date, timedelta

import pytest

from inspections.fieldwork.planning import Stop, plan_days, split_by_area, tour, tour_metres
from inspections.fieldwork.planning.tours import MOST_IMPROVED

DAYS = [date(2026, 11, 23) + timedelta(days=number) for number in range(10)]


def scattered(n: int, seed: int = 1, most: int = 1) -> list[Stop]:
    random.seed(seed)
    keys = itertools.count(1)
    return [
        Stop(
            106 + random.random() * 0.5,
            20.4 + random.random() * 0.4,
            tuple(next(keys) for _ in range(random.randint(1, most))),
            urgency=random.randrange(100),
        )
        for _ in range(n)
    ]


@pytest.mark.parametrize(("stops", "parts"), [(0, 3), (1, 3), (2, 2), (7, 3), (100, 7), (300, 4)])
def test_every_stop_has_one_part_and_parts_are_level(stops: int, parts: int) -> None:
    split = split_by_area(scattered(stops), parts)
    assert len(split) == parts
    assert sorted(itertools.chain(*split)) == list(range(stops))
    if stops >= 10 * parts:
        sizes = [len(part) for part in split]
        assert max(sizes) - min(sizes) <= parts


def test_areas_do_not_overlap() -> None:
    stops = [Stop(106 + x / 100, 20 + y / 100, (x * 20 + y,)) for x in range(40) for y in range(20)]
    boxes = []
    for part in split_by_area(stops, 4):
        east, north = [stops[place].lon for place in part], [stops[place].lat for place in part]
        boxes.append((min(east), min(north), max(east), max(north)))
    for one, other in itertools.combinations(boxes, 2):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


def test_shared_sites_weigh_what_they_hold() -> None:
    stops = [Stop(106.0, 20.0, tuple(range(30))), *(Stop(106.1 + n / 100, 20.0, (100 + n,)) for n in range(30))]
    assert [len(part) for part in split_by_area(stops, 2)] == [1, 30]


def test_a_tour_is_nearly_the_shortest() -> None:
    for seed in range(4):
        stops = scattered(7, seed)
        shortest = min(tour_metres(stops, order) for order in itertools.permutations(range(7)))
        assert tour_metres(stops, tour(stops)) <= shortest * 1.05


def test_a_tour_of_many_visits_everything() -> None:
    stops = scattered(MOST_IMPROVED + 100)
    assert sorted(tour(stops)) == list(range(len(stops)))


@pytest.mark.parametrize("seed", range(5))
def test_days_hold_what_is_allowed_and_lose_nothing(seed: int) -> None:
    stops = scattered(20, seed, most=3)
    planned = plan_days(stops, DAYS, 6)
    assert sorted(visit.key for visit in planned) == sorted(key for stop in stops for key in stop.visits)
    by_day: dict[date | None, list[int]] = {}
    for visit in planned:
        by_day.setdefault(visit.day, []).append(visit.order)
    for day, orders in by_day.items():
        assert day is None or (len(orders) <= 6 and sorted(orders) == list(range(1, len(orders) + 1)))
    where = {visit.key: visit.day for visit in planned}
    assert all(len({where[key] for key in stop.visits}) == 1 for stop in stops)


def test_the_most_urgent_area_comes_first_and_what_does_not_fit_has_no_day() -> None:
    near = [Stop(106.0 + n / 1000, 20.0, (n,), urgency=5) for n in range(4)]
    far = [Stop(107.0 + n / 1000, 20.0, (10 + n,), urgency=50) for n in range(4)]
    planned = {visit.key: visit.day for visit in plan_days([*near, *far], DAYS[:1], 4)}
    assert {planned[stop.visits[0]] for stop in far} == {DAYS[0]}
    assert {planned[stop.visits[0]] for stop in near} == {None}


def test_a_site_with_more_visits_than_a_day_holds_is_a_day_of_its_own() -> None:
    planned = plan_days([Stop(106.0, 20.0, tuple(range(9))), Stop(106.01, 20.0, (20,))], DAYS, 6)
    assert len({visit.day for visit in planned if visit.key < 9}) == 1
    assert len({visit.day for visit in planned}) == 2
