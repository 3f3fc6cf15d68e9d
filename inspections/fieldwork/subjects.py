"""What an inspection is about, found in the register: registry number, code, or a bare place."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import Point
from django.db import DEFAULT_DB_ALIAS, models

from infra.access import Permission, Scope, holds, scope_of
from infra.models import AdministrativeUnit, Authority, Installation, Mast, Organization, Site, User
from infra.questions import Question, asked
from inspections.models import Inspection, SubjectType

#: so many questions are kept, two for each set of people who may see the same
ASKED_MAX = 500


@dataclass
class Subject:
    """A subject with the rows it stands for; everything but type, ref and name may be missing."""

    type: str
    ref: str
    name: str
    position: Point | None
    installation: Installation | None = None
    mast_id: int | None = None
    site_id: int | None = None
    organization: Organization | None = None
    unit: AdministrativeUnit | None = None
    authority: Authority | None = None

    def apply(self, inspection: Inspection) -> None:
        """Write the subject into the columns of *inspection*."""
        inspection.subject_type, inspection.subject_ref, inspection.subject_name = self.type, self.ref, self.name
        inspection.subject_position = self.position
        inspection.installation, inspection.mast_id, inspection.site_id = self.installation, self.mast_id, self.site_id
        inspection.organization, inspection.unit = self.organization, self.unit


def resolve(person: User, given: Mapping[str, Any]) -> Subject:
    """Return the subject in *given* {type, ref, name, lon, lat} as far as *person* may see it in the register.

    A reference that is not found is kept as text: what was written in the field is never lost for a lookup.
    """
    lon, lat = given.get("lon"), given.get("lat")
    subject = Subject(
        type=given["type"],
        ref=given.get("ref") or "",
        name=given.get("name") or "",
        position=None if lon is None or lat is None else Point(lon, lat, srid=4326),
    )
    if subject.ref:
        _RESOLVERS.get(subject.type, _nothing)(person, subject)
    return subject


def _nothing(person: User, subject: Subject) -> None:
    """A place has no row."""


def _columns(model: type[models.Model], names: str) -> tuple[str, ...]:
    """Return the columns *names* in the order of the model, as ``from_db`` takes them."""
    wanted = set(names.split())
    return tuple(field.attname for field in model._meta.concrete_fields if field.attname in wanted)


#: what an inspection takes from an installation and what it hangs on; no boundary is read for it
_OWN = _columns(
    Installation,
    "id registry_number kind code name position mast_id site_id authority_id organization_id unit_id",
)
_HOLDERS: dict[str, tuple[type[models.Model], tuple[str, ...]]] = {
    "authority": (Authority, _columns(Authority, "id code calendar")),
    "organization": (Organization, _columns(Organization, "id code name short_name")),
    "unit": (AdministrativeUnit, _columns(AdministrativeUnit, "id code full_name")),
}
_COLUMNS = (*_OWN, *(f"{name}__{column}" for name, (_model, columns) in _HOLDERS.items() for column in columns))


_asked: dict[tuple[Scope, str], Question] = {}


def _by(person: User, column: str) -> Question:
    """Return the question for an installation by *column*; people who may see the same rows ask the same one."""
    key = (scope_of(person), column)
    if key not in _asked:
        if len(_asked) >= ASKED_MAX:
            _asked.clear()
        rows = Installation.objects.visible_to(person).filter(**{column: asked("value")}).order_by("id")
        _asked[key] = Question(lambda: rows.values_list(*_COLUMNS)[:1])
    return _asked[key]


def _find_installation(person: User, column: str, value: str) -> Installation | None:
    """Return the installation with what it hangs on, from plain columns: a phone's form is to be read quickly."""
    found = _by(person, column).first(value=value)
    if found is None:
        return None
    row = Installation.from_db(DEFAULT_DB_ALIAS, _OWN, found[: len(_OWN)])
    start = len(_OWN)
    for name, (model, columns) in _HOLDERS.items():
        values = found[start : start + len(columns)]
        setattr(row, name, None if values[0] is None else model.from_db(DEFAULT_DB_ALIAS, columns, values))
        start += len(columns)
    return row


def _installation(person: User, subject: Subject) -> None:
    row = _find_installation(person, "registry_number", subject.ref) or _find_installation(person, "code", subject.ref)
    if row is None:
        return
    subject.installation, subject.mast_id, subject.site_id = row, row.mast_id, row.site_id
    subject.organization, subject.unit, subject.authority = row.organization, row.unit, row.authority
    subject.ref = row.registry_number
    subject.name = subject.name or row.name or row.code
    subject.position = row.position


def _mast(person: User, subject: Subject) -> None:
    row = (
        Mast.objects.visible_to(person)
        .select_related("authority", "owner", "site__unit")
        .defer("site__unit__boundary", "site__unit__centroid")
        .filter(code=subject.ref)
        .first()
    )
    if row is None:
        return
    subject.mast_id, subject.site_id, subject.organization = row.pk, row.site_id, row.owner
    subject.unit, subject.authority, subject.position = row.site.unit, row.authority, row.site.position
    subject.name = subject.name or row.site.name


def _site(person: User, subject: Subject) -> None:
    row = (
        Site.objects.visible_to(person)
        .select_related("authority", "unit")
        .defer("unit__boundary")
        .filter(code=subject.ref)
        .first()
    )
    if row is None:
        return
    owners = Organization.objects.filter(models.Q(installations__site=row) | models.Q(masts__site=row)).distinct()[:2]
    found = list(owners)
    subject.site_id, subject.unit, subject.authority, subject.position = row.pk, row.unit, row.authority, row.position
    subject.organization = found[0] if len(found) == 1 else None
    subject.name = subject.name or row.name


def _organization(person: User, subject: Subject) -> None:
    row = Organization.objects.visible_to(person).filter(code=subject.ref).first()
    if row is not None:
        subject.organization = row
        subject.name = subject.name or row.name


_RESOLVERS: dict[str, Callable[[User, Subject], None]] = {
    SubjectType.INSTALLATION: _installation,
    SubjectType.CABLE_ROUTE: _installation,
    SubjectType.MAST: _mast,
    SubjectType.SITE: _site,
    SubjectType.ORGANIZATION: _organization,
}


def may_inspect(person: User, authority_id: int, unit_id: int | None, field: str) -> bool:
    """Tell whether a membership of *person* covers authority, unit and field."""
    return holds(person, Permission.INSPECT, authority_id=authority_id, unit_id=unit_id, field=field)


def authority_for(person: User, subject: Subject) -> Authority | None:
    """Return the authority under which *person* inspects: the subject's, else the person's first."""
    if subject.authority is not None:
        return subject.authority
    scope = scope_of(person)
    ids = [grant.authority_id for grant in scope.stewardships(Permission.INSPECT) if grant.authority_id]
    if ids:
        return Authority.objects.filter(pk=ids[0]).first()
    return Authority.objects.order_by("pk").first() if scope.everything else None
