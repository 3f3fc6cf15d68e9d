"""The history of a noun in words, from its versions."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import models
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from pyproj import Geod

from infra.access import Person
from infra.models import Cell, Installation, InstallationKind, Mast, Permit, Site
from infra.models.versions import mirrored
from infra.selectors.acts import act_title
from infra.selectors.collections import detail_rows

GEOD = Geod(ellps="WGS84")
HIDDEN = frozenset({"search_text", "authority", "submission", "submission_row"})


@dataclass(frozen=True)
class Change:
    """One field that an act changed, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    """One act on a noun: when, by whom, what, why; ``subject`` names the noun it was done to."""

    at: datetime
    actor: str
    kind: str
    sentence: str
    reason: str
    subject: str
    record_id: int
    changes: list[Change] = field(default_factory=list)


def history_of(noun: models.Model, *, limit: int = 50) -> list[Entry]:
    """Return the acts on *noun*, newest first (one query, and one a reference that changed)."""
    return history_of_all([noun], limit=limit)


def history_of_all(nouns: Sequence[models.Model], *, limit: int = 50) -> list[Entry]:
    """Return the acts on *nouns* of one model, newest first, with as many queries as for one."""
    if not nouns:
        return []
    by_id = {noun.pk: noun for noun in nouns}
    versions = list(
        type(nouns[0])
        .version_model.objects.filter(noun_id__in=by_id)  # type: ignore[attr-defined]
        .select_related("act__actor", "closed_act__actor")
        .order_by("-valid_from", "-id")[: limit * 2]
    )
    names = _related_names(versions)
    entries: list[Entry] = []
    newest: set[int] = set()
    for place, version in enumerate(versions):
        noun = by_id[version.noun_id]
        if version.noun_id not in newest and version.valid_to:
            entries.append(_removal(noun, version))
        newest.add(version.noun_id)
        before = next((v for v in versions[place + 1 :] if v.noun_id == version.noun_id), None)
        entries.append(_entry(noun, version, before, names))
    return _newest(entries, limit)


def site_history(site: Site, person: Person, *, limit: int = 50) -> list[Entry]:
    """Return the acts on *site* and on what *person* may see there, newest first."""
    installations = list(Installation.objects.visible_to(person).filter(site=site))
    stations = [row.pk for row in installations if row.kind == InstallationKind.BASE_STATION]
    groups: tuple[Sequence[models.Model], ...] = (
        [site],
        list(Mast.objects.visible_to(person).filter(site=site)),
        installations,
        *_details(installations),
        list(Cell.objects.filter(station__in=stations)),
        list(Permit.objects.visible_to(person).filter(installation__in=installations)),
    )
    return _newest([entry for nouns in groups for entry in history_of_all(nouns, limit=limit)], limit)


def _details(installations: Sequence[Installation]) -> list[list[models.Model]]:
    """Return the rows with the facts of the kinds of *installations*, a list for each kind that is there."""
    kinds = sorted({row.kind for row in installations})
    ids = {kind: [row.pk for row in installations if row.kind == kind] for kind in kinds}
    return [list(detail_rows(kind, ids[kind], None)) for kind in kinds]


def _newest(entries: list[Entry], limit: int) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.at, entry.record_id), reverse=True)[:limit]


def _entry(noun: models.Model, version: Any, before: Any, names: dict[tuple[str, Any], str]) -> Entry:
    changes = _changes(noun, before, version, names) if before else []
    verb = _("changed") if before else _("entered in the register")
    subject = _subject(noun)
    return Entry(
        at=version.valid_from,
        actor=str(version.act.actor),
        kind=version.act.kind,
        sentence=f"{act_title(version.act.kind)}: {subject} {verb}",
        reason=version.act.reason,
        subject=subject,
        record_id=version.act_id,
        changes=changes,
    )


def _removal(noun: models.Model, version: Any) -> Entry:
    record = version.closed_act
    subject = _subject(noun)
    return Entry(
        at=version.valid_to,
        actor=str(record.actor),
        kind=record.kind,
        sentence=_("%(act)s: %(subject)s removed from the register")
        % {"act": act_title(record.kind), "subject": subject},
        reason=record.reason,
        subject=subject,
        record_id=record.pk,
    )


def _subject(noun: models.Model) -> str:
    return f"{noun._meta.verbose_name} {noun}"


def _changes(
    noun: models.Model | type[models.Model], before: Any, after: Any, names: dict[tuple[str, Any], str]
) -> list[Change]:
    found = []
    for column in noun._meta.local_concrete_fields:
        if column.primary_key or column.name in HIDDEN:
            continue
        old, new = getattr(before, mirrored(column.attname)), getattr(after, mirrored(column.attname))
        if old != new:
            label = str(column.verbose_name)
            if isinstance(column, GeometryField) and isinstance(old, Point) and isinstance(new, Point):
                label = f"{label} ({_distance(old, new)})"
            found.append(Change(label, _words(column, old, names), _words(column, new, names)))
    return found


def _distance(old: Point, new: Point) -> str:
    metres = GEOD.inv(old.x, old.y, new.x, new.y)[2]
    return _("moved %(metres)s m") % {"metres": f"{metres:.0f}"}


def _words(column: models.Field[Any, Any], value: Any, names: dict[tuple[str, Any], str]) -> str:
    """Return a value as a person reads it; an empty one is a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(column, models.ForeignKey):
        return names.get((column.name, value), str(value))
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Point):
        return f"{value.y:.6f}, {value.x:.6f}"
    if isinstance(value, GEOSGeometry):
        return _("%(points)s points") % {"points": value.num_coords}
    if isinstance(column, models.DateField):
        return date_format(value, "SHORT_DATE_FORMAT")
    return str(value)


def _related_names(versions: list[Any]) -> dict[tuple[str, Any], str]:
    """Read the names behind the foreign keys of all versions: one query a column that changed."""
    names: dict[tuple[str, Any], str] = {}
    if len(versions) < 2:
        return names
    for column in versions[0].noun_model._meta.local_concrete_fields:
        if not isinstance(column, models.ForeignKey) or column.name in HIDDEN:
            continue
        ids = {getattr(version, column.attname) for version in versions} - {None}
        if len(ids) > 1 or (ids and any(getattr(v, column.attname) is None for v in versions)):
            for row in column.remote_field.model._base_manager.filter(pk__in=ids):
                names[(column.name, row.pk)] = str(row)
    return names


# --- for whoever compares versions by themselves ----------------------------------------------------------------------


def names_for(versions: list[Any]) -> dict[tuple[str, Any], str]:
    """Return the names behind the references of *versions*, for :func:`changes_between`."""
    return _related_names(versions)


def changes_between(
    noun: type[models.Model], before: Any, after: Any, names: dict[tuple[str, Any], str]
) -> list[Change]:
    """Return what differs between two versions of a noun, in words."""
    return _changes(noun, before, after, names)


def subject_of(noun: type[models.Model], version: Any) -> str:
    """Return a noun's name as one of its versions gives it: the word and what identifies it."""
    for name in ("registry_number", "code", "number", "name"):
        value = getattr(version, name, "")
        if value:
            return f"{noun._meta.verbose_name} {value}"
    return f"{noun._meta.verbose_name} #{version.noun_id}"
