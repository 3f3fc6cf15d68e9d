"""Which authority a person acts for."""

from infra.access import Permission, Person, scope_of
from infra.models import Authority


def authority_acted_for(person: Person, permission: Permission) -> Authority | None:
    """Return the first authority in whose whole register *person* has *permission*; None without one.

    Who may do everything acts for the first authority there is, unless a membership names another.
    """
    scope = scope_of(person)
    ids = [grant.authority_id for grant in scope.stewardships(permission) if grant.authority_id]
    rows = Authority.objects.order_by("pk")
    return rows.filter(pk__in=ids).first() if ids else rows.first() if scope.everything else None
