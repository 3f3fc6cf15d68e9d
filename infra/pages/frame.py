"""What the frame around every page shows: who keeps the register, places of work, the person's choices."""

from typing import Any

from django.core.cache import cache
from django.db import models
from django.http import HttpRequest
from django.utils.functional import cached_property

from infra.access import Scope, scope_of
from infra.models import Authority, Organization
from infra.navigation import Place, places_for
from infra.pages.preferences import chosen

KEEPER_SECONDS = 60


class Frame:
    """Reads nothing until a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def chosen(self) -> dict[str, str]:
        return chosen(self.request)

    @cached_property
    def signed_in(self) -> bool:
        return bool(getattr(self.request, "user", None) and self.request.user.is_authenticated)

    @cached_property
    def scope(self) -> Scope:
        return scope_of(self.request.user)

    @cached_property
    def places(self) -> list[Place]:
        return places_for(self.request.user, self.request.path) if self.signed_in else []

    @cached_property
    def own_places(self) -> list[Place]:
        """The pages in the person's own menu."""
        return places_for(self.request.user, self.request.path, personal=True) if self.signed_in else []

    @cached_property
    def parts(self) -> tuple[Place, ...]:
        """The pages below the place of work one is at."""
        return next((place.parts for place in self.places if place.current), ())

    @cached_property
    def keeper(self) -> str:
        """The authority or company whose page this is; empty where several authorities share an installation."""
        return _keeper(self._organization_id())["name"]

    @cached_property
    def is_demo(self) -> bool:
        return bool(_keeper(self._organization_id())["demo"])

    def _organization_id(self) -> int | None:
        if not self.signed_in or not self.scope.grants:
            return None
        return self.scope.grants[0].organization_id

    @cached_property
    def alerts(self) -> int:
        """How many things want attention behind the bell."""
        unread: int = getattr(self.request.user, "unread", 0) if self.signed_in else 0
        return unread + sum(place.count or 0 for place in self.places)

    @cached_property
    def search_url(self) -> str:
        """Where the magnifying glass of a narrow screen leads."""
        return self.places[0].url if self.places else "/"

    @cached_property
    def initials(self) -> str:
        words = str(self.request.user).split()
        return "".join(word[0] for word in (words if len(words) < 3 else [words[-2], words[-1]])).upper()[:2]


def _keeper(organization_id: int | None) -> dict[str, Any]:
    """Return name and demo mark for the top bar; kept for a minute, asked by every page."""
    key = f"keeper:{organization_id}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = _read_keeper(organization_id)
        cache.set(key, kept, KEEPER_SECONDS)
    return kept


def _read_keeper(organization_id: int | None) -> dict[str, Any]:
    found = list(
        Authority.objects.select_related("organization").order_by(
            models.Case(models.When(organization_id=organization_id, then=0), default=1), "id"
        )[:2]
    )
    demo = any(authority.is_demo for authority in found)
    if organization_id is None or (found and found[0].organization_id == organization_id):
        name = str(found[0].organization) if len(found) == 1 or (found and organization_id) else ""
    else:
        name = str(Organization.objects.get(pk=organization_id))
    return {"name": name, "demo": demo}


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: ``frame``."""
    return {"frame": Frame(request)}
