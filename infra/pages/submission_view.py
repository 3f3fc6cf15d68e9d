"""What the page of a submission shows: steps, groups of problems, the grid as the spreadsheet has it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from infra import formats
from infra.models import (
    REGISTERED,
    ChangeRecord,
    Installation,
    RowAction,
    RowDecision,
    Submission,
    SubmissionRow,
    SubmissionStatus,
)
from infra.selectors.acts import act_title
from infra.submissions.columns import TABLES, Column, Type
from infra.submissions.columns.headers import index_of
from infra.submissions.problems import ERROR, TEXTS, WARNING, Problem, severity_of
from infra.submissions.sheets import Sheet, sheets_of

S = SubmissionStatus

STEPS: tuple[tuple[str | Promise, frozenset[str]], ...] = (
    (gettext_lazy("File"), frozenset({S.RECEIVED})),
    (gettext_lazy("Check"), frozenset({S.CHECKING, S.INVALID, S.FAILED})),
    (gettext_lazy("Send"), frozenset({S.READY})),
    (gettext_lazy("Decision"), frozenset({S.SENT, S.RETURNED, S.REJECTED, S.WITHDRAWN})),
    (gettext_lazy("Registered"), frozenset({S.APPLYING, S.ACCEPTED, S.PARTLY_ACCEPTED})),
)
TONES = {
    S.INVALID: "error",
    S.FAILED: "error",
    S.READY: "accent",
    S.SENT: "accent",
    S.ACCEPTED: "compliant",
    S.PARTLY_ACCEPTED: "compliant",
    S.RETURNED: "due",
    S.REJECTED: "overdue",
}
#: states in which a process works on the submission, so that the page looks again by itself
WORKING = frozenset({S.RECEIVED, S.CHECKING, S.APPLYING})


@dataclass(frozen=True)
class Step:
    """A step of the way: what it is called and whether it is done, current or to come."""

    name: str
    number: int
    state: str


def steps_of(submission: Submission) -> list[Step]:
    """Return the five steps of a submission as it stands."""
    status = submission.status
    if status == S.WITHDRAWN and submission.sent_at is None:
        status = S.READY  # it was taken back before anybody decided
    current = next(place for place, (_name, states) in enumerate(STEPS) if status in states)
    finished = submission.status in (S.ACCEPTED, S.PARTLY_ACCEPTED)
    steps = []
    for place, (name, _states) in enumerate(STEPS):
        state = "done" if place < current or finished else "current" if place == current else "ahead"
        steps.append(Step(str(name), place + 1, state))
    return steps


@dataclass(frozen=True)
class Group:
    """Problems of one code: how many, and whether there are suggestions to take over."""

    code: str
    title: str
    count: int
    severity: str
    has_fix: bool


def allowed_words(column: dict[str, Any]) -> str:
    """Say what the cells of a column of the guide may hold; "" where anything goes."""
    kind, low, high = column["type"], column["low"], column["high"]
    if column["choices"]:
        return "; ".join(_choice_words(choice) for choice in column["choices"])
    if kind in (Type.NUMBER, Type.INTEGER) and (low is not None or high is not None):
        bounds = ("" if bound is None else formats.number(bound) for bound in (low, high))
        return f"{' – '.join(bounds)} {column['unit']}".strip()
    if kind == Type.TEXT and column["max_length"]:
        return ngettext("up to %d character", "up to %d characters", column["max_length"]) % column["max_length"]
    return str(_KINDS_OF_CELLS.get(kind, ""))


def _choice_words(choice: dict[str, str]) -> str:
    """Name a choice, with the code that files write for it where the name does not hold it ("A2b")."""
    code, name = choice["code"], choice["name"]
    is_code = any(letter.isdigit() for letter in code)
    return f"{code}: {name}" if is_code and code.casefold() not in name.casefold() else name


_KINDS_OF_CELLS: dict[str, str | Promise] = {
    Type.DATE: gettext_lazy("a day, such as 31/12/2025 or 2025-12-31"),
    Type.TIME: gettext_lazy("a time of day, such as 07:30"),
    Type.FLAG: gettext_lazy("yes or no"),
}


#: codes whose problems carry the corrected value
_WITH_FIX = frozenset({"coordinate.swapped", "coordinate.wrong_zone", "unit.superseded", "certificate.undated"})


def groups_of(submission: Submission) -> dict[str, list[Group]]:
    """Return the groups of problems by severity, the largest first."""
    groups: dict[str, list[Group]] = {ERROR: [], WARNING: []}
    for code, count in submission.counts.get("codes", {}).items():
        if code in TEXTS and not code.startswith("file."):
            severity = severity_of(code)
            groups[severity].append(Group(code, str(TEXTS[code][0]), count, severity, code in _WITH_FIX))
    return groups


@dataclass(frozen=True)
class Cell:
    """A cell of the grid: what the file says, what a fix puts in its place, how it is marked."""

    name: str
    text: str
    fix: str = ""
    mark: str = ""
    is_fixed: bool = False


#: what a row is called by where it has no code of its own
_NAMES = ("name", "station_code", "number")


@dataclass(frozen=True)
class Line:
    """A row of the grid with its cells and problems."""

    row: SubmissionRow
    cells: list[Cell]
    problems: list[Problem]
    changes: list[tuple[str, Any, Any]] = field(default_factory=list)

    @property
    def number(self) -> str:
        return "–" if self.row.row is None else str(self.row.row)

    @property
    def title(self) -> str:
        """What the row is about: its code or name."""
        said = (self.row.raw.get("code"), self.row.values.get("code"), *map(self.row.raw.get, _NAMES))
        return next((str(text) for text in said if text), "")


@dataclass(frozen=True)
class Head:
    """A column of the grid as the spreadsheet has it."""

    name: str
    letter: str
    header: str


def heads_of(submission: Submission) -> list[Head]:
    """Return the columns that were read, in the order of the sheet, without the ordinal."""
    columns = submission.reading.get("columns", {})
    ordered = sorted(columns.items(), key=lambda item: index_of(item[1]["letter"]))
    return [Head(name, one["letter"], one["header"]) for name, one in ordered if name != "ordinal"]


#: shown beside whatever column has a problem, so that a row can be told from the next
_ALWAYS = frozenset({"code", "station_code", "number", "name", "unit", "longitude", "latitude", "x", "y", "position"})


def heads_with_problems(rows: Sequence[SubmissionRow], heads: list[Head]) -> list[Head]:
    """Return the columns that name a row and those in which *rows* have problems or fixes."""
    told = {name for row in rows for kept in row.problems for name in kept["columns"]}
    told |= {name for row in rows for name in row.fixes}
    return [head for head in heads if head.name in told or head.name in _ALWAYS]


def lines_of(submission: Submission, rows: Iterable[SubmissionRow], heads: list[Head]) -> Iterator[Line]:
    """Yield the grid's lines for *rows*."""
    table = TABLES[submission.kind]
    known = {column.name: column for column in table.columns}
    rows = list(rows)
    registered = _registered(rows)
    for row in rows:
        problems = [Problem.of(row.row, kept) for kept in row.problems]
        marks: dict[str, str] = {}
        for problem in sorted(problems, key=lambda one: one.is_error):
            marks.update(dict.fromkeys(problem.columns, problem.severity))
        cells = [_cell(row, registered.get(row.installation_id, row.values), head.name, marks) for head in heads]
        changes = [(known[name].title if name in known else name, *change) for name, change in row.changes.items()]
        yield Line(row, cells, problems, changes)


def _registered(rows: Iterable[SubmissionRow]) -> dict[int | None, dict[str, Any]]:
    """Return installation → what the register says of it by name of column, for the rows that the file leaves out."""
    gone = [row.installation_id for row in rows if row.row is None and row.installation_id]
    found: dict[int | None, dict[str, Any]] = {}
    for one in Installation.objects.filter(pk__in=gone).select_related("unit") if gone else ():
        found[one.pk] = {"code": one.code, "registry_number": one.registry_number, "name": one.name}
        if one.unit:
            found[one.pk]["unit"] = one.unit.full_name
        if one.position:
            found[one.pk] |= {"longitude": f"{one.position.x:.6f}", "latitude": f"{one.position.y:.6f}"}
    return found


def _cell(row: SubmissionRow, registered: dict[str, Any], name: str, marks: dict[str, str]) -> Cell:
    # What the file leaves out has no cells there; what the register says tells which it is.
    said = row.raw if row.row is not None else registered
    text, fix = str(said.get(name, "")), row.fixes.get(name)
    if fix is None:
        return Cell(name, text, mark=marks.get(name, ""))
    return Cell(name, text, fix=fix, mark=marks.get(name, ""), is_fixed=True)


@dataclass(frozen=True)
class Comparing:
    """One column of a problem: what the file says and what is proposed instead."""

    header: str
    letter: str
    before: str
    after: str


def proposal_of(problem: Problem, row: SubmissionRow, submission: Submission) -> list[Comparing]:
    """Return the columns of the problem's suggestion, side by side with the file."""
    columns = submission.reading.get("columns", {})
    table: dict[str, Column] = {column.name: column for column in TABLES[submission.kind].columns}
    proposals = []
    for name, after in (problem.suggestion or {}).items():
        one = columns.get(name, {"letter": "", "header": table[name].title})
        proposals.append(Comparing(one["header"], one["letter"], str(row.raw.get(name, "")), after))
    return proposals


def waiting_words(since: datetime | None) -> str:
    """Say how long something has been waiting ("3 days", "2 hours")."""
    if since is None:
        return ""
    hours = int((timezone.now() - since).total_seconds() // 3600)
    if hours >= 48:
        return ngettext("%d day", "%d days", hours // 24) % (hours // 24)
    if hours >= 1:
        return ngettext("%d hour", "%d hours", hours) % hours
    return _("less than an hour")


def reading_words(submission: Submission) -> list[str]:
    """Say in words what was recognised: sheet, header row, rows, coordinates and why."""
    reading, counts = submission.reading, submission.counts
    if not reading.get("columns"):
        return []
    words = []
    if reading.get("sheet"):
        words.append(_("Sheet “%s”") % reading["sheet"])
    words.append(_("header in row %d") % reading["header_row"] if reading["header_row"] else _("no header row"))
    rows = counts.get("rows", 0)
    words.append(ngettext("%s row", "%s rows", rows) % formats.number(rows))
    words += [_system_words(one) for one in reading.get("systems", [])]
    return words


def _system_words(system: dict[str, Any]) -> str:
    label = _("longitude, latitude (WGS 84)") if system["crs"] == "EPSG:4326" else system["label"]
    reasons = {
        "declared": _("as declared"),
        "degrees": _("degrees"),
        "units": _("%(agree)d of %(of)d points near the commune they name"),
        "territory": _("%(agree)d of %(of)d points in the territory"),
        "default": _("the authority's own"),
    }
    return f"{label}: {reasons[system['why']] % system}"


@dataclass(frozen=True)
class Entry:
    """A line of a submission's history: what happened, when, by whom, and why."""

    title: str
    at: datetime
    actor: str
    reason: str


#: lines of the history on the page; the ledger keeps all of them
_HISTORY_MAX = 30
#: acts of the machine between two that people know of
_UNTOLD = frozenset({"submission.checking"})


def history_of(submission: Submission) -> list[Entry]:
    """Return what the ledger says about the submission, the latest first."""
    records = submission.changes.exclude(kind__in=_UNTOLD).select_related("actor").order_by("-pk")[:_HISTORY_MAX]
    entries = []
    shown = _said_above(submission)
    for record in records:
        reason = "" if record.reason in _own_words(record) | shown else record.reason
        entries.append(Entry(act_title(record.kind), record.at, str(record.actor), reason))
    if len(entries) < _HISTORY_MAX:
        received = act_title("submission.received"), submission.submitted_at, str(submission.submitted_by)
        entries.append(Entry(*received, ""))
    return entries


def _said_above(submission: Submission) -> set[str]:
    """Return what the page says of the file as a whole, in every language: the check gave it for its reason."""
    problems = [Problem.of(None, kept) for kept in submission.file_problems]
    words = set()
    for language, _name in settings.LANGUAGES if problems else ():
        with override(language):
            words |= {problem.message for problem in problems}
    return words


def _own_words(record: ChangeRecord) -> set[str]:
    """Return the words that the act itself gives for a reason, in the language of whoever did it."""
    words = set()
    now = record.details.get("now")
    for language, _name in settings.LANGUAGES:
        with override(language):
            words.add(act_title(record.kind))
            words.add(str(SubmissionStatus(now).label) if now in S else "")
    return words


def rows_decided(submission: Submission) -> list[tuple[str, str, int]]:
    """Return (decision, name, number of rows) of a submission that was decided about row by row."""
    if submission.status not in (S.PARTLY_ACCEPTED, S.RETURNED):
        return []
    counted = dict(submission.rows.order_by().values_list("decision").annotate(n=Count("pk")))
    if submission.status in REGISTERED:
        counted[RowDecision.ACCEPTED] = counted.get(RowDecision.OPEN, 0)
    wanted = (RowDecision.ACCEPTED, _("Registered")), (RowDecision.RETURNED, _("Returned"))
    return [(decision, name, counted[decision]) for decision, name in wanted if counted.get(decision)]


@dataclass(frozen=True)
class Sheets:
    """The workbooks that can be fetched of a submission, with their titles."""

    offered: list[tuple[str, Sheet]]

    @property
    def is_open(self) -> bool:
        """Tell whether one is being written."""
        return any(sheet.is_open for _title, sheet in self.offered)


def sheets_offered(submission: Submission, *, mends: bool) -> Sheets:
    """Return the sheets that make sense now: with problems where there are some, with fixes for who mends."""
    found, offered = sheets_of(submission), []
    goes_back = submission.status in (S.PARTLY_ACCEPTED, S.RETURNED)
    if (submission.counts.get("codes") or goes_back) and submission.counts.get("rows"):
        offered.append((_("My sheet with problems"), found["problems.xlsx"]))
    if submission.counts.get("rows") and mends:
        offered.append((_("Corrected sheet"), found["corrected.xlsx"]))
    return Sheets(offered)


def action_words(action: str, has_moved: bool) -> str:
    """Name what accepting a row does."""
    if has_moved:
        return _("Move")
    return str(RowAction(action).label) if action else ""
