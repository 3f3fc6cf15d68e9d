"""A coverage map as a printed report: the result, networks side by side, communes, gaps, what it rests on."""

from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from infra import formats
from infra.access import Person
from infra.models import AdministrativeUnit
from maps.coverage.exports import percent
from maps.coverage.signals import SIGNALS
from maps.coverage.words import ASSUMED_NAMES, MODEL_NAMES, REASON_NAMES
from maps.documents.content import Content, Table
from maps.documents.coverage_picture import MARKED, picture_of
from maps.models import CoverageIndicator, CoverageMap
from maps.selectors.coverage import indicators_for, spots_for, sums_for, whole_maps

#: white spots in the table, those with most people
MOST_SPOTS = 40
UNKNOWN = "–"


def coverage_content(person: Person, coverage: CoverageMap, codes: Sequence[str]) -> Content:
    """Return the report on *coverage* as *person* may see it, of the units with *codes* only if given."""
    figures = list(indicators_for(person, coverage, codes))
    units = frozenset(one.unit_id for one in figures)
    spots = list(spots_for(person, coverage, codes)[:MARKED])
    return Content(
        keeper=str(coverage.authority.organization),
        above=_("Register of telecom, postal and network infrastructure"),
        title=_("Predicted coverage"),
        subject=f"{coverage.technology_id} · {coverage.who} · {_where(coverage, codes)}",
        dateline=_("Computed on %(at)s from the register as of %(day)s")
        % {"at": formats.moment(timezone.localtime(coverage.computed_at)), "day": formats.day(coverage.data_on)},
        tables=[
            _result(figures),
            _networks(person, coverage, codes),
            _communes(figures),
            _spots(person, coverage, codes),
            _basis(coverage),
            *_left_out(coverage),
        ],
        notes=[
            _("Thresholds are set by the authority. The result is a forecast, not a measurement."),
            _("A commune's people are spread over its pixels by the population grid where one is loaded, else evenly."),
            _("Digest of the inputs: %(digest)s") % {"digest": coverage.inputs},
        ],
        picture=picture_of(coverage, units, spots) if units else None,
        language=get_language() or "vi",
    )


def _where(coverage: CoverageMap, codes: Sequence[str]) -> str:
    if not codes:
        return coverage.area.full_name if coverage.area else _("whole territory")
    named = dict(
        AdministrativeUnit.objects.in_force(coverage.data_on).filter(code__in=codes).values_list("code", "name")
    )
    if len(codes) > 3:
        return ngettext("%(n)s unit", "%(n)s units", len(codes)) % {"n": formats.number(len(codes))}
    return ", ".join(named.get(code, code) for code in codes)


def share(part: float | None, whole: float | None) -> str:
    """Write a share: two decimals, as the difference between two networks may be less than one."""
    value = percent(part, whole)
    return UNKNOWN if value is None else formats.quantity(round(value, 2), "%")


def _sum(figures: Iterable[CoverageIndicator], name: str) -> float | None:
    """Return the sum over the communes, None where none of them has the figure."""
    known = [value for one in figures if (value := getattr(one, name)) is not None]
    return sum(known) if known else None


def _result(figures: Sequence[CoverageIndicator]) -> Table:
    """Return covered, in all and share of people, area, roads and villages."""
    lines = (
        (pgettext("coverage", "People"), "population_covered", "population", 1.0, ""),
        (pgettext("coverage", "Area"), "covered_m2", "area_m2", 1e6, "km²"),
        (_("Roads"), "roads_covered_m", "roads_m", 1e3, "km"),
        (_("Villages"), "villages_covered", "villages", 1.0, ""),
    )
    rows: list[tuple[str, ...]] = []
    for title, part, whole, unit, sign in lines:
        covered, everything = _sum(figures, part), _sum(figures, whole)
        if covered is None or everything is None:
            rows.append((title, UNKNOWN, UNKNOWN, _("no such layer is loaded")))
            continue
        written = [formats.number(round(value / unit)) for value in (covered, everything)]
        rows.append((title, *(f"{one} {sign}".strip() for one in written), share(covered, everything)))
    return Table(_("Result"), (_("What"), _("Covered"), _("In all"), _("Share")), rows, frozenset({1, 2, 3}))


def _networks(person: Person, coverage: CoverageMap, codes: Sequence[str]) -> Table:
    """Return the networks with the same technology side by side, as far as the person may see their maps."""
    others = (
        [] if coverage.area_id else [one for one in whole_maps(person) if one.technology_id == coverage.technology_id]
    )
    if coverage.pk not in {one.pk for one in others}:
        others.insert(0, coverage)
    sums = sums_for(person, others, codes)
    rows = []
    for one in sorted(others, key=lambda one: (one.organization_id is None, one.at_least, one.who.casefold())):
        summed = sums.get(one.pk, {})
        rows.append(
            (
                one.who,
                share(summed.get("population_covered"), summed.get("population")),
                share(summed.get("covered_m2"), summed.get("area_m2")),
                formats.number(one.cells),
                share(one.cells_assumed, one.cells),
                formats.day(timezone.localtime(one.computed_at)),
            )
        )
    columns = (
        pgettext("coverage", "Network"),
        _("People covered"),
        _("Area covered"),
        _("Cells"),
        _("Cells with assumed values"),
        _("Computed"),
    )
    return Table(_("Networks with %(name)s") % {"name": coverage.technology_id}, columns, rows, frozenset(range(1, 6)))


def _communes(figures: Sequence[CoverageIndicator]) -> Table:
    """Return every commune, the one with most people without coverage first."""
    ranked = sorted(figures, key=lambda one: (one.population_covered - one.population, one.unit.code))
    rows = [
        (
            one.unit.full_name,
            formats.number(round(one.population)),
            formats.number(round(one.population - one.population_covered)),
            share(one.population_covered, one.population),
            share(one.covered_m2, one.area_m2),
            share(one.roads_covered_m, one.roads_m),
        )
        for one in ranked
    ]
    columns = (
        _("Commune"),
        pgettext("coverage", "People"),
        _("Without coverage"),
        _("People covered"),
        _("Area covered"),
        _("Roads covered"),
    )
    return Table(_("Communes, most people without coverage first"), columns, rows, frozenset(range(1, 6)))


def _spots(person: Person, coverage: CoverageMap, codes: Sequence[str]) -> Table:
    spots = spots_for(person, coverage, codes)
    rows = [
        (
            spot.unit.full_name if spot.unit else UNKNOWN,
            formats.number(spot.rank),
            formats.number(round(spot.people)),
            formats.quantity(round(spot.area_m2 / 1e6, 2), "km²"),
            f"{spot.position.y:.5f}, {spot.position.x:.5f}",
        )
        for spot in spots[:MOST_SPOTS]
    ]
    count = spots.count()
    note = _("No white spot is as large as counts.") if not rows else ""
    if count > len(rows):
        note = _("The first %(n)s of %(all)s.") % {"n": formats.number(len(rows)), "all": formats.number(count)}
    columns = (
        _("Commune"),
        _("Rank"),
        pgettext("coverage", "People"),
        pgettext("coverage", "Area"),
        _("Latitude, longitude"),
    )
    return Table(_("White spots by people affected"), columns, rows, frozenset({1, 2, 3}), note)


def _basis(coverage: CoverageMap) -> Table:
    """Return what makes the figures defensible: model, threshold, margin, grid, cells, what was assumed."""
    models = [
        f"{MODEL_NAMES.get(name, name)} {formats.quantity(round(100 * part), '%')}"
        for name, part in sorted(coverage.models_used.items(), key=lambda pair: -pair[1])
    ]
    assumed = [
        f"{ASSUMED_NAMES.get(name, name)}: {formats.number(count)}"
        for name, count in sorted(coverage.assumed.items(), key=lambda pair: -pair[1])
    ]
    rows = [
        (_("Signal"), SIGNALS.get(coverage.technology_id, UNKNOWN)),
        (_("Model"), "; ".join(models) or str(MODEL_NAMES.get(coverage.model, coverage.model))),
        (_("Threshold"), formats.quantity(round(coverage.threshold_dbm, 1), "dBm")),
        (
            _("Margin"),
            f"{formats.quantity(round(coverage.margin_db, 1), 'dB')} "
            f"({formats.quantity(coverage.edge_percent, '%')}, σ {formats.quantity(coverage.sigma_db, 'dB')})",
        ),
        (_("Receiver"), _("%(height)s m high, %(where)s") % _receiver(coverage)),
        (_("Grid"), formats.quantity(coverage.resolution_m, "m")),
        (_("Cells"), formats.number(coverage.cells)),
        (_("Assumed values"), "; ".join(assumed) or _("none")),
        (_("Cells left out"), formats.number(coverage.cells_left_out)),
    ]
    return Table(_("Computed from"), (_("What"), _("Value")), rows)


def _receiver(coverage: CoverageMap) -> dict[str, str]:
    where = _("indoors") if coverage.margins.get("building") else _("outdoors")
    return {"height": formats.number(coverage.receiver_height_m), "where": where}


def _left_out(coverage: CoverageMap) -> list[Table]:
    """Return why cells were left out, with their number; nothing where none was."""
    omitted = coverage.run.omissions.filter(technology=coverage.technology_id)
    if coverage.organization_id:
        omitted = omitted.filter(organization=coverage.organization_id)
    counted: dict[str, int] = {}
    for reason in omitted.values_list("reason", flat=True):
        counted[reason] = counted.get(reason, 0) + 1
    rows = [
        (str(REASON_NAMES.get(reason, reason)), formats.number(n))
        for reason, n in sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return [Table(_("Cells left out"), (_("Reason"), _("Number")), rows, frozenset({1}))] if rows else []
