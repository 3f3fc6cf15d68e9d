"""Rows as text: CSV that opens in a spreadsheet, GeoJSON."""

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from uuid import UUID

import shapely
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from infra.pages.exports import BYTE_ORDER_MARK, csv_value
from maps.exports.choosing import Chosen
from maps.features.geojson import written
from maps.features.reading import geometry_columns, json_properties

Progress = Callable[[int], None]


def csv_texts(chosen: Chosen, progress: Progress) -> Iterator[str]:
    """Yield a CSV file in pieces; points end with longitude and latitude, lines and areas with WKT."""
    is_point = chosen.question.collection.geometry_type == "Point"
    places = [_("Longitude"), _("Latitude")] if is_point else ["WKT"]
    buffer = StringIO()
    writer = csv.writer(buffer, delimiter=";" if get_language() == "vi" else ",")
    writer.writerow([*(str(column.title) for column in chosen.columns), *places])
    yield BYTE_ORDER_MARK + buffer.getvalue()
    for rows in chosen.values():
        buffer.seek(0)
        buffer.truncate()
        for _key, *values in rows:
            if not is_point:
                values[-1] = shapely.to_wkt(shapely.from_wkb(bytes(values[-1])), rounding_precision=7)
            writer.writerow([csv_value(str(value) if isinstance(value, UUID) else value) for value in values])
        progress(len(rows))
        yield buffer.getvalue()


def geojson_texts(chosen: Chosen, progress: Progress) -> Iterator[str]:
    """Yield a FeatureCollection in pieces."""
    question = chosen.question
    wanted = (
        json_properties(question.columns, question.drawn),
        *geometry_columns(question.collection, question.drawn),
    )
    yield '{"type":"FeatureCollection","features":[\n'
    between = ""
    for rows in chosen.pieces(*wanted):
        if rows:
            progress(len(rows))
            yield between + ",\n".join(written(question.collection, rows))
            between = ",\n"
    yield "\n]}"
