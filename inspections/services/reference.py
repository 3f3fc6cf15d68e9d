"""Loads the law and the checklists that ship with the product from ``fixtures/``.

Only rows that are not there yet are written: once loaded, law and checklists are the authority's data, and what an
administrator corrected stays corrected. Repeating the load therefore changes nothing.
"""

import json
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import models, transaction

from inspections.models import (
    CalendarDay,
    CalendarYear,
    ChecklistTemplate,
    Circumstance,
    Clock,
    FieldMaximum,
    FineAuthority,
    FormCode,
    Rule,
    TemplateStatus,
)
from inspections.services.checklists import checklist_fill

Row = dict[str, Any]


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _sourced(row: Row, vietnamese: str, english: str) -> Row:
    """Return the columns that every dated row of law has."""
    return {
        "name_vi": row[vietnamese][:255],
        "name_en": (row.get(english) or "")[:255],
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_to": _day(row.get("valid_to")),
        "legal_basis": row.get("legal_basis") or "",
        "confidence": row.get("confidence") or "",
        "verified": bool(row.get("verified")),
    }


def _pick(row: Row, *names: str) -> Row:
    return {name: row[name] for name in names if row.get(name) is not None}


def _rule(row: Row) -> Rule:
    values = _sourced(row, "title_vi", "title_en")
    values |= _pick(row, "code", "field", "decree", "article", "clause", "point", "min_vnd", "max_vnd", "warning")
    values |= _pick(row, "individual_amounts", "proposable", "licence_withdrawal_months", "suspension_months")
    values |= _pick(row, "extra_sanctions", "remedies", "triggers", "amended_by", "source", "note")
    values["legal_basis"] = values["legal_basis"] or row["decree"].replace("ND-CP", "NĐ-CP")
    return Rule(**values)


def _rules(rows: Iterable[Row]) -> Iterable[Rule]:
    """Yield a rule for every row, for its earlier frames, and for its clauses with frames of their own."""
    for row in rows:
        bare = {k: v for k, v in row.items() if k not in {"earlier", "parts"}}
        yield _rule(bare)
        for earlier in row.get("earlier") or ():
            yield _rule(bare | {"amended_by": ""} | earlier)
        for part in row.get("parts") or ():
            known = part.get("min_vnd") is not None and part.get("max_vnd") is not None
            yield _rule(bare | {"note": "", "min_vnd": None, "max_vnd": None} | part | {"proposable": known})


def _authority(row: Row) -> FineAuthority:
    return FineAuthority(
        **_sourced(row, "title_vi", "title_en"),
        **_pick(row, "code", "level", "fields", "max_vnd_organization", "powers"),
        share=row.get("share_of_field_maximum"),
    )


def _maximum(row: Row) -> FieldMaximum:
    return FieldMaximum(
        **_sourced(row, "name_vi", "name_en"),
        **_pick(row, "field", "max_vnd_individual", "organization_factor", "individual_factor_of_rule"),
    )


def _clock(row: Row) -> Clock:
    return Clock(
        **_sourced(row, "text_vi", "text_en"),
        **_pick(row, "condition", "counted_from", "amount", "unit", "extension", "fields", "note"),
        clock=row["name"],
    )


def _form(row: Row) -> FormCode:
    return FormCode(**_sourced(row, "title_vi", "title_en"), **_pick(row, "code", "printed_code", "step", "series"))


def _circumstance(row: Row) -> Circumstance:
    return Circumstance(**_sourced(row, "name_vi", "name_en"), **_pick(row, "code", "kind", "order"))


def _calendar_day(calendar: str) -> Callable[[Row], CalendarDay]:
    def build(row: Row) -> CalendarDay:
        return CalendarDay(
            calendar=calendar,
            date=date.fromisoformat(row["date"]),
            instead_of=_day(row.get("instead_of")),
            **_pick(row, "kind", "name_vi", "name_en", "confidence", "verified"),
        )

    return build


def _insert_missing(rows: Iterable[models.Model], key: Callable[[Any], Any]) -> int:
    """Insert the rows whose key is in neither the table nor *rows* before them; return how many."""
    wanted = list(rows)
    if not wanted:
        return 0
    manager = type(wanted[0])._default_manager
    known = {key(row) for row in manager.all()}
    fresh = []
    for row in wanted:
        if key(row) not in known:
            known.add(key(row))
            fresh.append(row)
    manager.bulk_create(fresh)
    return len(fresh)


def _dated(row: Any) -> tuple[str, date]:
    return row.code, row.valid_from


def load(folder: Path | None = None) -> dict[str, int]:
    """Load law and checklists from *folder* (``fixtures/``); return how many rows of each kind were new."""
    root = folder or settings.BASE_DIR / "fixtures"
    law = root / "law"
    calendar = _read(law / "working_calendar.json")
    name = calendar["calendar"]
    with transaction.atomic():
        return {
            "rules": _insert_missing(_rules(_read(law / "rules.json")), _dated),
            "fine_authorities": _insert_missing(
                map(_authority, _read(law / "authorities.json")), lambda r: (*_dated(r), tuple(r.fields))
            ),
            "field_maxima": _insert_missing(
                map(_maximum, _read(law / "field_maxima.json")), lambda r: (r.field, r.valid_from)
            ),
            "clocks": _insert_missing(
                map(_clock, _read(law / "clocks.json")["clocks"]),
                lambda r: (r.clock, r.condition, r.valid_from, tuple(r.fields)),
            ),
            "circumstances": _insert_missing(map(_circumstance, _read(law / "circumstances.json")), _dated),
            "forms": _insert_missing(map(_form, _read(law / "forms.json")), _dated),
            "calendar_days": _insert_missing(
                map(_calendar_day(name), calendar["days"]), lambda r: (r.calendar, r.date)
            ),
            "calendar_years": _insert_missing(
                (CalendarYear(calendar=name, year=year) for year in calendar["complete_years"]),
                lambda r: (r.calendar, r.year),
            ),
            "checklists": sum(_load_checklist(_read(path)) for path in sorted((root / "checklists").glob("*.json"))),
        }


def _load_checklist(data: Row) -> int:
    """Write one version of a checklist unless it is there; a newer version supersedes the one in force."""
    versions = ChecklistTemplate.objects.filter(code=data["code"])
    if versions.filter(version=data["version"]).exists():
        return 0
    valid_from = date.fromisoformat(data["valid_from"])
    newest = not versions.filter(version__gt=data["version"]).exists()
    if newest:
        versions.filter(status=TemplateStatus.PUBLISHED).update(
            status=TemplateStatus.SUPERSEDED, valid_to=valid_from - timedelta(days=1)
        )
    template = ChecklistTemplate.objects.create(
        **_pick(data, "code", "version", "name_vi", "name_en", "field", "subjects", "conclusion"),
        status=TemplateStatus.PUBLISHED if newest else TemplateStatus.SUPERSEDED,
        valid_from=valid_from,
        valid_to=_day(data.get("valid_to")),
    )
    checklist_fill(template, data)
    return 1
