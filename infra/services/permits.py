"""Acts on permits and the dates that the law computes for them."""

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from infra.models import Attachment, Installation, Limit, Permit, PermitState, User
from infra.services.attachments import attachment_add
from infra.services.ledger import act

CERTIFICATE = "verification_certificate"
#: kinds of which one counts at a time: a new one replaces the one before
ONE_AT_A_TIME = (CERTIFICATE, "self_declaration")
RENEWAL_LIMIT = "renewal_before_expiry"


def renewal_due(expires_on: date | None, on: date | None = None) -> date | None:
    """Return the last day to file a renewal: so many days before expiry as the limit in force then says.

    The period is data (``renewal_before_expiry``; 60 days, TT 08/2020/TT-BTTTT). None without expiry or limit.
    """
    if expires_on is None:
        return None
    limit = Limit.objects.in_force(on or expires_on).filter(code=RENEWAL_LIMIT).order_by("-valid_from").first()
    return expires_on - timedelta(days=int(limit.value)) if limit else None


def permit_register(
    *,
    actor: User,
    installation: Installation,
    kind: str,
    number: str,
    reason: str,
    issued_on: date | None = None,
    expires_on: date | None = None,
    issuer: str = "",
    posted_on_site: bool | None = None,
    file: UploadedFile | None = None,
) -> Permit:
    """Register a certificate, licence or declaration. The certificate before it is marked as replaced."""
    with act(
        actor=actor,
        authority=installation.authority,
        kind="permit.registered",
        reason=reason,
        organization=installation.organization,
    ) as ledger:
        replaced = Permit.objects.filter(installation=installation, kind_id=kind, state=PermitState.IN_FORCE)
        earlier = list(replaced) if kind in ONE_AT_A_TIME else []
        for permit in earlier:
            permit.state = PermitState.REPLACED
        ledger.change_many(earlier)
        permit = Permit(
            authority=installation.authority,
            kind_id=kind,
            organization=installation.organization,
            installation=installation,
            number=number,
            issuer=issuer,
            issued_on=issued_on,
            expires_on=expires_on,
            renewal_due_on=renewal_due(expires_on) if kind == CERTIFICATE else None,
            posted_on_site=posted_on_site,
        )
        if file:
            permit.attachment = scan_keep(actor, permit, file)
        ledger.add(permit)
    return permit


def scan_keep(actor: User, permit: Permit, file: UploadedFile) -> Attachment:
    """Keep the scan of a permit; call it inside the act that needs it."""
    return attachment_add(
        actor=actor,
        authority=permit.authority,
        organization=permit.organization,
        name=file.name or "permit",
        chunks=file.chunks(),
        content_type=file.content_type or "",
    )


def certificate_register(**values: Any) -> Permit:
    """Register a verification certificate, with the day on which its renewal is to be filed."""
    return permit_register(kind=CERTIFICATE, **values)


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
