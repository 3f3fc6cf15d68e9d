"""Search over names, codes, addresses and communes, accents optional, within what the person may see."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import islice, product
from typing import Any

import numpy as np
import sqlalchemy as sa
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from infra.access import Person
from infra.models import Installation, Organization, Site
from infra.spatial import sql
from infra.spatial.places import WrongPlaceError, latitude, longitude
from infra.spatial.tables import core, installation, organization, site, unit
from infra.text import fold
from maps.features.reading import asked_keys, keys_among, keys_asked
from maps.queries.reader import PUBLISHED_KINDS, PUBLISHED_STATUS, Reader
from maps.queries.search import found_in, texts_of, with_code, words_of
from maps.queries.spelling import vocabulary
from maps.queries.unit_names import unit_names
from maps.tiles.columns import Kept, Mask, rows_of
from maps.tiles.register import table_of
from maps.tiles.selection import visible
from maps.tiles.sources.installations import INSTALLATIONS
from maps.tiles.sources.places import SITES
from maps.tiles.sources.source import Source

LEAST_LETTERS = 2
MOST_LETTERS = 120
UNITS, PLACES = 5, 10
#: keys that the index names, and those of them that are put in order
MOST_CANDIDATES, MOST_RANKED = (500, 20_000), 100
#: a code is looked for by its beginning: so many letters are left at least, so many left out at most
LEAST_OF_CODE, MOST_SHORTER = 5, 4
#: other spellings that are tried
MOST_TRIED = 6
ZOOMS = {"province": 9.0, "district": 11.0, "commune": 12.5}
SITE_ZOOM = 16.0
_COORDINATES = re.compile(r"^\s*(-?\d{1,3}[.,]\d+)\s*[;, ]\s*(-?\d{1,3}[.,]\d+)\s*$")


@dataclass(frozen=True)
class Hit:
    """One result: where it lies, how near to look, and the code of its site or unit."""

    kind: str
    title: str
    text: str
    lon: float | None
    lat: float | None
    zoom: float
    site: str | None = None
    code: str | None = None

    def as_json(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Found:
    """What was found; ``corrected`` is what was looked for instead, where nothing was found as it was typed."""

    hits: list[Hit]
    corrected: str | None = None


def search(reader: Reader, text: str, kind: str = "") -> Found:
    """Return units, then sites, for *text*; a pair of coordinates is a place of its own. *kind* "unit": units only.

    Where nothing is found, the words nearest to those that are not known are tried.
    """
    text = text[:MOST_LETTERS]
    place = _coordinates(text)
    if place is not None:
        return Found([place])
    whole = fold(text)
    if len(whole) < LEAST_LETTERS:
        return Found([])
    hits = _search(reader, whole, kind)
    if hits:
        return Found(hits)
    for other in _respelt(whole):
        hits = _search(reader, other, kind)
        if hits:
            return Found(hits, other)
    return Found([])


def _search(reader: Reader, whole: str, kind: str) -> list[Hit]:
    units = _units(whole)
    if kind == "unit":
        return units
    return units[:UNITS] + _sites(reader, whole)


def _respelt(whole: str) -> list[str]:
    """Return what may have been meant: words that nobody knows replaced by near ones, a code by its beginning."""
    known = vocabulary(timezone.localdate())
    choices: list[list[str]] = []
    for word in words_of(whole):
        if any(letter.isdigit() for letter in word):
            shorter = [word[:length] for length in range(len(word) - 1, LEAST_OF_CODE - 1, -1)]
            choices.append([word, *shorter[:MOST_SHORTER]])
        else:
            choices.append([word] if known.holds(word) else [*known.near(word), word])
    tried = (" ".join(words) for words in islice(product(*choices), MOST_TRIED))
    return [other for other in tried if other != whole]


def _coordinates(text: str) -> Hit | None:
    """Read "20,4471 106,3568": latitude first, or longitude first where it can be nothing else."""
    found = _COORDINATES.match(text)
    if found is None:
        return None
    first, second = (float(number.replace(",", ".")) for number in found.groups())
    lat, lon = (second, first) if abs(first) > 90 else (first, second)
    try:
        latitude(lat), longitude(lon)
    except WrongPlaceError:
        return None
    return Hit("position", f"{lat:.5f}, {lon:.5f}", _("Position, latitude and longitude"), lon, lat, SITE_ZOOM)


def _units(whole: str) -> list[Hit]:
    """Return the units of today; those whose own name is what was typed come first."""
    wanted = words_of(whole)
    held = unit_names().with_words(wanted)
    found = sorted(
        islice(held, UNITS * 4), key=lambda one: (one.plain != whole, not one.plain.startswith(whole), one.code)
    )
    return [
        Hit("unit", one.full_name, one.above, one.lon, one.lat, ZOOMS.get(one.level, 12.0), code=one.code)
        for one in found
    ]


def _lonlat(point: Any) -> tuple[Any, Any]:
    return sa.func.ST_X(point).label("lon"), sa.func.ST_Y(point).label("lat")


def _sites(reader: Reader, whole: str) -> list[Hit]:
    """Return sites whose own text, or the text of something on them, holds every word; the nearest match first."""
    today = timezone.localdate()
    sites = _nearest(site, _visible(SITES, reader, today, whole), whole)
    rows: list[int] = []
    if len(sites) < PLACES:
        rows = _nearest(installation, _visible(INSTALLATIONS, reader, today, whole), whole)
    return _hits(sites, rows, reader)


def _visible(source: Source, reader: Reader, today: date, whole: str) -> list[int]:
    """Return keys of rows of *source* with every word of *whole* that *reader* may see, those with that code first.

    The index names candidates, the held table says which of them the reader may see. Where the first ones are nearly
    all somebody else's more are looked at; in the end the held rows of the reader are gone through.
    """
    table = core(source.model)
    wanted = words_of(whole)
    held = table_of(source, None, today)
    seen = visible(source, held, reader)
    ids = _seen_of(held, seen, with_code(table, whole))
    if len(wanted) > 1:
        # As it was typed goes first, and is found at once; word by word "dong da" is anywhere.
        together = _seen_of(held, seen, found_in(table, [" ".join(wanted)], MOST_CANDIDATES[0]))
        if len(together) >= PLACES:
            return list(dict.fromkeys([*ids, *together]))[:MOST_RANKED]
        ids += together
    for most in MOST_CANDIDATES:
        candidates = found_in(table, wanted, most)
        found = _seen_of(held, seen, candidates)
        if len(found) >= PLACES or len(candidates) < most:
            return list(dict.fromkeys([*ids, *found]))[:MOST_RANKED]
    return list(dict.fromkeys([*ids, *found, *_own(table, held.ids[seen], wanted)]))


def _own(table: sa.Table, keys: NDArray[np.int64], wanted: Sequence[str]) -> list[int]:
    """Return some of *keys* whose text holds every word: those of somebody who sees few rows of a large register."""
    statement = sa.select(table.c.id).where(
        keys_among(table.c.id, keys.tolist()),
        *(table.c.search_text.contains(word, autoescape=True) for word in wanted),
    )
    return [pk for (pk,) in sql.read(statement.limit(PLACES))]


def _seen_of(held: Kept, seen: Mask, ids: list[int]) -> list[int]:
    """Keep the keys of rows that are held and seen."""
    rows = rows_of(held, np.array(ids, dtype=np.int64))
    rows = rows[rows >= 0]
    found: list[int] = held.ids[rows[seen[rows]]].tolist()
    return found


def _nearest(table: Any, ids: list[int], whole: str) -> list[int]:
    """Return the keys in order: a text that starts with what was typed, one that holds it as it is, the rest."""
    texts = texts_of(table, ids)
    in_order = sorted(
        texts, key=lambda pk: (not texts[pk].startswith(whole), whole not in texts[pk], len(texts[pk]), pk)
    )
    return in_order[:PLACES]


def _hits(sites: list[int], installations: list[int], reader: Reader) -> list[Hit]:
    notes = _notes(installations, reader)
    order = list(dict.fromkeys([*sites, *notes]))[:PLACES]
    rows = sql.read_named(_sites_told(sql.vendor()), keys=asked_keys(order)) if order else []
    found = {one.id: one for one in rows}
    return [_site(found[pk], "" if pk in sites else notes.get(pk, "")) for pk in order if pk in found]


@cache
def _sites_told(_vendor: str) -> sa.Select[Any]:
    return (
        sa.select(
            *(site.c.id, site.c.code, site.c.name, site.c.address, site.c.declared_unit, unit.c.full_name),
            *_lonlat(site.c.position),
        )
        .select_from(site.outerjoin(unit, unit.c.id == site.c.unit_id))
        .where(keys_asked(site.c.id))
    )


def _notes(installations: list[int], reader: Reader) -> dict[int, str]:
    """Return site → whose installation on it was found, and its code."""
    if not installations:
        return {}
    rows = sql.read_named(_holders_told(sql.vendor()), keys=asked_keys(installations))
    notes: dict[int, str] = {}
    for row in sorted(rows, key=lambda one: installations.index(one.id)):
        holder = Organization(short_name=row.short_name, name=row.name, name_en=row.name_en).display_name
        code = row.registry_number if reader.public else row.code or row.registry_number
        notes.setdefault(row.site_id, f"{holder} · {code}")
    return notes


@cache
def _holders_told(_vendor: str) -> sa.Select[Any]:
    rows = installation.join(organization, organization.c.id == installation.c.organization_id)
    return (
        sa.select(
            *(installation.c.id, installation.c.site_id, installation.c.registry_number, installation.c.code),
            *(organization.c.short_name, organization.c.name, organization.c.name_en),
        )
        .select_from(rows)
        .where(keys_asked(installation.c.id), installation.c.site_id.is_not(None))
    )


def _site(one: Any, note: str) -> Hit:
    place = one.full_name or one.declared_unit
    text = " · ".join(part for part in (one.code, note or one.address, place) if part)
    return Hit("site", one.name or one.address or one.code, text, one.lon, one.lat, SITE_ZOOM, one.code)


def visible_sites(person: Person) -> QuerySet[Site]:
    """Return the standing sites that the person may see; the public those with something published."""
    if Reader.of(person).public:
        published = Installation.objects.filter(status_id=PUBLISHED_STATUS, kind__in=PUBLISHED_KINDS)
        return Site.objects.filter(merged_into__isnull=True, pk__in=published.values("site_id"))
    return Site.objects.visible_to(person).filter(merged_into__isnull=True)
