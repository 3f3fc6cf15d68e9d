"""The authority corrects what the register says: a site's name, a mast, an installation, a permit; what is gone ends.

Values that a person of the authority enters by hand, each with its reason; a file takes the way of submissions.
"""

from contextlib import AbstractContextManager
from datetime import date
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext as _

from infra.models import Cell, Installation, InstallationKind, Mast, Permit, Site, User
from infra.services.accounts import RefusedError
from infra.services.ledger import Act, act
from infra.services.permits import CERTIFICATE, renewal_due, scan_keep

DECOMMISSIONED = "decommissioned"
SITE_FIELDS = ("name", "address")
MAST_FIELDS = (
    "owner", "mast_class", "structure_type", "height_m", "base", "building_height_m", "built_on", "design_wind_ms",
    "capacity",
)  # fmt: skip
INSTALLATION_FIELDS = ("status", "code", "name", "in_service_on")
PERMIT_FIELDS = ("number", "issuer", "issued_on", "expires_on", "renewal_filed_on", "posted_on_site")

M = TypeVar("M", bound=models.Model)


def site_correct(*, actor: User, site: Site, reason: str, **values: Any) -> Site:
    """Correct a site's name and address; what stands on it is found by them as well."""
    with act(actor=actor, authority=site.authority, kind="site.corrected", reason=reason) as ledger:
        locked = locked_row(Site, site.pk)
        _refuse_merged(locked.merged_into_id)
        take(locked, values, SITE_FIELDS)
        ledger.change(locked)
        rows = list(Installation.objects.filter(site=locked).select_related("unit"))
        for row in rows:
            row.site = locked
        ledger.change_many(rows)
    return locked


def mast_correct(*, actor: User, mast: Mast, reason: str, **values: Any) -> Mast:
    """Correct a mast: owner, class, structure, heights, what it bears."""
    with act(actor=actor, authority=mast.authority, kind="mast.corrected", reason=reason) as ledger:
        locked = locked_row(Mast, mast.pk)
        _refuse_merged(locked.merged_into_id)
        take(locked, values, MAST_FIELDS)
        ledger.change(locked)
    return locked


def installation_correct(*, actor: User, installation: Installation, reason: str, **values: Any) -> Installation:
    """Correct an installation: status, code, name, since when. Raises RefusedError for a code that is taken."""
    with installation_act(actor, installation, "installation.corrected", reason) as ledger:
        locked = locked_row(Installation, installation.pk)
        take(locked, values, INSTALLATION_FIELDS)
        taken = Installation.objects.exclude(pk=locked.pk).filter(
            organization=locked.organization_id, kind=locked.kind, code=locked.code
        )
        if locked.code and (other := taken.first()):
            raise RefusedError(
                _("%(organization)s has a %(kind)s with the code %(code)s already: %(number)s.")
                % {
                    "organization": locked.organization,
                    "kind": locked.get_kind_display(),
                    "code": locked.code,
                    "number": other.registry_number,
                }
            )
        ledger.change(locked)
    return locked


def installation_decommission(*, actor: User, installation: Installation, on: date, reason: str) -> Installation:
    """Record that an installation is gone: its status ends, its cells are silent; number, permits and past stay.

    Raises RefusedError where it was decommissioned before.
    """
    with installation_act(actor, installation, "installation.decommissioned", reason) as ledger:
        locked = locked_row(Installation, installation.pk)
        if locked.status_id == DECOMMISSIONED:
            raise RefusedError(_("It is decommissioned already."))
        locked.status_id = DECOMMISSIONED
        ledger.change(locked)
        if locked.kind == InstallationKind.BASE_STATION:
            cells = list(Cell.objects.filter(station=locked.pk, in_service=True))
            for cell in cells:
                cell.in_service = False
            ledger.change_many(cells)
        ledger.note(on=on.isoformat(), installation=locked.registry_number)
    return locked


def permit_correct(
    *, actor: User, permit: Permit, reason: str, file: UploadedFile | None = None, **values: Any
) -> Permit:
    """Correct a permit's number, dates, posting and scan; the day of renewal follows the day of expiry."""
    with act(
        actor=actor,
        authority=permit.authority,
        kind="permit.corrected",
        reason=reason,
        organization=permit.organization,
    ) as ledger:
        locked = locked_row(Permit, permit.pk)
        expiry = locked.expires_on
        take(locked, values, PERMIT_FIELDS)
        if locked.expires_on != expiry:
            had_renewal = locked.renewal_due_on is not None
            is_renewed = had_renewal or locked.kind_id == CERTIFICATE
            locked.renewal_due_on = renewal_due(locked.expires_on) if is_renewed else None
        if file:
            locked.attachment = scan_keep(actor, locked, file)
        ledger.change(locked)
    return locked


def installation_act(actor: User, installation: Installation, kind: str, reason: str) -> AbstractContextManager[Act]:
    """Begin an act on an installation, which its organization reads in the ledger too."""
    return act(
        actor=actor,
        authority=installation.authority,
        kind=kind,
        reason=reason,
        organization=installation.organization,
    )


def locked_row(model: type[M], pk: int) -> M:
    """Return a row as it is now, held until the act is written."""
    rows: models.QuerySet[M] = model._default_manager.select_for_update(of=("self",))
    return rows.get(pk=pk)


def take(row: models.Model, values: dict[str, Any], known: tuple[str, ...]) -> None:
    """Set the *known* columns that *values* name."""
    unknown = set(values) - set(known)
    assert not unknown, f"{sorted(unknown)} cannot be corrected here"
    for name, value in values.items():
        setattr(row, name, value)


def _refuse_merged(merged_into: int | None) -> None:
    if merged_into:
        raise RefusedError(_("It was merged into another one; correct that one."))
