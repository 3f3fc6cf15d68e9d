"""The settings of an authority: territory, numbering, metric system, letterhead, what it asks of its staff."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from infra.models import AdministrativeUnit, Authority, User
from infra.services.accounts import RefusedError
from infra.services.ledger import act

SETTINGS = ("registry_prefix", "metric_srid", "letterhead", "staff_second_factor")


def authority_set(
    *,
    actor: User,
    authority: Authority,
    territory: Iterable[AdministrativeUnit],
    reason: str,
    **values: Any,
) -> Authority:
    """Change settings; what changed stands in the ledger, before and after. Numbers given already stay as they are.

    Raises RefusedError for a prefix that another authority uses, and for an empty territory.
    """
    units = sorted(territory, key=lambda unit: unit.code)
    if not units:
        raise RefusedError(_("An authority answers for one unit at least."))
    prefix = values.get("registry_prefix", authority.registry_prefix)
    if Authority.objects.exclude(pk=authority.pk).filter(registry_prefix=prefix).exists():
        raise RefusedError(_("Another authority gives numbers that begin with %(prefix)s.") % {"prefix": prefix})
    with act(actor=actor, authority=authority, kind="authority.settings", reason=reason) as ledger:
        locked = Authority.objects.select_for_update(of=("self",)).get(pk=authority.pk)
        changed: dict[str, dict[str, Any]] = {}
        for name in SETTINGS:
            if name in values and getattr(locked, name) != values[name]:
                changed[name] = {"before": getattr(locked, name), "after": values[name]}
                setattr(locked, name, values[name])
        before = sorted(locked.territory.values_list("code", flat=True))
        after = [unit.code for unit in units]
        if before != after:
            changed["territory"] = {"before": before, "after": after}
            locked.territory.set(units)
        locked.save(update_fields=list(SETTINGS))
        if changed:
            ledger.note(**changed)
    return locked
