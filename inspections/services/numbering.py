"""Numbers of inspections, cases, incidents, storms and papers: per authority, kind and year, in order, never twice."""

from datetime import date

from django.db import connection

from infra.models import Authority, RegistrySeries
from inspections.models import CaseDocument

#: kind -> how its numbers begin
PREFIXES = {"inspection": "KT", "case": "VV", "incident": "SC", "storm": "BAO"}

#: one statement locks the row, counts and tells the count, where the ORM needs two
TAKE = "UPDATE infra_registryseries SET last = last + 1 WHERE authority_id = %s AND series = %s RETURNING last"


def yearly_number_take(*, authority: Authority, kind: str, year: int) -> str:
    """Take the next number of *kind* in *year* for good ("VV-2026-0031"); call it inside the act that uses it."""
    series = f"{PREFIXES[kind]}-{year}"
    return f"{series}-{number_take(authority=authority, series=series):04d}"


def number_take(*, authority: Authority, series: str) -> int:
    """Take the next number of *series* for good, over all years; call it inside the act that uses it."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [authority.pk, series])
        row = cursor.fetchone()
        if row is None:
            RegistrySeries.objects.get_or_create(authority=authority, series=series)
            cursor.execute(TAKE, [authority.pk, series])
            row = cursor.fetchone()
    return int(row[0])


def document_number_take(*, authority: Authority, series: str, on: date) -> tuple[int, str]:
    """Take the next number of a paper's *series* in the year of *on* for good: (31, "31/BB-VPHC").

    Call it inside the act that writes the paper: what is rolled back gives its number back. A number that the records
    office gave by hand is passed over.
    """
    row = _locked(authority, f"{series}-{on.year}")
    while True:
        row.last += 1
        number = f"{row.last:02d}/{series}"
        taken = CaseDocument.objects.filter(authority=authority, series=series, year=on.year, number=number)
        if not taken.exists():
            break
    row.save(update_fields=["last"])
    return row.last, number


def _locked(authority: Authority, series: str) -> RegistrySeries:
    rows = RegistrySeries.objects.select_for_update().filter(authority=authority, series=series)
    row = rows.first()
    if row is None:
        RegistrySeries.objects.get_or_create(authority=authority, series=series)
        row = rows.get()
    return row
