"""Writing the law's rows: corrected in place, succeeded from a day on, added; days of the calendar.

Law is shared by all authorities of an installation; the act stands in the ledger of the authority whose administrator
did it, with what was there before and after.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models, transaction

from infra.models import Authority, User
from infra.services.ledger import act
from inspections.models import CalendarDay, CalendarYear, Charge

Row = models.Model


def law_row_correct(
    *,
    actor: User,
    authority: Authority,
    row: Row,
    values: Mapping[str, Any],
    reason: str,
    charges: Sequence[Charge] = (),
) -> Row:
    """Change *row* in place: it was entered wrongly, or somebody verified it. *charges* copied from it come along."""
    before = plain(row, values)
    with act(actor=actor, authority=authority, kind="law.corrected", reason=reason) as ledger:
        for name, value in values.items():
            setattr(row, name, value)
        row.save()
        ledger.change_many(charges)
        ledger.note(table=_table(row), row=row.pk, before=before, after=plain(row, values), charges=len(charges))
    return row


def law_row_succeed(
    *, actor: User, authority: Authority, row: Row, values: Mapping[str, Any], valid_from: date, reason: str
) -> Row:
    """End *row* the day before *valid_from* and let a row with *values* follow; dates before stay as they were."""
    model = type(row)
    with act(actor=actor, authority=authority, kind="law.changed", reason=reason) as ledger:
        copy = {f.name: getattr(row, f.name) for f in model._meta.local_concrete_fields if not f.primary_key}
        until = copy["valid_to"]
        model._default_manager.filter(pk=row.pk).update(valid_to=valid_from - timedelta(days=1))
        successor = model(
            **(copy | dict(values) | {"valid_from": valid_from, "valid_to": values.get("valid_to", until)})
        )
        successor.save(force_insert=True)
        ledger.note(
            table=_table(row),
            row=row.pk,
            successor=successor.pk,
            valid_from=valid_from.isoformat(),
            before=plain(row, values),
            after=plain(successor, values),
        )
    return successor


def law_row_add(*, actor: User, authority: Authority, row: Row, reason: str) -> Row:
    """Add a new row of law."""
    with act(actor=actor, authority=authority, kind="law.added", reason=reason) as ledger:
        row.save(force_insert=True)
        names = [field.name for field in row._meta.local_concrete_fields if not field.primary_key]
        ledger.note(table=_table(row), row=row.pk, after=plain(row, names))
    return row


def calendar_change(
    *,
    actor: User,
    authority: Authority,
    put: Iterable[CalendarDay] = (),
    remove: Iterable[CalendarDay] = (),
    complete: int | None = None,
    reason: str,
) -> None:
    """Put days into the calendar, take some out, say that a year's official list is entered in full."""
    with transaction.atomic(), act(actor=actor, authority=authority, kind="calendar.changed", reason=reason) as ledger:
        added, gone = list(put), list(remove)
        for day in gone:
            CalendarDay.objects.filter(pk=day.pk).delete()
        for day in added:
            CalendarDay.objects.update_or_create(
                calendar=day.calendar,
                date=day.date,
                defaults={
                    "kind": day.kind,
                    "name_vi": day.name_vi,
                    "name_en": day.name_en,
                    "instead_of": day.instead_of,
                    "confidence": day.confidence,
                    "verified": day.verified,
                },
            )
        if complete is not None:
            CalendarYear.objects.get_or_create(calendar=authority.calendar, year=complete)
        ledger.note(
            calendar=authority.calendar,
            put=[[day.date.isoformat(), str(day.kind), day.name_vi] for day in added],
            removed=[[day.date.isoformat(), str(day.kind), day.name_vi] for day in gone],
            complete=complete,
        )


def plain(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """Return columns of *row* as plain data for the ledger."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _table(row: Row) -> str:
    return str(row._meta.model_name)
