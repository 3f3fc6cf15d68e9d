"""Which coverage map an address names, and what else could be chosen.

``network`` is the code of an organization or ``any-1``, ``any-2``, ``any-3``; ``technology`` 2G … 5G; ``against`` two
sides of maps to compare, as the tiles write them (``12-34``, ``12+13-13``); ``unit`` communes, repeated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from infra import formats
from infra.access import Person
from infra.models import AdministrativeUnit
from maps.models import CoverageMap
from maps.selectors.coverage import maps_for, sides_named, whole_maps

USUAL_TECHNOLOGY = "4G"
#: the technology whose end is planned
ENDING = "2G"
MOST_EARLIER = 8
#: what communes can be coloured by, besides the levels themselves: figures of the indicators
SHOWN = {
    "": _lazy("Levels"),
    "population": _lazy("People covered, by commune"),
    "area": _lazy("Area covered, by commune"),
}
SHOWN_ROADS = {"roads": _lazy("Roads covered, by commune")}
#: lower edges of the classes of a share, per cent; the class below the lowest is the worst
CLASSES = (80.0, 90.0, 95.0, 99.0)
MOST_UNITS = 200


@dataclass(frozen=True)
class Option:
    """One thing to choose; ``there`` False: no such map has been computed."""

    code: str
    title: str | Promise
    chosen: bool
    there: bool = True


@dataclass(frozen=True)
class Choice:
    """What the address asks for. ``coverage`` None: there is no map at all for this person."""

    coverage: CoverageMap | None
    networks: list[Option] = field(default_factory=list)
    joint: list[Option] = field(default_factory=list)
    technologies: list[Option] = field(default_factory=list)
    against: str = ""
    #: names of the two networks that are compared; None where it is one network before and after
    beside: tuple[str, str] | None = None
    comparisons: list[tuple[str, list[Option]]] = field(default_factory=list)
    shown: list[Option] = field(default_factory=list)
    units: list[AdministrativeUnit] = field(default_factory=list)

    @property
    def network(self) -> str:
        return network_of(self.coverage) if self.coverage else ""

    @property
    def coloured_by(self) -> Option | None:
        """The figure that communes are coloured by, None where the levels are shown."""
        return next((one for one in self.shown if one.chosen and one.code), None)

    @property
    def unit_codes(self) -> list[str]:
        return [unit.code for unit in self.units]


def network_of(coverage: CoverageMap) -> str:
    """Return the code of a map's organization, or ``any-2`` for at least two of them."""
    return coverage.organization.code if coverage.organization else f"any-{coverage.at_least}"


def choice_of(person: Person, query: QueryDict) -> Choice:
    """Return the map that *query* names, the nearest to it where there is none, and the other choices."""
    maps = list(whole_maps(person))
    if not maps:
        return Choice(None)
    by_key = {(network_of(one), one.technology_id): one for one in maps}
    coverage = _chosen(maps, by_key, query.get("network", ""), query.get("technology", USUAL_TECHNOLOGY).upper())
    network, technology = network_of(coverage), coverage.technology_id
    names = {network_of(one): one.who for one in sorted(maps, key=lambda one: (one.who.casefold(), one.at_least))}
    options = [Option(code, name, code == network, (code, technology) in by_key) for code, name in names.items()]
    against, comparisons = _comparisons(person, coverage, by_key, query.get("against", ""))
    return Choice(
        coverage=coverage,
        networks=[one for one in options if not one.code.startswith("any-")],
        joint=sorted((one for one in options if one.code.startswith("any-")), key=lambda one: one.code),
        technologies=[
            Option(code, code, code == technology, (network, code) in by_key)
            for code in dict.fromkeys(one.technology_id for one in maps)
        ],
        against=against,
        beside=beside_of(*_sides(against, by_key.values())) if against else None,
        comparisons=comparisons,
        shown=_shown(coverage, query.get("shown", "")),
        units=_units(query.getlist("unit")),
    )


def _shown(coverage: CoverageMap, asked: str) -> list[Option]:
    has_roads = coverage.indicators.filter(roads_m__isnull=False).exists()
    known = {**SHOWN, **(SHOWN_ROADS if has_roads else {})}
    return [Option(code, title, code == (asked if asked in known else "")) for code, title in known.items()]


def _chosen(
    maps: list[CoverageMap], by_key: dict[tuple[str, str], CoverageMap], network: str, technology: str
) -> CoverageMap:
    """Return the map asked for; else another technology of the network; else the largest network of the technology."""
    if (network, technology) in by_key:
        return by_key[network, technology]
    near = [one for one in maps if network_of(one) == network]
    near = near or [one for one in maps if one.technology_id == technology and one.organization] or maps
    usual = [one for one in near if one.technology_id == USUAL_TECHNOLOGY]
    return max(usual or near, key=lambda one: one.cells)


def _comparisons(
    person: Person, coverage: CoverageMap, by_key: dict[tuple[str, str], CoverageMap], asked: str
) -> tuple[str, list[tuple[str, list[Option]]]]:
    """Return the comparison asked for, if the person may see its maps, and those that are offered."""
    network, technology = network_of(coverage), coverage.technology_id
    others = [(f"{one.pk}-{coverage.pk}", one.who) for one in _of_technology(by_key.values(), coverage)]
    own = {code: one for (name, code), one in by_key.items() if name == network}
    ends = []
    if ENDING in own and len(own) > 1:
        everything = "+".join(str(one.pk) for one in own.values())
        rest = "+".join(str(one.pk) for code, one in own.items() if code != ENDING)
        ends = [(f"{everything}-{rest}", _("%(name)s switched off") % {"name": ENDING})]
    technologies = [
        (f"{one.pk}-{coverage.pk}", f"{code} → {technology}") for code, one in own.items() if code != technology
    ]
    groups = [
        (_("If a technology ends"), ends),
        (_("Another network"), others),
        (_("Another technology"), technologies),
        (_("An earlier day"), _earlier(person, coverage)),
    ]
    known = {key for _title, rows in groups for key, _name in rows}
    against = asked if asked in known or sides_named(person, asked) is not None else ""
    offered = [(title, [Option(key, name, key == against) for key, name in rows]) for title, rows in groups if rows]
    return against, offered


def _sides(against: str, maps: Iterable[CoverageMap]) -> tuple[list[CoverageMap], list[CoverageMap]]:
    """Return the current maps of both sides of a comparison."""
    by_number = {str(one.pk): one for one in maps}
    first, _dash, second = against.partition("-")
    return tuple([by_number[key] for key in side.split("+") if key in by_number] for side in (first, second))  # type: ignore[return-value]


def beside_of(first: Sequence[CoverageMap], second: Sequence[CoverageMap]) -> tuple[str, str] | None:
    """Return the names of two different networks: nobody loses what another network never had."""
    names = [" + ".join(dict.fromkeys(one.who for one in side)) for side in (first, second)]
    return (names[0], names[1]) if all(names) and names[0] != names[1] else None


def _of_technology(maps: Iterable[CoverageMap], coverage: CoverageMap) -> list[CoverageMap]:
    found = [one for one in maps if one.technology_id == coverage.technology_id and one.pk != coverage.pk]
    return sorted(found, key=lambda one: (one.organization is None, one.who.casefold()))


def _earlier(person: Person, coverage: CoverageMap) -> list[tuple[str, str]]:
    rows = maps_for(person, current=False).filter(
        technology=coverage.technology_id,
        organization=coverage.organization,
        at_least=coverage.at_least,
        area__isnull=True,
        resolution_m=coverage.resolution_m,
        pk__lt=coverage.pk,
    )
    return [(f"{one.pk}-{coverage.pk}", formats.day(one.data_on)) for one in rows.order_by("-pk")[:MOST_EARLIER]]


def _units(codes: list[str]) -> list[AdministrativeUnit]:
    rows = AdministrativeUnit.objects.filter(code__in=codes[:MOST_UNITS], valid_to__isnull=True)
    return list(rows.defer("boundary").order_by("code"))
