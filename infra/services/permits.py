"""Acts on permits and the dates that the law computes for them."""

from datetime import date, timedelta

from infra.models import Installation, Limit, Permit, PermitState, User
from infra.services.ledger import act

CERTIFICATE = "verification_certificate"
RENEWAL_LIMIT = "renewal_before_expiry"


def renewal_due(expires_on: date | None, on: date | None = None) -> date | None:
    """Return the last day to file a renewal: so many days before expiry as the limit in force then says.

    The period is data (``renewal_before_expiry``; 60 days, TT 08/2020/TT-BTTTT). None without expiry or limit.
    """
    if expires_on is None:
        return None
    limit = Limit.objects.in_force(on or expires_on).filter(code=RENEWAL_LIMIT).order_by("-valid_from").first()
    return expires_on - timedelta(days=int(limit.value)) if limit else None


def certificate_register(
    *,
    actor: User,
    installation: Installation,
    number: str,
    issued_on: date | None,
    expires_on: date | None,
    reason: str,
    issuer: str = "",
    posted_on_site: bool | None = None,
) -> Permit:
    """Register a verification certificate; the one before it stays, marked as replaced."""
    with act(
        actor=actor,
        authority=installation.authority,
        kind="permit.registered",
        reason=reason,
        organization=installation.organization,
    ) as ledger:
        earlier = list(
            Permit.objects.filter(installation=installation, kind_id=CERTIFICATE, state=PermitState.IN_FORCE)
        )
        for permit in earlier:
            permit.state = PermitState.REPLACED
        ledger.change_many(earlier)
        permit = Permit(
            authority=installation.authority,
            kind_id=CERTIFICATE,
            organization=installation.organization,
            installation=installation,
            number=number,
            issuer=issuer,
            issued_on=issued_on,
            expires_on=expires_on,
            renewal_due_on=renewal_due(expires_on),
            posted_on_site=posted_on_site,
        )
        ledger.add(permit)
    return permit


def certificate_lapse(*, actor: User, permit: Permit, reason: str) -> Permit:
    """Record that a certificate lapsed because the safe limits were exceeded (extraordinary verification is due)."""
    with act(
        actor=actor,
        authority=permit.authority,
        kind="permit.lapsed",
        reason=reason,
        organization=permit.organization,
    ) as ledger:
        permit.state = PermitState.LAPSED
        ledger.change(permit)
    return permit
