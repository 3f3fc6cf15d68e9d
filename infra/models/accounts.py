"""People and the tokens their programs sign in with."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from infra.access import Grant, Person, Scope, ScopedQuerySet, scope_of
from infra.questions import Question, asked

if TYPE_CHECKING:
    from infra.models.organizations import Membership


class PeopleQuerySet(ScopedQuerySet["User"]):
    """People. An administrator sees those whom the authority keeps and those who act for it; others see themselves."""

    def visible_to(self, person: Person) -> Self:
        scope = scope_of(person)
        if scope.everything:
            return self
        condition = models.Q(pk=scope.user_id) if scope.user_id else models.Q(pk__in=())
        authorities = scope.administers()
        if authorities:
            condition |= models.Q(authority__in=authorities) | models.Q(authority=None)
            condition |= models.Q(pk__in=self._acting_for(models.Q(organization__authority__in=authorities)))
        return self.filter(condition)

    def editable_by(self, person: Person) -> Self:
        """Keep the people whose account *person* may change: not one's own, no superuser's, no other authority's."""
        scope = scope_of(person)
        if scope.everything:
            return self
        authorities = scope.administers()
        elsewhere = models.Q(organization__authority__isnull=False) & ~models.Q(organization__authority__in=authorities)
        return (
            self.filter(models.Q(authority__in=authorities) | models.Q(authority=None))
            .exclude(pk__in=self._acting_for(elsewhere))
            .exclude(models.Q(is_superuser=True) | models.Q(pk=scope.user_id))
        )

    def _acting_for(self, condition: models.Q) -> "models.QuerySet[Membership, int]":
        from infra.models.organizations import Membership  # noqa: PLC0415 -- memberships are declared after people

        return Membership.objects.in_force(timezone.localdate()).filter(condition).values_list("user_id", flat=True)


class PeopleManager(UserManager.from_queryset(PeopleQuerySet)):  # type: ignore[misc]
    """Makes people (Django) and answers who may see them."""


#: what a membership grants
_GRANTED = ("pk", "role", "organization_id", "organization__authority", "fields")


def _memberships() -> Any:
    """Return the model of memberships, which is declared after people."""
    return User._meta.get_field("memberships").related_model


_MEMBERSHIPS = Question(
    lambda: _memberships().objects.filter(user=asked("person")).in_force(asked("day")).values_list(*_GRANTED)
)
_AREAS = Question(
    lambda: (
        _memberships()
        .territory.through.objects.filter(membership__user=asked("person"))
        .values_list("membership_id", "administrativeunit_id")
    )
)


class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox names its relation itself
    """A person who signs in. What the person may reach comes from memberships alone."""

    display_name = models.CharField(_("name shown"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8, default="vi")
    authority = models.ForeignKey(
        "infra.Authority",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="people",
        verbose_name=_("account kept by"),
        help_text=_("The authority whose administrators may set a new password."),
    )
    one_time_until = models.DateTimeField(_("one-time password holds until"), null=True, blank=True)
    search_text = models.CharField(_("search text"), max_length=512, blank=True, default="", editable=False)
    gets_mail = models.BooleanField(_("notices by e-mail too"), default=True)

    objects: ClassVar[PeopleManager] = PeopleManager()

    #: set by ``infra.access.scope_of``; lives as long as the object, that is one request
    kept_scope: Scope | None = None

    def __str__(self) -> str:
        return self.display_name or self.username

    def search_source(self) -> tuple[str, ...]:
        return (self.username, self.display_name, self.email)

    def one_time_is_over(self, now: datetime | None = None) -> bool:
        """Tell whether the password is a one-time one that was not used in time."""
        return self.one_time_until is not None and self.one_time_until < (now or timezone.now())

    def read_scope(self) -> Scope:
        """Read the person's grants from the memberships in force today (three queries at most)."""
        if self.is_superuser:
            return Scope(user_id=self.pk, everything=True)
        # Plain columns: this is read with every request, and a boundary weighs a hundred kilobytes.
        rows = _MEMBERSHIPS.rows(person=self.pk, day=timezone.localdate())
        inside: dict[int, set[int]] = {row[0]: set() for row in rows}
        for membership_id, unit_id in _AREAS.rows(person=self.pk) if inside else ():
            if membership_id in inside:
                inside[membership_id].add(unit_id)
        below = self._descendants(set().union(*inside.values()))
        grants = (
            Grant(
                role=role,
                organization_id=organization_id,
                authority_id=authority_id,
                unit_ids=frozenset().union(*(below[unit_id] for unit_id in inside[pk])),
                fields=frozenset(fields),
            )
            for pk, role, organization_id, authority_id, fields in rows
        )
        return Scope(user_id=self.pk, grants=tuple(grants))

    @staticmethod
    def _descendants(unit_ids: set[int]) -> dict[int, set[int]]:
        """Return unit id -> ids of the unit and all units below it."""
        from infra.models.units import AdministrativeUnit  # noqa: PLC0415 -- units are declared after people

        found = {pk: {pk} for pk in unit_ids}
        parents = {pk: {pk} for pk in unit_ids}
        while parents:
            rows = AdministrativeUnit.objects.filter(parent_id__in=parents).values_list("pk", "parent_id")
            children: dict[int, set[int]] = {}
            for pk, parent_id in rows:
                for root in parents[parent_id]:
                    found[root].add(pk)
                    children.setdefault(pk, set()).add(root)
            parents = children
        return found


class ApiTokenManager(AuthTokenManager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """Makes tokens (knox) and answers who may see them."""


class ApiToken(AbstractAuthToken):
    """A hashed, expiring, revocable key of a person's program; the key itself is shown once."""

    name = models.CharField(_("name"), max_length=100, blank=True)
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiTokenManager()

    class Meta(AbstractAuthToken.Meta):
        verbose_name = _("key for programs")
        verbose_name_plural = _("keys for programs")
