"""All figures of one question, with their trends, and what stands beside them on the page."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from infra.access import Person
from maps.queries.counts import Counted, station_counts
from maps.queries.reader import Reader
from maps.selectors.ages import DataAge, data_ages
from maps.selectors.figures.coverage import coverage_figures
from maps.selectors.figures.figure import Asked, Figure
from maps.selectors.figures.places import place_figures
from maps.selectors.figures.stations import station_figures
from maps.selectors.figures.trends import with_trends
from maps.selectors.figures.work import work_figures

#: the figures that a manager is asked for first, in this order; the first five there are stand on top
FIRST = (
    "certificates_in_force",
    "unsafe_stations",
    "overdue_cases",
    "population_4g",
    "shared_sites",
    "stations_5g_of_4g",
    "overdue_stations",
)


@dataclass(frozen=True)
class Board:
    """Everything on the page. ``communes`` are counted stations by commune, ``ages`` the operators' data."""

    figures: list[Figure]
    communes: list[Counted]
    ages: list[DataAge]


def figures_of(asked: Asked, ages: list[DataAge]) -> Iterator[Figure]:
    """Yield every figure that can be computed for what is asked."""
    yield from station_figures(asked)
    yield from coverage_figures(asked)
    yield from work_figures(asked, ages)
    yield from place_figures(asked)


def board_of(person: Person, unit: str, organization: str, today: date) -> Board:
    """Return the figures of what *person* may see, of one unit and one organization where they are given."""
    reader = Reader.of(person)
    asked = Asked(person, reader, unit, organization, today)
    ages = [age for age in data_ages(reader) if not organization or age.code == organization]
    found = {one.name: one for one in figures_of(asked, ages)}
    ordered = [found.pop(name) for name in FIRST if name in found]
    figures = with_trends(asked, [*ordered, *found.values()])
    return Board(figures, station_counts(reader, asked.filters, today), ages)
