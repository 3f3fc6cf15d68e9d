"""What a report of outages says, row by row, whatever it came as."""

from dataclasses import dataclass, field
from datetime import datetime

from infra.models import Authority, Organization
from inspections.models import Storm

#: rows in one report
MOST_ROWS = 20_000

OUT, BACK, IN_SERVICE = "out", "back", "in_service"
STATES = (OUT, BACK, IN_SERVICE)


@dataclass(frozen=True)
class OutageRow:
    """One installation. ``row`` is its number in what was sent: the spreadsheet's row, or its place in a list from 1.

    ``state`` is "out", "back" or "in_service" (never out, only the damage is told). Times without a value are
    filled in from the report: out since, and back, at the report's moment.
    """

    row: int
    station: str
    state: str = OUT
    out_since: datetime | None = None
    back_at: datetime | None = None
    expected_back_at: datetime | None = None
    cause: str = ""
    damage: str = ""
    note: str = ""


@dataclass
class Report:
    """A report of one organization, as of a moment. ``is_whole``: it names everything that is out of service."""

    organization: Organization
    at: datetime
    rows: list[OutageRow] = field(default_factory=list)
    is_whole: bool = False
    storm: Storm | None = None
    source: str = "form"

    @property
    def authority(self) -> Authority | None:
        """The authority whose installations the report is about, where the storm names it."""
        return self.storm.authority if self.storm else None
