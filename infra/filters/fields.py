"""How the values of filters are read from a query string, and refused in words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.db import models
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.timezone import is_naive, make_aware
from django.utils.translation import gettext_lazy as _

from infra.models import Lookup, Organization
from infra.selectors.collections import unit_ids
from infra.spatial.places import Box, WrongPlaceError

Resolve = Callable[[list[str]], dict[str, Any]]


@dataclass(frozen=True)
class Declared:
    """Resolves the codes that the register itself declares."""

    codes: tuple[str, ...]

    def __call__(self, asked: list[str]) -> dict[str, str]:
        return {code: code for code in asked if code in self.codes}


#: years that a filter takes; beyond, time zones and calendars overflow
YEARS = range(1900, 2201)
CODES_MAX = 50
#: an offset whose "+" the query string turned into a blank
BLANK_OFFSET = re.compile(r"(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?) (\d\d:?\d\d)$")


class BoxField(forms.CharField):
    """``west,south,east,north`` in degrees."""

    def clean(self, value: Any) -> Box | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            return Box.parse(text)
        except WrongPlaceError as error:
            raise forms.ValidationError(error.message, code="invalid") from error


class DayField(forms.CharField):
    """A day as YYYY-MM-DD."""

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            day = parse_date(text)
        except ValueError:
            day = None
        if day is None or day.year not in YEARS:
            raise forms.ValidationError(_("Write a day as YYYY-MM-DD."), code="invalid")
        return day


class MomentField(forms.CharField):
    """A moment in ISO 8601; without offset it is local time, without time the start of the day."""

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            moment = parse_datetime(BLANK_OFFSET.sub(r"\1+\2", text))
        except ValueError:
            moment = None
        if moment is None or moment.year not in YEARS:
            raise forms.ValidationError(_("Write a moment as in 2026-11-01T08:00:00+07:00."), code="invalid")
        return make_aware(moment) if is_naive(moment) else moment


class CodesField(forms.CharField):
    """One or several codes, separated by commas; ``resolve`` gives code -> key and may ask the database once."""

    def __init__(self, *, resolve: Resolve, **kwargs: Any) -> None:
        self.resolve = resolve
        super().__init__(**kwargs)

    def clean(self, value: Any) -> list[Any] | None:
        text = super().clean(value)
        codes = [code for part in (text or "").split(",") if (code := part.strip())]
        if not codes:
            return None
        if len(codes) > CODES_MAX:
            raise forms.ValidationError(_("At most %(most)s codes."), code="invalid", params={"most": CODES_MAX})
        found = self.resolve(codes)
        for code in codes:
            if code not in found:
                raise self.unknown(code)
        return [found[code] for code in codes]

    def unknown(self, code: str) -> forms.ValidationError:
        """Refuse *code*, with the codes that there are where the register declares them."""
        if not isinstance(self.resolve, Declared):
            return forms.ValidationError(_("“%(code)s” is not known."), code="unknown", params={"code": code})
        words = _("“%(code)s” is not known. Known are: %(known)s.")
        return forms.ValidationError(
            words, code="unknown", params={"code": code, "known": ", ".join(self.resolve.codes)}
        )


class UnitField(forms.CharField):
    """A unit's code; gives the ids of the unit and of all below it."""

    def clean(self, value: Any) -> list[int] | None:
        code = super().clean(value)
        if not code:
            return None
        ids = unit_ids(code) if len(code) <= 10 else []
        if not ids:
            raise forms.ValidationError(_("“%(code)s” is not known."), code="unknown", params={"code": code[:40]})
        return ids


def choices(kinds: type[models.TextChoices]) -> Declared:
    """Resolve codes among the *kinds* that the register itself declares."""
    return Declared(tuple(kinds.values))


def lookup(model: type[Lookup]) -> Callable[[list[str]], dict[str, str]]:
    """Resolve codes in a list of the register, in any case of letters."""

    def resolve(codes: list[str]) -> dict[str, str]:
        known = {str(code).casefold(): str(code) for code in model._default_manager.values_list("pk", flat=True)}
        return {code: known[code.casefold()] for code in codes if code.casefold() in known}

    return resolve


def organizations(codes: list[str]) -> dict[str, int]:
    """Resolve codes of organizations to ids."""
    return dict(Organization.objects.filter(code__in=codes).values_list("code", "pk"))
