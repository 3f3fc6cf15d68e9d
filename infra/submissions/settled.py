"""What registering needs of a look, kept from the check to the decision.

Where nothing that a file is compared with has changed meanwhile, a second look would find the same: it is not made.
"""

import io
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import numpy as np
import polars as pl
import shapely
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray

from infra.models import ChangeRecord, KeptLook, Submission
from infra.submissions.comparison import Comparison
from infra.submissions.draft import Mask, Points, Surroundings
from infra.submissions.looking import Look

Places = NDArray[np.intp]

#: rows in one part of what is kept
PART = 50_000
#: how the columns of a file's values are named beside ours
_VALUE = "value:"
#: ours, column → attribute; all numbers
_ARRAYS = {"row": "rows", "srid": "srids", "accuracy_m": "accuracy_m", "unit_id": "unit_ids", "owner_id": "owner_ids"}
_COMPARED = {"matched": "matched", "moved_m": "moved_m", "site": "sites"}


@dataclass
class Settled:
    """A look that is over: what the rows say and where they are, and what the register answered.

    Arrays run in the order of the rows and are named as in :class:`~infra.submissions.draft.Draft`; ``texts`` are the
    rows' words about their place. Of a change only the column is known.
    """

    around: Surroundings
    values: dict[str, pl.Series]
    texts: pl.Series
    points: Points
    has_error: Mask
    rows: NDArray[np.int64]
    srids: NDArray[np.int64]
    accuracy_m: NDArray[np.float64]
    unit_ids: NDArray[np.int64]
    owner_ids: NDArray[np.int64]
    lines: list[Any]
    comparison: Comparison

    @classmethod
    def of(cls, found: Look) -> Self:
        """Return what registering needs of *found*."""
        draft = found.draft
        return cls(
            around=draft.around,
            values=draft.values,
            texts=draft.position_texts(np.arange(draft.size)),
            points=draft.points,
            has_error=draft.has_error,
            lines=draft.lines,
            comparison=found.comparison,
            **{name: getattr(draft, name) for name in _ARRAYS.values()},
        )

    @property
    def size(self) -> int:
        return len(self.rows)

    def position_texts(self, places: Places) -> pl.Series:
        """Return what these rows say about their place, for the position's provenance; null without."""
        return self.texts.gather(places)

    def frame(self) -> pl.DataFrame:
        """Return everything but the surroundings as columns."""
        changes = self.comparison.changes
        columns = {
            **{name: getattr(self, attribute) for name, attribute in _ARRAYS.items()},
            **{name: getattr(self.comparison, attribute) for name, attribute in _COMPARED.items()},
            "has_error": self.has_error,
            "text": self.texts,
            "lon": self.points[:, 0],
            "lat": self.points[:, 1],
            "action": pl.Series(self.comparison.actions.tolist(), dtype=pl.String),
            "changed": pl.Series([[*changes.get(place, ())] for place in range(self.size)], dtype=pl.List(pl.String))
            if changes
            else pl.repeat(None, self.size, dtype=pl.List(pl.String), eager=True),
            **({"line": pl.Series(shapely.to_wkb(self.lines), dtype=pl.Binary)} if self.lines else {}),
        }
        return pl.DataFrame(columns | {f"{_VALUE}{name}": series for name, series in self.values.items()})

    @classmethod
    def from_frame(cls, frame: pl.DataFrame, around: Surroundings) -> Self:
        """Return what :meth:`frame` gave."""
        changed = frame["changed"].to_list() if frame["changed"].null_count() < frame.height else []
        compared: dict[str, Any] = {attribute: frame[name].to_numpy().copy() for name, attribute in _COMPARED.items()}
        return cls(
            around=around,
            values={
                name.removeprefix(_VALUE): frame[name].alias(name.removeprefix(_VALUE))
                for name in frame.columns
                if name.startswith(_VALUE)
            },
            texts=frame["text"],
            points=np.column_stack([frame["lon"].to_numpy(), frame["lat"].to_numpy()]),
            has_error=frame["has_error"].to_numpy(),
            lines=shapely.from_wkb(frame["line"].to_list()).tolist() if "line" in frame.columns else [],
            comparison=Comparison(
                actions=np.array(frame["action"].to_list(), dtype=object),
                changes={place: {name: [] for name in names} for place, names in enumerate(changed) if names},
                **compared,
            ),
            **{attribute: frame[name].to_numpy() for name, attribute in _ARRAYS.items()},
        )


def last_record(authority_id: int) -> int:
    """Return the key of the authority's newest act: what is read now holds it and all its acts before.

    Acts of one authority are sealed one after the other; another's may have a smaller key and be committed later.
    """
    own = ChangeRecord.objects.filter(authority_id=authority_id)
    return own.order_by("-pk").values_list("pk", flat=True).first() or 0


def changed_since(seen: int) -> bool:
    """Tell whether an act after *seen* may have changed what a file is compared with.

    Acts about submissions that registered nothing, and acts that wrote only what is kept beside the register, have not.
    """
    acts = ChangeRecord.objects.filter(pk__gt=seen).values_list("kind", "counts")
    return any(_is_of_register(kind, counts) for kind, counts in acts.iterator())


def _is_of_register(kind: str, counts: dict[str, Any]) -> bool:
    if not counts:
        return not kind.startswith("submission.")
    return any(label.startswith("infra.") for label in counts)


def settled_parts(found: Look) -> list[bytes]:
    """Return what is to be kept of *found*. It asks the database nothing."""
    parts = []
    for piece in Settled.of(found).frame().iter_slices(PART):
        written = io.BytesIO()
        piece.write_ipc(written, compression="zstd")
        parts.append(written.getvalue())
    return parts


def settled_keep(submission: Submission, parts: list[bytes], *, seen: int, day: date) -> None:
    """Keep *parts* of a look of *day*, which began when *seen* was the newest act, in place of an earlier look's."""
    settled_forget(submission)
    KeptLook.objects.filter(day__lt=day).delete()
    rows = [(submission.pk, part, seen, day, data) for part, data in enumerate(parts)]
    if connection.vendor == "postgresql":
        _copy_looks(rows)
    else:
        KeptLook.objects.bulk_create(
            KeptLook(submission_id=pk, part=part, seen=seen, day=day, data=data) for pk, part, seen, day, data in rows
        )


def _copy_looks(rows: list[tuple[Any, ...]]) -> None:
    """Write looks as the bytes they are: in a statement each byte would be spelt out, and read again."""
    statement = "COPY infra_keptlook (submission_id, part, seen, day, data) FROM STDIN (FORMAT binary)"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(("int8", "int2", "int8", "date", "bytea"))
        for row in rows:
            copy.write_row(row)


def settled_forget(submission: Submission) -> None:
    """Throw away what was kept of *submission*."""
    submission.looks.all().delete()


def settled_kept(submission: Submission, around: Surroundings) -> Settled | None:
    """Return what was found at the check, where another look would find the same; None otherwise."""
    parts = list(submission.looks.order_by("part"))
    if not parts or parts[0].day != timezone.localdate() or changed_since(parts[0].seen):
        return None
    frames = [pl.read_ipc(io.BytesIO(part.data)) for part in parts]
    return Settled.from_frame(pl.concat(frames), around)
