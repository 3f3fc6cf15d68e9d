"""Parties of cases: who may be erased and when, who may be one and the same."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from infra import formats
from infra.access import Permission, scope_of
from infra.models import User
from inspections.casework.situation import SETTLED
from inspections.casework.working_days import add_months
from inspections.models import PersonParty, ViolationCase
from inspections.selectors.law import LawBook
from inspections.selectors.parties import same_persons
from inspections.services.parties import person_change, person_erase, persons_merge

#: years where no clock says how long personal data are kept
RETENTION_YEARS = 5


class CannotDo(ValueError):
    """It is not lawful, or does not fit; the message says why."""


def check_steward(actor: User, person: PersonParty) -> None:
    """Raise PermissionError unless *actor* runs cases of the authority that keeps *person*."""
    grants = scope_of(actor).stewardships(Permission.RUN_CASES)
    if not scope_of(actor).everything and person.authority_id not in {grant.authority_id for grant in grants}:
        raise PermissionError(_("None of your memberships lets you change this person."))


def erasable_on(person: PersonParty, today: date | None = None) -> date | None:
    """Return the first day on which *person* may be erased; None while a case is open."""
    day = today or timezone.localdate()
    cases = ViolationCase.objects.filter(person__in=same_persons(person.pk))
    if cases.exclude(state__in=SETTLED).exists():
        return None
    ended = max((closed for closed in cases.values_list("closed_on", flat=True) if closed is not None), default=day)
    clock = LawBook.read().clock(day, "personal_retention")
    years = int(clock.amount) if clock else RETENTION_YEARS
    return add_months(ended, 12 * years) if cases.exists() else day


def erase(*, actor: User, person: PersonParty, reason: str, today: date | None = None) -> None:
    """Erase a person whose time is over. Raises CannotDo before, PermissionError for who runs no cases here."""
    check_steward(actor, person)
    day = today or timezone.localdate()
    first = erasable_on(person, day)
    if first is None:
        raise CannotDo(_("A case against this person is open."))
    if first > day:
        raise CannotDo(_("The data are to be kept until %(day)s.") % {"day": formats.day(first)})
    if not reason.strip():
        raise CannotDo(_("Give a reason."))
    person_erase(actor=actor, person=person, on=day, reason=reason)


def merge(*, actor: User, keep: PersonParty, absorb: PersonParty, reason: str) -> int:
    """Merge two rows that are one person. Raises CannotDo, PermissionError."""
    check_steward(actor, keep)
    check_steward(actor, absorb)
    if keep.pk == absorb.pk or keep.authority_id != absorb.authority_id:
        raise CannotDo(_("Choose two different persons."))
    if absorb.merged_into_id or keep.merged_into_id or keep.erased_on or absorb.erased_on:
        raise CannotDo(_("One of them was merged or erased already."))
    if not reason.strip():
        raise CannotDo(_("Give a reason."))
    return persons_merge(actor=actor, keep=keep, absorb=absorb, reason=reason)


def correct(*, actor: User, person: PersonParty, values: dict[str, str], reason: str) -> PersonParty:
    """Correct a person. Raises CannotDo, PermissionError."""
    check_steward(actor, person)
    if person.erased_on or person.merged_into_id:
        raise CannotDo(_("This person was merged or erased already."))
    if not values.get("name", "").strip():
        raise CannotDo(_("A person has a name."))
    return person_change(actor=actor, person=person, values=values, reason=reason or _("Corrected"))
