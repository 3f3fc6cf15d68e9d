"""Who may see and change what: one role table, one scope per person, relations named by lookup strings.

A *grant* is one membership that is in force. The organization side is bounded by the organization itself, the
authority side by the authority's register and, where the membership names a territory, by its units.
This module imports no model, so that every model's queryset can use it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self, TypeAlias, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from infra.models import User


#: whoever asks: a person who signed in, or the public
Person: TypeAlias = "User | AnonymousUser"

M = TypeVar("M", bound=models.Model)


class Role(models.TextChoices):
    """The roles a membership can give; the public is whoever has none."""

    SUBMITTER = "submitter", _("Operator: submitter")
    VIEWER = "viewer", _("Operator: viewer")
    INSPECTOR = "inspector", _("Inspector")
    OFFICER = "officer", _("Case officer")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")
    AUDITOR = "auditor", _("Auditor")


class Permission(StrEnum):
    """What a role lets a person do."""

    SEE_REGISTER = "see_register"
    EDIT_REGISTER = "edit_register"
    SUBMIT = "submit"
    SEE_SUBMISSIONS = "see_submissions"
    REVIEW = "review"
    INSPECT = "inspect"
    SEE_INSPECTIONS = "see_inspections"
    SUPERVISE = "supervise"
    RUN_CASES = "run_cases"
    SEE_CASES = "see_cases"
    SEE_REPORTS = "see_reports"
    ADMINISTER = "administer"
    SEE_LEDGER = "see_ledger"
    VERIFY_LEDGER = "verify_ledger"


_P = Permission
_STAFF = frozenset({_P.SEE_REGISTER, _P.SEE_INSPECTIONS, _P.SEE_REPORTS})

ROLE_TABLE: dict[str, frozenset[Permission]] = {
    Role.SUBMITTER: frozenset(
        {_P.SEE_REGISTER, _P.SUBMIT, _P.SEE_SUBMISSIONS, _P.SEE_INSPECTIONS, _P.SEE_CASES, _P.SEE_LEDGER}
    ),
    Role.VIEWER: frozenset({_P.SEE_REGISTER, _P.SEE_SUBMISSIONS, _P.SEE_INSPECTIONS, _P.SEE_CASES}),
    Role.INSPECTOR: _STAFF | {_P.INSPECT, _P.SEE_LEDGER},
    Role.OFFICER: _STAFF
    | {
        _P.EDIT_REGISTER,
        _P.SEE_SUBMISSIONS,
        _P.REVIEW,
        _P.INSPECT,
        _P.SUPERVISE,
        _P.RUN_CASES,
        _P.SEE_CASES,
        _P.SEE_LEDGER,
    },
    Role.MANAGER: _STAFF | {_P.EDIT_REGISTER, _P.SEE_SUBMISSIONS, _P.REVIEW, _P.SUPERVISE, _P.SEE_CASES, _P.SEE_LEDGER},
    Role.ADMINISTRATOR: _STAFF
    | {
        _P.EDIT_REGISTER,
        _P.SEE_SUBMISSIONS,
        _P.REVIEW,
        _P.SUPERVISE,
        _P.SEE_CASES,
        _P.ADMINISTER,
        _P.SEE_LEDGER,
        _P.VERIFY_LEDGER,
    },
    Role.AUDITOR: _STAFF | {_P.SEE_SUBMISSIONS, _P.SEE_CASES, _P.SEE_LEDGER, _P.VERIFY_LEDGER},
}

#: fields of inspection that a membership can be bounded to, code → name; the app that knows them adds them
FIELDS: dict[str, Any] = {}

ORGANIZATION_ROLES = frozenset({Role.SUBMITTER, Role.VIEWER})
AUTHORITY_ROLES = frozenset(Role) - ORGANIZATION_ROLES


@dataclass(frozen=True)
class Grant:
    """One membership in force. ``unit_ids`` holds the territory with its descendants; empty means all of it."""

    role: str
    organization_id: int
    authority_id: int | None
    unit_ids: frozenset[int] = frozenset()
    fields: frozenset[str] = frozenset()

    def key(self) -> str:
        """Return the grant as one text; for cache keys."""
        units = ",".join(map(str, sorted(self.unit_ids)))
        return f"{self.role}:{self.organization_id}:{self.authority_id}:{units}:{','.join(sorted(self.fields))}"

    def allows(self, permission: Permission) -> bool:
        return permission in ROLE_TABLE[self.role]


@dataclass(frozen=True)
class Scope:
    """Everything a person may reach. ``everything`` is the superuser who sets an installation up."""

    user_id: int | None = None
    grants: tuple[Grant, ...] = ()
    everything: bool = False

    def can(self, permission: Permission) -> bool:
        """Tell whether any grant of the person gives *permission*."""
        return self.everything or any(grant.allows(permission) for grant in self.grants)

    def organizations(self, permission: Permission) -> frozenset[int]:
        """Return the ids of the organizations for which the person acts with *permission*."""
        return frozenset(
            g.organization_id for g in self.grants if g.role in ORGANIZATION_ROLES and g.allows(permission)
        )

    def stewardships(self, permission: Permission) -> tuple[Grant, ...]:
        """Return the grants on the authority's side that give *permission*."""
        return tuple(g for g in self.grants if g.role in AUTHORITY_ROLES and g.authority_id and g.allows(permission))

    def administers(self) -> frozenset[int]:
        """Return the ids of the authorities whose people and settings the person may change: the whole of each."""
        return frozenset(
            g.authority_id
            for g in self.stewardships(Permission.ADMINISTER)
            if g.authority_id and not g.unit_ids and not g.fields
        )

    def is_staff(self) -> bool:
        """Tell whether the person works for an authority."""
        return self.everything or any(g.role in AUTHORITY_ROLES for g in self.grants)

    def roles(self) -> frozenset[str]:
        return frozenset(g.role for g in self.grants)

    def key(self) -> str:
        """Return a text that is equal for two people exactly if they may see the same rows; for cache keys."""
        if self.everything:
            return "all"
        return ";".join(sorted(grant.key() for grant in self.grants)) or "public"


@dataclass(frozen=True)
class Paths:
    """How a model's rows hang on authority, unit and organization, as lookup strings.

    ``holders`` lead to one organization; ``related_holders`` pass a to-many relation and go through a subquery.
    ``see`` and ``edit`` are the permissions asked for; ``authority`` None means: reference data, seen by everyone.
    """

    authority: str | None = "authority"
    unit: str | None = None
    holders: tuple[str, ...] = ()
    related_holders: tuple[str, ...] = ()
    person: str | None = None
    see: Permission = Permission.SEE_REGISTER
    edit: Permission = Permission.EDIT_REGISTER
    edit_by_holder: Permission | None = None
    field_path: str | None = None
    open_to_public: bool = False


_INSTALLATION = Paths(
    authority="installation__authority", unit="installation__unit", holders=("installation__organization",)
)

#: model label -> paths; upper apps add theirs in their own ``access`` module.
PATHS: dict[str, Paths] = {
    "infra.organization": Paths(authority=None, open_to_public=True, edit=Permission.ADMINISTER),
    "infra.authority": Paths(authority=None, open_to_public=True, edit=Permission.ADMINISTER),
    "infra.administrativeunit": Paths(authority=None, open_to_public=True, edit=Permission.ADMINISTER),
    "infra.job": Paths(see=Permission.VERIFY_LEDGER, edit=Permission.VERIFY_LEDGER),
    "infra.membership": Paths(
        authority="organization__authority", person="user", see=Permission.ADMINISTER, edit=Permission.ADMINISTER
    ),
    "infra.apitoken": Paths(authority=None, person="user", see=Permission.ADMINISTER, edit=Permission.ADMINISTER),
    "infra.site": Paths(unit="unit", related_holders=("installations__organization", "masts__owner")),
    "infra.mast": Paths(unit="site__unit", holders=("owner",), related_holders=("installations__organization",)),
    "infra.installation": Paths(unit="unit", holders=("organization",)),
    "infra.basestation": _INSTALLATION,
    "infra.postalpoint": _INSTALLATION,
    "infra.networknode": _INSTALLATION,
    "infra.internetpoint": _INSTALLATION,
    "infra.cableroute": _INSTALLATION,
    "infra.cell": Paths(
        authority="station__installation__authority",
        unit="station__installation__unit",
        holders=("station__installation__organization",),
    ),
    "infra.link": Paths(holders=("organization",)),
    "infra.permit": Paths(unit="installation__unit", holders=("organization",)),
    "infra.attachment": Paths(holders=("organization",)),
    "infra.submission": Paths(
        holders=("organization",),
        see=Permission.SEE_SUBMISSIONS,
        edit=Permission.REVIEW,
        edit_by_holder=Permission.SUBMIT,
    ),
    "infra.submissionrow": Paths(
        authority="submission__authority",
        holders=("submission__organization",),
        see=Permission.SEE_SUBMISSIONS,
        edit=Permission.REVIEW,
        edit_by_holder=Permission.SUBMIT,
    ),
    "infra.registeredrow": Paths(
        authority="submission__authority", holders=("submission__organization",), see=Permission.SEE_SUBMISSIONS
    ),
    "infra.notice": Paths(authority=None, person="person", see=Permission.ADMINISTER, edit=Permission.ADMINISTER),
    "infra.plannedmast": Paths(
        unit="unit",
        holders=("organization",),
        see=Permission.SEE_SUBMISSIONS,
        edit=Permission.REVIEW,
        edit_by_holder=Permission.SUBMIT,
    ),
    "infra.dueextension": Paths(
        holders=("organization",),
        see=Permission.SEE_SUBMISSIONS,
        edit=Permission.REVIEW,
        edit_by_holder=Permission.SUBMIT,
    ),
    "infra.publicreport": Paths(unit="unit"),
    "infra.changerecord": Paths(holders=("organization",), see=Permission.SEE_LEDGER, edit=Permission.SEE_LEDGER),
}


def _steward_q(paths: Paths, scope: Scope, permission: Permission) -> models.Q:
    reach = models.Q(pk__in=())
    for grant in scope.stewardships(permission):
        part = models.Q(**{str(paths.authority): grant.authority_id})
        if grant.unit_ids and paths.unit:
            part &= models.Q(**{f"{paths.unit}__in": sorted(grant.unit_ids)})
        if grant.fields and paths.field_path:
            part &= models.Q(**{f"{paths.field_path}__in": sorted(grant.fields)})
        reach |= part
    return reach


def _holder_q(model: type[models.Model], paths: Paths, organizations: Iterable[int]) -> models.Q:
    ids = sorted(organizations)
    reach = models.Q(pk__in=())
    if not ids:
        return reach
    for path in paths.holders:
        reach |= models.Q(**{f"{path}__in": ids})
    noun = getattr(model, "noun_model", model)
    for path in paths.related_holders:
        # Asked from the far side, so that the noun's own table is not read whole beside the relation's.
        relation, _, rest = path.partition("__")
        back: Any = noun._meta.get_field(relation)
        rows = back.related_model._base_manager.filter(
            **{f"{rest}__in": ids, f"{back.field.name}__isnull": False}
        ).values(back.field.attname)
        reach |= models.Q(**{"noun_id__in" if noun is not model else "pk__in": rows})
    return reach


def reach(model: type[models.Model], person: Person, *, edit: bool = False) -> models.Q | None:
    """Return the condition on *model*'s rows that *person* may see (or change); None means every row."""
    paths = PATHS[getattr(model, "noun_model", model)._meta.label_lower]
    scope = scope_of(person)
    if scope.everything or (paths.open_to_public and not edit):
        return None
    permission = paths.edit if edit else paths.see
    if paths.authority is None:
        if scope.can(permission):
            return None
        condition = models.Q(pk__in=())
    else:
        condition = _steward_q(paths, scope, permission)
    by_holder = paths.edit_by_holder if edit else paths.see
    if by_holder is not None:
        condition |= _holder_q(model, paths, scope.organizations(by_holder))
    if paths.person and scope.user_id is not None:
        condition |= models.Q(**{paths.person: scope.user_id})
    return condition


class ScopedQuerySet(models.QuerySet[M]):
    """A queryset that knows who is asking. Whatever reaches a person starts at :meth:`visible_to`."""

    def visible_to(self, person: Person) -> Self:
        """Keep the rows that *person* may see."""
        condition = reach(self.model, person)
        return self if condition is None else self.filter(condition)

    def editable_by(self, person: Person) -> Self:
        """Keep the rows that *person* may change by a service."""
        condition = reach(self.model, person, edit=True)
        return self if condition is None else self.filter(condition)


def scope_of(person: Person) -> Scope:
    """Return the scope of *person*, read once per object (two queries) and kept on it."""
    if not person.is_authenticated or not person.is_active:
        return Scope()
    if person.kept_scope is None:
        person.kept_scope = person.read_scope()
    return person.kept_scope


def can(person: Person, permission: Permission) -> bool:
    """Tell whether *person* has *permission* anywhere."""
    return scope_of(person).can(permission)


def holds(
    person: Person, permission: Permission, *, authority_id: int, unit_id: int | None = None, field: str = ""
) -> bool:
    """Tell whether *person* has *permission* for the authority, the unit and the field of inspection.

    No unit (or field) asked for means: something not tied to one, which every membership of the authority covers.
    """
    scope = scope_of(person)
    return scope.everything or any(
        grant.authority_id == authority_id
        and not (grant.fields and field and field not in grant.fields)
        and not (grant.unit_ids and unit_id is not None and unit_id not in grant.unit_ids)
        for grant in scope.stewardships(permission)
    )
