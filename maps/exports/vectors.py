"""Rows as files of geographic information systems, written by GDAL from a stream of Arrow batches."""

import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa
import pyogrio
import shapely
from django.utils import timezone

from infra.pages.exports import BYTE_ORDER_MARK
from maps.exports.choosing import Chosen
from maps.exports.texts import Progress
from maps.features.collection import Column

#: kind of column → type in Arrow
TYPES: dict[str, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "date-time": pa.timestamp("ms", tz="UTC"),
}
GEOMETRY = "geometry"
#: what each driver is told
OPTIONS: dict[str, dict[str, Any]] = {
    "GPKG": {"SPATIAL_INDEX": "YES"},
    "ESRI Shapefile": {"ENCODING": "UTF-8"},
    "LIBKML": {},
}
#: a shapefile knows days but no moments, and holds 254 bytes of a text
SHORT_TEXT, SHORT_NAME = 254, 10


def write_vector(chosen: Chosen, file: Path, driver: str, progress: Progress) -> None:
    """Write *file* by *driver*; a shapefile becomes the ZIP of its parts."""
    if driver != "ESRI Shapefile":
        _write(chosen, file, driver, progress)
        return
    with TemporaryDirectory(dir=file.parent) as folder:
        name = chosen.question.collection.name
        _write(chosen, Path(folder) / f"{name}.shp", driver, progress)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
            parts.writestr("fields.csv", _fields_told(chosen))
            for part in sorted(Path(folder).iterdir()):
                parts.write(part, part.name)


def _write(chosen: Chosen, file: Path, driver: str, progress: Progress) -> None:
    is_shapefile = driver == "ESRI Shapefile"
    names = short_names(chosen.columns) if is_shapefile else [column.name for column in chosen.columns]
    kinds = [_type(column, is_shapefile) for column in chosen.columns]
    schema = pa.schema([*zip(names, kinds, strict=True), (GEOMETRY, pa.binary())])
    batches = _batches(chosen, schema, progress, is_shapefile)
    reader = pa.RecordBatchReader.from_batches(schema, batches)
    pyogrio.write_arrow(
        reader,
        str(file),
        layer=chosen.question.collection.name,
        driver=driver,
        geometry_name=GEOMETRY,
        geometry_type=chosen.question.collection.geometry_type,
        crs="EPSG:4326",
        **OPTIONS[driver],
    )


def short_names(columns: Sequence[Column]) -> list[str]:
    """Return names that a shapefile can hold: ten letters, each its own."""
    found: list[str] = []
    for column in columns:
        name, number = column.name[:SHORT_NAME], 1
        while name in found:
            number += 1
            name = f"{column.name[: SHORT_NAME - 2]}_{number}"
        found.append(name)
    return found


def _fields_told(chosen: Chosen) -> str:
    """Return what the short names of a shapefile stand for, as CSV."""
    pairs = zip(short_names(chosen.columns), chosen.columns, strict=True)
    lines = [f'{short},{column.name},"{column.title}"' for short, column in pairs]
    return BYTE_ORDER_MARK + "\r\n".join(lines) + "\r\n"


def _type(column: Column, is_shapefile: bool) -> pa.DataType:
    if is_shapefile and column.kind in ("date-time", "boolean"):
        return pa.string() if column.kind == "date-time" else pa.int64()
    return TYPES[column.kind]


def _batches(chosen: Chosen, schema: pa.Schema, progress: Progress, is_shapefile: bool) -> Iterator[pa.RecordBatch]:
    is_point = chosen.question.collection.geometry_type == "Point"
    for rows in chosen.values():
        if not rows:
            continue
        _keys, *columns = zip(*rows, strict=True)
        shapes = _points(columns[-2:]) if is_point else [bytes(shape) for shape in columns[-1]]
        arrays = [
            pa.array([_plain(value, is_shapefile) for value in values], type=kind.type)
            for values, kind in zip(columns, schema, strict=False)
            if kind.name != GEOMETRY
        ]
        progress(len(rows))
        yield pa.RecordBatch.from_arrays([*arrays, pa.array(shapes, type=pa.binary())], schema=schema)


def _points(places: list[tuple[float, ...]]) -> list[bytes]:
    found: list[bytes] = shapely.to_wkb(shapely.points(np.array(places, dtype=np.float64).T)).tolist()
    return found


def _plain(value: Any, is_shapefile: bool) -> Any:
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if is_shapefile else value.astimezone(UTC)
    if isinstance(value, bool) or value is None or isinstance(value, int | float):
        return int(value) if is_shapefile and isinstance(value, bool) else value
    if isinstance(value, str):
        return value.encode()[:SHORT_TEXT].decode(errors="ignore") if is_shapefile else value
    return value if hasattr(value, "isoformat") else str(value)
