"""Deadlines told in words: the sentence that explains a date, in the language of the request."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from infra import formats


def skipped_days(skipped: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """Return the days skipped as {date, reason} in the language of the request."""
    key = "name_en" if get_language() == "en" else "name_vi"
    return [{"date": str(day["date"]), "reason": str(day[key])} for day in skipped]


def sentence(basis: dict[str, Any], due_on: date, skipped: Sequence[dict[str, Any]]) -> str:
    """Return the reasoning of a deadline as sentences in the language of the request."""
    return in_sentences(parts_of(basis, due_on, skipped))


def in_sentences(parts: Iterable[str]) -> str:
    """Return *parts* as sentences."""
    text = ". ".join(part[:1].upper() + part[1:] for part in parts)
    return f"{text}." if text else ""


def parts_of(basis: dict[str, Any], due_on: date, skipped: Sequence[dict[str, Any]]) -> list[str]:
    """Return the reasoning in parts: first the clock's own words, then what was counted, skipped, and is in doubt."""
    english = get_language() == "en"
    parts = [str(basis["text_en" if english else "text_vi"]) or str(basis["text_vi"])]
    if basis.get("unit"):
        parts += _counted(basis, due_on, skipped)
    if basis.get("provisional"):
        parts.append(_("provisional: the official list of days off is not entered for every year counted"))
    if basis.get("doubts"):
        listed = _listed(basis["doubts"])
        parts.append(
            _("to be checked: %(days)s is a holiday by the library, but not in the list entered") % {"days": listed}
        )
    if not basis.get("verified", True):
        parts.append(_("this clock is not verified against the legal text"))
    return parts


def _counted(basis: dict[str, Any], due_on: date, skipped: Sequence[dict[str, Any]]) -> list[str]:
    start, end = date.fromisoformat(basis["starts_on"]), date.fromisoformat(basis["nominal"])
    parts = []
    if basis.get("because") == "extension":
        parts.append(_("with the extension granted: %(n)s in all") % {"n": int(basis["amount"])})
    if basis.get("because") == "longer":
        days = int(basis["amount"])
        parts.append(ngettext("the decision names %(n)s day", "the decision names %(n)s days", days) % {"n": days})
    parts.append(_("Counted from %(start)s, that day not included") % {"start": formats.day(start)})
    holidays = [day for day in skipped if day["holiday"]]
    if holidays:
        parts.append(_("skipped: %(days)s") % {"days": _listed(holidays)})
    if end != due_on:
        words = _("the last day, %(end)s, is a day of rest: carried to %(due)s")
        parts.append(words % {"end": formats.day(end), "due": formats.day(due_on)})
    return parts


def _listed(days: Iterable[dict[str, Any]]) -> str:
    key = "name_en" if get_language() == "en" else "name_vi"
    return ", ".join(f"{date.fromisoformat(day['date']):%d/%m} ({day[key]})" for day in days)
