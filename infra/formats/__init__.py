"""How numbers, money and dates are written in the two languages.

Vietnamese: ``05/05/2026``, ``1.234,5``, ``22.000.000 ₫``; English: ``5 May 2026``, ``1,234.5``, ``22,000,000 ₫``. A
unit stands behind a no-break space. Django's own formatting reads the same conventions from ``<language>/formats.py``.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from django.utils import formats, timezone
from django.utils.translation import get_language

NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
Number = int | float | Decimal

#: decimal mark, group mark
_MARKS = {"vi": (",", "."), "en": (".", ",")}


def _marks() -> tuple[str, str]:
    return _MARKS.get((get_language() or "vi")[:2], _MARKS["vi"])


def number(value: Number, digits: int | None = None) -> str:
    """Write *value* with grouped thousands; *digits* fixes the decimals, None keeps those that say something."""
    decimal_mark, group_mark = _marks()
    if digits is None:
        written = f"{Decimal(str(value)).normalize():,f}" if value else "0"
    else:
        written = f"{value:,.{digits}f}"
    written = written.translate({ord(","): group_mark, ord("."): decimal_mark})
    if not written.startswith("-"):
        return written
    return written[1:] if not written.strip("-0.,") else MINUS + written[1:]


def quantity(value: Number, unit: str, digits: int | None = None) -> str:
    """Write *value* with its unit, which stays on the same line."""
    return f"{number(value, digits)}{NO_BREAK_SPACE}{unit}"


def vnd(value: Number) -> str:
    """Write an amount in dong, whole."""
    return quantity(value, "₫", 0)


def day(value: date) -> str:
    """Write a date; a moment is taken in the deployment's time zone."""
    if isinstance(value, datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return _day(value, get_language())


@lru_cache(4_096)
def _day(value: date, _language: str | None) -> str:
    return str(formats.date_format(value, "DATE_FORMAT"))


def moment(value: datetime) -> str:
    """Write a date with hour and minute in the deployment's time zone."""
    if timezone.is_aware(value):
        value = timezone.localtime(value)
    return str(formats.date_format(value, "DATETIME_FORMAT"))


def coordinates(lon: float, lat: float) -> str:
    """Write a position the way people read it out: latitude first, five decimals, with the letter of the half."""
    north, east = ("B", "Đ") if _marks()[0] == "," else ("N", "E")
    south, west = ("N", "T") if _marks()[0] == "," else ("S", "W")
    latitude = quantity(abs(lat), north if lat >= 0 else south, 5)
    separator = "; " if _marks()[0] == "," else ", "
    return f"{latitude}{separator}{quantity(abs(lon), east if lon >= 0 else west, 5)}"
