"""Coordinates as people type them: decimal, degrees with minutes and seconds, metres; point or comma."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import polars as pl
from numpy.typing import NDArray


class Notation(IntEnum):
    """How one coordinate was written."""

    EMPTY = 0
    UNPARSABLE = 1
    DEGREES = 2
    METRES = 3


@dataclass(frozen=True, slots=True)
class Written:
    """One coordinate as read: degrees or metres; ``hemisphere`` is "", "N", "S", "E" or "W".

    ``resolution`` is the size of the last digit written, in the same unit as the value.
    """

    value: float
    notation: Notation
    hemisphere: str = ""
    resolution: float = 0.0


#: a coordinate in degrees is never larger, one in metres (of a zone) never smaller
_DEGREES_MAX = 360.0
_METRES_MIN = _DEGREES_MAX
_METRES_MAX = 1e8

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("′’‘´`ʹʼ＇", "'"),
        **dict.fromkeys("″”“„ʺ＂", '"'),
        **dict.fromkeys("º˚∘⁰", "°"),
        **dict.fromkeys("−–—", "-"),
        **dict(zip("０１２３４５６７８９", "0123456789", strict=True)),
        "，": ",",
        "．": ".",
        "\u00a0": " ",
    }
)
_WORDS = (
    (
        re.compile(r"(?:kinh|vĩ)(?:\s*độ)?|kinh\s*do|vi\s*do|longitude|latitude|\blong?\b|\blat\b|[:=]\s*(?=[\dnsew])"),
        " ",
    ),
    (re.compile(r"độ|\bdeg(?:rees?)?\b|\bdo\b"), "°"),
    (re.compile(r"phút|phut|\bmin(?:utes?)?\b|\bph\b"), "'"),
    (re.compile(r"giây|giay|\bsec(?:onds?)?\b|''"), '"'),
    (re.compile(r"\bđông\b|\bdong\b|\beast\b|\bđ\b|(?<=[\d\"'°])\s*đ$"), "e"),
    (re.compile(r"\btây\b|\btay\b|\bwest\b"), "w"),
    (re.compile(r"\bbắc\b|\bbac\b|\bnorth\b|(?<=[\d\"'°])\s*b$|^b\s*(?=\d)"), "n"),
    (re.compile(r"\bnam\b|\bsouth\b"), "s"),
)
_NUMBER = r"\d+(?:[.,]\d+)?"
_DECIMAL = re.compile(rf"^([nsew])?\s*([+-]?)\s*({_NUMBER})\s*°?\s*([nsew])?$", re.ASCII)
_SEXAGESIMAL = re.compile(
    r"^([nsew])?\s*(-?)\s*(\d{1,3})\s*[°od:\s*-]\s*(\d{1,2}(?:[.,]\d+)?)\s*['m:\s-]?\s*"
    r"(?:(\d{1,2}(?:[.,]\d+)?)\s*(?:\"|'')?)?\s*([nsew])?$",
    re.ASCII,
)
#: degrees, minutes and seconds parted by points: two figures each, since groups of three are thousands, and a comma
#: before decimals, since a third point ("20.45.12.3") leaves open what parts what
_DOTTED = re.compile(r"^([nsew])?\s*(-?)\s*(\d{2,3})\.(\d\d)\.(\d\d(?:,\d+)?)\s*([nsew])?$", re.ASCII)
#: degrees, minutes and seconds with nothing between them (ISO 6709): the letter tells them from metres, and two figures
#: of degrees belong to a latitude, three to a longitude
_PACKED = (
    re.compile(r"^([ns])?\s*(\d\d)(\d\d)(\d\d(?:[.,]\d+)?)\s*([ns])?$", re.ASCII),
    re.compile(r"^([ew])?\s*(\d{3})(\d\d)(\d\d(?:[.,]\d+)?)\s*([ew])?$", re.ASCII),
)
#: an "s" after the seconds is their sign where the minutes are marked by "m", the south otherwise
_LETTERED = re.compile(r"(\d\s*m\s*\d{1,2}(?:[.,]\d+)?)\s*s", re.ASCII)
#: surveyors put the sign of the seconds before their decimals (20°22'18"52)
_SIGN_BEFORE_DECIMALS = re.compile(r"(\d)\"(\d+)(?=\s*[nsew]?$)", re.ASCII)
_GROUPED = re.compile(r"^(-?)(\d{1,3}(?:([.,' ])\d{3})(?:\3\d{3})*)(?:([.,])(\d+))?\s*m?$", re.ASCII)
_METRES = re.compile(r"^(-?)(\d{3,8})(?:[.,](\d+))?\s*(?:m|mét|met)?$", re.ASCII)


def parse(text: str) -> Written | None:
    """Return the coordinate that *text* means, or None where it means none or could mean two."""
    plain = text.translate(_QUOTES).strip().lower()
    for pattern, replacement in _WORDS:
        plain = pattern.sub(replacement, plain)
    plain = plain.strip().rstrip(" .;,").lstrip("' ")
    return _decimal(plain) or _metres(plain) or _sexagesimal(plain) or _dotted(plain) or _packed(plain)


def _decimals(digits: str) -> int:
    return len(re.split(r"[.,]", digits)[1]) if re.search(r"[.,]", digits) else 0


def _float(digits: str) -> float:
    return float(digits.replace(",", "."))


def _hemisphere(first: str | None, last: str | None) -> str | None:
    """Return the hemisphere's letter, "" without one, None where two are given."""
    if first and last:
        return None
    return (first or last or "").upper()


def _signed(value: float, minus: str, hemisphere: str) -> float:
    return -value if minus or hemisphere in ("S", "W") else value


def _decimal(plain: str) -> Written | None:
    found = _DECIMAL.match(plain)
    if found is None:
        return None
    hemisphere = _hemisphere(found[1], found[4])
    value = _float(found[3])
    if hemisphere is None or value > _DEGREES_MAX:
        return None
    minus = "-" if found[2] == "-" else ""
    return Written(_signed(value, minus, hemisphere), Notation.DEGREES, hemisphere, 10.0 ** -_decimals(found[3]))


def _metres(plain: str) -> Written | None:
    found = _METRES.match(plain)
    if found:
        decimals = found[3] or ""
        value = float(f"{found[2]}.{decimals or 0}")
    else:
        grouped = _GROUPED.match(plain)
        if grouped is None or grouped[4] == grouped[3]:
            return None
        found, decimals = grouped, grouped[5] or ""
        value = float(f"{re.sub(r'[^0-9]', '', grouped[2])}.{decimals or 0}")
    if not _METRES_MIN <= value <= _METRES_MAX:
        return None
    return Written(_signed(value, found[1], ""), Notation.METRES, "", 10.0 ** -len(decimals))


def _sexagesimal(plain: str) -> Written | None:
    plain = _SIGN_BEFORE_DECIMALS.sub(r'\1.\2"', _LETTERED.sub(r'\1"', plain))
    found = _SEXAGESIMAL.match(plain)
    if found is None:
        return None
    if found[5] and re.search(r"[.,]", found[4]):
        return None
    return _angle(found[2], found[3], found[4], found[5], _hemisphere(found[1], found[6]))


def _dotted(plain: str) -> Written | None:
    found = _DOTTED.match(plain)
    return _angle(found[2], found[3], found[4], found[5], _hemisphere(found[1], found[6])) if found else None


def _packed(plain: str) -> Written | None:
    found = next(filter(None, (pattern.match(plain) for pattern in _PACKED)), None)
    hemisphere = _hemisphere(found[1], found[5]) if found else None
    return _angle("", found[2], found[3], found[4], hemisphere) if found and hemisphere else None


def _angle(minus: str, degrees: str, minutes: str, seconds: str | None, hemisphere: str | None) -> Written | None:
    """Return degrees with minutes and perhaps seconds; None beyond their bounds or with two hemispheres."""
    if hemisphere is None or _float(minutes) >= 60 or _float(seconds or "0") > 60:
        return None
    value = int(degrees) + _float(minutes) / 60 + _float(seconds or "0") / 3600
    if value > _DEGREES_MAX:
        return None
    resolution = 10.0 ** -_decimals(seconds) / 3600 if seconds else 10.0 ** -_decimals(minutes) / 60
    return Written(_signed(value, minus, hemisphere), Notation.DEGREES, hemisphere, resolution)


_SPLITTERS = (";", "|", "/", "\n")


def parse_pair(text: str) -> tuple[str, str] | None:
    """Return the two coordinates in one cell as two texts, in the order written, or None."""
    for splitter in _SPLITTERS:
        parts = [part.strip() for part in text.split(splitter) if part.strip()]
        if len(parts) == 2 and parse(parts[0]) and parse(parts[1]):
            return parts[0], parts[1]
    places = [found.start() for found in re.finditer(r",(?=\s)|,|\s", text)]
    places.sort(key=lambda place: abs(place - len(text) / 2))
    for place in places:
        left, right = text[:place].strip(" ,"), text[place + 1 :].strip(" ,")
        if left and right and parse(left) and parse(right):
            return left, right
    return None


@dataclass(frozen=True)
class Axis:
    """One column of coordinates, read: arrays of one length. ``value`` is NaN where nothing was read."""

    value: NDArray[np.float64]
    notation: NDArray[np.int8]
    hemisphere: NDArray[np.str_]
    resolution: NDArray[np.float64]


_PLAIN = r"^[+-]?\d{1,3}(?:[.,]\d+)?$"
_PLAIN_METRES = r"^\d{3,8}(?:[.,]\d+)?$"
_PLAIN_SEXAGESIMAL = r"""^(\d{1,3}) ?° ?(\d{1,2}) ?['′] ?(\d{1,2}(?:[.,]\d+)?) ?["″] ?([NSEW])?$"""


def read_axis(column: pl.Series) -> Axis:
    """Read a column of texts (null = empty): the common spellings at once, the rest text by text, each text once."""
    axis = Axis(
        value=np.full(len(column), np.nan),
        notation=np.where(column.is_null().to_numpy(), Notation.EMPTY, Notation.UNPARSABLE).astype(np.int8),
        hemisphere=np.full(len(column), "", dtype="<U1"),
        resolution=np.full(len(column), np.nan),
    )
    _read_numbers(column, axis)
    _read_sexagesimal(column, axis)
    _read_rest(column, axis)
    return axis


def _decimals_of(texts: pl.Series) -> NDArray[np.float64]:
    return texts.str.extract(r"[.,](\d+)$", 1).str.len_chars().fill_null(0).to_numpy().astype(np.float64)


def _read_numbers(column: pl.Series, axis: Axis) -> None:
    number = column.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    plain = column.str.contains(_PLAIN).fill_null(value=False).to_numpy() & (np.abs(number) <= _DEGREES_MAX)
    metres = column.str.contains(_PLAIN_METRES).fill_null(value=False).to_numpy() & (number > _METRES_MIN)
    axis.notation[plain] = Notation.DEGREES
    axis.notation[metres] = Notation.METRES
    both = plain | metres
    axis.value[both] = number[both]
    axis.resolution[both] = 10.0 ** -_decimals_of(column)[both]


def _read_sexagesimal(column: pl.Series, axis: Axis) -> None:
    rows = np.flatnonzero(axis.notation == Notation.UNPARSABLE)
    if not len(rows):
        return
    parts = column.gather(rows).str.extract_groups(_PLAIN_SEXAGESIMAL).struct.unnest()
    seconds_text = parts["3"].str.replace(",", ".", literal=True)
    degrees, minutes, seconds = (
        series.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
        for series in (parts["1"], parts["2"], seconds_text)
    )
    value = degrees + minutes / 60 + seconds / 3600
    good = (minutes < 60) & (seconds <= 60) & (value <= _DEGREES_MAX)
    letters = parts["4"].fill_null("").to_numpy().astype("<U1")
    value = np.where(np.isin(letters, ("S", "W")), -value, value)
    taken = rows[good]
    axis.value[taken], axis.hemisphere[taken] = value[good], letters[good]
    axis.notation[taken] = Notation.DEGREES
    axis.resolution[taken] = 10.0 ** -_decimals_of(parts["3"])[good] / 3600


def _read_rest(column: pl.Series, axis: Axis) -> None:
    rows = np.flatnonzero(axis.notation == Notation.UNPARSABLE)
    texts: Sequence[str] = column.gather(rows).to_list()
    known: dict[str, Written | None] = {text: parse(text) for text in set(texts)}
    for row, text in zip(rows, texts, strict=True):
        written = known[text]
        if written is not None:
            axis.value[row], axis.notation[row] = written.value, written.notation
            axis.hemisphere[row], axis.resolution[row] = written.hemisphere, written.resolution
