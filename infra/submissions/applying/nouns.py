"""The declared columns of a file as columns of the register's nouns: ``Column.field`` says where each value goes."""

from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

import numpy as np
import polars as pl
from django.db import models
from django.utils import timezone
from numpy.typing import NDArray

from infra.models import Organization, Submission, SubmissionPurpose
from infra.models.digests import frame_schema
from infra.selectors.frames import noun_frame_of
from infra.services.frames import with_schema
from infra.submissions.comparison import Comparison
from infra.submissions.settled import Settled

Noun = type[models.Model]
Places = NDArray[np.intp]


@dataclass
class Work:
    """What is being applied: the rows, what they would change, and the act's way of writing.

    ``organizations`` maps code → key. Places are indexes of rows in the draft.
    """

    draft: Settled
    submission: Submission
    organizations: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.organizations = dict(Organization.objects.values_list("code", "pk"))

    @property
    def comparison(self) -> Comparison:
        return self.draft.comparison

    @property
    def organization_id(self) -> int:
        return self.draft.around.organization.pk

    @property
    def authority_id(self) -> int:
        return self.draft.around.authority.pk

    def changed_in(self, places: Places, *columns: str) -> NDArray[np.bool_]:
        """Tell which of *places* change one of *columns*."""
        wanted = set(columns)
        changes = self.comparison.changes
        return np.array([not wanted.isdisjoint(changes.get(place, ())) for place in places.tolist()], dtype=bool)

    def value(self, name: str, places: Places) -> pl.Series:
        """Return the cleaned values of a column, null where the file has none."""
        series = self.draft.values.get(name)
        if series is None:
            return pl.repeat(None, len(places), dtype=pl.String, eager=True).alias(name)
        return series.gather(places)

    def columns_of(self, prefix: str, noun: Noun, places: Places) -> dict[str, pl.Series]:
        """Return attribute → what the file says about *noun*, whose columns are declared under *prefix*."""
        found: dict[str, pl.Series] = {}
        for column in self.draft.around.table.read():
            owner, _, name = column.field.partition(".")
            if owner != prefix or column.name not in self.draft.values:
                continue
            target = noun._meta.get_field(name)
            values = self.draft.values[column.name].gather(places)
            if isinstance(target, models.ForeignKey) and target.related_model is Organization:
                values = values.replace_strict(self.organizations, default=None, return_dtype=pl.Int64)
            found[target.attname] = values  # type: ignore[union-attr]
        return found

    def provenance(self, places: Places) -> dict[str, pl.Series]:
        """Return the columns that say which row of which submission wrote a noun."""
        numbers = pl.Series(self.draft.rows[places], dtype=pl.Int64)
        return {"submission_id": pl.repeat(self.submission.pk, len(places), eager=True), "submission_row": numbers}

    def since(self, *names: str, places: Places) -> pl.Series | None:
        """Return from when each row holds where history is loaded: the first of its dates; None otherwise."""
        if self.submission.purpose != SubmissionPurpose.HISTORY:
            return None
        dates = [self.draft.values[name].gather(places) for name in names if name in self.draft.values]
        start = self.submission.history_from or timezone.localdate()
        frame = pl.DataFrame([*dates, pl.repeat(start, len(places), dtype=pl.Date, eager=True).alias("_from")])
        day = frame.select(pl.coalesce(pl.all()).alias("day"))["day"]
        today = timezone.localdate()
        zone = timezone.get_current_timezone()
        moments = {
            one: datetime.combine(min(one, today), time.min, tzinfo=zone) for one in day.unique().to_list() if one
        }
        return day.replace_strict(moments, default=None, return_dtype=pl.Datetime("us", "UTC"))


def filled(noun: Noun, columns: dict[str, Any], size: int) -> pl.DataFrame:
    """Return a frame of new rows of *noun*: what *columns* says, the noun's default where it says nothing."""
    frame = pl.DataFrame(
        {
            name: value if isinstance(value, pl.Series) else pl.repeat(value, size, eager=True)
            for name, value in columns.items()
        }
    )
    blank = with_schema(noun, pl.DataFrame({noun._meta.pk.attname: [0]}))
    schema = frame_schema(noun)
    ready = [
        pl.col(name).cast(schema[name]).fill_null(blank[name][0]) if blank[name][0] is not None else pl.col(name)
        for name in frame.columns
    ]
    return with_schema(noun, frame.with_columns(ready))


def overlaid(noun: Noun, ids: pl.Series, columns: dict[str, pl.Series]) -> pl.DataFrame:
    """Return the rows of *noun* with *ids* as they are after *columns* were written over them; an empty cell says
    nothing. Where several rows speak of one noun, the last word of each column counts. Ids that are gone are left out.
    """
    key = noun._meta.pk.attname
    said = pl.DataFrame({key: ids, **columns})
    if said[key].is_duplicated().any():
        last = [pl.col(name).drop_nulls().last().alias(name) for name in columns]
        said = said.group_by(key, maintain_order=True).agg(last)
    current = noun_frame_of(noun, said[key].drop_nulls().to_list())
    both = current.join(said, on=key, how="left", suffix="_said", maintain_order="left")
    schema = frame_schema(noun)
    return both.with_columns(
        pl.coalesce(pl.col(f"{name}_said").cast(schema[name]), pl.col(name)).alias(name) for name in columns
    ).select(current.columns)
