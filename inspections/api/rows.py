"""Columns that several collections of inspections share."""

from typing import Any

from django.utils.translation import get_language
from rest_framework import serializers

from infra.api.rows import Column


class Localized(Column, serializers.CharField):
    """A text kept in two languages (``<path>_vi``, ``<path>_en``), in the language of the request."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.paths = (f"{path}_vi", f"{path}_en")
        super().__init__(**kwargs)

    def plain(self, *values: str | None) -> str | None:
        vietnamese, english = values
        return english or vietnamese if get_language() == "en" else vietnamese


class UuidText(Column, serializers.CharField):
    """A UUID as text."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.paths = (path,)
        super().__init__(**kwargs)

    def plain(self, *values: Any) -> str | None:
        return None if values[0] is None else str(values[0])
