"""Rows as a workbook, written row by row; texts stay texts, whatever they start with."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import shapely
import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from maps.exports.choosing import Chosen
from maps.exports.texts import Progress

#: rows of a sheet below its header
MOST_ROWS = 1_048_575
WIDEST, LONGEST_TEXT = 48, 32_000


def write_workbook(chosen: Chosen, file: Path, about: list[tuple[str, str]], progress: Progress) -> None:
    """Write *file*; a second sheet says what was asked for."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "default_date_format": "",
    }
    book = xlsxwriter.Workbook(str(file), options)
    bold = book.add_format({"bold": True})
    formats = {
        date: book.add_format({"num_format": "dd/mm/yyyy"}),
        datetime: book.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
    }
    sheet = book.add_worksheet(str(chosen.question.collection.title)[:31])
    sheet.freeze_panes(1, 1)
    is_point = chosen.question.collection.geometry_type == "Point"
    titles = [
        *(str(column.title) for column in chosen.columns),
        *([_("Longitude"), _("Latitude")] if is_point else ["WKT"]),
    ]
    for place, title in enumerate(titles):
        sheet.set_column(place, place, min(max(len(title) + 2, 14), WIDEST))
        sheet.write_string(0, place, title, bold)
    line = 1
    for rows in chosen.values():
        for _key, *values in rows:
            if not is_point:
                values[-1] = shapely.to_wkt(shapely.from_wkb(bytes(values[-1])), rounding_precision=7)
            for place, value in enumerate(values):
                _write(sheet, line, place, value, formats)
            line += 1
        progress(len(rows))
    notes = book.add_worksheet(_("About this file"))
    notes.set_column(0, 1, WIDEST)
    for place, (name, value) in enumerate(about):
        notes.write_string(place, 0, name, bold)
        notes.write_string(place, 1, value)
    book.close()


def _write(sheet: Any, line: int, place: int, value: Any, formats: dict[Any, Any]) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value)
    elif isinstance(value, int | float):
        sheet.write_number(line, place, value)
    elif isinstance(value, datetime):
        moment = timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
        sheet.write_datetime(line, place, moment, formats[datetime])
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, formats[date])
    else:
        text = str(value) if isinstance(value, UUID) else value
        sheet.write_string(line, place, text[:LONGEST_TEXT])
