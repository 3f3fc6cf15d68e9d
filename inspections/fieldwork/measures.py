"""Values as people write them, made numbers in the unit of the item."""

import math
import re

from django.utils.translation import gettext as _

from infra import formats

#: unit as written (folded) -> unit of the register, factor to it
_UNITS: dict[str, tuple[str, float]] = {
    "ohm": ("ohm", 1.0),
    "ohms": ("ohm", 1.0),
    "ω": ("ohm", 1.0),
    "kohm": ("ohm", 1e3),
    "kω": ("ohm", 1e3),
    "mohm": ("ohm", 1e-3),
    "mω": ("ohm", 1e-3),
    "w/m2": ("W/m2", 1.0),
    "mw/m2": ("W/m2", 1e-3),
    "mw/cm2": ("W/m2", 10.0),
    "µw/cm2": ("W/m2", 1e-2),
    "uw/cm2": ("W/m2", 1e-2),
    "v/m": ("V/m", 1.0),
    "mv/m": ("V/m", 1e-3),
    "a/m": ("A/m", 1.0),
    "ma/m": ("A/m", 1e-3),
    "mm/m": ("mm/m", 1.0),
    "m": ("m", 1.0),
    "mm": ("mm", 1.0),
    "cm": ("mm", 10.0),
}
#: units of sizes, which are never below zero; levels and temperatures may be
_SIZES = frozenset({"ohm", "W/m2", "V/m", "A/m", "mm/m", "m", "mm", "m2"})
_PRINTED = {"ohm": "Ω", "W/m2": "W/m²", "m2": "m²"}
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)", re.ASCII)
#: sign of thousands -> numbers written with it: at least two groups, or one and a decimal part
_GROUPED = {
    ".": re.compile(r"[+-]?\d{1,3}((\.\d{3}){2,}(,\d+)?|\.\d{3},\d+)", re.ASCII),
    ",": re.compile(r"[+-]?\d{1,3}((,\d{3}){2,}(\.\d+)?|,\d{3}\.\d+)", re.ASCII),
}


class NotANumber(ValueError):
    """A value that cannot be read as one finite number."""


class WrongUnit(ValueError):
    """A unit that the item's unit cannot be made from."""


def parse_number(value: object) -> float:
    """Return *value* as a float: ``14``, ``"14"``, ``"8,4"``, ``"1.234,5"``, ``"1 234.5"``. Raises NotANumber.

    With both separators the last one is the decimal sign; a separator that repeats groups thousands; a single one is
    always the decimal sign, because instruments show few figures and no groups.
    """
    if isinstance(value, bool):
        raise NotANumber(str(value))
    if isinstance(value, int | float):
        number = float(value)
    else:
        number = _parse_text(str(value))
    if not math.isfinite(number):
        raise NotANumber(str(value))
    return number


def _parse_text(text: str) -> float:
    bare = re.sub(r"\s", "", text).replace("−", "-")
    for group, decimal in ((".", ","), (",", ".")):
        if _GROUPED[group].fullmatch(bare):
            bare = bare.replace(group, "").replace(decimal, ".")
            break
    if not _NUMBER.fullmatch(bare):
        raise NotANumber(text)
    return float(bare.replace(",", "."))


def canonical_unit(unit: str) -> str:
    """Return the register's spelling of *unit* ("Ω" gives "ohm"); unknown units come back as they are."""
    found = _UNITS.get(_folded(unit))
    return found[0] if found and found[1] == 1.0 else unit.strip()


def to_unit(number: float, written: str, wanted: str) -> float:
    """Return *number*, given in unit *written*, in unit *wanted*; an empty unit is taken as meant. Raises WrongUnit."""
    if not written.strip() or not wanted or _folded(written) == _folded(wanted):
        return number
    source, target = _UNITS.get(_folded(written)), _UNITS.get(_folded(wanted))
    if source is None or target is None or source[0] != target[0]:
        raise WrongUnit(written)
    return number * source[1] / target[1]


def _folded(unit: str) -> str:
    text = unit.strip().replace("²", "2").replace("\u2126", "Ω").replace("μ", "µ")
    return text.lower()


def is_size(unit: str) -> bool:
    """Tell whether *unit*, as the register spells it, measures a size, which is never below zero."""
    return unit in _SIZES


def printed_unit(unit: str) -> str:
    """Return *unit* as it is printed: "ohm" gives "Ω"."""
    return _PRINTED.get(unit, unit)


def printed_number(number: float) -> str:
    """Return *number* as the language writes it, to six figures."""
    return formats.number(float(f"{number:.6g}"))


def printed_comparison(comparison: str) -> str:
    """Return the words for a value that does *not* meet *comparison*: "<=" gives "greater than"."""
    words = {
        "<=": _("greater than"),
        "<": _("not less than"),
        ">=": _("less than"),
        ">": _("not greater than"),
        "=": _("different from"),
    }
    return words.get(comparison, comparison)
