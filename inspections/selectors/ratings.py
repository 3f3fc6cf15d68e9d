"""Reading yearly ratings of security and order, and whom an authority may rate."""

from datetime import date

from django.db.models import QuerySet

from infra.access import Person
from infra.models import Organization, OrganizationKind
from inspections.models import SecurityRating

BASIS = "TT 124/2021/TT-BCA"
#: the year of a rating begins with this day of November of the year before (TT 124/2021/TT-BCA)
YEAR_BEGINS = (11, 16)
#: enterprises are rated; authorities and agencies rate themselves elsewhere
RATED = (OrganizationKind.TELECOM_OPERATOR, OrganizationKind.TOWER_COMPANY, OrganizationKind.POSTAL_OPERATOR)


def ratings(person: Person) -> QuerySet[SecurityRating]:
    """Return the ratings *person* may see, the newest first."""
    return SecurityRating.objects.visible_to(person).select_related("organization", "authority")


def rated_organizations() -> QuerySet[Organization]:
    """Return the enterprises that get a rating."""
    return Organization.objects.filter(kind__in=RATED).order_by("name")


def rating_year(day: date) -> int:
    """Return the year that *day* is rated in: from 16 November on it is the next one."""
    return day.year + ((day.month, day.day) >= YEAR_BEGINS)
