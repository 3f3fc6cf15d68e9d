"""People and the tokens their programs sign in with."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken, AuthTokenManager

from infra.access import Grant, Scope, ScopedQuerySet

if TYPE_CHECKING:
    from infra.models.organizations import Membership


class User(AbstractUser):  # type: ignore[django-manager-missing]  # knox names its relation itself
    """A person who signs in. What the person may reach comes from memberships alone."""

    display_name = models.CharField(_("name shown"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8, default="vi")
    gets_mail = models.BooleanField(_("notices by e-mail too"), default=True)

    objects: ClassVar[UserManager["User"]] = UserManager()  # type: ignore[assignment]

    #: set by ``infra.access.scope_of``; lives as long as the object, that is one request
    kept_scope: Scope | None = None

    def __str__(self) -> str:
        return self.display_name or self.username

    def read_scope(self) -> Scope:
        """Read the person's grants from the memberships in force today (three queries at most)."""
        if self.is_superuser:
            return Scope(user_id=self.pk, everything=True)
        from infra.models.units import AdministrativeUnit  # noqa: PLC0415 -- units are declared after people

        # Ids only: a boundary weighs a hundred kilobytes, and this is read with every request.
        units = models.Prefetch("territory", AdministrativeUnit.objects.order_by().only("pk"))
        memberships = list(
            self.memberships.in_force(timezone.localdate())
            .select_related("organization__authority")
            .prefetch_related(units)
        )
        named = {unit.pk for membership in memberships for unit in membership.territory.all()}
        below = self._descendants(named)
        return Scope(user_id=self.pk, grants=tuple(self._grant(membership, below) for membership in memberships))

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

    @staticmethod
    def _grant(membership: "Membership", below: dict[int, set[int]]) -> Grant:
        authority = getattr(membership.organization, "authority", None)
        units: set[int] = set()
        for unit in membership.territory.all():
            units |= below[unit.pk]
        return Grant(
            role=membership.role,
            organization_id=membership.organization_id,
            authority_id=authority.pk if authority else None,
            unit_ids=frozenset(units),
            fields=frozenset(membership.fields),
        )


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
