"""Headers as people write them, matched to the declared columns."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from infra.submissions.columns.declaration import Column, ColumnTable, Type
from infra.text import fold

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_PUNCTUATION = re.compile(r"[^0-9a-z]+")
#: words that say nothing about what a column holds
_NOISE = frozenset(
    (
        *("vn", "2000", "vn2000", "wgs", "84", "wgs84", "gps", "he"),
        *("bts", "tram", "goc", "so", "cua", "m", "met", "thap", "phan", "degree"),
    )
)
#: a longer header may be guessed to mean a column without which a file is useless, by so many words more at most
_GUESS_EXTRA_WORDS = 2


def key_of(header: str) -> str:
    """Return *header* without case, accents, punctuation and what stands in brackets ("Cao (m)" → "cao")."""
    folded = fold(header)
    bare = _PUNCTUATION.sub(" ", _BRACKETS.sub(" ", folded)).strip()
    return bare or _PUNCTUATION.sub(" ", folded).strip()


def _shortened(key: str) -> str:
    return " ".join(word for word in key.split() if word not in _NOISE)


@dataclass(frozen=True)
class Header:
    """A header cell: ``index`` counts the columns of the sheet from 0, ``letter`` is what a spreadsheet shows."""

    index: int
    letter: str
    text: str


@dataclass
class Match:
    """Which columns a row of headers holds: column name → header, the headers that fit none, and those that a person
    said mean nothing.
    """

    known: dict[str, Header] = field(default_factory=dict)
    unknown: list[Header] = field(default_factory=list)
    ignored: list[Header] = field(default_factory=list)

    def score(self) -> int:
        return len(self.known)


class HeaderBook:
    """The spellings of one kind's columns, with those an organization has assigned by hand."""

    def __init__(self, table: ColumnTable, assigned: dict[str, str] | None = None) -> None:
        self.table = table
        self._unread = {column.name for column in table.columns if column.type is Type.IGNORED}
        self._needed = {table.identifier, "unit", *table.position_columns()} - {"position", "line"}
        self._exact: dict[str, str] = {}
        self._short: dict[str, str] = {}
        for column in table.columns:
            for key in self._spellings(column):
                self._exact.setdefault(key, column.name)
                short = _shortened(key)
                if short:
                    self._short.setdefault(short, column.name)
        names = {column.name for column in table.columns} | {""}
        self._assigned = {key_of(text): name for text, name in (assigned or {}).items() if name in names}

    @staticmethod
    def _spellings(column: Column) -> list[str]:
        words = (column.name.replace("_", " "), column.name, column.header_vi, column.header_en, *column.aliases)
        return [key_of(text) for text in words]

    def column_of(self, header: str) -> str | None:
        """Return the name of the column that *header* means, or None."""
        key = key_of(header)
        if not key:
            return None
        return self._exact.get(key) or self._short.get(_shortened(key))

    def guess(self, header: str) -> str | None:
        """Return the needed column whose spelling (two words or more) is contained in *header*, if only one is."""
        words = set(_PUNCTUATION.sub(" ", fold(header)).split())  # what stands in brackets may be what is meant
        found = {
            name
            for spelling, name in self._exact.items()
            if name in self._needed
            and len(own := set(spelling.split())) > 1
            and own <= words
            and len(words - own) <= _GUESS_EXTRA_WORDS
        }
        return found.pop() if len(found) == 1 else None

    def match(self, headers: Sequence[Header], above: dict[int, str] | None = None) -> Match:
        """Match a row of headers; *above* holds, by index, the text of the (merged) header one row higher.

        A header that fits a column already taken stays unknown, so that nothing is dropped in silence. What a person
        assigned comes first.
        """
        match = Match()
        open_headers = []
        for header in headers:
            said = self._assigned.get(key_of(header.text))
            if said is None:
                open_headers.append(header)
            elif not said:
                match.ignored.append(header)
            elif said not in match.known:
                match.known[said] = header
        for header in open_headers:
            name = self.column_of(header.text)
            parent = (above or {}).get(header.index, "")
            if parent and name is None:
                name = self.column_of(f"{parent} {header.text}")
            if name in match.known and name in self._unread:
                match.ignored.append(header)  # remarks beside remarks
            elif name is None or name in match.known:
                match.unknown.append(header)
            else:
                match.known[name] = header
        return match

    def with_guesses(self, match: Match) -> Match:
        """Return *match* with the needed columns that longer headers can be guessed to mean."""
        guessed = Match(dict(match.known), ignored=match.ignored)
        for header in match.unknown:
            name = self.guess(header.text)
            if name is None or name in guessed.known:
                guessed.unknown.append(header)
            else:
                guessed.known[name] = header
        return guessed


def letter_of(index: int) -> str:
    """Return the letter(s) of the column *index* (0 → "A", 26 → "AA")."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def index_of(letters: str) -> int:
    """Return the index of the column with *letters* ("A" → 0, "AA" → 26)."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
