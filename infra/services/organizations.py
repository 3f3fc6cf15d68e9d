"""Organizations of the register: operators, tower companies and whoever else is named in files."""

from typing import Any

from django.utils.translation import gettext as _

from infra.models import Authority, Organization, OrganizationKind, User
from infra.services.accounts import RefusedError
from infra.services.ledger import act
from infra.text import fold

FIELDS = (
    "kind", "name", "name_en", "short_name", "mcc_mnc", "tax_code", "address", "email", "phone", "aliases",
    "owns_stations", "reporting_period_days",
)  # fmt: skip


def organization_add(*, actor: User, authority: Authority, reason: str, code: str, **values: Any) -> Organization:
    """Enter an organization. Raises RefusedError for a code, name or alias that stands for another one already."""
    organization = Organization(code=code, **values)
    if organization.kind == OrganizationKind.AUTHORITY:
        raise RefusedError(_("An authority is not added here: it has a register of its own."))
    _refuse_taken(organization)
    with act(actor=actor, authority=authority, kind="organization.added", reason=reason) as ledger:
        ledger.add(organization)
    return organization


def organization_correct(
    *, actor: User, authority: Authority, organization: Organization, reason: str, **values: Any
) -> Organization:
    """Correct what is kept of an organization; its code stays, since the register and files name it by that."""
    with act(actor=actor, authority=authority, kind="organization.corrected", reason=reason) as ledger:
        locked = Organization.objects.select_for_update().get(pk=organization.pk)
        was = locked.kind
        for name in FIELDS:
            if name in values:
                setattr(locked, name, values[name])
        if OrganizationKind.AUTHORITY in (was, locked.kind) and was != locked.kind:
            raise RefusedError(_("An authority stays one, and nobody becomes one here."))
        _refuse_taken(locked)
        ledger.change(locked)
    return locked


def _refuse_taken(organization: Organization) -> None:
    """Refuse words by which files already find another organization."""
    wanted = {fold(word): word for word in (organization.code, *organization.aliases) if word}
    for other in Organization.objects.exclude(pk=organization.pk):
        for word in (other.code, other.name, other.short_name, *other.aliases):
            if word and fold(word) in wanted:
                raise RefusedError(
                    _("“%(word)s” stands for %(other)s already (%(code)s).")
                    % {"word": wanted[fold(word)], "other": other, "code": other.code}
                )
