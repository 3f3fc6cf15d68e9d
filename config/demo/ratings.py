"""Yearly ratings of security and order of the demo province's enterprises: two years decided, this one registered."""

from datetime import date

from django.utils import timezone

from infra.models import Authority, User
from inspections.models import RatingResult
from inspections.selectors.ratings import rated_organizations, rating_year
from inspections.services.ratings import RatingFacts, rating_enter

REASON = "Dữ liệu minh họa"
RECOGNIZED_BY = "UBND tỉnh Hưng Yên"


def write_ratings(*, officer: User, authority: Authority) -> None:
    """Write the ratings; one enterprise failed once, the same in every demo province."""
    last = rating_year(timezone.localdate()) - 1
    for year in (last - 1, last):
        for place, organization in enumerate(rated_organizations()):
            met = (place + year) % 7 != 0
            facts = RatingFacts(
                registered_on=date(year, 3, 1 + place % 28),
                self_assessment=RatingResult.MET,
                result=RatingResult.MET if met else RatingResult.NOT_MET,
                decision_number=f"{1200 + place}/QĐ-UBND",
                decision_date=date(year, 11, 15),
                recognized_by=RECOGNIZED_BY,
                certificate_number=f"{place + 1:02d}/GCN-{year}" if met else "",
                notes="" if met else "Để xảy ra mất an toàn thiết bị, chưa khắc phục trong năm (minh họa)",
            )
            rating_enter(
                actor=officer, authority=authority, organization=organization, year=year, facts=facts, reason=REASON
            )
