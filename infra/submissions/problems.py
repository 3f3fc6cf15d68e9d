"""Problems in an operator's file: code, severity, words, and what the machine would put instead.

The words are made when somebody reads them, in that person's language; kept is the code with its facts.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from django.conf import settings
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from infra import formats

ERROR = "error"
WARNING = "warning"

#: codes that ask to be looked at; every other code blocks its row
WARNINGS = frozenset(
    {
        "coordinate.unit_mismatch",
        "coordinate.low_precision",
        "unit.unknown",
        "unit.superseded",
        "text.converted",
        "file.sheet_unread",
        "site.nearby_duplicate",
        "site.moved",
        "station.removed",
        "certificate.undated",
        "certificate.unnumbered",
    }
)

#: code -> (title of the group, words for one row); the names in the words are keys of the problem's facts
TEXTS: dict[str, tuple[Any, Any]] = {
    "file.unreadable": (_("File cannot be read"), _("The file cannot be read: %(why)s")),
    "file.encoding": (
        _("Unknown character encoding"),
        _("The text of the file is in no encoding we know. Save it as UTF-8 or as an Excel workbook."),
    ),
    "file.empty": (_("No rows"), _("The file holds no row under its header.")),
    "file.header_missing": (_("Header not found"), _("No column for %(missing)s was found. %(found)s")),
    "file.header_unknown": (
        _("Column not recognised"),
        _("Column %(letter)s “%(value)s” was not recognised and is not read."),
    ),
    "file.sheet_unread": (
        _("Sheet not read"),
        _("One sheet is read at a time: “%(value)s” was not. It lists the same kind of things; rows: %(rows)s."),
    ),
    "text.converted": (
        _("Text of an old font converted"),
        _("The text was typed in a %(value)s font and was converted to Unicode. Look whether the names are right."),
    ),
    "value.required": (_("Required value missing"), _("“%(header)s” is empty and must be filled in.")),
    "value.type": (_("Not a number"), _("“%(value)s” is not a number.")),
    "value.range": (_("Out of range"), _("“%(value)s” is outside %(range)s.")),
    "value.choice": (_("Not in the list"), _("“%(value)s” is not one of: %(choices)s.")),
    "value.date": (_("Not a valid date"), _("“%(value)s” is not a date. Write day/month/year, such as 31/12/2025.")),
    "value.length": (_("Too long"), _("The text is longer than %(limit)s characters.")),
    "value.order": (_("Dates in the wrong order"), _("It expires on %(value)s, before it was issued.")),
    "reference.unknown": (_("Unknown name or code"), _("“%(value)s” is not in the register.")),
    "identifier.duplicate": (_("Code used twice"), _("“%(value)s” also stands in row %(others)s.")),
    "identifier.foreign": (_("Belongs to someone else"), _("“%(value)s” is registered for another organization.")),
    "identifier.mismatch": (
        _("Code and registry number disagree"),
        _("“%(value)s”: the code is registered under number %(number)s, not the one written."),
    ),
    "coordinate.missing": (_("Position missing"), _("The position is empty.")),
    "coordinate.unparsable": (_("Position not readable"), _("“%(value)s” cannot be read as a coordinate.")),
    "coordinate.placeholder": (_("Placeholder position"), _("“%(value)s” is a placeholder, not a position.")),
    "coordinate.swapped": (
        _("Longitude and latitude exchanged"),
        _("The two coordinates are exchanged; after exchanging them the position lies in the territory."),
    ),
    "coordinate.wrong_zone": (
        _("Wrong meridian"),
        _("The coordinates belong to meridian %(zone)s, not to that of the file (%(expected)s)."),
    ),
    "coordinate.outside_territory": (
        _("Outside the territory"),
        _("The position lies %(distance)s km outside the territory."),
    ),
    "coordinate.unit_mismatch": (
        _("Position in another commune"),
        _("The position lies in %(found)s, %(distance)s km from %(declared)s."),
    ),
    "coordinate.low_precision": (
        _("Too few decimals"),
        _("The position is only known to about %(accuracy)s m. Give at least five decimals."),
    ),
    "unit.unknown": (_("Unknown commune"), _("No commune is or was called “%(value)s”.")),
    "unit.superseded": (
        _("Commune merged"),
        _("“%(value)s” no longer exists since %(since)s; the place now belongs to %(now)s."),
    ),
    "site.nearby_duplicate": (
        _("Very near another station"),
        _("Only %(distance)s m from %(other)s. Is it the same station?"),
    ),
    "site.moved": (_("Position moved"), _("The position moved by %(distance)s m against the register.")),
    "station.removed": (_("In the register, not in the file"), _("%(value)s is in the register, but not in the file.")),
    "certificate.undated": (
        _("Certificate without an end"),
        _("Certificate “%(value)s” has no day of expiry, so nobody can say when it must be renewed."),
    ),
    "certificate.unnumbered": (
        _("Certificate without a number"),
        _("A date of a certificate is given (%(value)s), but no number: no certificate is registered."),
    ),
    "outage.order": (_("Back before it was out"), _("It is said to be back at %(value)s, before it was out.")),
    "outage.back_but_out": (
        _("Out and back at once"),
        _("A moment of return (%(value)s) is given, but the state is not “back”."),
    ),
}


def said(text: str, of: Any = None) -> dict[str, Any]:
    """Return the fact that is *text* (marked by gettext_noop) about *of*, said in the language of who reads it."""
    return {"say": text, "of": of}


def in_each_language(words: Callable[[], str]) -> dict[str, str]:
    """Return the fact that *words* puts into the language at hand, to be read in the reader's."""
    made = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            made[language] = words()
    return made


def _in_words(fact: Any) -> Any:
    if isinstance(fact, float):
        return formats.number(fact)
    if isinstance(fact, dict) and "vi" in fact:
        return fact.get(get_language() or "") or fact["vi"]
    if isinstance(fact, dict) and "say" in fact:
        text = gettext(fact["say"])
        return text if fact["of"] is None else text % _in_words(fact["of"])
    return fact


def is_error(code: str) -> bool:
    """Tell whether a problem of this code blocks its row."""
    return code not in WARNINGS


def severity_of(code: str) -> str:
    """Return "warning" or "error"."""
    return ERROR if is_error(code) else WARNING


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. ``row`` is the spreadsheet's row number, None where no row exists.

    ``column`` is the first of ``columns`` (names as in the column guide). ``facts`` fill the words. ``suggestion``
    maps column names to the texts that would solve it.
    """

    row: int | None
    code: str
    columns: tuple[str, ...] = ()
    value: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    suggestion: dict[str, str] | None = None

    @property
    def column(self) -> str:
        return self.columns[0] if self.columns else ""

    @property
    def severity(self) -> str:
        return severity_of(self.code)

    @property
    def is_error(self) -> bool:
        return is_error(self.code)

    @property
    def title(self) -> str:
        """The name of the problem's group, in the language of the request."""
        return str(TEXTS[self.code][0])

    @property
    def message(self) -> str:
        """The problem in words, in the language of the request."""
        facts = {name: _in_words(fact) for name, fact in self.facts.items()}
        if "other_row" in facts:
            facts["other"] = (_("%(other)s (row %(other_row)s)") % facts).strip()
        return (str(TEXTS[self.code][1]) % {"value": self.value, **facts}).strip()

    def kept(self) -> dict[str, Any]:
        """Return what the database keeps; the row number stands in the row itself."""
        return {
            "column": self.column,
            "columns": list(self.columns),
            "value": self.value,
            "code": self.code,
            "severity": self.severity,
            "facts": self.facts,
            "suggestion": self.suggestion,
        }

    @classmethod
    def of(cls, row: int | None, kept: dict[str, Any]) -> Self:
        """Return the problem that :meth:`kept` wrote."""
        return cls(row, kept["code"], tuple(kept["columns"]), kept["value"], kept["facts"], kept["suggestion"])

    def as_json(self) -> dict[str, Any]:
        """Return the problem as the API gives it."""
        return {
            "row": self.row,
            "column": self.column or None,
            "columns": list(self.columns),
            "value": self.value,
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "suggestion": self.suggestion,
        }


class Unreadable(Exception):
    """The file as a whole cannot be taken: one problem says why; *reading* is what was recognised nevertheless."""

    def __init__(self, code: str, *, reading: dict[str, Any] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.reading = reading or {}
        self.problem = Problem(None, code, value=str(facts.pop("value", "")), facts=facts)


def by_frequency(totals: dict[str, int]) -> dict[str, int]:
    """Return code -> number of problems, most frequent first."""
    return dict(sorted(totals.items(), key=lambda item: (-item[1], item[0])))
