"""Writing parties: an organization the register did not know, a person corrected, merged, erased."""

from datetime import date
from typing import Any

from django.db import models, transaction

from infra.models import Authority, Organization, OrganizationKind, User
from infra.services.ledger import act
from inspections.models import CaseAnswer, PersonParty, PersonPartyVersion, Remedy, Step, ViolationCase

#: how codes of organizations begin that were entered with a case
PARTY_CODE = "BVP"


def organization_add(
    *, actor: User, authority: Authority, name: str, tax_code: str, address: str, reason: str
) -> Organization:
    """Register an organization that is charged and was not known: a business household, a company without stations."""
    with act(actor=actor, authority=authority, kind="organization.added", reason=reason) as ledger:
        organization = Organization(
            code=f"{PARTY_CODE}-{_next_code()}",
            kind=OrganizationKind.INTERNET_OWNER,
            name=name[:255],
            tax_code=tax_code[:20],
            address=address[:255],
            owns_stations=False,
        )
        ledger.add(organization)
    return organization


def _next_code() -> int:
    codes = Organization.objects.filter(code__startswith=f"{PARTY_CODE}-").values_list("code", flat=True)
    numbers = [int(code.rpartition("-")[2]) for code in codes if code.rpartition("-")[2].isdigit()]
    return max(numbers, default=0) + 1


def person_change(*, actor: User, person: PersonParty, values: dict[str, str], reason: str) -> PersonParty:
    """Correct what is known of a person; the versions keep what was known before, as long as it is not erased."""
    with act(actor=actor, authority=person.authority, kind="person.changed", reason=reason) as ledger:
        for name, value in values.items():
            setattr(person, name, value)
        ledger.change(person)
        ledger.note(person=person.pk)
    return person


def persons_merge(*, actor: User, keep: PersonParty, absorb: PersonParty, reason: str) -> int:
    """Let *absorb* stand for *keep*: its cases go over, it leads there from now on. Returns how many cases moved."""
    if keep.pk == absorb.pk or keep.authority_id != absorb.authority_id:
        raise ValueError("Two different persons of one authority are merged.")
    with act(actor=actor, authority=keep.authority, kind="person.merged", reason=reason) as ledger:
        cases = list(ViolationCase.objects.select_for_update(of=("self",)).filter(person=absorb))
        for case in cases:
            case.person = keep
        ledger.change_many(cases)
        absorb.merged_into = keep
        ledger.change(absorb)
        ledger.note(kept=keep.pk, merged=absorb.pk, cases=[case.number for case in cases])
    return len(cases)


def person_erase(*, actor: User, person: PersonParty, on: date, reason: str) -> None:
    """Erase what names a person, everywhere: the row, its cases' texts, every version. The chain still verifies.

    Versions keep the salted digests of what was erased; the salt goes too, so that nobody can guess names against them.
    Who is merged into the person is erased with it.
    """
    with transaction.atomic():
        rows = [person, *PersonParty.objects.filter(merged_into=person)]
        cases = list(ViolationCase.objects.select_for_update(of=("self",)).filter(person__in=rows))
        steps = list(Step.objects.filter(case__in=cases))
        remedies = list(Remedy.objects.filter(case__in=cases))
        with act(actor=actor, authority=person.authority, kind="person.erased", reason=reason) as ledger:
            for row in rows:
                _blank(row)
                row.erased_on = on
            for other in (*cases, *steps, *remedies):
                _blank(other)
            ledger.change_many(rows)
            ledger.change_many(cases)
            ledger.change_many(steps)
            ledger.change_many(remedies)
            ledger.note(person=person.pk, cases=[case.number for case in cases])
        _erase_versions(PersonPartyVersion, rows)
        for nouns in (cases, steps, remedies):
            if nouns:
                noun: Any = type(nouns[0])
                _erase_versions(noun.version_model, nouns)
        CaseAnswer.objects.filter(case__in=cases).update(text="", reply="")


def _blank(row: Any) -> None:
    for name in row.personal_fields:
        setattr(row, name, "")


def _erase_versions(model: type[models.Model], nouns: list[Any]) -> None:
    """Blank the personal columns of all versions; the closed ones lose their salt, so that digests tell nothing."""
    noun: Any = type(nouns[0])
    blanks = dict.fromkeys(noun.personal_fields, "")
    if hasattr(noun, "search_text"):
        blanks["search_text"] = ""
    versions = model._default_manager.filter(noun_id__in=[row.pk for row in nouns])
    versions.filter(valid_to__isnull=False).update(**blanks, salt="")
    versions.filter(valid_to__isnull=True).update(**blanks)
