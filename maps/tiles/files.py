"""Tables of today in files: what a server that starts draws its first tiles from, instead of reading the register.

A file is an earlier state, never the present one: whoever takes it brings it up by what acts have touched since, and
only where the ledger went through the very heads that it was written at. A file of another database, of other columns
or migrations, or one that is damaged, is as good as none.
"""

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from numpy.typing import NDArray

from maps.queries.stamp import Stamp
from maps.tiles.columns import Codes, Column, Kept, TextColumn
from maps.tiles.sources.source import Source

#: the form of the files; raise it when what a column holds changes
FORM = 1
PLACES = ("ids", "x", "y", "curve")
ABOUT = "about"

Arrays = dict[str, NDArray[Any]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Written:
    """A table as it was written, the day, the heads of the ledger and the round over the safety states of then."""

    today: date
    heads: Stamp
    last_round: str
    table: Kept


def write(folder: Path, source: Source, written: Written) -> None:
    """Write a table in the place of the one before. Raises OSError, and TypeError for values that no file holds."""
    about: dict[str, Any] = {
        "mark": _mark(source),
        "today": written.today.isoformat(),
        "heads": [[pk, *head] for pk, head in written.heads.items()],
        "last_round": written.last_round,
        "codes": {},
    }
    arrays: Arrays = {name: getattr(written.table, name) for name in PLACES}
    for name, column in written.table.columns.items():
        if isinstance(column, Codes):
            about["codes"][name] = [column.values, column.labels]
        arrays.update(_arrays_of(name, column))
    arrays[ABOUT] = np.frombuffer(json.dumps(about).encode(), dtype=np.uint8)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{source.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        Path(name).replace(_path(folder, source))
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def read(folder: Path, source: Source) -> Written | None:
    """Return what was written of *source*, None where there is nothing that can be used."""
    try:
        with np.load(_path(folder, source), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        about = json.loads(arrays.pop(ABOUT).tobytes())
        if about["mark"] != _mark(source):
            return None
        columns = dict(_columns(source, arrays, about["codes"]))
        ids, x, y, curve = (arrays[name] for name in PLACES)
        table = Kept("", ids, x, y, curve, columns)
        heads = {pk: (sequence, digest) for pk, sequence, digest in about["heads"]}
        return Written(date.fromisoformat(about["today"]), heads, about["last_round"], table)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        logger.warning("The file of the table %s is not used: %s", source.name, error)
        return None


def _path(folder: Path, source: Source) -> Path:
    return folder / f"{source.name}.npz"


def _mark(source: Source) -> str:
    """Return what must be equal for a file to be used: its form, the database, its migrations, what was selected."""
    where = [str(connection.settings_dict.get(name, "")) for name in ("ENGINE", "HOST", "PORT", "NAME")]
    applied = sorted(MigrationRecorder(connection).applied_migrations())
    parts = [FORM, where, applied, str(source.statement(None)), sorted(_names(source))]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _names(source: Source) -> list[str]:
    return [*source.codes, *source.keys, *source.floats, *source.days, *source.texts]


def _arrays_of(name: str, column: Column) -> Arrays:
    if isinstance(column, Codes):
        return {f"{name}.places": column.places}
    if isinstance(column, TextColumn):
        return {f"{name}.run": column.run, f"{name}.starts": column.starts, f"{name}.lengths": column.lengths}
    return {f"{name}.numbers": column}


def _columns(source: Source, arrays: Arrays, codes: dict[str, Any]) -> Iterator[tuple[str, Column]]:
    for name in _names(source):
        if name in source.codes:
            values, labels = codes[name]
            yield name, Codes(arrays[f"{name}.places"], tuple(values), tuple(labels))
        elif name in source.texts:
            yield name, TextColumn(*(arrays[f"{name}.{part}"] for part in ("run", "starts", "lengths")))
        else:
            yield name, arrays[f"{name}.numbers"]
