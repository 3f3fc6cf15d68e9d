"""The periodic report in words and tables, once; each form of document only lays them out."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra import formats
from infra.models import Authority
from maps.selectors.figures.figure import Figure
from maps.selectors.figures.words import words_of, written
from maps.selectors.periodic import OperatorLine, Periodic

#: communes in the table of the worst
MOST_COMMUNES = 20


@dataclass(frozen=True)
class Table:
    """A table with its heading; ``figures`` are the columns that hold numbers (from 0)."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    figures: frozenset[int] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """An SVG with what its colours mean: (colour, is it hatched, words)."""

    svg: str
    legend: Sequence[tuple[str, bool, str]]
    note: str = ""


@dataclass
class Content:
    """What every form of the report shows."""

    keeper: str
    above: str
    title: str
    subject: str
    dateline: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: shown below the first table
    picture: Picture | None = None
    language: str = "vi"


def content_of(found: Periodic, authority: Authority | None, about: str) -> Content:
    """Return the report on *found*; *about* says of which unit and organization."""
    now = timezone.localtime()
    content = Content(
        keeper=str(authority.organization) if authority else "Sổ Trạm",
        above=_("Register of telecom, postal and network infrastructure"),
        title=_("Periodic report"),
        subject=f"{found.period.name} · {about}",
        dateline=_("Figures as of %(at)s") % {"at": formats.moment(now)},
        language=get_language() or "vi",
    )
    content.tables = [_figures(found.figures), _operators(found), *_events(found), _communes(found), *_storms(found)]
    content.notes = [
        _("A share is given with what it is a share of. A trend compares with the day it names."),
        _("Where no trend is given, no earlier figure was kept."),
        _("Ages of data: days since the authority last accepted a file of the operator."),
    ]
    return content


def _figures(figures: Sequence[Figure]) -> Table:
    rows = []
    for one in figures:
        sentence = str(one.sentence) % words_of(one)
        trend = "–"
        if one.trend is not None and one.compared_to is not None:
            sign = "+" if one.trend > 0 else ""
            trend = f"{sign}{formats.number(one.trend)} ({formats.day(one.compared_to)})"
        rows.append((str(one.title), written(one), sentence, trend))
    return Table(_("Figures"), (_("Figure"), _("Value"), _("Of what"), _("Trend")), rows, frozenset({1}))


def _operators(found: Periodic) -> Table:
    columns = (
        _("Operator"), _("Stations"), _("Sites"), *found.technologies, _("Overdue"), _("Unsafe"),
        _("Age of the data (days)"), _("Files accepted in the period"),
    )  # fmt: skip
    rows = [_operator(line, found.technologies) for line in found.operators]
    return Table(_("Operators"), columns, rows, frozenset(range(1, len(columns))))


def _operator(line: OperatorLine, technologies: Sequence[str]) -> tuple[str, ...]:
    return (
        line.name,
        formats.number(line.stations),
        formats.number(line.sites),
        *(formats.number(line.by_technology.get(one, 0)) for one in technologies),
        formats.number(line.overdue),
        formats.number(line.unsafe),
        "–" if line.data_days is None else formats.number(line.data_days),
        formats.number(line.accepted_files),
    )


def _events(found: Periodic) -> list[Table]:
    return [
        Table(f"{title}, {found.period.name}", (_("What"), _("Number")), rows, frozenset({1}))
        for title, rows in found.events
    ]


def _communes(found: Periodic) -> Table:
    ranked = []
    for one in found.communes:
        states, n = one.properties.get("states", {}), one.properties["n"]
        bad = states.get("overdue", 0) + states.get("unsafe", 0)
        if bad:
            ranked.append((bad / n, bad, n, one.name))
    ranked.sort(key=lambda row: (-row[0], -row[1], row[3]))
    rows = [
        (name, formats.number(bad), formats.number(n), formats.quantity(round(100 * share, 1), "%"))
        for share, bad, n, name in ranked[:MOST_COMMUNES]
    ]
    return Table(
        _("Communes with the largest share of overdue or unsafe stations"),
        (_("Commune"), _("Overdue, unsafe"), _("Stations"), _("Share")),
        rows,
        frozenset({1, 2, 3}),
        note="" if rows else _("No station is overdue or unsafe."),
    )


def _storms(found: Periodic) -> list[Table]:
    if not found.storms:
        return []
    rows = [
        (
            storm.name,
            storm.get_phase_display(),
            formats.moment(storm.began_at) if storm.began_at else "–",
            formats.number(storm.incidents.count()),
        )
        for storm in found.storms
    ]
    return [Table(_("Storms"), (_("Storm"), _("Phase"), _("Began"), _("Incidents")), rows, frozenset({3}))]
