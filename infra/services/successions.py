"""Who continues whom: the successions of units, entered and confirmed by people who read the decision."""

from datetime import date

from django.utils.translation import gettext as _

from infra.models import AdministrativeUnit, Authority, UnitSuccession, User
from infra.services.accounts import RefusedError
from infra.services.ledger import act


def succession_add(
    *,
    actor: User,
    authority: Authority,
    old: AdministrativeUnit,
    new: AdministrativeUnit,
    on: date,
    is_whole: bool,
    source: str,
    reason: str,
) -> UnitSuccession:
    """Enter that *old* continues in *new*. Raises RefusedError where the two cannot follow each other."""
    if old.level != new.level:
        raise RefusedError(_("Units of one level follow each other."))
    if old.pk == new.pk or new.valid_from < old.valid_from:
        raise RefusedError(_("A unit continues in a later one."))
    if UnitSuccession.objects.filter(old=old, new=new).exists():
        raise RefusedError(_("This succession is entered already."))
    with act(actor=actor, authority=authority, kind="succession.added", reason=reason) as ledger:
        made = UnitSuccession.objects.create(old=old, new=new, on=on, is_whole=is_whole, source=source, verified=True)
        ledger.note(old=old.code, new=new.code, on=on.isoformat(), whole=is_whole, source=source)
    return made


def succession_verify(
    *, actor: User, authority: Authority, succession: UnitSuccession, source: str, reason: str
) -> None:
    """Confirm a succession by the decision that somebody read."""
    with act(actor=actor, authority=authority, kind="succession.verified", reason=reason) as ledger:
        locked = UnitSuccession.objects.select_for_update(of=("self",)).get(pk=succession.pk)
        ledger.note(old=succession.old.code, new=succession.new.code, source={"before": locked.source, "after": source})
        locked.source, locked.verified = source, True
        locked.save(update_fields=["source", "verified"])
