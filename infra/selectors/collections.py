"""Reads behind the collections of the API and the lists of the pages.

Everything here narrows or completes querysets that already start at ``visible_to``; what crosses to another noun (the
installations of a site) is scoped again, so that a filter never tells what a person may not see.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import models
from django.db.models.lookups import IsNull
from django.utils import timezone

from infra.access import Person, ScopedQuerySet
from infra.models import (
    AdministrativeUnit,
    BaseStation,
    CableRoute,
    Cell,
    Installation,
    InstallationKind,
    InternetPoint,
    Mast,
    NetworkNode,
    Permit,
    PostalPoint,
    Site,
    Submission,
    SubmissionStatus,
)
from infra.text import fold

M = TypeVar("M", bound=models.Model)

DETAILS: dict[str, type[models.Model]] = {
    InstallationKind.BASE_STATION: BaseStation,
    InstallationKind.POSTAL_POINT: PostalPoint,
    InstallationKind.NETWORK_NODE: NetworkNode,
    InstallationKind.INTERNET_POINT: InternetPoint,
    InstallationKind.CABLE_ROUTE: CableRoute,
}
#: kinds of permit that say whether a station may radiate, the first that is there counts
CERTIFICATES = ("verification_certificate", "self_declaration")
WORDS_MAX = 8
#: versions up to which a set of changed nouns is built
FEW = 20_000


def on_day(model: type[models.Model], day: date | None) -> ScopedQuerySet[Any]:
    """Return all rows of *model*, or the versions in force at the end of *day*."""
    manager: Any = model._default_manager
    rows: ScopedQuerySet[Any] = manager.all() if day is None else manager.as_of(day)
    return rows


def key_of(model: type[models.Model]) -> str:
    """Return the name of the column that holds the noun's id: versions carry it beside their own."""
    return "noun_id" if hasattr(model, "noun_model") else "pk"


def unit_ids(code: str) -> list[int]:
    """Return the ids of the unit(s) with *code*, of any time, and of all below them; none if there is no such."""
    return list(AdministrativeUnit.objects.under(code).values_list("pk", flat=True))


def searched(queryset: models.QuerySet[M], text: str, path: str = "search_text") -> models.QuerySet[M]:
    """Keep the rows that hold every word of *text*, without regard to accents and case."""
    wanted = fold(text).split()[:WORDS_MAX]
    return queryset.filter(**{f"{path}__holds": " ".join(wanted)}) if wanted else queryset


def changed(model: type[models.Model], since: datetime) -> models.Q:
    """Return the condition that an act recorded since *since* wrote the noun; an installation counts with its detail.

    Few changes are looked up as a set, which costs what they are. When most of the register changed, each row of the
    page is asked instead: building the set would cost seconds a page.
    """
    parts = _written(getattr(model, "noun_model", model))
    written = [rows.filter(act__at__gte=since).values(key) for rows, key in parts]
    if written[0].union(*written[1:], all=True)[: FEW + 1].count() <= FEW:
        ids = written[0].union(*written[1:]) if len(written) > 1 else written[0]
        return models.Q(**{f"{key_of(model)}__in": ids})
    condition = models.Q()
    for rows, key in parts:
        newer = rows.filter(**{key: models.OuterRef(key_of(model))}, act__at__gte=since).values("pk")[:1]
        # Not EXISTS: PostgreSQL would turn several of them back into sets of everything.
        condition |= models.Q(IsNull(models.Subquery(newer), False))
    return condition


def _written(noun: type[models.Model]) -> list[tuple[models.QuerySet[Any], str]]:
    """Return the versions in which a change of *noun* shows, each with the column that holds the noun's id."""
    nouns = [(Installation, "noun_id"), *((detail, "noun_id") for detail in DETAILS.values()), (Cell, "station_id")]
    if not issubclass(noun, Installation):
        nouns = [(noun, "noun_id")]
    return [(model.version_model.objects.order_by(), key) for model, key in nouns]  # type: ignore[attr-defined]


def with_technology(codes: Iterable[str], path: str = "base_station__technologies") -> models.Q:
    """Return the condition that a station's list of technologies holds one of *codes*."""
    condition = models.Q()
    for code in codes:
        condition |= models.Q(**{path: code})
        condition |= models.Q(**{f"{path}__startswith": f"{code},"})
        condition |= models.Q(**{f"{path}__endswith": f",{code}"})
        condition |= models.Q(**{f"{path}__contains": f",{code},"})
    return condition


def stations_with_technology(codes: Iterable[str], day: date | None) -> models.Q:
    """Return the condition on installations (on *day*: on their versions) that they are stations with a technology."""
    if day is None:
        return with_technology(codes)
    stations = on_day(BaseStation, day).filter(with_technology(codes, "technologies"))
    return models.Q(noun_id__in=stations.values("noun_id"))


def holding_installations(
    person: Person, conditions: models.Q, day: date | None = None, to: str = "site_id"
) -> models.QuerySet[Any, Any]:
    """Return the ids of the sites (or masts) on which *person* may see an installation with *conditions*."""
    rows = on_day(Installation, day).visible_to(person)
    ids: models.QuerySet[Any, Any] = rows.filter(conditions, **{f"{to}__isnull": False}).values(to)
    return ids


def owned_sites(person: Person, organizations: Collection[int]) -> models.QuerySet[Any, Any]:
    """Return the ids of the sites on which *person* may see a mast of one of *organizations*."""
    return Mast.objects.visible_to(person).filter(owner__in=organizations).values("site_id")


def detail_rows(kind: str, ids: Collection[int], day: date | None) -> models.QuerySet[Any]:
    """Return the detail rows of the installations *ids* of one *kind*."""
    rows = on_day(DETAILS[kind], day)
    return rows.filter(**{f"{key_of(rows.model)}__in": ids})


def certificates(ids: Collection[int], day: date | None) -> models.QuerySet[Any]:
    """Return the certificates and declarations of stations, for each station the one that counts last.

    A certificate counts more than a declaration, and of several the one that expires last.
    """
    rows = on_day(Permit, day).filter(installation_id__in=ids, kind__in=CERTIFICATES)
    weight = models.Case(models.When(kind=CERTIFICATES[0], then=1), default=0)
    return rows.order_by(weight, models.F("expires_on").asc(nulls_first=True), key_of(rows.model))


def last_accepted(organizations: Collection[int]) -> dict[int, datetime]:
    """Return organization id -> when the authority last accepted a submission of it, whole or in part."""
    accepted = Submission.objects.filter(
        organization__in=organizations,
        status__in=(SubmissionStatus.ACCEPTED, SubmissionStatus.PARTLY_ACCEPTED),
        decided_at__isnull=False,
    )
    latest = accepted.values("organization_id").annotate(last=models.Max("decided_at")).order_by()
    return dict(latest.values_list("organization_id", "last"))


def age_days(moment: datetime | None) -> int | None:
    """Return whole days from the day of *moment* to today, on the deployment's calendar; None stays None."""
    if moment is None:
        return None
    return (timezone.localdate() - timezone.localdate(moment)).days


def site_kept(code: str) -> Site | None:
    """Return the site that a merged site's *code* (or id) leads to now; None if there is no such merged site."""
    by = models.Q(code=code) | (models.Q(pk=int(code)) if code.isascii() and code.isdigit() else models.Q(pk__in=()))
    site = Site.objects.filter(by, merged_into__isnull=False).select_related("merged_into").first()
    while site is not None and site.merged_into is not None:
        site = site.merged_into
    return site
