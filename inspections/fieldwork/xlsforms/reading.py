"""An XLSForm workbook as the content of a checklist, with everything that does not fit said at once, by row.

The file is unpacked by pyxform, so that what it takes (XLSX, XLS, CSV, Markdown; old spellings of types) is taken here.
An error keeps the file out; a warning says what was left out or understood in a way of ours.
"""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from pyxform.errors import PyXFormError
from pyxform.xls2json_backends import get_xlsform

from inspections.fieldwork.measures import NotANumber, canonical_unit, parse_number
from inspections.fieldwork.xlsforms.words import KINDS, PHOTO_SUFFIX, RECORDED, SAME, SILENT, YES
from inspections.models import Field, ItemKind, PhotoRule, Severity

Row = dict[str, Any]
FILE_MAX_BYTES = 2 * 1024 * 1024
#: what a workbook may unpack to; a real form has a few hundred kilobytes
UNPACKED_MAX_BYTES = 12 * 1024 * 1024
_CHUNK = 1024 * 1024
ROWS_MAX = 1_000
_CODE = re.compile(r"[a-z_][a-z0-9_]{0,47}")
#: column as written -> base name and language
_COLUMN = re.compile(r"(label|hint)\s*(?:::?\s*(.+))?", re.IGNORECASE)
_LANGUAGE = re.compile(r"\((\w{2,3})\)\s*$")
_NAMES = {
    "vietnamese": "vi",
    "tiếng việt": "vi",
    "việt": "vi",
    "vi": "vi",
    "english": "en",
    "tiếng anh": "en",
    "en": "en",
}
#: a constraint that is one comparison: it becomes the limit
_ONE_LIMIT = re.compile(r"\s*\.\s*(<=|>=|<|>|=)\s*(-?\d+(?:\.\d+)?)\s*")
_LONGEST = {"text": 500, "hint": 500, "unit": 16, "legal_basis": 255, "rule": 48, "number": 8, "remedy": 400}


@dataclass(frozen=True)
class Note:
    """Something about the file; ``row`` is the number that the spreadsheet shows, None for the whole."""

    row: int | None
    sheet: str
    message: str
    blocks: bool = False


@dataclass
class ReadForm:
    """What a file holds: head (code, names, field, subjects) and content of a checklist."""

    head: Row = field(default_factory=dict)
    content: Row = field(default_factory=lambda: {"groups": [], "items": []})
    notes: list[Note] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not any(note.blocks for note in self.notes)

    def refuse(self, row: int | None, message: str, sheet: str = "survey") -> None:
        self.notes.append(Note(row, sheet, message, blocks=True))

    def remark(self, row: int | None, message: str, sheet: str = "survey") -> None:
        self.notes.append(Note(row, sheet, message))


def read_xlsform(content: bytes, name: str) -> ReadForm:
    """Return what *content*, called *name*, holds; nothing is raised for what a person may hand in."""
    form = ReadForm()
    sheets = _sheets(content, name, form)
    if sheets is None:
        return form
    _Reader(form, sheets).read()
    if form.is_sound and not form.content["items"]:
        form.refuse(None, _("The file holds no question."))
    return form


def _sheets(content: bytes, name: str, form: ReadForm) -> Any:
    if len(content) > FILE_MAX_BYTES:
        form.refuse(None, _("The file is larger than %(mb)s MB.") % {"mb": FILE_MAX_BYTES // 2**20}, "")
        return None
    suffix = f".{name.rsplit('.', 1)[-1].lower()}" if "." in name else ""
    try:
        if content[:2] == b"PK":
            _refuse_bombs(content)
        sheets = get_xlsform(content, suffix if suffix in (".xlsx", ".xls", ".csv", ".md") else ".xlsx")
    except (PyXFormError, ValueError, LookupError, TypeError, AttributeError, OSError, zlib.error) as error:
        form.refuse(None, _("This is no XLSForm that can be read: %(error)s") % {"error": error}, "")
        return None
    if not sheets.survey:
        form.refuse(None, _("The file has no sheet “survey” with questions."), "")
        return None
    if len(sheets.survey) > ROWS_MAX:
        form.refuse(None, _("The sheet “survey” has more than %(n)s rows.") % {"n": ROWS_MAX})
        return None
    return sheets


def _refuse_bombs(content: bytes) -> None:
    """Raise ValueError for an archive that unpacks to more than a form can have, whatever it says of itself."""
    total = 0
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for member in archive.infolist():
                with archive.open(member) as stream:
                    while piece := stream.read(_CHUNK):
                        total += len(piece)
                        if total > UNPACKED_MAX_BYTES:
                            raise ValueError(_("the workbook is too large once unpacked."))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise ValueError(_("the archive is damaged or protected.")) from error


class _Reader:
    """Walks the rows of a form once; what it finds goes into ``form``."""

    def __init__(self, form: ReadForm, sheets: Any) -> None:
        self.form = form
        self.rows = [_told(row) for row in sheets.survey]
        self.lists = _lists(sheets.choices or ())
        self.settings = _told(next(iter(sheets.settings or ()), {}))
        self.open: list[str] = []
        self.items: dict[str, Row] = {}

    def read(self) -> None:
        self._head()
        for number, row in enumerate(self.rows, 2):
            if row:
                self._row(number, row)
        if self.open:
            self.form.refuse(None, _("Group “%(name)s” is not ended (end_group).") % {"name": self.open[-1]})
        used = {item["group"] for item in self.items.values()}
        self.form.content["groups"] = [g for g in self.form.content["groups"] if g["code"] in used]
        self.form.content["items"] = list(self.items.values())
        for place, item in enumerate(self.form.content["items"], 1):
            item["number"] = item["number"] or str(place)
            item.pop("photo_is_said", None)

    def _head(self) -> None:
        given = self.settings
        field_name = given.get("field", "")
        self.form.head = {
            "code": _code(given.get("form_id", "") or given.get("id_string", "")).replace("_", "-")[:48],
            "name_vi": (given.get("form_title") or given.get("title") or "")[:255],
            "name_en": (given.get("title_en") or "")[:255],
        }
        if field_name in Field.values:
            self.form.head["field"] = field_name
        if given.get("subjects"):
            self.form.head["subjects"] = given["subjects"].split()

    def _row(self, number: int, row: Row) -> None:
        kind = " ".join(row.get("type", "").replace("_", " ").split()).lower()
        if kind in ("begin group", "begin kit"):
            self._begin(number, row)
        elif kind == "end group":
            if not self.open:
                self.form.refuse(number, _("A group ends here that was not begun."))
            self.open = self.open[:-1]
        elif kind.replace(" ", "-") in RECORDED or kind.replace(" ", "") in RECORDED:
            self.form.remark(number, _("Left out: the field app records “%(type)s” by itself.") % {"type": kind})
        elif kind.split(" ")[0] in SILENT or not kind:
            self.form.remark(number, _("Left out: “%(type)s” asks nothing.") % {"type": kind or "–"})
        else:
            self._question(number, row, kind)

    def _begin(self, number: int, row: Row) -> None:
        code = _code(row.get("name", "")) or f"group_{number}"
        while any(group["code"] == code for group in self.form.content["groups"]):
            code += "_2"
        vietnamese, english = _both(row, "label", code, 255)
        self.form.content["groups"].append({"code": code, "name_vi": vietnamese, "name_en": english})
        self.open.append(code)

    def _group(self) -> str:
        if self.open:
            return self.open[-1]
        if not any(group["code"] == "general" for group in self.form.content["groups"]):
            self.form.content["groups"].append({"code": "general", "name_vi": "Chung", "name_en": "General"})
        return "general"

    # --- a question ---

    def _question(self, number: int, row: Row, kind: str) -> None:
        if self._photo_of_another(row, kind):
            return
        item = self._kind(number, row, kind)
        if item is None:
            return
        code = self._new_code(number, row)
        if code is None:
            return
        text, english = _both(row, "label", "", _LONGEST["text"])
        if not text:
            self.form.refuse(number, _("“%(name)s” has no label.") % {"name": row.get("name", "")})
        hint, hint_en = _both(row, "hint", "", _LONGEST["hint"])
        item |= {
            "code": code, "group": self._group(), "text_vi": text, "text_en": english, "hint_vi": hint,
            "hint_en": hint_en,
        }  # fmt: skip
        item |= self._own(number, row, item)
        self.items[code] = item

    def _new_code(self, number: int, row: Row) -> str | None:
        code = _code(row.get("name", ""))
        if not _CODE.fullmatch(code):
            self.form.refuse(
                number, _("“%(name)s” is no name: letters, digits and _, at most 48.") % {"name": row.get("name", "")}
            )
            return None
        if code in self.items:
            self.form.refuse(number, _("The name “%(name)s” is used twice.") % {"name": code})
            return None
        return code

    def _photo_of_another(self, row: Row, kind: str) -> bool:
        """Take the picture that belongs to a question: it becomes the question's photo rule."""
        name = row.get("name", "")
        if KINDS.get(kind) != ItemKind.PHOTO or not name.endswith(PHOTO_SUFFIX):
            return False
        item = self.items.get(_code(name[: -len(PHOTO_SUFFIX)]))
        if item is None:
            return False
        if not item.pop("photo_is_said", False):
            required = row.get("required", "").lower() in YES
            item["photo"] = PhotoRule.REQUIRED if required and not row.get("relevant") else PhotoRule.ON_FAIL
        return True

    def _kind(self, number: int, row: Row, kind: str) -> Row | None:
        first, _space, rest = kind.partition(" ")
        if first == "select" and rest.startswith(("one", "1")):
            written = row.get("type", "").split()
            return self._choice(number, row, written[-1] if written else "")
        if kind in KINDS:
            return {"kind": KINDS[kind], "choices": [], "may_be_na": row.get("required", "").lower() not in YES}
        words = _("“%(type)s” has no counterpart in a checklist. Ask it as one choice, number, text, date or photo.")
        self.form.refuse(number, words % {"type": row.get("type", "")})
        return None

    def _choice(self, number: int, row: Row, list_name: str) -> Row | None:
        choices = self.lists.get(list_name.lower())
        if not choices:
            self.form.refuse(number, _("The sheet “choices” has no list “%(list)s”.") % {"list": list_name})
            return None
        outcomes = {SAME.get(_code(choice["code"])) for choice in choices}
        if None not in outcomes and {"pass", "fail"} <= outcomes:
            return {"kind": ItemKind.PASS_FAIL, "choices": [], "may_be_na": "na" in outcomes}
        may_be_na = row.get("required", "").lower() not in YES
        return {"kind": ItemKind.CHOICE, "choices": choices, "may_be_na": may_be_na}

    def _own(self, number: int, row: Row, item: Row) -> Row:
        found: Row = {
            "unit": canonical_unit(row.get("unit", ""))[: _LONGEST["unit"]],
            "legal_basis": row.get("legal_basis", "")[: _LONGEST["legal_basis"]],
            "rule": row.get("rule", "")[: _LONGEST["rule"]] or None,
            "other_rules": row.get("other_rules", "").split(),
            "remedy_vi": row.get("remedy_vi", "")[: _LONGEST["remedy"]],
            "remedy_en": row.get("remedy_en", "")[: _LONGEST["remedy"]],
            "remedy_days": self._days(number, row),
            "number": row.get("number", "").removesuffix(".0")[: _LONGEST["number"]],
            "instrument": row.get("instrument", "").lower() in YES,
            "safety": row.get("safety", "").lower() in YES,
            "confidence": row.get("confidence", "")[:8],
            "verified": row.get("verified", "").lower() in YES and row.get("confidence", "") in ("V", "V2"),
            "severity": self._one_of(number, row, "severity", Severity.values, Severity.MINOR),
            "photo": self._one_of(number, row, "photo", PhotoRule.values, PhotoRule.OPTIONAL),
            "limit": self._limit(number, row) if item["kind"] == ItemKind.NUMBER else None,
        }
        if row.get("photo"):
            found["photo_is_said"] = True
        return found

    def _one_of(self, number: int, row: Row, column: str, known: Iterable[str], otherwise: str) -> str:
        value = row.get(column, "").lower()
        if not value:
            return str(otherwise)
        if value not in known:
            words = _("Column “%(column)s”: “%(value)s” is none of %(known)s.")
            self.form.refuse(number, words % {"column": column, "value": value, "known": ", ".join(known)})
        return value

    def _days(self, number: int, row: Row) -> int | None:
        value = row.get("remedy_days", "").removesuffix(".0")
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and int(value) <= 3_650):
            self.form.refuse(number, _("Column “remedy_days”: “%(value)s” is no number of days.") % {"value": value})
            return None
        return int(value)

    def _limit(self, number: int, row: Row) -> Row | None:
        code, written, comparison = row.get("limit_code", ""), row.get("limit", ""), row.get("comparison", "")
        if written or code:
            return {
                "code": code,
                "comparison": self._comparison(number, comparison),
                "value": self._value(number, written),
            }
        constraint = row.get("constraint", "")
        found = _ONE_LIMIT.fullmatch(constraint)
        if found:
            self.form.remark(
                number, _("The constraint “%(constraint)s” becomes the limit.") % {"constraint": constraint}
            )
            return {"code": "", "comparison": found[1], "value": float(found[2])}
        if constraint:
            self.form.remark(number, _("The constraint “%(constraint)s” is left out.") % {"constraint": constraint})
        return None

    def _comparison(self, number: int, text: str) -> str:
        comparison = text.replace("≤", "<=").replace("≥", ">=") or "<="
        if comparison not in ("<=", "<", ">=", ">", "="):
            self.form.refuse(number, _("Column “comparison”: “%(value)s” is none of <= < >= > =.") % {"value": text})
        return comparison

    def _value(self, number: int, written: str) -> float | None:
        if not written:
            return None
        try:
            return parse_number(written)
        except NotANumber:
            self.form.refuse(number, _("Column “limit”: “%(value)s” is not a number.") % {"value": written})
            return None


def _told(row: Mapping[str, Any]) -> Row:
    """Return a row with its columns by our names and its cells as trimmed NFC text; labels as {language: text}."""
    found: Row = {}
    for column, value in row.items():
        text = unicodedata.normalize("NFC", str(value)).strip()
        named = _COLUMN.fullmatch(str(column).strip())
        if named:
            found.setdefault(named[1].lower(), {})[_language(named[2])] = text
        else:
            found[str(column).strip().lower().replace("bind::", "")] = text
    return found


def _language(written: str | None) -> str:
    """Return the code of a language as a column names it; a column without one is Vietnamese."""
    if not written:
        return "vi"
    code = _LANGUAGE.search(written)
    bare = written.split("(")[0].strip().lower()
    return code[1].lower() if code else _NAMES.get(bare, bare)


def _both(row: Row, name: str, otherwise: str, longest: int) -> tuple[str, str]:
    """Return a text in Vietnamese and English; any other language stands in where there is no Vietnamese."""
    texts: dict[str, str] = row.get(name) or {}
    english = texts.get("en", "")
    vietnamese = texts.get("vi") or english or next(iter(texts.values()), "") or otherwise
    return vietnamese[:longest], "" if english == vietnamese else english[:longest]


def _code(name: str) -> str:
    """Return *name* as one of our codes: lower case ASCII, with underscores."""
    plain = unicodedata.normalize("NFD", name.strip().replace("đ", "d").replace("Đ", "D"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).lower()
    return re.sub(r"[^a-z0-9_]+", "_", plain).strip("_") if plain else ""


def _lists(rows: Iterable[Mapping[str, Any]]) -> dict[str, list[Row]]:
    """Return the lists of choices by their lower-case names."""
    found: dict[str, list[Row]] = {}
    for raw in rows:
        row = _told(raw)
        name = row.get("list_name") or row.get("list name") or ""
        code = row.get("name") or row.get("value") or ""
        if not name or not code:
            continue
        vietnamese, english = _both(row, "label", code, 200)
        choice = {"code": code[:48], "text_vi": vietnamese, "text_en": english}
        outcome = row.get("outcome", "").lower()
        if outcome in ("pass", "fail", "na"):
            choice["outcome"] = outcome
        found.setdefault(name.lower(), []).append(choice)
    return found
