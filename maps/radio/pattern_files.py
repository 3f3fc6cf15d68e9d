"""Reads antenna patterns as makers give them: MSI Planet and PLN text files.

Lines of name and value, then HORIZONTAL 360 and VERTICAL 360 with an angle and an attenuation (dB) a line. GAIN is in
dBd unless dBi stands behind it.
"""

from dataclasses import dataclass, field

import numpy as np

from maps.radio.antennas import MeasuredPattern

DBD_TO_DBI = 2.15
MOST_BYTES = 1_000_000
#: how far from the horizon the lobe of a sector antenna can be; beyond it the cut is not what it says
MOST_LOBE_DEG = 45


class PatternFileError(ValueError):
    """The file is no pattern; the text names the line and what to do."""


@dataclass
class _Draft:
    values: dict[str, str] = field(default_factory=dict)
    cuts: dict[str, dict[int, float]] = field(default_factory=dict)


def read_pattern(text: str) -> MeasuredPattern:
    """Return the pattern in *text*; raises PatternFileError naming the line that is wrong."""
    if len(text) > MOST_BYTES:
        raise PatternFileError(f"The file is larger than {MOST_BYTES // 1000} kB: no pattern is.")
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


def _add(cut: dict[int, float], line: str, number: int) -> None:
    try:
        angle, loss = (float(word.replace(",", ".")) for word in line.split()[:2])
    except ValueError:
        raise PatternFileError(
            f"Line {number}: expected an angle and an attenuation, found {line.strip()!r}."
        ) from None
    if not (-360 <= angle <= 360 and np.isfinite(loss) and abs(loss) <= 100):
        raise PatternFileError(f"Line {number}: {line.strip()!r} is no angle and attenuation.")
    # some makers write gains relative to the lobe, which are negative
    cut[round(angle) % 360] = abs(loss)


def _cut(draft: _Draft, name: str) -> np.ndarray:
    points = draft.cuts.get(name, {})
    if len(points) < 36:
        raise PatternFileError(f"The cut {name} has {len(points)} angles; 36 at least are needed.")
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
            f"The lobe of the cut VERTICAL is {abs(lobe)}° from the horizon: its angles must start at the horizon."
        )
    return np.roll(cut, -lobe), lobe


def _gain(text: str) -> float:
    value = _number(text)
    if value is None:
        return 0.0
    return value if "dbi" in text.lower() else value + DBD_TO_DBI


def _number(text: str) -> float | None:
    try:
        return float(text.split(maxsplit=1)[0].replace(",", "."))
    except (IndexError, ValueError):
        return None
