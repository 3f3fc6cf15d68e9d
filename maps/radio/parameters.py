"""The radio parameters in force on a day, for one carrier or for many at once."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maps.models import RadioParameter

Floats = NDArray[np.float64]


class MissingParameterError(LookupError):
    """No row in force says what a parameter is: the reference data is not loaded, or a row ended without a next."""


@dataclass(frozen=True)
class Value:
    """One row: its value for carriers of *technology* (empty: any) from *low* to *high* MHz."""

    technology: str
    low: float
    high: float
    value: float
    verified: bool

    def __lt__(self, other: "Value") -> bool:
        """Order from general to particular: the last that fits counts."""
        return (bool(self.technology), -(self.high - self.low)) < (bool(other.technology), -(other.high - other.low))


class Parameters:
    """Parameters by code. Built from rows, so that computations and tests need no database."""

    def __init__(self, rows: dict[str, list[Value]], day: date) -> None:
        self.day = day
        self._rows = {code: sorted(values) for code, values in rows.items()}

    @classmethod
    def on(cls, day: date) -> Self:
        """Read the parameters in force on *day* (one query)."""
        rows: dict[str, list[Value]] = {}
        for row in RadioParameter.objects.in_force(day).order_by("valid_from"):
            found: Any = row
            fresh = Value(found.technology, found.low_mhz, found.high_mhz, found.value, found.verified)
            kept = [
                one for one in rows.get(found.code, []) if (one.technology, one.low) != (fresh.technology, fresh.low)
            ]
            rows[found.code] = [*kept, fresh]
        return cls(rows, day)

    def row(self, code: str, technology: str = "", mhz: float = 0.0) -> Value | None:
        """Return the most particular row that fits, None without one."""
        fitting = [
            one for one in self._rows.get(code, ()) if one.technology in ("", technology) and one.low <= mhz < one.high
        ]
        return fitting[-1] if fitting else None

    def value(self, code: str, technology: str = "", mhz: float = 0.0) -> float:
        """Return one value; raises MissingParameterError where no row in force says it."""
        found = self.row(code, technology, mhz)
        if found is None:
            raise MissingParameterError(
                f"No radio parameter {code!r} in force on {self.day} for {technology or 'any'}."
            )
        return found.value

    def values(self, code: str, technologies: ArrayLike, mhz: ArrayLike, *, verified_only: bool = False) -> Floats:
        """Return the value for each carrier (technology, MHz), NaN where none fits."""
        names, frequencies = np.asarray(technologies), np.asarray(mhz, dtype=np.float64)
        out = np.full(names.shape, np.nan)
        for one in self._rows.get(code, ()):
            if verified_only and not one.verified:
                continue
            fits = (frequencies >= one.low) & (frequencies < one.high)
            if one.technology:
                fits &= names == one.technology
            out[fits] = one.value
        return out

    def as_json(self) -> dict[str, list[list[Any]]]:
        """Return everything as plain values, in a fixed order; for digests."""
        return {
            code: [[one.technology, one.low, one.high, one.value, one.verified] for one in self._rows[code]]
            for code in sorted(self._rows)
        }

    def digest(self) -> str:
        """Return a text that two sets of parameters share only when they say the same."""
        return hashlib.blake2b(json.dumps(self.as_json()).encode(), digest_size=20).hexdigest()
