"""Writing yearly ratings of security and order (TT 124/2021/TT-BCA)."""

from dataclasses import asdict, dataclass
from datetime import date

from infra.models import Authority, Organization, User
from infra.services.ledger import act
from inspections.models import SecurityRating


class AlreadyRatedError(ValueError):
    """The enterprise has a rating for that year."""


@dataclass(frozen=True)
class RatingFacts:
    """What is known of a rating: registration and self-assessment first, the recognition when it is decided."""

    registered_on: date | None = None
    self_assessment: str = ""
    result: str = ""
    decision_number: str = ""
    decision_date: date | None = None
    recognized_by: str = ""
    certificate_number: str = ""
    notes: str = ""


def rating_enter(
    *, actor: User, authority: Authority, organization: Organization, year: int, facts: RatingFacts, reason: str
) -> SecurityRating:
    """Enter the rating of *organization* for *year* (16 November before to 15 November).

    Raises AlreadyRatedError where there is one.
    """
    with act(actor=actor, authority=authority, kind="rating.entered", reason=reason) as ledger:
        rating, is_new = SecurityRating.objects.get_or_create(
            authority=authority, organization=organization, year=year, defaults=asdict(facts)
        )
        if not is_new:
            raise AlreadyRatedError(f"{organization.code} {year}")
        ledger.note(organization=organization.code, year=year, result=facts.result)
    return rating


def rating_correct(*, actor: User, rating: SecurityRating, facts: RatingFacts, reason: str) -> SecurityRating:
    """Write down what is now known of *rating*; the ledger keeps which facts changed and what they were."""
    with act(actor=actor, authority=rating.authority, kind="rating.changed", reason=reason) as ledger:
        locked = SecurityRating.objects.select_for_update().select_related("organization").get(pk=rating.pk)
        before = {}
        for name, value in asdict(facts).items():
            if getattr(locked, name) != value:
                before[name] = str(getattr(locked, name) or "")
                setattr(locked, name, value)
        locked.save()
        ledger.note(organization=locked.organization.code, year=locked.year, before=before)
    return locked
