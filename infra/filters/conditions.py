"""Filters that several collections share. None of them joins: a row never appears twice."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

import django_filters as filters
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from infra import safety
from infra.filters.fields import BoxField, CodesField, DayField, MomentField, Resolve, UnitField, lookup, organizations
from infra.models import InstallationStatus, Technology
from infra.selectors.collections import changed, on_day, searched, stations_with_technology
from infra.spatial.box import InBox
from infra.spatial.places import Box

Rows = models.QuerySet[Any]


@dataclass(frozen=True)
class Past:
    """Where a fact of another noun stands on another day: the noun, the column ``link`` with its id, the path there."""

    noun: type[models.Model]
    link: str
    path: str


class Condition(filters.CharFilter):
    """A filter that turns its clean value into a condition; without a value it does nothing.

    A fact that lies on another noun is asked of that noun's versions where another day is meant (*past*).
    """

    #: what the value looks like in the OpenAPI document, where it is more than text
    form: ClassVar[dict[str, str]] = {}

    def __init__(self, *args: Any, past: Past | None = None, **kwargs: Any) -> None:
        self.past = past
        super().__init__(*args, **kwargs)
        if self.form:
            described = {"type": "string", **self.form, "description": kwargs.get("help_text", "")}
            self._spectacular_annotation = {"field": described}

    def at(self, path: str, value: Any) -> models.Q:
        """Return the condition that the fact at *path* fits."""
        return models.Q(**{f"{path}__{self.lookup_expr}": value})

    def condition(self, value: Any) -> models.Q:
        return self.at(str(self.field_name), value)

    def filter(self, qs: Rows, value: Any) -> Rows:
        if value in (None, ""):
            return qs
        day = self.parent.day if self.past else None
        if self.past is None or day is None:
            return qs.filter(self.condition(value))
        then = on_day(self.past.noun, day).filter(self.at(self.past.path, value))
        return qs.filter(**{f"{self.past.link}__in": then.order_by().values("noun_id")})


class Among(Condition):
    """Rows whose column holds one of the codes."""

    field_class = CodesField

    def at(self, path: str, value: list[Any]) -> models.Q:
        return models.Q(**{f"{path}__in": value})


class InUnit(Condition):
    """Rows in a unit or below it."""

    field_class = UnitField

    def at(self, path: str, value: list[int]) -> models.Q:
        return models.Q(**{f"{path}__in": value})


class InBoxes(Condition):
    """Rows of which one of the geometries (by path) meets the box."""

    field_class = BoxField
    form = {"pattern": r"^-?\d+(\.\d+)?(,-?\d+(\.\d+)?){3}$"}

    def __init__(self, *paths: str, pasts: tuple[Past, ...] = (), **kwargs: Any) -> None:
        self.paths, self.pasts = paths, pasts
        kwargs.setdefault("help_text", _("west,south,east,north in degrees (WGS 84)"))
        super().__init__(**kwargs)

    def filter(self, qs: Rows, value: Box | None) -> Rows:
        if value is None:
            return qs
        day = self.parent.day if self.pasts else None
        if day is not None:
            return qs.filter(self._on_day(value, day))
        if len(self.paths) == 1:
            return qs.filter(InBox(self.paths[0], value))
        # One index after the other: a condition with "or" over two tables would use neither.
        found = [qs.model._default_manager.filter(InBox(path, value)).order_by().values("pk") for path in self.paths]
        return qs.filter(pk__in=found[0].union(*found[1:]))

    def _on_day(self, box: Box, day: date) -> models.Q:
        condition = models.Q()
        for past in self.pasts:
            then = on_day(past.noun, day).filter(InBox(past.path, box)).order_by().values("noun_id")
            condition |= models.Q(**{f"{past.link}__in": then})
        return condition


class Words(Condition):
    """Rows whose folded text, at the path, holds all words."""

    def filter(self, qs: Rows, value: str) -> Rows:
        day = self.parent.day if self.past else None
        if not value or self.past is None or day is None:
            return searched(qs, value, str(self.field_name)) if value else qs
        then = searched(on_day(self.past.noun, day), value, self.past.path)
        return qs.filter(**{f"{self.past.link}__in": then.order_by().values("noun_id")})


class ChangedSince(Condition):
    """Rows that an act since the moment wrote."""

    field_class = MomentField
    form = {"format": "date-time"}

    def filter(self, qs: Rows, value: datetime | None) -> Rows:
        if value is None:
            return qs
        return qs.filter(changed(qs.model, value))


class AsOf(Condition):
    """The register as it stood at the end of the day. Whoever makes the queryset starts it there."""

    field_class = DayField
    form = {"format": "date"}

    def filter(self, qs: Rows, value: date | None) -> Rows:  # noqa: ARG002 -- the queryset is of that day already
        return qs


class InForceOn(Condition):
    """Units in force on a day, today if none is named."""

    field_class = DayField
    form = {"format": "date"}

    def filter(self, qs: Rows, value: date | None) -> Rows:
        started = qs.filter(valid_from__lte=(day := value or timezone.localdate()))
        return started.filter(models.Q(valid_to__isnull=True) | models.Q(valid_to__gt=day))


class ByInstallation(Condition):
    """One part of what is asked of the installations on a site; the filter set puts the parts together."""

    field_class = CodesField

    def filter(self, qs: Rows, value: Any) -> Rows:  # noqa: ARG002 -- see above
        return qs


CODES = _("Codes, separated by commas")


def by_box(*paths: str, pasts: tuple[Past, ...] = ()) -> InBoxes:
    return InBoxes(*paths, pasts=pasts, label=_("Box"))


def by_unit(path: str = "unit", past: Past | None = None) -> InUnit:
    return InUnit(path, past=past, label=_("Unit"), help_text=_("Code of a unit; what lies below it counts too"))


def by_organization(path: str = "organization", past: Past | None = None) -> Among:
    return Among(path, past=past, label=_("Organization"), help_text=CODES, resolve=organizations)


def by_kind(path: str, resolve: Resolve, past: Past | None = None) -> Among:
    return Among(path, past=past, label=_("Kind"), help_text=CODES, resolve=resolve)


def by_status(path: str = "status", past: Past | None = None) -> Among:
    return Among(path, past=past, label=_("Status"), help_text=CODES, resolve=lookup(InstallationStatus))


def by_words(path: str = "search_text", past: Past | None = None) -> Words:
    help_text = _("All words must occur; accents do not matter")
    return Words(path, past=past, label=_("Search"), max_length=200, help_text=help_text)


def by_change() -> ChangedSince:
    return ChangedSince(label=_("Changed since"), help_text=_("Moment in ISO 8601: acts recorded since then"))


def by_day() -> AsOf:
    return AsOf(label=_("As of"), help_text=_("YYYY-MM-DD: the register as it stood at the end of that day"))


def by_code(path: str = "code", label: Any = None) -> Condition:
    return Condition(path, label=label or _("Code"), max_length=64)


class BySafety(Condition):
    """Installations in one of the safety states today; what nobody judges is not known yet."""

    field_class = CodesField

    def condition(self, value: list[str]) -> models.Q:
        kept = safety.source()
        if kept is not None:
            return kept.condition(value)
        return models.Q() if "unknown" in value else models.Q(pk__in=())


class Criteria(filters.FilterSet):
    """Base of all filter sets; an unknown parameter is the business of whoever reads the request."""

    def is_valid(self) -> bool:
        """Refuse the safety state of another day: states are those of today."""
        valid: bool = super().is_valid()
        cleaned = self.form.cleaned_data if valid else {}
        if cleaned.get("safety") and cleaned.get("as_of"):
            self.form.add_error("safety", _("Safety states are known for today only; leave out as_of."))
            return False
        return valid

    @property
    def day(self) -> date | None:
        """The day asked for by ``as_of``."""
        found: date | None = self.form.cleaned_data.get("as_of")
        return found


class OfTechnology(Condition):
    """Stations with one of the technologies."""

    field_class = CodesField

    def filter(self, qs: Rows, value: list[str] | None) -> Rows:
        return qs.filter(stations_with_technology(value, self.parent.day)) if value else qs


def by_safety() -> BySafety:
    return BySafety(
        label=_("Safety state"),
        help_text=_("Codes, separated by commas"),
        resolve=lambda codes: {code: code for code in codes if code in safety.STATES},
    )


def by_technology() -> OfTechnology:
    return OfTechnology(label=_("Technology"), help_text=_("Codes, separated by commas"), resolve=lookup(Technology))
