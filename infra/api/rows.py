"""Rows of a collection: a serializer that says which columns it reads, so that a page is plain tuples, not models.

A field without more reads the column of its own name, ``source="unit__code"`` follows relations, and the kinds of
field below read several columns or change what they read. Fields named in ``computed`` are filled in by the view. The
same class makes the OpenAPI document.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language
from rest_framework import serializers

Plain = dict[str, Any]
#: decimals of a degree in answers: 1 cm
DECIMALS = 7


class Ordinate(models.Func):
    """A point's x or y, from the database: a number is read ten times faster than a geometry."""

    output_field = models.FloatField()

    def __init__(self, axis: str, path: str) -> None:
        self.axis, self.path = axis, path
        super().__init__(path, function=f"ST_{axis}")

    def of(self, noun: models.Model) -> float | None:
        """Return the ordinate of the point that *noun* has at the path."""
        point = _along(noun, self.path)
        return None if point is None else float(getattr(point, self.axis.lower()))

    def under(self, prefix: str) -> "Ordinate":
        return Ordinate(self.axis, prefix + self.path)


#: a lookup string, or an expression over one
Path = str | Ordinate


class Column:
    """A field that reads ``paths`` and makes its value of them with :meth:`plain`."""

    paths: tuple[Path, ...]

    def plain(self, *values: Any) -> Any:
        raise NotImplementedError


class Degrees(Column, serializers.FloatField):
    """An ordinate of the first point that is there."""

    axis: ClassVar[str]
    most: ClassVar[int]

    def __init__(self, *paths: str, **kwargs: Any) -> None:
        self.paths = tuple(Ordinate(self.axis, path) for path in paths or ("position",))
        super().__init__(min_value=-self.most, max_value=self.most, **kwargs)

    def plain(self, *values: float | None) -> float | None:
        return next((round(value, DECIMALS) for value in values if value is not None), None)


class Longitude(Degrees):
    """Degrees east, from point columns."""

    axis = "X"
    most = 180


class Latitude(Degrees):
    """Degrees north, from point columns."""

    axis = "Y"
    most = 90


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

    paths: tuple[Path, ...]
    fields: tuple[tuple[str, tuple[int, ...], Callable[..., Any] | None], ...]

    def row(self, values: Sequence[Any]) -> Plain:
        """Return one row as a dictionary of plain values."""
        return {
            name: values[places[0]] if convert is None else convert(*[values[place] for place in places])
            for name, places, convert in self.fields
        }


class Row(serializers.Serializer[Any]):
    """Base of all rows."""

    computed: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def plan(cls, prefix: str = "") -> Plan:
        """Return what to read, made once per class; *prefix* ("site__") leads from the model that is asked."""
        return _plan(cls, prefix)

    @classmethod
    def read(cls, queryset: models.QuerySet[Any], **joined: "type[Row]") -> list[Plain]:
        """Return the rows of *queryset* (nouns or their versions) with one query; computed fields are missing.

        ``site=PlaceFacts`` adds the fields of that class, read along the relation of that name.
        """
        plans = [cls.plan(), *(row.plan(f"{relation}__") for relation, row in joined.items())]
        starts = list(accumulate((len(plan.paths) for plan in plans), initial=0))
        parts = [(plan, slice(start, start + len(plan.paths))) for plan, start in zip(plans, starts, strict=False)]
        paths = [path for plan in plans for path in plan.paths]
        rows = []
        for values in queryset.values_list(*_for_model(paths, queryset.model)):
            made = parts[0][0].row(values)
            for plan, part in parts[1:]:
                made.update(plan.row(values[part]))
            rows.append(made)
        return rows

    @classmethod
    def of(cls, noun: models.Model) -> Plain:
        """Return the row of *noun* as :meth:`read` would, from what is in memory (it has just been written)."""
        plan = cls.plan()
        return plan.row([path.of(noun) if isinstance(path, Ordinate) else _along(noun, path) for path in plan.paths])

    @classmethod
    def read_by(cls, key: str, queryset: models.QuerySet[Any]) -> dict[Any, Plain]:
        """Return the column *key* -> row, with one query; of several rows with one key the last counts."""
        plan = cls.plan()
        paths = _for_model([*plan.paths, key], queryset.model)
        return {values[-1]: plan.row(values) for values in queryset.values_list(*paths)}

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the fields, in order."""
        return tuple(cls._declared_fields)

    def to_representation(self, instance: Plain) -> Plain:
        """Rows are plain already."""
        return instance


def _along(noun: models.Model, path: str) -> Any:
    """Return what *path* ("unit__code") leads to from *noun*, as the database gives it back."""
    value: Any = noun
    for name in path.split("__"):
        if value is None:
            return None
        value = getattr(value, name)
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _for_model(paths: list[Path], model: type[models.Model]) -> list[Path]:
    """Return the paths on *model*: a version keeps the noun's id beside its own."""
    if not hasattr(model, "noun_model"):
        return paths
    return ["noun_id" if path == "id" else path for path in paths]


@cache
def _plan(row: type[Row], prefix: str) -> Plan:
    paths: dict[Path, int] = {}
    fields: list[tuple[str, tuple[int, ...], Callable[..., Any] | None]] = []
    for name, field in row._declared_fields.items():  # noqa: SLF001 -- what the class declares, in order
        if name in row.computed or isinstance(field, serializers.BaseSerializer):
            continue
        wanted, convert = (field.paths, field.plain) if isinstance(field, Column) else ((field.source or name,), None)
        places = tuple(paths.setdefault(_under(prefix, path), len(paths)) for path in wanted)
        fields.append((name, places, convert))
    return Plan(tuple(paths), tuple(fields))


def _under(prefix: str, path: Path) -> Path:
    return path.under(prefix) if isinstance(path, Ordinate) else prefix + path
