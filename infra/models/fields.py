"""Fields of our own."""

import json
from typing import Any

from django.db import models


class JSONTextField(models.JSONField):
    """JSON that is written once and shown, never asked by key: the database keeps the text as it is.

    ``jsonb`` takes every object apart and sorts its keys, and SQLite reads it once more to see that it is valid: for
    the rows of a large file that is more work than all the rest of keeping them.
    """

    def get_internal_type(self) -> str:
        return "TextField"

    def get_db_prep_value(self, value: Any, *_database: Any, **_how: Any) -> Any:
        return value if value is None else json.dumps(value, ensure_ascii=False)
