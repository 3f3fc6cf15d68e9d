"""Numbers of inspections, cases, incidents and storms: per authority, kind and year, in order, never twice."""

from infra.models import Authority, RegistrySeries

#: kind -> how its numbers begin
PREFIXES = {"inspection": "KT", "case": "VV", "incident": "SC", "storm": "BAO"}


def yearly_number_take(*, authority: Authority, kind: str, year: int) -> str:
    """Take the next number of *kind* in *year* for good ("VV-2026-0031"); call it inside the act that uses it."""
    series = f"{PREFIXES[kind]}-{year}"
    RegistrySeries.objects.get_or_create(authority=authority, series=series)
    row = RegistrySeries.objects.select_for_update().get(authority=authority, series=series)
    row.last += 1
    row.save(update_fields=["last"])
    return f"{series}-{row.last:04d}"
