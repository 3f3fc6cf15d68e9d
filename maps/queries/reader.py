"""Who reads a map: a person with a scope, or the public with the published part of the register."""

from dataclasses import dataclass
from functools import cached_property

import sqlalchemy as sa

from infra.access import Permission, Person, Scope, scope_of
from infra.models import InstallationKind
from infra.spatial.box import EVERYTHING
from infra.spatial.scope import Condition
from infra.spatial.tables import installation

#: what the authority publishes: kinds of installation, and only while they operate
PUBLISHED_KINDS = (InstallationKind.BASE_STATION, InstallationKind.POSTAL_POINT)
PUBLISHED_STATUS = "operating"


@dataclass(frozen=True)
class Reader:
    """One reader. ``public`` is everybody who may not see the register, signed in or not."""

    scope: Scope

    @classmethod
    def of(cls, person: Person) -> "Reader":
        return cls(scope_of(person))

    @classmethod
    def of_public(cls) -> "Reader":
        return cls(Scope())

    @cached_property
    def public(self) -> bool:
        return not self.scope.can(Permission.SEE_REGISTER)

    @property
    def register_scope(self) -> Scope:
        """The scope for statements on the register; the public's rows are bounded by :func:`published` instead."""
        return EVERYTHING if self.public else self.scope

    @cached_property
    def key(self) -> str:
        """A text that is equal for readers who get the same answers; for cache keys."""
        return "public" if self.public else self.scope.key()

    def can(self, permission: Permission) -> bool:
        return self.scope.can(permission)


def published(table: sa.Table = installation) -> list[Condition]:
    """Return the conditions on installations (or their versions) that everybody may see."""
    return [table.c.status_id == PUBLISHED_STATUS, table.c.kind.in_([str(kind) for kind in PUBLISHED_KINDS])]
