"""Rows of reference data: from the object of a file to a row with dates, and only what is missing into the table."""

from datetime import date
from typing import Any

from infra.models.lookups import Sourced


def sourced(model: type[Any], values: dict[str, Any], **more: Any) -> Any:
    """Return an unsaved row of *model* from a file's object; keys the model has no column for are left out."""
    columns = {f.name for f in model._meta.local_concrete_fields}
    known = {key: value for key, value in {**values, **more}.items() if key in columns}
    for key in ("valid_from", "valid_to"):
        known[key] = date.fromisoformat(known[key]) if known.get(key) else None
    return model(**known)


def insert_missing(model: type[Sourced], rows: list[Any], key: tuple[str, ...]) -> int:
    """Insert the rows whose *key* is not in the table yet; return how many."""
    there: set[tuple[Any, ...]] = set(model._default_manager.values_list(*key))
    missing = [row for row in rows if tuple(getattr(row, name) for name in key) not in there]
    model._default_manager.bulk_create(missing)
    return len(missing)
