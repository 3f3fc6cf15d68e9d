"""Amounts and dates as Vietnamese papers write them."""

from datetime import date

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", " nghìn", " triệu", " tỷ")
GROUP = 1_000
BILLION = 10**9


def amount_in_words(amount: int) -> str:
    """Return an amount in words: 22_800_000 → "Hai mươi hai triệu tám trăm nghìn đồng"."""
    if amount < 0:
        raise ValueError("An amount is not negative.")
    words = number_in_words(amount)
    return f"{words[:1].upper()}{words[1:]} đồng"


def number_in_words(number: int) -> str:
    """Return a whole number in words."""
    if number == 0:
        return DIGITS[0]
    if number >= BILLION * GROUP:
        high, low = divmod(number, BILLION)
        return f"{number_in_words(high)} tỷ" + (f" {_groups(low, leading=False)}" if low else "")
    return _groups(number, leading=True)


def _groups(number: int, *, leading: bool) -> str:
    """Write groups of three digits, highest first; inside a number each group is written with its hundreds."""
    parts: list[str] = []
    for place in (3, 2, 1, 0):
        group = number // GROUP**place % GROUP
        if not group:
            continue
        full = bool(parts) or not leading
        parts.append(f"{_group(group, full=full)}{SCALES[place]}")
    return " ".join(parts)


def _group(group: int, *, full: bool) -> str:
    hundreds, rest = divmod(group, 100)
    words = []
    if hundreds or full:
        words.append(f"{DIGITS[hundreds]} trăm")
    tens, units = divmod(rest, 10)
    if tens:
        words.append("mười" if tens == 1 else f"{DIGITS[tens]} mươi")
    elif units and words:
        words.append("linh")
    if units:
        words.append(_unit(units, tens))
    return " ".join(words)


def _unit(units: int, tens: int) -> str:
    if units == 1 and tens > 1:
        return "mốt"
    if units == 5 and tens > 0:
        return "lăm"
    if units == 4 and tens > 1:
        return "tư"
    return DIGITS[units]


def date_in_words(day: date) -> str:
    """Return a date as papers write it, small days and months with a zero: "ngày 02 tháng 01 năm 2026"."""
    month = f"{day.month:02d}" if day.month < 3 else str(day.month)
    return f"ngày {day.day:02d} tháng {month} năm {day.year}"
