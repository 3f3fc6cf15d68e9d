"""How old the data of each operator are: days since the authority last accepted a submission of it."""

from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from infra.models import InstallationKind, Organization
from infra.selectors.collections import age_days, last_accepted
from infra.spatial import sql
from infra.spatial.scope import scope_condition
from infra.spatial.tables import installation
from maps.queries.reader import Reader, published

#: the kinds whose operators report them in files
REPORTED = (InstallationKind.BASE_STATION, InstallationKind.POSTAL_POINT)


@dataclass(frozen=True)
class DataAge:
    """One operator's data: ``days`` is None where nothing of it was ever accepted from a file."""

    code: str
    name: str
    days: int | None
    period_days: int

    @property
    def late(self) -> bool:
        return self.days is None or self.days > self.period_days

    @property
    def share(self) -> int:
        """The age as a percentage of the reporting period, at most 100; for the bar."""
        return 100 if self.days is None else min(round(100 * self.days / max(self.period_days, 1)), 100)

    @property
    def bar(self) -> int:
        """The age as a percentage of the reporting period, at most 130: the bar of a chart with the period's mark."""
        return 130 if self.days is None else min(round(100 * self.days / max(self.period_days, 1)), 130)

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "late": self.late}


def data_ages(reader: Reader, kinds: tuple[str, ...] = REPORTED) -> list[DataAge]:
    """Return the ages of the operators that the reader sees on the map, freshest first (three queries)."""
    statement = sa.select(installation.c.organization_id).where(installation.c.kind.in_([str(kind) for kind in kinds]))
    statement = statement.where(*published()) if reader.public else _bounded(statement, reader)
    ids = [pk for (pk,) in sql.read(statement.distinct())]
    last = last_accepted(ids)
    ages = [
        DataAge(one.code, one.display_name, age_days(last.get(one.pk)), one.reporting_period_days)
        for one in Organization.objects.filter(pk__in=ids)
    ]
    return sorted(ages, key=lambda age: (age.days is None, age.days or 0, age.name))


def _bounded(statement: sa.Select[Any], reader: Reader) -> sa.Select[Any]:
    allowed = scope_condition(installation, reader.scope)
    return statement if allowed is None else statement.where(allowed)
