"""Lists and limits: rows of reference data with dates and a source. A version follows another; none is rewritten.

A *dated* list holds several versions of one thing (a limit from a day on); in the others a row is the thing itself, and
what is corrected in it stands, before and after, in the ledger.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from infra import formats
from infra.models import (
    Authority,
    Band,
    InstallationStatus,
    Limit,
    MastClass,
    NodeKind,
    PermitKind,
    PostalKind,
    RouteKind,
    SpacingRule,
    StructureType,
    Technology,
    UnitType,
    User,
)
from infra.models.lookups import Sourced
from infra.services.accounts import RefusedError
from infra.services.ledger import Act, act

#: by how much a row counts as sure once somebody has read its text (the collection of facts' own word)
READ = "V"
_TEXTS = ("name_vi", "name_en", "legal_basis")


@dataclass(frozen=True)
class KeptList:
    """A list that administrators keep. ``key`` names one thing, ``values`` is what a new version may change.

    The rows of a list *of_authority* are each authority's own: only its administrators see and keep them. *least* is
    the smallest number that its values take.
    """

    name: str
    model: type[Sourced]
    key: tuple[str, ...] = ("code",)
    dated: bool = False
    values: tuple[str, ...] = ()
    of_authority: bool = False
    least: float | None = None

    @property
    def grows(self) -> bool:
        """Tell whether administrators enter new things: without versions, or their own authority's."""
        return not self.dated or self.of_authority

    @property
    def title(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def key_of(self, row: Any) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.key}

    def code_of(self, row: Any) -> str:
        """Return what names the thing, for the ledger and for people."""
        values = (getattr(value, "code", value) for value in self.key_of(row).values())
        return " ".join(str(value) for value in values if value not in ("", 0.0, None))

    def about_of(self, row: Any) -> str:
        """Return what a page shows for the code: words where an authority's own rows are told apart by choices."""
        if not self.of_authority:
            return self.code_of(row)
        names = sorted(self.key, key=lambda name: name == "authority")
        words = ((getattr(row, f"get_{name}_display", None), getattr(row, name)) for name in names)
        return " · ".join(str(told() if told else value) for told, value in words if value is not None)


LISTS: dict[str, KeptList] = {}


def add_list(kept: KeptList) -> None:
    """Let administrators keep a list; upper apps add theirs when they are ready."""
    LISTS[kept.name] = kept


for _kept in (
    KeptList("limits", Limit, dated=True, values=("value", "unit", "comparison")),
    KeptList(
        "spacing-rules",
        SpacingRule,
        key=("authority", "ground", "mast_class"),
        dated=True,
        values=("metres",),
        of_authority=True,
        least=1.0,
    ),
    KeptList("mast-classes", MastClass, values=("is_bulky",)),
    KeptList("structure-types", StructureType),
    KeptList("permit-kinds", PermitKind),
    KeptList("postal-kinds", PostalKind, values=("is_attended",)),
    KeptList("node-kinds", NodeKind),
    KeptList("route-kinds", RouteKind),
    KeptList("technologies", Technology),
    KeptList("bands", Band, values=("low_mhz", "high_mhz", "duplex", "holder")),
    KeptList("statuses", InstallationStatus),
    KeptList("unit-types", UnitType, values=("level",)),
):
    add_list(_kept)


def row_add(
    *,
    actor: User,
    authority: Authority,
    kept: KeptList,
    reason: str,
    own: dict[str, Any] | None = None,
    **values: Any,
) -> Any:
    """Enter a new thing in a list; *own* says whose it is where the list's rows are an authority's own."""
    row: Any = kept.model(**(own or {}), **values)
    if kept.rows().filter(**kept.key_of(row)).exists():
        raise RefusedError(_("“%(code)s” stands in this list already.") % {"code": kept.about_of(row)})
    with act(actor=actor, authority=authority, kind="list.added", reason=reason) as ledger:
        row.save(force_insert=True)
        _note(ledger, kept, row, after=_plain(row, _columns(kept)))
    return row


def row_correct(*, actor: User, authority: Authority, kept: KeptList, row: Any, reason: str, **values: Any) -> Any:
    """Correct the texts of a row and, in a list without versions, its values; before and after stand in the ledger."""
    with act(actor=actor, authority=authority, kind="list.corrected", reason=reason) as ledger:
        locked = _locked(kept, row)
        before = _plain(locked, values)
        for name, value in values.items():
            setattr(locked, name, value)
        after = _plain(locked, values)
        changed = [name for name in values if before[name] != after[name]]
        if changed:
            locked.save(update_fields=changed)
            was, now = ({name: side[name] for name in changed} for side in (before, after))
            _note(ledger, kept, locked, was, now)
    return locked


def version_add(
    *, actor: User, authority: Authority, kept: KeptList, row: Any, valid_from: date, reason: str, **values: Any
) -> Any:
    """Let another version of a dated row hold from a day on; the one before ends the day before.

    Raises RefusedError where that day does not lie after the start of the last version.
    """
    with act(actor=actor, authority=authority, kind="list.version_added", reason=reason) as ledger:
        versions = kept.rows().filter(**kept.key_of(row)).select_for_update()
        last = versions.order_by("-valid_from").first()
        if last is None or valid_from <= last.valid_from:
            day = formats.day(last.valid_from) if last else ""
            raise RefusedError(_("A new version starts after the last one (%(day)s).") % {"day": day})
        new: Any = kept.model(**{field.name: getattr(last, field.name) for field in _fields(kept)})
        for name, value in values.items():
            setattr(new, name, value)
        new.valid_from, new.valid_to, new.verified = valid_from, None, False
        if last.valid_to is None or last.valid_to >= valid_from:
            last.valid_to = valid_from - timedelta(days=1)
            last.save(update_fields=["valid_to"])
        new.save(force_insert=True)
        _note(ledger, kept, new, _plain(last, _columns(kept)), _plain(new, _columns(kept)))
    return new


def row_end(*, actor: User, authority: Authority, kept: KeptList, row: Any, last_day: date, reason: str) -> Any:
    """Let a row hold no longer than *last_day*; it stays for what was judged by it."""
    with act(actor=actor, authority=authority, kind="list.ended", reason=reason) as ledger:
        locked = _locked(kept, row)
        if last_day < locked.valid_from:
            raise RefusedError(_("The last day lies before the first."))
        before = _plain(locked, ("valid_to",))
        locked.valid_to = last_day
        locked.save(update_fields=["valid_to"])
        _note(ledger, kept, locked, before, _plain(locked, ("valid_to",)))
    return locked


def row_verify(*, actor: User, authority: Authority, kept: KeptList, row: Any, text: str, reason: str) -> Any:
    """Mark a row as verified by the legal *text* that somebody read."""
    with act(actor=actor, authority=authority, kind="list.verified", reason=reason) as ledger:
        locked = _locked(kept, row)
        columns = ("verified", "confidence", "legal_basis")
        before = _plain(locked, columns)
        locked.verified, locked.confidence, locked.legal_basis = True, READ, text
        locked.save(update_fields=list(columns))
        _note(ledger, kept, locked, before, _plain(locked, columns))
    return locked


def _locked(kept: KeptList, row: Any) -> Any:
    return kept.rows().select_for_update().get(pk=row.pk)


def _fields(kept: KeptList) -> list[Any]:
    return [field for field in kept.model._meta.local_concrete_fields if not field.auto_created]


def _columns(kept: KeptList) -> tuple[str, ...]:
    return (*_TEXTS, *kept.values, "valid_from", "valid_to", "verified")


def _plain(row: Model, names: Any) -> dict[str, Any]:
    """Return columns as the ledger keeps them."""
    found = {}
    for name in names:
        value = getattr(row, name)
        found[name] = value.isoformat() if isinstance(value, date) else value
    return found


def _note(
    ledger: Act,
    kept: KeptList,
    row: Any,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    ledger.note(
        list=kept.name,
        code=kept.code_of(row),
        valid_from=row.valid_from.isoformat(),
        before=before or {},
        after=after or {},
    )
