"""The parameters of OGC API - Features, read once; each that makes no sense is refused by name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.spatial.places import Box, WrongPlaceError
from maps.features.collection import Collection, Column
from maps.features.reading import Question, Value
from maps.features.systems import CRS84, SYSTEMS, System
from maps.queries.filters import FIRST_DAY, LAST_DAY, WrongParameterError
from maps.queries.reader import Reader

DEFAULT_LIMIT, MOST_LIMIT = 1_000, 10_000
MOST_VALUES, LONGEST = 50, 200
#: keys above this are none of ours, and SQLite cannot hold them
MOST_KEY = 2**62
PARAMETERS = ("bbox", "bbox-crs", "crs", "datetime", "limit", "after", "properties", "f")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Asked:
    """A question with the system its answer is to be given in."""

    question: Question
    system: System


def parse(collection: Collection, reader: Reader, query: QueryDict) -> Asked:
    """Read *query*; properties of the collection are parameters too (``operator=VIETTEL,VNPT``)."""
    told = {column.name: column for column in collection.told(reader)}
    for name in query:
        if name not in PARAMETERS and name not in told:
            raise WrongParameterError(name[:64], _("There is no such parameter."))
    format_of(query)
    moment, span = _time(collection, query.get("datetime", ""))
    question = Question(
        collection=collection,
        reader=reader,
        columns=_columns(query, told),
        boxes=_boxes(query),
        moment=moment,
        span=span,
        equal={name: _values(query, column) for name, column in told.items() if name in query},
        after=_whole(query, "after", 0, MOST_KEY),
        limit=_limit(query),
    )
    return Asked(question, system_of(query, "crs"))


def format_of(query: QueryDict) -> None:
    """Refuse every format but JSON."""
    if query.get("f", "json") not in ("json", "geojson", "application/geo+json"):
        raise WrongParameterError("f", _("Choose from: %(choices)s.") % {"choices": "json"})


def system_of(query: QueryDict, name: str) -> System:
    """Return the system that a parameter names by its URI; CRS84 where it is not there."""
    uri = query.get(name, CRS84)
    found = SYSTEMS.get(uri) or SYSTEMS.get(uri.replace("https://", "http://", 1))
    if found is None:
        raise WrongParameterError(name, _("This system is not offered; the collection lists those that are."))
    return found


def refuse_others(query: Iterable[str], known: Iterable[str]) -> None:
    """Refuse parameters that nobody reads."""
    allowed = set(known)
    for name in query:
        if name not in allowed:
            raise WrongParameterError(name[:64], _("There is no such parameter."))


def _columns(query: QueryDict, told: dict[str, Column]) -> tuple[Column, ...]:
    if "properties" not in query:
        return tuple(told.values())
    wanted = [name for name in query.get("properties", "").split(",") if name]
    unknown = [name for name in wanted if name not in told]
    if unknown:
        raise WrongParameterError("properties", _("There is no property “%(name)s”.") % {"name": unknown[0][:64]})
    return tuple(told[name] for name in dict.fromkeys(wanted))


def _limit(query: QueryDict) -> int:
    limit = _whole(query, "limit", 1, 2**31)
    return DEFAULT_LIMIT if limit is None else min(limit, MOST_LIMIT)


def _whole(query: QueryDict, name: str, least: int, most: int) -> int | None:
    text = query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 20 and least <= int(text) <= most):
        message = _("Write a whole number from %(least)s to %(most)s.") % {"least": least, "most": most}
        raise WrongParameterError(name, message)
    return int(text)


def _boxes(query: QueryDict) -> tuple[Box, ...]:
    system = system_of(query, "bbox-crs")
    if "bbox" not in query:
        return ()
    parts = query.get("bbox", "").split(",")
    if len(parts) not in (4, 6):
        raise WrongParameterError("bbox", _("Write four numbers (or six, with heights), smallest corner first."))
    try:
        numbers = [float(part) for part in parts]
        flat = numbers if len(numbers) == 4 else [*numbers[:2], *numbers[3:5]]
        return system.boxes(flat)
    except WrongPlaceError as error:
        raise WrongParameterError("bbox", f"{error.parameter}: {error.message}") from None
    except (ValueError, OverflowError):
        raise WrongParameterError("bbox", _("This is no box in the system that bbox-crs names.")) from None


# --- Time -------------------------------------------------------------------------------------------------------------


def _time(collection: Collection, text: str) -> tuple[datetime | None, tuple[datetime | None, datetime | None] | None]:
    """Return the moment at which a register is shown, or the span in which something happened.

    A register of versions is shown as it stood at the instant, or at the end of the interval; an end that is open or
    still to come means today.
    """
    if not text:
        return None, None
    first, slash, last = text.partition("/")
    span = (_start(first), _end(last)) if slash else (_start(first), _end(first))
    if span[0] is not None and span[1] is not None and span[0] > span[1]:
        raise WrongParameterError("datetime", _("The interval ends before it begins."))
    if not collection.has_past:
        return None, span
    moment = span[1]
    return (None if moment is None or moment >= timezone.now() else moment), None


def _start(text: str) -> datetime | None:
    if text in ("", ".."):
        return None
    day = _day(text)
    return _moment(text) if day is None else timezone.make_aware(datetime.combine(day, time.min))


def _end(text: str) -> datetime | None:
    if text in ("", ".."):
        return None
    day = _day(text)
    if day is None:
        return _moment(text)
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min)) - timedelta(microseconds=1)


def _day(text: str) -> date | None:
    if len(text) != 10:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _no_time() from None
    if not FIRST_DAY <= day <= LAST_DAY:
        raise _no_time()
    return day


def _moment(text: str) -> datetime:
    if not _MOMENT.fullmatch(text):
        raise _no_time()
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        raise _no_time() from None
    if not FIRST_DAY <= moment.date() <= LAST_DAY:
        raise _no_time()
    return moment.astimezone(UTC)


def _no_time() -> WrongParameterError:
    message = _("Write a day (2026-11-23), a moment (2026-11-23T08:00:00Z) or an interval of two with a slash.")
    return WrongParameterError("datetime", message)


# --- Properties -------------------------------------------------------------------------------------------------------


def _values(query: QueryDict, column: Column) -> tuple[Value, ...]:
    texts = [text for part in query.getlist(column.name) for text in part.split(",")]
    if len(texts) > MOST_VALUES or any(len(text) > LONGEST or "\x00" in text for text in texts):
        raise WrongParameterError(column.name, _("Too many values, or a value that is too long."))
    return tuple(_value(text, column) for text in texts)


def _value(text: str, column: Column) -> Value:
    try:
        if column.kind == "boolean":
            return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
        if column.kind == "integer":
            number = int(text)
            if abs(number) >= MOST_KEY:
                raise ValueError(text)
            return number
        if column.kind == "number":
            found = float(text)
            if found != found or found in (float("inf"), float("-inf")):
                raise ValueError(text)
            return found
        if column.kind == "date":
            return date.fromisoformat(text)  # type: ignore[return-value]  # bound as a day
        if column.kind == "date-time":
            return _moment(text)  # type: ignore[return-value]  # bound as a moment
    except (KeyError, ValueError):
        message = _("This is no value of the property: it is of the type %(type)s.") % {"type": column.kind}
        raise WrongParameterError(column.name, message) from None
    return text
