"""Measurements from files: drive tests, speed tests of the public (i-Speed and the like), OpenCelliD.

Each row is one level or one speed of one network at one place. A row that cannot be true is left out with its number
and reason, the others are kept.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from infra.text import fold
from maps.coverage.tables import MOST_PROBLEMS, Line, lines_of
from maps.models import MeasurementFormat

POSITION = {
    "lon": ("lon", "longitude", "lng", "long", "x", "kinh_do"),
    "lat": ("lat", "latitude", "y", "vi_do"),
}
COMMON = {
    **POSITION,
    "time": ("time", "timestamp", "datetime", "measured_at", "date", "thoi_gian", "ngay_do", "created"),
    "operator": ("operator", "network", "provider", "isp", "nha_mang", "doanh_nghiep", "mccmnc", "plmn"),
    "technology": ("technology", "radio", "network_type", "rat", "tech", "cong_nghe", "loai_mang"),
    "level_dbm": ("level_dbm", "rsrp", "ss_rsrp", "rscp", "rxlev", "signal", "signal_dbm", "muc_thu", "cuong_do"),
    "cell": ("cell", "cell_id", "cellid", "cid", "eci", "nci"),
}
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    MeasurementFormat.DRIVE_TEST: COMMON,
    MeasurementFormat.SPEED_TEST: {
        **COMMON,
        "download_mbps": ("download_mbps", "download", "dl_mbps", "dl", "tai_xuong", "toc_do_tai_xuong"),
        "upload_mbps": ("upload_mbps", "upload", "ul_mbps", "ul", "tai_len", "toc_do_tai_len"),
        "latency_ms": ("latency_ms", "latency", "ping", "ping_ms", "do_tre"),
    },
    MeasurementFormat.OPENCELLID: {
        **POSITION,
        "technology": ("radio", "act"),
        "mcc": ("mcc",),
        "net": ("net", "mnc"),
        "area": ("area", "lac", "tac"),
        "cell": ("cell", "cellid", "cid"),
        "samples": ("samples",),
        "time": ("updated", "measured_at", "measured"),
        "level_dbm": ("averagesignal", "average_signal", "signal"),
    },
}
NEEDED: dict[str, tuple[str, ...]] = {
    MeasurementFormat.DRIVE_TEST: ("lon", "lat", "operator", "technology", "level_dbm"),
    MeasurementFormat.SPEED_TEST: ("lon", "lat", "operator", "technology", "download_mbps"),
    MeasurementFormat.OPENCELLID: ("lon", "lat", "mcc", "net", "technology"),
}
TECHNOLOGIES = {
    **dict.fromkeys(("2g", "gsm", "gprs", "edge"), "2G"),
    **dict.fromkeys(("3g", "umts", "wcdma", "hspa", "hspa+", "hsdpa"), "3G"),
    **dict.fromkeys(("4g", "lte", "lte-a", "lte+"), "4G"),
    **dict.fromkeys(("5g", "nr", "nr-sa", "nr-nsa", "nsa", "5g-nsa", "5g-sa"), "5G"),
}
LEAST_DBM, MOST_DBM = -150.0, -10.0
MOST_MBPS = 20_000.0
MOST_MS = 60_000.0
MOST_SAMPLES = 1_000_000_000.0
#: nobody measured before, and nobody tomorrow; a clock may be wrong by a day
FIRST_DAY = datetime(1990, 1, 1, tzinfo=UTC)
#: rows of OpenCelliD without a level say where a cell was heard, not how well
NO_SIGNAL = 0.0


@dataclass(frozen=True)
class Reading:
    """One measurement as read. ``organization`` is a code of the register."""

    organization: str
    technology: str
    lon: float
    lat: float
    measured_at: datetime | None = None
    level_dbm: float | None = None
    download_mbps: float | None = None
    upload_mbps: float | None = None
    latency_ms: float | None = None
    cell_ref: str = ""
    samples: int = 1


@dataclass(frozen=True)
class Problem:
    """A row that was left out, by the number that a spreadsheet shows."""

    row: int
    message: str

    def as_json(self) -> dict[str, object]:
        return {"row": self.row, "message": self.message}


class Networks:
    """Which organization a file means: by code, by name, by its network code (MCC and MNC)."""

    def __init__(self, names: dict[str, str], by_network: dict[tuple[int, int], str]) -> None:
        self._names = {fold(name): code for name, code in names.items()}
        self._by_network = by_network

    def of_words(self, words: str) -> str | None:
        digits = words.replace("-", "").replace(" ", "")
        if digits.isascii() and digits.isdigit() and len(digits) in (5, 6):
            return self.of_network(int(digits[:3]), int(digits[3:]))
        return self._names.get(fold(words))

    def of_network(self, mcc: int, net: int) -> str | None:
        return self._by_network.get((mcc, net))


def network_codes() -> dict[tuple[int, int], str]:
    """Return organization codes by MCC and MNC, from ``fixtures/radio/networks.json``."""
    rows = json.loads((Path(settings.BASE_DIR) / "fixtures" / "radio" / "networks.json").read_text(encoding="utf-8"))
    return {(row["mcc"], row["net"]): row["organization"] for row in rows}


def readings(path: Path, form: str, networks: Networks, note: Callable[[Problem], None]) -> Iterator[Reading]:
    """Yield the sound rows of *path*; call *note* for each of the others. Raises TableError for no such table."""
    for line in lines_of(path, COLUMNS[form], NEEDED[form]):
        try:
            yield _reading(line, form, networks)
        except ValueError as error:
            note(Problem(line.number, str(error)))


def _reading(line: Line, form: str, networks: Networks) -> Reading:
    lon, lat = line.number_of("lon"), line.number_of("lat")
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90) or (lon, lat) == (0, 0):
        raise ValueError(_("No position: longitude and latitude in degrees are needed."))
    return Reading(
        organization=_organization(line, form, networks),
        technology=_technology(line),
        lon=lon,
        lat=lat,
        measured_at=_moment(line),
        level_dbm=_level(line, form),
        download_mbps=_within(line, "download_mbps", MOST_MBPS),
        upload_mbps=_within(line, "upload_mbps", MOST_MBPS),
        latency_ms=_within(line, "latency_ms", MOST_MS),
        cell_ref=_cell(line, form),
        samples=max(1, int(_within(line, "samples", MOST_SAMPLES) or 1)),
    )


def _organization(line: Line, form: str, networks: Networks) -> str:
    if form == MeasurementFormat.OPENCELLID:
        mcc, net = line.number_of("mcc"), line.number_of("net")
        found = networks.of_network(int(mcc or 0), int(net or 0))
        words = f"{line.text('mcc')}-{line.text('net')}"
    else:
        words = line.text("operator")
        found = networks.of_words(words)
    if found is None:
        raise ValueError(_("No operator is known as %(words)r.") % {"words": words[:40]})
    return found


def _technology(line: Line) -> str:
    words = line.text("technology")
    found = TECHNOLOGIES.get(words.lower().replace(" ", ""))
    if found is None:
        raise ValueError(_("%(words)r is none of 2G, 3G, 4G, 5G.") % {"words": words[:40]})
    return found


def _level(line: Line, form: str) -> float | None:
    value = line.number_of("level_dbm")
    if value is None or (form == MeasurementFormat.OPENCELLID and value == NO_SIGNAL):
        if form == MeasurementFormat.DRIVE_TEST:
            raise ValueError(_("No level."))
        return None
    if not LEAST_DBM <= value <= MOST_DBM:
        raise ValueError(
            _("A level of %(value)s dBm is not possible (%(least)s to %(most)s).")
            % {"value": f"{value:g}", "least": f"{LEAST_DBM:g}", "most": f"{MOST_DBM:g}"}
        )
    return value


def _moment(line: Line) -> datetime | None:
    found = line.moment("time")
    if found is not None and not FIRST_DAY <= found <= timezone.now() + timedelta(days=1):
        raise ValueError(_("%(name)s: %(value)s is not possible.") % {"name": "time", "value": line.text("time")[:40]})
    return found


def _within(line: Line, name: str, most: float) -> float | None:
    value = line.number_of(name)
    if value is not None and not 0 <= value <= most:
        raise ValueError(_("%(name)s: %(value)s is not possible.") % {"name": name, "value": f"{value:g}"})
    return value


def _cell(line: Line, form: str) -> str:
    if form != MeasurementFormat.OPENCELLID:
        return line.text("cell")[:64]
    return "-".join(line.text(name) for name in ("mcc", "net", "area", "cell"))[:64]


def kept_problems(problems: list[Problem]) -> list[dict[str, object]]:
    """Return the first problems for the record of the file."""
    return [one.as_json() for one in problems[:MOST_PROBLEMS]]
