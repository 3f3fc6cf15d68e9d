"""What an act has written since a day, by the versions that it left."""

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from django.db import models

from infra.models import ChangeRecord
from infra.models.versions import end_of_day
from infra.spatial.tables import core


def written_since(noun: type[models.Model], day: date) -> sa.Select[Any]:
    """Select the keys of *noun* that an act of *day* or later has written."""
    record = core(ChangeRecord)
    acts = sa.select(record.c.id).where(record.c.at >= end_of_day(day - timedelta(days=1)))
    table = core(noun.version_model)  # type: ignore[attr-defined]
    return sa.select(table.c.noun_id).where(table.c.act_id.in_(acts)).distinct()
