"""Installations in a box one by one, and counted by commune: every statement bounded by who asks.

The register of today is read from the nouns, the register as it stood from their versions, with the same statement.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from django.db import models

from infra.models import (
    BaseStation,
    CableRoute,
    Installation,
    InstallationKind,
    InternetPoint,
    NetworkNode,
    PermitState,
    PostalPoint,
    Verification,
)
from infra.models.versions import end_of_day
from infra.spatial import sql
from infra.spatial.box import in_box
from infra.spatial.places import Box
from infra.spatial.scope import Condition, scope_condition
from infra.spatial.tables import core, installation, installation_version, organization, permit, site, unit
from maps.queries.changed import written_since
from maps.queries.filters import EXPIRED, MISSING, Filters
from maps.queries.reader import Reader, published

CERTIFICATE = "verification_certificate"

DETAILS: dict[str, type[models.Model]] = {
    InstallationKind.BASE_STATION: BaseStation,
    InstallationKind.POSTAL_POINT: PostalPoint,
    InstallationKind.NETWORK_NODE: NetworkNode,
    InstallationKind.INTERNET_POINT: InternetPoint,
    InstallationKind.CABLE_ROUTE: CableRoute,
}


@dataclass(frozen=True)
class Source:
    """The tables to read: today's nouns, or the versions in force at the end of a day."""

    kind: str
    main: sa.Table
    detail: sa.Table
    as_of: date | None

    @classmethod
    def of(cls, kind: str, as_of: date | None) -> "Source":
        model = DETAILS[kind]
        if as_of is None:
            return cls(kind, installation, core(model), None)
        return cls(kind, installation_version, core(model.version_model), as_of)  # type: ignore[attr-defined]

    @property
    def number(self) -> sa.ColumnElement[Any]:
        """The installation's id, whichever table it is read from."""
        return self.main.c.id if self.as_of is None else self.main.c.noun_id

    def in_force(self, table: sa.Table) -> list[Condition]:
        if self.as_of is None:
            return []
        moment = end_of_day(self.as_of)
        return [table.c.valid_from < moment, sa.or_(table.c.valid_to.is_(None), table.c.valid_to >= moment)]

    def with_detail(self, statement: sa.Select[Any]) -> sa.Select[Any]:
        key = self.detail.c.installation_id if self.as_of is None else self.detail.c.noun_id
        return statement.join(self.detail, key == self.number).where(*self.in_force(self.detail))


def units_below(codes: Sequence[str]) -> sa.Select[Any]:
    """Select the ids of the units with *codes* and of the units below them."""
    parent = unit.alias("parent")
    return (
        sa.select(unit.c.id)
        .select_from(unit.outerjoin(parent, unit.c.parent_id == parent.c.id))
        .where(sa.or_(unit.c.code.in_(codes), parent.c.code.in_(codes)))
    )


def _certificate(source: Source, wanted: str, today: date) -> Condition:
    """The certificate is missing though mandatory, has expired and no other is in force, or expires within days."""
    held = sa.select(permit.c.id).where(
        permit.c.installation_id == source.number,
        permit.c.kind_id == CERTIFICATE,
        permit.c.state == str(PermitState.IN_FORCE),
    )
    valid = held.where(permit.c.expires_on >= today)
    if wanted == MISSING:
        return sa.and_(source.detail.c.verification == str(Verification.REQUIRED), ~valid.exists())
    if wanted == EXPIRED:
        return sa.and_(held.where(permit.c.expires_on < today).exists(), ~valid.exists())
    days = int(wanted)
    soon = valid.where(permit.c.expires_on <= today + timedelta(days=days))
    later = held.where(permit.c.expires_on > today + timedelta(days=days))
    return sa.and_(soon.exists(), ~later.exists())


def conditions(source: Source, reader: Reader, filters: Filters, today: date) -> list[Condition]:
    """Return what *filters* and publication ask of an installation; the details are joined by the caller."""
    main = source.main
    found: list[Condition] = [main.c.kind == str(source.kind), *source.in_force(main)]
    if reader.public:
        found += published(main)
    if filters.organization:
        wanted = sa.select(organization.c.id).where(organization.c.code.in_(filters.organization))
        found.append(main.c.organization_id.in_(wanted))
    if filters.status:
        found.append(main.c.status_id.in_(filters.status))
    if filters.unit:
        found.append(main.c.unit_id.in_(units_below(filters.unit)))
    if filters.changed_since:
        nouns = (Installation, DETAILS[source.kind])
        found.append(sa.or_(*(source.number.in_(written_since(noun, filters.changed_since)) for noun in nouns)))
    if filters.technology and source.kind == InstallationKind.BASE_STATION:
        listed = sa.literal(",") + source.detail.c.technologies + sa.literal(",")
        found.append(sa.or_(*(listed.contains(f",{code},", autoescape=True) for code in filters.technology)))
    if filters.certificate and source.kind == InstallationKind.BASE_STATION:
        found.append(_certificate(source, filters.certificate, today))
    return found


def in_view(
    source: Source,
    columns: Sequence[sa.ColumnElement[Any]],
    reader: Reader,
    filters: Filters,
    box: Box,
    today: date,
    *,
    limit: int,
    geometry: sa.Table | None = None,
) -> list[sql.Row]:
    """Return *columns* of the installations in *box*, at most *limit* rows, ordered by site.

    The select joins organization (``organization``), site (``site``, may be absent) and the detail table. *geometry*
    is the detail table where its line is to meet the box instead of the installation's point.
    """
    main = source.main
    where = conditions(source, reader, filters, today)
    if geometry is None:
        statement = in_box(main, columns, box, scope=reader.register_scope, where=where)
        statement = source.with_detail(statement)
    else:
        statement = in_box(geometry, columns, box, scope=reader.register_scope, where=where, geometry="line")
        key = geometry.c.installation_id if source.as_of is None else geometry.c.noun_id
        statement = statement.join(main, key == source.number).where(*source.in_force(geometry))
    statement = statement.join(organization, organization.c.id == main.c.organization_id)
    statement = statement.outerjoin(site, site.c.id == main.c.site_id)
    return sql.read(statement.order_by(main.c.site_id, source.number).limit(limit))


def in_scope(
    source: Source, columns: Sequence[sa.ColumnElement[Any]], reader: Reader, filters: Filters, today: date
) -> sa.Select[Any]:
    """Return the select of *columns* of every installation the reader may see, for counting."""
    statement = source.with_detail(sa.select(*columns).select_from(source.main))
    allowed = scope_condition(source.main, reader.register_scope)
    where = conditions(source, reader, filters, today)
    return statement.where(*where) if allowed is None else statement.where(*where, allowed)
