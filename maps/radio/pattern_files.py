"""Reads antenna patterns as makers give them: MSI Planet and PLN text files.

Lines of name and value, then HORIZONTAL 360 and VERTICAL 360 with an angle and an attenuation (dB) a line. GAIN is in
dBd unless dBi stands behind it.
"""

import re
from dataclasses import dataclass, field

import numpy as np
from django.utils.translation import gettext as _

from maps.radio.antennas import MeasuredPattern

DBD_TO_DBI = 2.15
MOST_BYTES = 1_000_000
#: how far from the horizon the lobe of a sector antenna can be; beyond it the cut is not what it says
MOST_LOBE_DEG = 45
LEAST_GAIN_DBI, MOST_GAIN_DBI = -20.0, 60.0
LEAST_ANGLES = 36
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")


class PatternFileError(ValueError):
    """The file is no pattern; the text names the line and what to do."""


@dataclass
class _Draft:
    values: dict[str, str] = field(default_factory=dict)
    cuts: dict[str, dict[float, float]] = field(default_factory=dict)


def read_pattern(text: str) -> MeasuredPattern:
    """Return the pattern in *text*; raises PatternFileError naming the line that is wrong."""
    if len(text) > MOST_BYTES:
        raise PatternFileError(_("The file is larger than %(most)s kB: no pattern is.") % {"most": MOST_BYTES // 1000})
    draft = _read(text)
    horizontal = _cut(draft, "HORIZONTAL")
    vertical, lobe = _turned(_cut(draft, "VERTICAL"))
    return MeasuredPattern(
        name=draft.values.get("NAME", "").strip()[:80] or "unnamed",
        horizontal_db=tuple(horizontal.tolist()),
        vertical_db=tuple(vertical.tolist()),
        gain_dbi=_gain(draft.values.get("GAIN", "")),
        frequency_mhz=_number(draft.values.get("FREQUENCY", "")),
        electrical_tilt_deg=float(lobe),
    )


def _read(text: str) -> _Draft:
    draft = _Draft()
    open_cut: str | None = None
    for number, line in enumerate(text.replace("\x00", "").splitlines(), start=1):
        words = line.split(maxsplit=1)
        if not words:
            continue
        head = words[0].upper()
        if head in {"HORIZONTAL", "VERTICAL"}:
            open_cut = head
            draft.cuts[head] = {}
        elif open_cut and (head[0].isdigit() or head[0] in "-+."):
            _add(draft.cuts[open_cut], line, number)
        else:
            open_cut = None
            draft.values.setdefault(head, words[1] if len(words) > 1 else "")
    return draft


def _add(cut: dict[float, float], line: str, number: int) -> None:
    try:
        angle, loss = (float(word.replace(",", ".")) for word in line.split()[:2])
    except ValueError:
        angle, loss = float("nan"), float("nan")
    if not (-360 <= angle <= 360 and abs(loss) <= 100):
        raise PatternFileError(
            _("Line %(number)s: expected an angle and an attenuation, found %(text)r.")
            % {"number": number, "text": line.strip()[:40]}
        )
    # some makers write gains relative to the lobe, which are negative
    cut[angle % 360] = abs(loss)


def _cut(draft: _Draft, name: str) -> np.ndarray:
    points = draft.cuts.get(name, {})
    if len(points) < LEAST_ANGLES:
        raise PatternFileError(
            _("The cut %(name)s has %(count)s angles; %(least)s at least are needed.")
            % {"name": name, "count": len(points), "least": LEAST_ANGLES}
        )
    angles = np.array(sorted(points))
    losses = np.array([points[angle] for angle in angles.tolist()])
    return np.asarray(np.interp(np.arange(360.0), angles, losses, period=360.0))


def _turned(cut: np.ndarray) -> tuple[np.ndarray, int]:
    """Turn the vertical cut's lobe to 0; return it and where the lobe was, degrees below the horizon."""
    order = np.argsort(cut, kind="stable")
    best = order[cut[order] <= cut[order[0]] + 1e-9]
    lobe = int(min(((int(a) + 180) % 360 - 180 for a in best), key=abs))
    if abs(lobe) > MOST_LOBE_DEG:
        raise PatternFileError(
            _("The lobe of the cut VERTICAL is %(lobe)s° from the horizon: its angles must start at the horizon.")
            % {"lobe": abs(lobe)}
        )
    return np.roll(cut, -lobe), lobe


def _gain(text: str) -> float:
    """Return the gain in dBi; without one the antenna would count as one that does not bundle anything."""
    value = _number(text)
    if value is not None and "dbi" not in text.lower():
        value += DBD_TO_DBI
    if value is None or not LEAST_GAIN_DBI <= value <= MOST_GAIN_DBI:
        raise PatternFileError(
            _("GAIN must be a number in dBd or dBi, as in “GAIN 17.5 dBi”; found %(text)r.")
            % {"text": text.strip()[:40]}
        )
    return value


def _number(text: str) -> float | None:
    """Return the number that *text* begins with, None where it begins with none."""
    found = _NUMBER.match(text.strip())
    return float(found[0].replace(",", ".")) if found else None
