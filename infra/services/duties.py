"""What a person must do before anything else, whichever door is used."""

from django.utils.translation import gettext as _

from infra.models import User
from infra.services.second_factors import has_second_factor, needs_second_factor

PASSWORD, SECOND_FACTOR = "password", "second-factor"


def duties_of(user: User) -> list[str]:
    """Return what *user* must do first, in order."""
    duties = [PASSWORD] if user.one_time_until is not None else []
    if needs_second_factor(user) and not has_second_factor(user):
        duties.append(SECOND_FACTOR)
    return duties


def words_of(duty: str) -> str:
    """Return a duty as a sentence."""
    if duty == PASSWORD:
        return _("Choose a password of your own first: sign in on the page, it asks for it.")
    return _("Your authority asks for a second factor: sign in on the page and set it up first.")
