"""People: who acts for the machine itself, and who gets which role."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from infra.access import AUTHORITY_ROLES, ORGANIZATION_ROLES, Role
from infra.models import AdministrativeUnit, Authority, Membership, Organization, OrganizationKind, User
from infra.services.ledger import act

SYSTEM = "system"


def system_user() -> User:
    """Return the actor of what the machine does by itself (set-up, imports from the shell); it cannot sign in."""
    user = User.objects.filter(username=SYSTEM).first()
    if user is None:
        user = User(username=SYSTEM, display_name="Sổ Trạm", is_active=False)
        user.set_unusable_password()
        user.save()
    return user


def membership_grant(
    *,
    actor: User,
    authority: Authority,
    user: User,
    organization: Organization,
    role: Role,
    reason: str,
    territory: Iterable[AdministrativeUnit] = (),
    fields: Iterable[str] = (),
    valid_from: date | None = None,
) -> Membership:
    """Give *user* a role in *organization*. Raises ValueError where the role does not fit the organization's kind."""
    is_authority = organization.kind == OrganizationKind.AUTHORITY
    if role not in (AUTHORITY_ROLES if is_authority else ORGANIZATION_ROLES):
        raise ValueError(f"The role {role} does not exist in an organization of kind {organization.kind}.")
    units = list(territory)
    with act(
        actor=actor, authority=authority, kind="membership.granted", reason=reason, organization=organization
    ) as ledger:
        membership = Membership.objects.create(
            user=user,
            organization=organization,
            role=role,
            fields=sorted(fields),
            valid_from=valid_from or timezone.localdate(),
        )
        membership.territory.set(units)
        ledger.note(
            membership=membership.pk,
            user=user.pk,
            role=str(role),
            territory=[u.code for u in units],
            fields=sorted(fields),
        )
    return membership


def membership_end(*, actor: User, authority: Authority, membership: Membership, reason: str) -> None:
    """End a membership today; it stays readable."""
    with act(
        actor=actor,
        authority=authority,
        kind="membership.ended",
        reason=reason,
        organization=membership.organization,
    ) as ledger:
        membership.valid_to = timezone.localdate()
        membership.save(update_fields=["valid_to"])
        ledger.note(membership=membership.pk, user=membership.user_id, role=membership.role)
