"""Reads about people, for those who keep the accounts."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from infra.access import Person, scope_of
from infra.models import (
    AdministrativeUnit,
    Authority,
    ChangeRecord,
    Membership,
    Organization,
    SecondFactor,
    UnitLevel,
    User,
)

#: more communes than this are not offered as boxes; provinces are
UNITS_OFFERED = 600
ACCOUNT_ACTS = (
    "person.added", "person.corrected", "person.closed", "person.opened", "person.password_given",
    "person.password_changed", "person.unlocked", "person.key_withdrawn", "person.second_factor_set",
    "person.second_factor_removed", "person.second_factor_reset", "person.recovery_codes_renewed",
    "membership.granted", "membership.ended",
)  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """How an account stands: a tone and the code of a word."""

    code: str
    tone: str


def authorities_of(person: Person) -> QuerySet[Authority]:
    """Return the authorities whose people and settings *person* may change, the first one first."""
    scope = scope_of(person)
    rows = Authority.objects.select_related("organization").order_by("pk")
    return rows if scope.everything else rows.filter(pk__in=scope.administers())


def people(person: Person) -> QuerySet[User]:
    """Return the people *person* may see, with their roles of today; the machine's own account is nobody's."""
    today = Membership.objects.in_force(timezone.localdate()).select_related("organization").order_by("pk")
    factor = SecondFactor.objects.filter(user=OuterRef("pk"), confirmed=True)
    return (
        User.objects.visible_to(person)
        .exclude(username="system")
        .annotate(has_factor=Exists(factor))
        .prefetch_related(Prefetch("memberships", today, to_attr="roles_today"))
    )


def standing(user: User) -> Standing:
    """Tell how the account of *user* stands today."""
    if not user.is_active:
        return Standing("closed", "unknown")
    if user.one_time_is_over():
        return Standing("one_time_over", "overdue")
    if user.one_time_until:
        return Standing("one_time", "due")
    return Standing("open", "compliant")


def memberships_of(user: User) -> QuerySet[Membership]:
    """Return all memberships of *user*, those in force first, then the newest."""
    return (
        user.memberships.select_related("organization__authority")
        .prefetch_related("territory")
        .order_by("revoked_at", "-valid_from", "-pk")
    )


def memberships_to_end(person: Person) -> QuerySet[Membership]:
    """Return the memberships *person* may end: in the own authority, or in an operator of people one may change."""
    scope = scope_of(person)
    rows = Membership.objects.select_related("organization__authority", "user").filter(revoked_at=None)
    if scope.everything:
        return rows
    here = Q(organization__authority__in=scope.administers())
    operators = Q(organization__authority=None, user__in=User.objects.editable_by(person))
    return rows.filter(here | operators).exclude(user=scope.user_id)


def acts_on(user: User, limit: int = 50) -> list[ChangeRecord]:
    """Return the acts on an account, newest first."""
    rows = ChangeRecord.objects.filter(kind__in=ACCOUNT_ACTS, details__user=user.pk)
    return list(rows.select_related("actor", "organization").order_by("-pk")[:limit])


def organizations_with_people(person: Person) -> list[tuple[str, str]]:
    """Return code and name of the organizations for which somebody acts whom *person* may see."""
    acting = Membership.objects.filter(user__in=User.objects.visible_to(person))
    rows = Organization.objects.filter(pk__in=acting.values("organization")).order_by("short_name", "code")
    return [(row.code, str(row)) for row in rows]


def organizations_to_act_for(authority: Authority) -> QuerySet[Organization]:
    """Return where an administrator of *authority* gives roles: in the authority itself and in who is none."""
    return Organization.objects.filter(Q(authority=authority) | Q(authority=None)).order_by(
        "kind", "short_name", "code"
    )


def units_of(authority: Authority) -> list[tuple[str, str]]:
    """Return id and name of the units that bound a role: the territory's and those below it, in force today."""
    territory = authority.territory.values("pk")
    rows = AdministrativeUnit.objects.in_force(timezone.localdate()).order_by("level", "name", "code")
    inside = rows.filter(Q(pk__in=territory) | Q(parent__in=territory) | Q(parent__parent__in=territory))
    found = list(inside.values_list("pk", "full_name", "level")[: UNITS_OFFERED + 1])
    if len(found) > UNITS_OFFERED:
        found = list(inside.exclude(level=UnitLevel.COMMUNE).values_list("pk", "full_name", "level"))
    return [(str(pk), name) for pk, name, _level in sorted(found, key=lambda row: row[2] == UnitLevel.COMMUNE)]


def actors_of(authorities: list[Authority]) -> list[tuple[str, str]]:
    """Return user name and name of the people who ever acted for *authorities*, and of the machine's own account."""
    ever = Membership.objects.filter(organization__authority__in=authorities).values("user")
    rows = User.objects.filter(Q(pk__in=ever) | Q(username="system")).order_by("display_name", "username")
    return [(row.username, str(row)) for row in rows]


def organizations_acted_for() -> list[tuple[str, str]]:
    """Return code and name of the organizations that acts can be about."""
    return [(row.code, str(row)) for row in Organization.objects.order_by("short_name", "code")]
