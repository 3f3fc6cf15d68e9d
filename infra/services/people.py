"""People: who acts for the machine itself, and who gets which role."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from infra.access import AUTHORITY_ROLES, ORGANIZATION_ROLES, Role
from infra.models import AdministrativeUnit, Authority, Membership, Organization, OrganizationKind, User
from infra.services.accounts import RefusedError, refuse_without_administrator
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
    valid_to: date | None = None,
) -> Membership:
    """Give *user* a role in *organization*.

    Raises RefusedError where the role does not fit the organization's kind, where nobody may give it, or where the
    person has it already.
    """
    units, kept_fields = list(territory), sorted(fields)
    start = valid_from or timezone.localdate()
    _refuse_role(actor, user, organization, role, bounded=bool(units or kept_fields))
    with act(
        actor=actor, authority=authority, kind="membership.granted", reason=reason, organization=organization
    ) as ledger:
        _refuse_twice(user, organization, role, start, valid_to)
        membership = Membership.objects.create(
            user=user, organization=organization, role=role, fields=kept_fields, valid_from=start, valid_to=valid_to
        )
        membership.territory.set(units)
        ledger.note(
            membership=membership.pk,
            user=user.pk,
            role=str(role),
            territory=[u.code for u in units],
            fields=kept_fields,
            valid_from=start.isoformat(),
            valid_to=valid_to.isoformat() if valid_to else None,
        )
    return membership


def _refuse_role(actor: User, user: User, organization: Organization, role: Role, *, bounded: bool) -> None:
    if actor.pk == user.pk and not actor.is_superuser:
        raise RefusedError(_("Nobody gives oneself a role; ask another administrator."))
    is_authority = organization.kind == OrganizationKind.AUTHORITY
    if role not in (AUTHORITY_ROLES if is_authority else ORGANIZATION_ROLES):
        raise RefusedError(
            _("“%(role)s” is no role in %(organization)s: authorities and operators have different ones.")
            % {"role": Role(role).label, "organization": organization}
        )
    if bounded and not is_authority:
        raise RefusedError(_("Only roles in an authority are bounded by units and fields."))
    if bounded and role == Role.ADMINISTRATOR:
        raise RefusedError(_("An administrator answers for the whole territory: leave units and fields out."))


def _refuse_twice(user: User, organization: Organization, role: Role, start: date, end: date | None) -> None:
    if end is not None and end < start:
        raise RefusedError(_("The last day lies before the first."))
    same = Membership.objects.filter(user=user, organization=organization, role=role, revoked_at=None)
    for one in same:
        if (one.valid_to is None or one.valid_to >= start) and (end is None or one.valid_from <= end):
            raise RefusedError(
                _("%(person)s has the role “%(role)s” in %(organization)s already in that time. End it first.")
                % {"person": user, "role": Role(role).label, "organization": organization}
            )


def membership_end(
    *, actor: User, authority: Authority, membership: Membership, reason: str, on: date | None = None
) -> Membership:
    """End a membership at once, or with *on* as its last day; it stays readable.

    Raises RefusedError for one's own and for the last administrator's.
    """
    if actor.pk == membership.user_id and not actor.is_superuser:
        raise RefusedError(_("Nobody ends the own role; ask another administrator."))
    last = on or max(timezone.localdate(), membership.valid_from)
    if last < membership.valid_from:
        raise RefusedError(_("The role begins later than that day."))
    with act(
        actor=actor, authority=authority, kind="membership.ended", reason=reason, organization=membership.organization
    ) as ledger:
        if membership.role == Role.ADMINISTRATOR:
            refuse_without_administrator(membership.organization.authority, ending=membership)
        membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)
        membership.valid_to = last if membership.valid_to is None else min(last, membership.valid_to)
        membership.revoked_at = None if on else timezone.now()
        membership.save(update_fields=["valid_to", "revoked_at"])
        ledger.note(
            membership=membership.pk,
            user=membership.user_id,
            role=membership.role,
            valid_to=membership.valid_to.isoformat(),
            at_once=on is None,
        )
    return membership
