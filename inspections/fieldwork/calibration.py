"""Whether an instrument was calibrated on the day it measured: by the office's own list, else by what the form says."""

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from infra.models import Authority, Limit
from infra.questions import Question, asked
from inspections.models import Calibration, Instrument

#: the dated limit that says how long a calibration holds where the laboratory names no day
CALIBRATION_LIMIT = "calibration_interval"
CALIBRATION_MONTHS = 12

_INSTRUMENTS = Question(lambda: Instrument.objects.filter(authority=asked("authority")))


def months_later(day: date, months: int) -> date:
    """Return the same day *months* later, or that month's last day."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True)
class Bench:
    """The instruments that a form names, by serial number (folded), and how long a calibration holds."""

    months: int = CALIBRATION_MONTHS
    instruments: Mapping[str, Instrument] = field(default_factory=dict)

    def name_of(self, serial: str) -> str:
        known = self.instruments.get(serial.casefold())
        return known.name if known else ""

    def calibrated_on(self, serial: str) -> date | None:
        known = self.instruments.get(serial.casefold())
        return known.calibrated_on if known else None

    def standing(self, serial: str, calibrated_on: date | None, day: date) -> str:
        """Return how the calibration stood on *day*; empty where no instrument was named.

        A calibration that the form knows and the list does not is newer than the list.
        """
        if not serial and calibrated_on is None:
            return ""
        known = self.instruments.get(serial.casefold())
        ends = [months_later(calibrated_on, self.months)] if calibrated_on else []
        if known is not None and known.valid_until:
            ends.append(known.valid_until)
        elif known is not None and known.calibrated_on:
            ends.append(months_later(known.calibrated_on, self.months))
        if not ends:
            return Calibration.UNKNOWN
        return Calibration.VALID if day <= max(ends) else Calibration.EXPIRED


def bench_of(authority: Authority, answers: Iterable[Mapping[str, Any]], limits: Mapping[str, Limit]) -> Bench:
    """Return the instruments that *answers* name (one query, none where they name none)."""
    named = any((answer.get("instrument") or {}).get("serial") for answer in answers)
    limit = limits.get(CALIBRATION_LIMIT)
    months = int(limit.value) if limit else CALIBRATION_MONTHS
    if not named:
        return Bench(months)
    rows = _INSTRUMENTS.found(Instrument, authority=authority.pk)
    return Bench(months, {row.serial.casefold(): row for row in rows})
