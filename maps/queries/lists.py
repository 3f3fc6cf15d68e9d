"""The list that equals the map: the same stations under the same filters, one line each."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from infra.models import InstallationKind
from infra.spatial import sql
from infra.spatial.places import Box
from infra.spatial.tables import organization, site, unit
from maps.queries.filters import SAFETY_STATES, Filters
from maps.queries.installations import Source, in_scope, in_view
from maps.queries.reader import Reader
from maps.queries.stations import MOST_JUDGED, keep_shared, states_by_id

KIND = InstallationKind.BASE_STATION


@dataclass(frozen=True)
class StationLine:
    """One station; ``site`` and ``site_name`` say where, ``unit`` the commune."""

    id: int
    number: str
    code: str
    operator: str
    technologies: str
    status: str
    site: str
    site_name: str
    unit: str | None
    state: str


def station_lines(reader: Reader, filters: Filters, box: Box | None, today: date) -> list[StationLine]:
    """Return the stations in *box* (everywhere without one), the worst first, then by number."""
    source = Source.of(KIND, filters.as_of)
    main = source.main
    columns = (
        source.number.label("id"),
        main.c.registry_number,
        main.c.code,
        organization.c.short_name,
        organization.c.name,
        source.detail.c.technologies,
        main.c.status_id,
        site.c.code.label("site"),
        site.c.name.label("site_name"),
        main.c.unit_id,
    )
    if box is None:
        statement = in_scope(source, columns, reader, filters, today)
        statement = statement.join(organization, organization.c.id == main.c.organization_id)
        rows = sql.read(statement.outerjoin(site, site.c.id == main.c.site_id).limit(MOST_JUDGED))
    else:
        rows = in_view(source, columns, reader, filters, box, today, limit=MOST_JUDGED)
    if filters.shared:
        rows = keep_shared(rows, site=7, operator=4)
    states = states_by_id([row[0] for row in rows], reader, filters)
    names = _unit_names({row[9] for row in rows if row[9] is not None})
    lines = [
        StationLine(
            id=pk,
            number=number,
            code=code,
            operator=short or name,
            technologies=technologies.replace(",", ", "),
            status=status,
            site=at,
            site_name=site_name,
            unit=names.get(unit_id),
            state=states.get(pk, "unknown"),
        )
        for pk, number, code, short, name, technologies, status, at, site_name, unit_id in rows
    ]
    wanted = [line for line in lines if not filters.safety or line.state in filters.safety]
    return sorted(wanted, key=lambda line: (-SAFETY_STATES.index(line.state), line.number))


def _unit_names(ids: set[int]) -> dict[int, str]:
    statement = sa.select(unit.c.id, unit.c.full_name).where(unit.c.id.in_(sorted(ids)))
    return dict(sql.read(statement)) if ids else {}
