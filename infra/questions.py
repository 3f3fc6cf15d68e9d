"""Questions that one request after another asks: Django makes the SQL once, afterwards only the values change.

Building and compiling a queryset costs more than PostgreSQL needs for the answer, and a phone's form asks a dozen.

    _HELD = Question(lambda: Permit.objects.filter(installation=asked("installation")).values_list("pk", "number"))
    _HELD.rows(installation=7)
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models.expressions import Expression

Row = tuple[Any, ...]
#: text, parameters in order, converters of the columns
Ready = tuple[str, Row, list[Any]]


class _Place(Expression):
    """Stands in a queryset where a value will be given."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:  # noqa: ARG002
        return "%s", [self]


def asked(name: str) -> Any:
    """Return what stands for the value *name*. Only where SQL takes one value, so not after ``__in``."""
    return _Place(name)


class Question:
    """A queryset with :func:`asked` in it, compiled for each of the two databases when it is first asked."""

    def __init__(self, make: Callable[[], models.QuerySet[Any, Any]], *, whether: bool = False) -> None:
        self._make, self._whether = make, whether
        self._ready: dict[str, Ready] = {}

    def rows(self, **values: Any) -> list[Row]:
        """Return the rows as tuples, in the types that Django gives."""
        text, places, converters = self._ready.get(connection.vendor) or self._compile()
        if not text:
            return []
        params = [_bound(values[place.name]) if isinstance(place, _Place) else place for place in places]
        with connection.cursor() as cursor:
            cursor.execute(text, params)
            found: list[Row] = cursor.fetchall()
        return [_converted(row, converters) for row in found] if converters else found

    def first(self, **values: Any) -> Row | None:
        """Return the first row, or None."""
        return next(iter(self.rows(**values)), None)

    def holds(self, **values: Any) -> bool:
        """Tell whether there is a row."""
        return bool(self.rows(**values))

    def found(self, model: type[models.Model], **values: Any) -> list[Any]:
        """Return the rows as *model*; the queryset has to ask for all of its columns."""
        names = [field.attname for field in model._meta.concrete_fields]
        return [model.from_db(connection.alias, names, row) for row in self.rows(**values)]

    def _compile(self) -> Ready:
        query = self._make().query
        compiler = (query.exists() if self._whether else query).get_compiler(connection=connection)
        try:
            text, params = compiler.as_sql()
        except EmptyResultSet:  # nothing can be found, whatever is asked
            ready = self._ready[connection.vendor] = ("", (), [])
            return ready
        columns = [column for column, _sql, _alias in compiler.select[: compiler.col_count]]
        made = [(place, *rest) for place, rest in compiler.get_converters(columns).items()]
        ready = self._ready[connection.vendor] = (text, tuple(params), made)
        return ready


def _bound(value: Any) -> Any:
    """Return *value* as Django's own columns hand it to the driver."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    if isinstance(value, UUID) and not connection.features.has_native_uuid_field:
        return value.hex
    return value


def _converted(row: Row, converters: list[Any]) -> Row:
    values = list(row)
    for place, steps, expression in converters:
        for step in steps:
            values[place] = step(values[place], expression, connection)
    return tuple(values)


@contextmanager
def plans_kept() -> Iterator[None]:
    """Let PostgreSQL keep the plans of what is asked inside: values go beside the text, not into it.

    For short requests that many send; a plan that depends on its values is better made anew.
    """
    if connection.vendor != "postgresql":
        yield
        return
    connection.ensure_connection()
    bare = connection.connection
    before, bare.cursor_factory = bare.cursor_factory, ServerBindingCursor
    try:
        yield
    finally:
        bare.cursor_factory = before
