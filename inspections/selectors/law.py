"""The law in force on a day. Nothing here depends on who asks: law is public."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from infra.models import Limit
from inspections.models import Clock, FieldMaximum, FineAuthority, FormCode, PartyKind, Rule


def rules_in_force(codes: Iterable[str], day: date) -> dict[str, Rule]:
    """Return code -> the rule in force on *day*; codes without one are left out."""
    rows = Rule.objects.in_force(day).filter(code__in=set(codes)).order_by("valid_from")
    return {rule.code: rule for rule in rows}


def clocks_in_force(day: date) -> list[Clock]:
    """Return all clocks in force on *day*."""
    return list(Clock.objects.in_force(day).order_by("clock", "condition", "-valid_from"))


def limits_in_force(codes: Iterable[str], day: date) -> dict[str, Limit]:
    """Return code -> the limit in force on *day*."""
    rows = Limit.objects.in_force(day).filter(code__in=set(codes)).order_by("valid_from")
    return {limit.code: limit for limit in rows}


def limit_value(code: str, day: date, otherwise: float) -> float:
    """Return the value of a limit or period on *day*; *otherwise* where the data have none."""
    limit = limits_in_force([code], day).get(code)
    return limit.value if limit else otherwise


def forms_by_code(day: date) -> dict[str, FormCode]:
    """Return code -> form in force on *day*."""
    return {form.code: form for form in FormCode.objects.in_force(day).order_by("valid_from")}


@dataclass(frozen=True)
class Competence:
    """An office and the highest fine it may impose on a party in a field, in ₫ (None: not computable)."""

    code: str
    title_vi: str
    title_en: str
    share: float | None
    max_vnd: int | None
    legal_basis: str
    verified: bool


def competences(field: str, party: str, day: date) -> list[Competence]:
    """Return who may fine *party* in *field* on *day* and how much, lowest first."""
    maximum = FieldMaximum.objects.in_force(day).filter(field=field).order_by("-valid_from").first()
    rows = []
    for office in FineAuthority.objects.in_force(day):
        if office.fields and field not in office.fields:
            continue
        rows.append(
            Competence(
                code=office.code,
                title_vi=office.name_vi,
                title_en=office.name_en,
                share=office.share,
                max_vnd=_highest_fine(office, maximum, party),
                legal_basis=office.legal_basis,
                verified=office.verified,
            )
        )
    return sorted(rows, key=lambda row: (row.max_vnd is None, row.max_vnd or 0, row.code))


def _highest_fine(office: FineAuthority, maximum: FieldMaximum | None, party: str) -> int | None:
    if office.max_vnd_organization is not None:
        if party == PartyKind.ORGANIZATION:
            return office.max_vnd_organization
        factor = maximum.individual_factor_of_rule if maximum else 0.5
        return round(office.max_vnd_organization * factor)
    if maximum is None or maximum.max_vnd_individual is None or office.share is None:
        return None
    factor = maximum.organization_factor if party == PartyKind.ORGANIZATION else 1
    return round(maximum.max_vnd_individual * office.share * factor)
