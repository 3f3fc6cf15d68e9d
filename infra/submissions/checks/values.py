"""Cells to values: numbers, dates, choices, names. Whole columns at once; a row is looked at only where it fails."""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import polars as pl
from django.utils.translation import gettext

from infra.submissions.columns import Column, Type
from infra.submissions.draft import Draft
from infra.submissions.lists import Choices, loose
from infra.submissions.problems import in_each_language

#: Excel counts days from here; it believes that 1900 was a leap year
_EXCEL_EPOCH = pl.date(1899, 12, 30)
#: serial numbers from 1954 to 2119; a smaller figure is a year or a slip
_SERIALS = (20_000, 80_000)
_UNIT_SUFFIXES = {
    "m": r"m|mét|met|meters?|metres?",
    "m²": r"m2|m²",
    "km": r"km",
    "MHz": r"mhz",
    "W": r"w",
    "kW": r"kw",
    "°": r"°|độ|do|deg",
    "dBi": r"dbi",
    "dBm": r"dbm",
    "h": r"h|giờ|gio",
    "Mbit/s": r"mbps|mbit/s|mb/s",
}
_PLAIN = r"^[+-]?\d+(?:[.,]\d*)?$"
_POINTS_GROUP = r"^[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?$"
_COMMAS_GROUP = r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$"
_DATES = ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%d/%m/%y")
_SEPARATORS = re.compile(r"[,;/+&|]|\bv[aà]\b|\band\b", re.IGNORECASE)
_YES = {"co", "yes", "y", "true", "1", "x", "dung", "đ", "d", "roi", "dang phat", "danghoatdong", "hoatdong"}
_NO = {"khong", "no", "n", "false", "0", "chua", "sai", "k", "tamdung", "ngung", "ngunghoatdong", "tamngung"}
#: texts are read each once where one comes so many times on average
_OFTEN = 4
_TIMES = ("%H:%M", "%H:%M:%S", "%Hh%M", "%Hh", "%H")


def clean(draft: Draft) -> None:
    """Fill ``draft.values`` with the columns the file has and report every cell that does not fit its column."""
    for column in draft.around.table.columns:
        if column.required:
            _require(draft, column)
        if not draft.has(column.name):
            continue
        cleaner = _CLEANERS.get(column.type)
        if cleaner is not None:
            draft.values[column.name] = cleaner(draft, column)


def _require(draft: Draft, column: Column) -> None:
    header = {"vi": column.header_vi, "en": column.header_en}
    draft.report(draft.text(column.name).is_null().to_numpy(), "value.required", column.name, facts={"header": header})


def _text(draft: Draft, column: Column) -> pl.Series:
    texts = draft.text(column.name)
    if column.max_length:
        long = (texts.str.len_chars() > column.max_length).fill_null(value=False)
        draft.report(long.to_numpy(), "value.length", column.name, facts={"limit": column.max_length})
        return texts.str.slice(0, column.max_length) if long.any() else texts
    return texts


def _read_once(texts: pl.Series, read: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Return what *read* makes of *texts*, each text read once where the same ones come again and again."""
    spellings = texts.drop_nulls().unique()
    if len(spellings) * _OFTEN > len(texts):
        return read(texts)
    values = read(spellings)
    return texts.replace_strict(spellings, values, default=None, return_dtype=values.dtype)


def numbers(texts: pl.Series, unit: str = "") -> pl.Series:
    """Return the numbers in *texts*: "45", "45,0", "1.234,5", "45 m"; null where there is none."""
    return _read_once(texts, partial(_numbers, unit=unit))


def _numbers(texts: pl.Series, unit: str) -> pl.Series:
    suffix = _UNIT_SUFFIXES.get(unit, "")
    pattern = rf"(?i)^\s*([+-]?\d[\d.,\s]*?)\s*(?:{suffix})?\.?\s*$" if suffix else r"^\s*([+-]?\d[\d.,\s]*?)\s*$"
    bare = pl.DataFrame({"bare": texts.str.extract(pattern, 1).str.replace_all(r"\s", "")})
    text = pl.col("bare")
    plain = (
        pl.when(text.str.contains(_PLAIN))
        .then(text.str.replace(",", ".", literal=True).str.strip_chars_end("."))
        .when(text.str.contains(_POINTS_GROUP))
        .then(text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(text.str.contains(_COMMAS_GROUP))
        .then(text.str.replace_all(",", "", literal=True))
        .otherwise(None)
    )
    return bare.select(plain.cast(pl.Float64, strict=False).alias(texts.name))[texts.name]


def _number(draft: Draft, column: Column) -> pl.Series:
    texts = draft.text(column.name)
    values = numbers(texts, column.unit)
    if column.type is Type.INTEGER:
        values = values.set((values != values.round()).fill_null(value=False), None)
    draft.report((values.is_null() & texts.is_not_null()).to_numpy(), "value.type", column.name)
    out = pl.Series([False] * draft.size, dtype=pl.Boolean)
    if column.low is not None:
        out = out | (values <= column.low if column.above else values < column.low)
    if column.high is not None:
        out = out | (values > column.high)
    out = out.fill_null(value=False)
    draft.report(out.to_numpy(), "value.range", column.name, facts={"range": column.range_text()})
    values = values.set(out, None)
    return values.cast(pl.Int64) if column.type is Type.INTEGER else values


def dates(texts: pl.Series) -> pl.Series:
    """Return the dates in *texts*: day first, ISO, with or without a time, or Excel's serial number; else null."""
    return _read_once(texts, _dates)


def _dates(texts: pl.Series) -> pl.Series:
    day = texts.str.extract(r"^\s*(\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4})(?:[T\s]+\d{1,2}:\d{2}.*)?\s*$", 1)
    found = pl.repeat(None, len(texts), dtype=pl.Date, eager=True)
    for form in _DATES:
        missing = day.set(found.is_not_null(), None)
        if missing.null_count() == len(missing):
            break
        tried = missing.str.to_date(form, strict=False)
        # A two-digit year also fits "%Y" as a year of antiquity; no station is older than the telephone.
        found = found.zip_with(found.is_not_null(), tried.set((tried.dt.year() < 1876).fill_null(value=False), None))
    serial = texts.str.extract(r"^(\d{5})(?:[.,]\d+)?$", 1).cast(pl.Int64, strict=False)
    low, high = _SERIALS
    frame = pl.DataFrame({"found": found, "serial": serial})
    by_serial = (
        pl.when(pl.col("serial").is_between(low, high))
        .then(_EXCEL_EPOCH + pl.duration(days=pl.col("serial")))
        .otherwise(None)
    )
    return frame.select(pl.coalesce("found", by_serial).cast(pl.Date).alias(texts.name))[texts.name]


def _date(draft: Draft, column: Column) -> pl.Series:
    texts = draft.text(column.name)
    values = dates(texts)
    draft.report((values.is_null() & texts.is_not_null()).to_numpy(), "value.date", column.name)
    return values


def _time(draft: Draft, column: Column) -> pl.Series:
    texts = draft.text(column.name)
    bare = texts.str.to_lowercase().str.replace_all(r"\s", "").str.replace(r"^\d{4}-\d{2}-\d{2}t?", "")
    tried = [bare.str.to_time(form, strict=False) for form in _TIMES]
    frame = pl.DataFrame({str(i): found for i, found in enumerate(tried)})
    values = frame.select(pl.coalesce(pl.all()).alias(column.name))[column.name]
    draft.report((values.is_null() & texts.is_not_null()).to_numpy(), "value.type", column.name)
    return values


def _looked_up(texts: pl.Series, meaning: Callable[[str], Any], dtype: Any = pl.String) -> pl.Series:
    """Map each distinct text once."""
    known = {text: meaning(text) for text in texts.drop_nulls().unique().to_list()}
    return texts.replace_strict(known, default=None, return_dtype=dtype)


def _choice(draft: Draft, column: Column) -> pl.Series:
    choices = draft.around.choices(column.choices)
    return _listed(draft, column, choices.code_of, choices)


def _choices(draft: Draft, column: Column) -> pl.Series:
    choices = draft.around.choices(column.choices)
    order = list(choices.names)

    def code_each(part: str) -> set[str | None]:
        whole = choices.code_of(part)
        return {whole} if whole else {choices.code_of(word) for word in part.split()}

    def codes(text: str) -> str | None:
        found = {code for part in _SEPARATORS.split(text) if part.strip() for code in code_each(part)}
        if None in found or not found:
            return None
        return ",".join(sorted((code for code in found if code), key=order.index))

    return _listed(draft, column, codes, choices)


def _listed(draft: Draft, column: Column, meaning: Callable[[str], str | None], choices: Choices) -> pl.Series:
    texts = draft.text(column.name)
    values = _looked_up(texts, meaning)
    words = in_each_language(choices.words)
    draft.report(
        (values.is_null() & texts.is_not_null()).to_numpy(), "value.choice", column.name, facts={"choices": words}
    )
    return values


def _organization(draft: Draft, column: Column) -> pl.Series:
    texts = draft.text(column.name)
    values = _looked_up(texts, draft.around.organizations.code_of)
    draft.report((values.is_null() & texts.is_not_null()).to_numpy(), "reference.unknown", column.name)
    return values


def _flag(draft: Draft, column: Column) -> pl.Series:
    def meaning(text: str) -> bool | None:
        word = loose(text)
        return True if word in _YES else False if word in _NO else None

    texts = draft.text(column.name)
    values = _looked_up(texts, meaning, pl.Boolean)
    words = in_each_language(lambda: f"{gettext('yes')}, {gettext('no')}")
    draft.report(
        (values.is_null() & texts.is_not_null()).to_numpy(), "value.choice", column.name, facts={"choices": words}
    )
    return values


_CLEANERS: dict[Type, Callable[[Draft, Column], pl.Series]] = {
    Type.TEXT: _text,
    Type.NUMBER: _number,
    Type.INTEGER: _number,
    Type.DATE: _date,
    Type.TIME: _time,
    Type.FLAG: _flag,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.ORGANIZATION: _organization,
    Type.UNIT: _text,
}


def check_order(draft: Draft, first: str, last: str) -> None:
    """Report rows whose *last* date lies before their *first* one."""
    if first in draft.values and last in draft.values:
        texts = draft.text(last)
        wrong = (draft.values[last] < draft.values[first]).fill_null(value=False).to_numpy()
        draft.report(wrong, "value.order", last, first, value=lambda place: texts[place] or "")
