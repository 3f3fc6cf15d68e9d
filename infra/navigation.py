"""Places of work in the top bar. Each app lists its own in ``<app>/navigation.py`` as ``NAVIGATION``.

An entry is shown to whoever has its permission. ``count`` says how much waits there for the person; it is asked at
most every half minute per scope, so it may be a small query. ``parts`` are the pages below it, shown as a second row.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Literal

from django.apps import apps
from django.core.cache import cache
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from infra.access import Permission, Scope, scope_of
from infra.selectors.submissions import waiting_count

if TYPE_CHECKING:
    from infra.access import Person

COUNT_SECONDS = 30

Audience = Literal["all", "authority", "organization"]
Count = Callable[["Person"], int]


@dataclass(frozen=True)
class Entry:
    """One place of work. ``audience`` tells apart what an authority and an operator call the same page.

    One that is a ``tool`` stands as an icon among the tools of the top bar: few people go there, and seldom. One
    that is ``personal`` stands in the person's own menu.
    """

    name: str | Promise
    url_name: str
    icon: str
    permission: Permission | None = None
    order: int = 50
    audience: Audience = "all"
    count: Count | None = None
    parts: tuple["Entry", ...] = field(default=())
    tool: bool = False
    personal: bool = False
    #: beginnings of paths that belong here besides the entry's own
    paths: tuple[str, ...] = field(default=())

    def seen_by(self, scope: Scope) -> "Entry":
        """Return the entry with the parts that *scope* may use; an only one stands in its place."""
        if not self.parts or all(part.permission is None for part in self.parts):
            return self
        parts = tuple(part for part in self.parts if part.shown_to(scope) and part.url() is not None)
        if len(parts) == 1:
            return replace(parts[0], order=self.order, paths=self.paths, parts=(), tool=self.tool)
        return replace(self, url_name=parts[0].url_name, parts=parts) if parts else self

    def shown_to(self, scope: Scope) -> bool:
        if self.permission is not None and not scope.can(self.permission):
            return False
        if self.audience == "all":
            return True
        return scope.is_staff() == (self.audience == "authority")

    def url(self) -> str | None:
        """Return the page's address, or None where the page is not installed."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return None


@dataclass(frozen=True)
class Place:
    """An entry as one person sees it on one page."""

    name: str
    url: str
    icon: str
    count: int | None
    current: bool
    parts: tuple["Place", ...] = ()
    tool: bool = False


NAVIGATION = [
    Entry(
        _("Register"),
        "infra:sites",
        "list-details",
        Permission.SEE_REGISTER,
        order=30,
        audience="authority",
        paths=("/installations/", "/postal-points/", "/permits/"),
        parts=(
            Entry(_("Sites"), "infra:sites", "map-pin"),
            Entry(_("Stations and installations"), "infra:installations", "antenna"),
            Entry(_("Postal points"), "infra:postal-points", "mail"),
            Entry(_("Permits and verification"), "infra:permits", "certificate"),
        ),
    ),
    Entry(
        _("My stations"),
        "infra:installations",
        "antenna",
        Permission.SEE_REGISTER,
        order=10,
        audience="organization",
        paths=("/sites/", "/postal-points/"),
        parts=(
            Entry(_("Stations and installations"), "infra:installations", "antenna"),
            Entry(_("Sites"), "infra:sites", "map-pin"),
            Entry(_("Postal points"), "infra:postal-points", "mail"),
        ),
    ),
    Entry(
        _("Files received"),
        "infra:submissions",
        "inbox",
        Permission.SEE_SUBMISSIONS,
        order=40,
        audience="authority",
        count=waiting_count,
        paths=("/plans/", "/extensions/"),
        parts=(
            Entry(_("Files"), "infra:submissions", "inbox"),
            Entry(_("Planned masts"), "infra:plans", "building-broadcast-tower"),
            Entry(_("More time"), "infra:extensions", "calendar-plus"),
        ),
    ),
    Entry(
        _("Send data"),
        "infra:submissions",
        "upload",
        Permission.SEE_SUBMISSIONS,
        order=40,
        audience="organization",
        count=waiting_count,
        paths=("/plans/",),
        parts=(
            Entry(_("Files"), "infra:submissions", "upload"),
            Entry(_("Planned masts"), "infra:plans", "building-broadcast-tower"),
        ),
    ),
    Entry(
        _("Permits and verification"),
        "infra:permits",
        "certificate",
        Permission.SEE_REGISTER,
        order=45,
        audience="organization",
        paths=("/extensions/",),
        parts=(
            Entry(_("Permits"), "infra:permits", "certificate"),
            Entry(_("Renew certificates"), "infra:renewals", "refresh", Permission.SUBMIT),
            Entry(_("More time"), "infra:extensions", "calendar-plus", Permission.SEE_SUBMISSIONS),
        ),
    ),
    Entry(
        _("Administration"),
        "infra:people",
        "settings",
        Permission.VERIFY_LEDGER,
        order=90,
        audience="authority",
        tool=True,
        paths=("/administration/",),
        parts=(
            Entry(_("People"), "infra:people", "users", Permission.ADMINISTER),
            Entry(_("Organizations"), "infra:organizations", "building-broadcast-tower", Permission.ADMINISTER),
            Entry(_("Administrative units"), "infra:units", "map", Permission.ADMINISTER),
            Entry(_("Lists and limits"), "infra:lists", "list-numbers", Permission.ADMINISTER),
            Entry(_("Authority"), "infra:authority", "building-bank", Permission.ADMINISTER),
            Entry(_("Ledger"), "infra:ledger", "book-2", Permission.VERIFY_LEDGER),
        ),
    ),
]


def all_entries() -> list[Entry]:
    """Return the entries of all apps in their order."""
    found: list[Entry] = []
    for config in apps.get_app_configs():
        name = f"{config.name}.navigation"
        if config.name in {"infra", "inspections", "maps"} and find_spec(name) is not None:
            found += import_module(name).NAVIGATION
    return sorted(found, key=lambda entry: entry.order)


def places_for(person: "Person", path: str, *, personal: bool = False) -> list[Place]:
    """Return the places of work of *person*, with the one that *path* belongs to marked; or those of the own menu."""
    scope = scope_of(person)
    mine = [entry.seen_by(scope) for entry in all_entries() if entry.personal == personal and entry.shown_to(scope)]
    shown = [(entry, url) for entry in mine if (url := entry.url()) is not None]
    current = _nearest(path, ((entry, url, entry.paths) for entry, url in shown))
    return [_place(entry, url, entry is current, person, scope, path) for entry, url in shown]


def _nearest(path: str, candidates: Iterable[tuple[Entry, str, tuple[str, ...]]]) -> Entry | None:
    """Return the entry with the longest beginning of *path*; the home page only matches itself."""
    best: tuple[int, Entry | None] = (0, None)
    for entry, url, paths in candidates:
        for start in (url, *paths):
            if (path == start if start == "/" else path.startswith(start)) and len(start) > best[0]:
                best = (len(start), entry)
    return best[1]


def _place(entry: Entry, url: str, current: bool, person: "Person", scope: Scope, path: str) -> Place:
    parts: tuple[Place, ...] = ()
    if current and entry.parts:
        below = [(p, address) for p in entry.parts if p.shown_to(scope) and (address := p.url()) is not None]
        here = _nearest(path, ((part, address, part.paths) for part, address in below))
        parts = tuple(_place(part, address, part is here, person, scope, path) for part, address in below)
    return Place(str(entry.name), url, entry.icon, _waiting(entry, person, scope), current, parts, entry.tool)


def _waiting(entry: Entry, person: "Person", scope: Scope) -> int | None:
    if entry.count is None:
        return None
    key = f"waiting:{entry.url_name}:{entry.audience}:{hash(scope.key())}:{scope.user_id}"
    return cache.get_or_set(key, lambda: entry.count(person), COUNT_SECONDS)
