"""The versions of one act: what it opens and closes, from single rows and from whole columns, and their digests."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl

from infra.models import ChangeRecord, Version
from infra.models.digests import (
    Noun,
    columns_digest,
    frame_schema,
    lines_digest,
    personal_digest,
    personal_digests,
    version_digest,
    version_digests,
)
from infra.models.versions import mirrored
from infra.selectors.frames import noun_columns, values_frame_of
from infra.services.frames import frame_insert, frame_update
from infra.services.staging import Staged

BATCH = 2_000
_KEPT = ("id", "noun_id", "digest", "valid_from", "salt", "personal_digests")


@dataclass
class NounVersions:
    """The versions of one noun that an act opens and closes.

    ``opened`` are unsaved versions, ``frames`` whole columns of them (with "noun_id" and "digest"), some written ahead;
    ``closed`` lists (key of the version, noun id, digest).
    """

    opened: list[Version] = field(default_factory=list)
    frames: list[tuple[pl.DataFrame, Staged | None]] = field(default_factory=list)
    closed: list[tuple[int, int, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.opened or self.frames or self.closed)

    def _opened(self) -> pl.DataFrame:
        """Return "noun_id" and "digest" of what is opened."""
        alone = [(version.noun_id, version.digest) for version in self.opened]
        columns = {"noun_id": pl.Int64, "digest": pl.String}
        return pl.concat(
            [pl.DataFrame(alone, schema=columns, orient="row"), *(frame.select(*columns) for frame, _ in self.frames)]
        )

    def parts(self, label: str) -> dict[str, str]:
        """Return the digests of what is opened and closed, as the change record's digest takes them."""
        parts = {}
        if self.opened or self.frames:
            opened = self._opened()
            parts[f"{label}+"] = columns_digest("+", opened["noun_id"], opened["digest"])
        if self.closed:
            parts[f"{label}-"] = lines_digest("-", sorted((noun_id, digest) for _, noun_id, digest in self.closed))
        return parts

    def counts(self) -> dict[str, int]:
        """Return how many rows of the noun are new, changed, gone."""
        new = self._opened()["noun_id"].unique()
        old = pl.Series([noun_id for _, noun_id, _ in self.closed], dtype=pl.Int64).unique()
        changed = int(new.is_in(old.implode()).sum())
        counts = {"added": len(new) - changed, "changed": changed, "removed": len(old) - changed}
        return {word: n for word, n in counts.items() if n}

    def write(self, noun: type[Noun], record: ChangeRecord, ended: datetime) -> None:
        """Close and open the versions as those of the act *record*."""
        model: Any = noun.version_model  # type: ignore[attr-defined]
        for start in range(0, len(self.closed), BATCH):
            keys = [pk for pk, _, _ in self.closed[start : start + BATCH]]
            model.objects.filter(pk__in=keys).update(valid_to=ended, closed_act=record)
        for version in self.opened:
            version.act = record
        model.objects.bulk_create(self.opened, batch_size=BATCH)
        for frame, staged in self.frames:
            frame_insert(model, frame.with_columns(act_id=pl.lit(record.pk)), staged=staged)


# --- of single rows ---


def rows_versions(
    noun: type[Noun], operations: dict[int, tuple[str, Noun]], valid_from: datetime, found: NounVersions
) -> None:
    """Add to *found* what rows open and close; *operations* maps noun id → ("add" | "change" | "remove", row)."""
    current = _open_rows(noun, [pk for pk, (operation, _) in operations.items() if operation != "add"])
    for noun_id in sorted(operations):
        operation, row = operations[noun_id]
        before = current.get(noun_id)
        if operation == "remove":
            if before:
                found.closed.append((before.pk, noun_id, before.digest))
            continue
        if before and not _differs(row, noun, noun_id, before):
            continue
        if before:
            found.closed.append((before.pk, noun_id, before.digest))
        found.opened.append(make_version(row, noun, noun_id, valid_from))


def _differs(row: Noun, noun: type[Noun], noun_id: int, before: Version) -> bool:
    personal = personal_digests(row, noun, before.salt)
    return version_digest(row, noun, noun_id, before.valid_from, personal) != before.digest


def _open_rows(noun: type[Noun], ids: list[int]) -> dict[int, Version]:
    found: dict[int, Version] = {}
    model = noun.version_model  # type: ignore[attr-defined]
    for start in range(0, len(ids), BATCH):
        rows = model.objects.filter(noun_id__in=ids[start : start + BATCH], valid_to__isnull=True)
        found.update((row.noun_id, row) for row in rows.only("id", "noun_id", "digest", "valid_from", "salt"))
    return found


def make_version(row: Noun, noun: type[Noun], noun_id: int, valid_from: datetime) -> Version:
    """Return the unsaved version of *row* with its digest."""
    values = {
        mirrored(field.attname): getattr(row, field.attname)
        for field in noun._meta.local_concrete_fields
        if not (field.primary_key and not field.remote_field)
    }
    salt = _salt() if getattr(noun, "personal_fields", ()) else ""
    personal = personal_digests(row, noun, salt)
    version: Version = noun.version_model(  # type: ignore[attr-defined]
        noun_id=noun_id, valid_from=valid_from, salt=salt, personal_digests=personal, **values
    )
    version.digest = version_digest(row, noun, noun_id, valid_from, personal)
    return version


def _salt() -> str:
    return secrets.token_hex(16)


# --- of whole columns ---


def frame_versions(noun: type[Noun], frame: pl.DataFrame, since: pl.Series | datetime) -> pl.DataFrame:
    """Return the versions that open for the rows of *frame*: the noun's columns as they now are, from *since* on."""
    key = noun._meta.pk.attname
    moments = since.alias("_since") if isinstance(since, pl.Series) else pl.lit(since).alias("_since")
    typed = frame.with_columns(moments).with_columns(pl.col("_since").cast(pl.Datetime("us", "UTC")))
    ready = _with_personal(noun, typed)
    digests = version_digests(ready, noun, key=key, valid_from="_since", personal=_personal_column(noun))
    mirrored_columns = [
        pl.col(field.attname).alias(mirrored(field.attname))
        for field in noun._meta.local_concrete_fields
        if not (field.primary_key and not field.remote_field)
    ]
    return ready.select(
        pl.col(key).alias("noun_id"),
        pl.col("_since").alias("valid_from"),
        pl.Series("digest", digests, dtype=pl.String),
        pl.col("_salt").alias("salt"),
        pl.col("_personal").alias("personal_digests"),
        *mirrored_columns,
    )


def frame_changes(noun: type[Noun], frame: pl.DataFrame) -> tuple[pl.DataFrame, list[tuple[int, int, str]]]:
    """Return those rows of *frame* that differ from their open version, and (key, noun id, digest) of that version."""
    key = noun._meta.pk.attname
    model: Any = noun.version_model  # type: ignore[attr-defined]
    columns = {name: column for name, column in noun_columns(model).items() if name in _KEPT}
    current = values_frame_of(model.objects.filter(valid_to__isnull=True), frame[key].to_list(), columns, by="noun_id")
    renamed = current.rename({name: f"_{name}" for name in columns if name != "noun_id"})
    both = frame.join(renamed, left_on=key, right_on="noun_id", how="left", maintain_order="left")
    known = both.filter(pl.col("_id").is_not_null())
    compared = _with_personal(noun, known.rename({"_salt": "_salt_before"}), salts=known["_salt"].to_list())
    digests = version_digests(compared, noun, key=key, valid_from="_valid_from", personal=_personal_column(noun))
    differs = pl.Series(digests, dtype=pl.String) != known["_digest"]
    changed = known.filter(differs)
    closed = changed.select("_id", key, "_digest").rows()
    unknown = both.filter(pl.col("_id").is_null())
    return pl.concat([changed, unknown]).select(frame.columns), closed


def _personal_column(noun: type[Noun]) -> str | None:
    return "_personal" if getattr(noun, "personal_fields", ()) else None


def _with_personal(noun: type[Noun], frame: pl.DataFrame, salts: list[str] | None = None) -> pl.DataFrame:
    """Add "_salt" and "_personal" (the salted digests as JSON text) to *frame*."""
    names = getattr(noun, "personal_fields", ())
    if not names:
        return frame.with_columns(_salt=pl.lit(""), _personal=pl.lit("{}"))
    chosen = salts if salts is not None else [_salt() for _ in range(frame.height)]
    values = frame.select(names).rows()
    texts = [
        json.dumps({name: personal_digest(value, salt) for name, value in zip(names, row, strict=True)})
        for row, salt in zip(values, chosen, strict=True)
    ]
    return frame.with_columns(_salt=pl.Series(chosen, dtype=pl.String), _personal=pl.Series(texts, dtype=pl.String))


def frame_write_new(
    noun: type[Noun], frame: pl.DataFrame, own: Mapping[type[Noun], pl.Series], staged: Staged | None
) -> None:
    """Insert the rows of *frame*, which holds every column of *noun*; *own* and *staged* as in ``frame_insert``."""
    _whole(noun, frame)
    frame_insert(noun, frame, own, staged)


def frame_write_changed(noun: type[Noun], frame: pl.DataFrame) -> None:
    """Write the rows of *frame*, which holds every column of *noun*, over those in the register."""
    _whole(noun, frame)
    frame_update(noun, frame)


def _whole(noun: type[Noun], frame: pl.DataFrame) -> None:
    missing = frame_schema(noun).keys() - set(frame.columns)
    if missing:
        raise ValueError(f"{noun.__name__}: the frame lacks {', '.join(sorted(missing))}")
