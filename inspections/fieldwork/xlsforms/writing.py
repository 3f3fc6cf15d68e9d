"""A version of a checklist as XLSForm workbook: the sheets survey, choices and settings."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any

import xlsxwriter

from inspections.fieldwork.xlsforms.words import LANGUAGES, OUTCOMES, OWN, PASS_FAIL, PASS_FAIL_NA, PHOTO_SUFFIX
from inspections.models import ChecklistTemplate
from inspections.selectors.checklist_content import content_of

Row = dict[str, Any]
_TYPES = {"number": "decimal", "text": "text", "date": "date", "photo": "image"}
#: what a value that does *not* meet a limit does
_BEYOND = {"<=": ">", "<": ">=", ">=": "<", ">": "<=", "=": "!="}
_LABELS = tuple(f"label::{language}" for language in LANGUAGES.values())
_HINTS = tuple(f"hint::{language}" for language in LANGUAGES.values())
_SURVEY = ("type", "name", *_LABELS, *_HINTS, "required", "relevant", "parameters", *OWN)
#: what ODK clients make a photo smaller to, pixels of the longer edge
_SMALLER = "max-pixels=2048"
_CHOICES = ("list_name", "name", *_LABELS, "outcome")
_SETTINGS = ("form_title", "form_id", "version", "default_language", "title_en", "field", "subjects")
_WIDTHS = {"type": 24, "name": 24, "relevant": 24, "legal_basis": 28, "rule": 22}
_WIDE = 44


def write_xlsform(template: ChecklistTemplate) -> bytes:
    """Return *template* as workbook."""
    content = content_of(template)
    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    _sheet(book, "survey", _SURVEY, _survey(content))
    _sheet(book, "choices", _CHOICES, _choices(content))
    settings = {
        "form_title": template.name_vi,
        "form_id": template.code,
        "version": str(template.version),
        "default_language": LANGUAGES["vi"],
        "title_en": template.name_en,
        "field": template.field,
        "subjects": " ".join(template.subjects),
    }
    _sheet(book, "settings", _SETTINGS, [settings])
    book.close()
    return stream.getvalue()


def _sheet(book: xlsxwriter.Workbook, name: str, columns: tuple[str, ...], rows: Iterable[Row]) -> None:
    sheet = book.add_worksheet(name)
    head = book.add_format({"bold": True, "bottom": 1})
    text = book.add_format({"text_wrap": True, "valign": "top"})
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, head)
        wide = column.startswith(("label", "hint", "remedy_v", "remedy_e"))
        sheet.set_column(place, place, _WIDTHS.get(column, _WIDE if wide else 12), text)
    for number, row in enumerate(rows, 1):
        for place, column in enumerate(columns):
            value = row.get(column)
            if isinstance(value, int | float) and not isinstance(value, bool):
                sheet.write_number(number, place, value)
            elif value not in (None, ""):
                sheet.write_string(number, place, str(value))
    sheet.freeze_panes(1, 2)


def _survey(content: Row) -> Iterator[Row]:
    for group in content["groups"]:
        yield {"type": "begin_group", "name": group["code"]} | _said(_LABELS, group["name_vi"], group["name_en"])
        for item in content["items"]:
            if item["group"] == group["code"]:
                yield from _question(item)
        yield {"type": "end_group", "name": group["code"]}


def _question(item: Row) -> Iterator[Row]:
    yield {
        "type": _type(item),
        "name": item["code"],
        **_said(_LABELS, item["text_vi"], item["text_en"]),
        **_said(_HINTS, item["hint_vi"], item["hint_en"]),
        "required": "yes" if not item["may_be_na"] else "",
        "parameters": _SMALLER if item["kind"] == "photo" else "",
        **_own(item),
    }
    if item["photo"] != "optional" and item["kind"] != "photo":
        yield {
            "type": "image",
            "name": item["code"] + PHOTO_SUFFIX,
            **_said(_LABELS, f"Ảnh: {item['text_vi']}", f"Photo: {item['text_en'] or item['text_vi']}"),
            "required": "yes" if item["photo"] == "required" else "",
            "relevant": "" if item["photo"] == "required" else _when_failed(item),
            "parameters": _SMALLER,
        }


def _type(item: Row) -> str:
    if item["kind"] == "pass_fail":
        return f"select_one {PASS_FAIL_NA if item['may_be_na'] else PASS_FAIL}"
    if item["kind"] == "choice":
        return f"select_one {_list(item)}"
    return _TYPES[item["kind"]]


def _list(item: Row) -> str:
    return f"{item['code']}_list"


def _said(columns: tuple[str, ...], vietnamese: str, english: str) -> Row:
    return dict(zip(columns, (vietnamese, english or vietnamese), strict=True))


def _own(item: Row) -> Row:
    limit = item["limit"] or {}
    same = ("number", "unit", "severity", "legal_basis", "remedy_vi", "remedy_en", "remedy_days", "photo", "confidence")
    return {
        **{name: item[name] for name in same},
        "limit_code": limit.get("code"),
        "limit": limit.get("value"),
        "comparison": limit.get("comparison"),
        "rule": item["rule"],
        "other_rules": " ".join(item["other_rules"]),
        **{name: "yes" if item[name] else "" for name in ("instrument", "safety", "verified")},
    }


def _when_failed(item: Row) -> str:
    """Return the condition under which a photo is asked for, as far as a form can tell it."""
    name = f"${{{item['code']}}}"
    limit = item["limit"] or {}
    if item["kind"] == "pass_fail":
        return f"{name} = 'fail'"
    if item["kind"] == "number" and limit.get("value") is not None:
        return f"{name} != '' and {name} {_BEYOND[limit['comparison'] or '<=']} {limit['value']:g}"
    failing = [choice["code"] for choice in item["choices"] if choice.get("outcome") == "fail"]
    if failing:
        return " or ".join(f"selected({name}, '{code}')" for code in failing)
    return f"{name} != ''"


def _choices(content: Row) -> Iterator[Row]:
    for list_name, some in ((PASS_FAIL, OUTCOMES[:2]), (PASS_FAIL_NA, OUTCOMES)):
        for name, vietnamese, english in some:
            yield {"list_name": list_name, "name": name, **_said(_LABELS, vietnamese, english), "outcome": name}
    for item in content["items"]:
        if item["kind"] == "choice":
            for choice in item["choices"]:
                yield {
                    "list_name": _list(item),
                    "name": choice["code"],
                    **_said(_LABELS, choice.get("text_vi") or choice["code"], choice.get("text_en") or ""),
                    "outcome": choice.get("outcome") or "",
                }
