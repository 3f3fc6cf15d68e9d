"""Delimited tables that people bring: columns found by their usual names, numbers and times as they are written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from infra.submissions.reading import delimited
from infra.submissions.reading.grids import tidy
from infra.text import fold

MOST_BYTES = 200_000_000
MOST_ROWS = 2_000_000
MOST_PROBLEMS = 200
#: how days are written where the day comes first
DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d")
#: from here on a number of seconds is one of milliseconds
MILLISECONDS_FROM = 10_000_000_000


class TableError(ValueError):
    """The file cannot be used at all; the text says why and what is expected."""


@dataclass(frozen=True)
class Line:
    """One row by the number that a spreadsheet shows, with the columns that were found."""

    number: int
    cells: dict[str, str | None]

    def text(self, name: str) -> str:
        return self.cells.get(name) or ""

    def number_of(self, name: str) -> float | None:
        """Return a finite number; None where the cell is empty. Raises ValueError naming the cell."""
        text = self.text(name)
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = float("nan")
        if value != value or value in (float("inf"), float("-inf")):
            raise ValueError(_("%(name)s: %(text)r is no number.") % {"name": name, "text": text[:40]})
        return value

    def moment(self, name: str) -> datetime | None:
        """Return a time: ISO 8601, day/month/year, or seconds or milliseconds since 1970. Raises ValueError."""
        text = self.text(name)
        if not text:
            return None
        found = _moment(text)
        if found is None:
            raise ValueError(_("%(name)s: %(text)r is no time.") % {"name": name, "text": text[:40]})
        return found if timezone.is_aware(found) else timezone.make_aware(found)


def _moment(text: str) -> datetime | None:
    if text.isascii() and text.replace(".", "", 1).isdigit() and len(text) >= 9:
        seconds = float(text)
        try:
            return datetime.fromtimestamp(seconds / 1000 if seconds >= MILLISECONDS_FROM else seconds, UTC)
        except (OverflowError, OSError, ValueError):
            return None
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is not None:
        return found
    for form in DAY_FIRST:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 -- made aware by the caller
        except ValueError:
            continue
    return None


def lines_of(path: Path, names: Mapping[str, Sequence[str]], needed: Sequence[str]) -> Iterator[Line]:
    """Yield the rows of a delimited file, with the columns in *names* found by their aliases.

    Raises TableError where the file is no table or a column of *needed* is missing.
    """
    if path.stat().st_size > MOST_BYTES:
        raise TableError(_("The file is larger than %(most)s MB: divide it.") % {"most": MOST_BYTES // 1_000_000})
    try:
        frame = tidy(delimited.grid(path).frame)
    except Exception as error:
        if type(error).__name__ != "Unreadable":
            raise
        raise TableError(_("The file is no table of text with columns.")) from error
    if frame.height > MOST_ROWS:
        raise TableError(_("The file has more than %(most)s rows: divide it.") % {"most": f"{MOST_ROWS:,}"})
    rows = frame.iter_rows()
    header = [fold(cell or "").replace(" ", "_") for cell in next(rows, ())]
    places = {name: place_of(header, aliases) for name, aliases in names.items()}
    missing = [name for name in needed if places[name] is None]
    if missing:
        raise TableError(
            _("The first row names no column %(missing)s. Expected one of: %(names)s.")
            % {"missing": ", ".join(missing), "names": ", ".join(alias for name in missing for alias in names[name])}
        )
    known = {name: place for name, place in places.items() if place is not None}
    for number, row in enumerate(rows, start=2):
        if any(cell is not None for cell in row):
            yield Line(number, {name: row[place] for name, place in known.items()})


def place_of(header: list[str], aliases: Sequence[str]) -> int | None:
    """Return the place of the first of *aliases* that the header has."""
    return next((header.index(alias) for alias in aliases if alias in header), None)
