"""Rows as text: CSV that opens in a spreadsheet, GeoJSON."""

import csv
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import Any
from uuid import UUID

import shapely
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra.pages.exports import BYTE_ORDER_MARK, FORMULA_STARTS, csv_value
from maps.exports.choosing import Chosen
from maps.features.geojson import BETWEEN, comes_ready, ready, written
from maps.features.reading import geometry_columns, json_properties

Progress = Callable[[int], None]


def csv_texts(chosen: Chosen, progress: Progress) -> Iterator[bytes]:
    """Yield a CSV file in pieces; points end with longitude and latitude, lines and areas with WKT."""
    is_point = chosen.question.collection.geometry_type == "Point"
    places = [_("Longitude"), _("Latitude")] if is_point else ["WKT"]
    buffer = StringIO()
    mark, delimiter = (",", ";") if get_language() == "vi" else (".", ",")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow([*(str(column.title) for column in chosen.columns), *places])
    yield (BYTE_ORDER_MARK + buffer.getvalue()).encode()
    for rows in chosen.values():
        if not rows:
            continue
        _keys, *columns = zip(*rows, strict=True)
        if not is_point:
            columns[-1] = shapely.to_wkt(shapely.from_wkb(list(map(bytes, columns[-1]))), rounding_precision=7).tolist()
        buffer.seek(0)
        buffer.truncate()
        writer.writerows(zip(*(_csv_column(values, mark) for values in columns), strict=True))
        progress(len(rows))
        yield buffer.getvalue().encode()


def _csv_column(values: Sequence[Any], mark: str) -> list[str]:
    """Return a column as a spreadsheet reads it; *mark* is the decimal one. What is most of a file goes straight."""
    written: list[str] = []
    for value in values:
        kind = type(value)
        if value is None:
            written.append("")
        elif kind is str and value[:1] not in FORMULA_STARTS:
            written.append(value)
        elif kind is float:
            written.append(repr(value).replace(".", mark))
        else:
            written.append(csv_value(str(value) if kind is UUID else value))
    return written


def geojson_texts(chosen: Chosen, progress: Progress) -> Iterator[bytes]:
    """Yield a FeatureCollection in pieces."""
    yield b'{"type":"FeatureCollection","features":[\n'
    between = b""
    for text, count in _features(chosen):
        progress(count)
        if between:
            yield between
        yield text
        between = BETWEEN.encode()
    yield b"\n]}"


def _features(chosen: Chosen) -> Iterator[tuple[bytes, int]]:
    """Yield features, a piece as one text, and how many they are."""
    question = chosen.question
    if comes_ready(question.collection):
        keys = None if chosen.keys is None else chosen.keys.tolist()
        yield from ((text, count) for text, count, _last in ready(question, keys))
        return
    wanted = (
        json_properties(question.columns, question.drawn),
        *geometry_columns(question.collection, question.drawn),
    )
    for rows in chosen.pieces(*wanted):
        if rows:
            yield BETWEEN.join(written(question.collection, rows)).encode(), len(rows)
