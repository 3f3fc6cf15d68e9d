"""Rows of a collection: a serializer that says which columns it reads, so that a page is plain tuples, not models.

A field without more reads the column of its own name, ``source="unit__code"`` follows relations, and the kinds of
field below read several columns or change what they read. Fields named in ``computed`` are filled in by the view. The
same class makes the OpenAPI document.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from django.contrib.gis.geos import Point
from django.db import models
from django.utils.translation import get_language
from rest_framework import serializers

Plain = dict[str, Any]
#: decimals of a degree in answers: 1 cm
DECIMALS = 7


class Column:
    """A field that reads ``paths`` and makes its value of them with :meth:`plain`."""

    paths: tuple[str, ...]

    def plain(self, *values: Any) -> Any:
        raise NotImplementedError


class Longitude(Column, serializers.FloatField):
    """Degrees east, from a point column."""

    def __init__(self, path: str = "position", **kwargs: Any) -> None:
        self.paths = (path,)
        super().__init__(min_value=-180, max_value=180, **kwargs)

    def plain(self, *values: Point | None) -> float | None:
        (point,) = values
        return None if point is None else round(point.x, DECIMALS)


class Latitude(Column, serializers.FloatField):
    """Degrees north, from a point column."""

    def __init__(self, path: str = "position", **kwargs: Any) -> None:
        self.paths = (path,)
        super().__init__(min_value=-90, max_value=90, **kwargs)

    def plain(self, *values: Point | None) -> float | None:
        (point,) = values
        return None if point is None else round(point.y, DECIMALS)


class FirstLongitude(Longitude):
    """Degrees east of the first of several points that is there."""

    def __init__(self, *paths: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.paths = paths

    def plain(self, *values: Point | None) -> float | None:
        return super().plain(next((point for point in values if point is not None), None))


class FirstLatitude(Latitude):
    """Degrees north of the first of several points that is there."""

    def __init__(self, *paths: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.paths = paths

    def plain(self, *values: Point | None) -> float | None:
        return super().plain(next((point for point in values if point is not None), None))


class LookupName(Column, serializers.CharField):
    """The name of a list's value in the language of the request."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.paths = (f"{path}__name_vi", f"{path}__name_en")
        super().__init__(**kwargs)

    def plain(self, *values: str | None) -> str | None:
        vietnamese, english = values
        return english or vietnamese if get_language() == "en" else vietnamese


class OrganizationName(Column, serializers.CharField):
    """The short name of an organization, or its name."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.paths = (f"{path}__short_name", f"{path}__name")
        super().__init__(**kwargs)

    def plain(self, *values: str | None) -> str | None:
        short, full = values
        return short or full


class Words(Column, serializers.ListField):
    """A text with commas as a list."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.paths = (path,)
        super().__init__(child=serializers.CharField(), **kwargs)

    def plain(self, *values: str | None) -> list[str]:
        (text,) = values
        return text.split(",") if text else []


class PersonName(Column, serializers.CharField):
    """The name a person is shown with."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.paths = (f"{path}__display_name", f"{path}__username")
        super().__init__(**kwargs)

    def plain(self, *values: str) -> str:
        shown, username = values
        return shown or username


class Filled(Column, serializers.BooleanField):
    """Whether a column holds anything."""

    def __init__(self, path: str, **kwargs: Any) -> None:
        self.paths = (path,)
        super().__init__(**kwargs)

    def plain(self, *values: Any) -> bool:
        return values[0] is not None


@dataclass(frozen=True)
class Plan:
    """Which columns to read, and for each field: its name, the places of its columns, what to make of them."""

    paths: tuple[str, ...]
    fields: tuple[tuple[str, tuple[int, ...], Callable[..., Any] | None], ...]

    def row(self, values: tuple[Any, ...]) -> Plain:
        """Return one row as a dictionary of plain values."""
        return {
            name: values[places[0]] if convert is None else convert(*[values[place] for place in places])
            for name, places, convert in self.fields
        }


class Row(serializers.Serializer[Any]):
    """Base of all rows."""

    computed: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def plan(cls) -> Plan:
        """Return what to read, made once per class."""
        return _plan(cls)

    @classmethod
    def read(cls, queryset: models.QuerySet[Any]) -> list[Plain]:
        """Return the rows of *queryset* (nouns or their versions) with one query; computed fields are missing."""
        plan = cls.plan()
        return [plan.row(values) for values in queryset.values_list(*_for_model(plan.paths, queryset.model))]

    @classmethod
    def read_by(cls, key: str, queryset: models.QuerySet[Any]) -> dict[Any, Plain]:
        """Return the column *key* -> row, with one query; of several rows with one key the last counts."""
        plan = cls.plan()
        paths = _for_model((*plan.paths, key), queryset.model)
        return {values[-1]: plan.row(values) for values in queryset.values_list(*paths)}

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the fields, in order."""
        return tuple(cls._declared_fields)

    def to_representation(self, instance: Plain) -> Plain:
        """Rows are plain already."""
        return instance


def _for_model(paths: tuple[str, ...], model: type[models.Model]) -> Iterable[str]:
    """Return the paths on *model*: a version keeps the noun's id beside its own."""
    if not hasattr(model, "noun_model"):
        return paths
    return ("noun_id" if path == "id" else path for path in paths)


@cache
def _plan(row: type[Row]) -> Plan:
    paths: dict[str, int] = {}
    fields: list[tuple[str, tuple[int, ...], Callable[..., Any] | None]] = []
    for name, field in row._declared_fields.items():  # noqa: SLF001 -- what the class declares, in order
        if name in row.computed or isinstance(field, serializers.BaseSerializer):
            continue
        wanted, convert = (field.paths, field.plain) if isinstance(field, Column) else ((field.source or name,), None)
        places = tuple(paths.setdefault(path, len(paths)) for path in wanted)
        fields.append((name, places, convert))
    return Plan(tuple(paths), tuple(fields))
