"""Whole columns through the ledger: they leave what single rows leave, with the same digests."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import IntegrityError, connection, models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.access import Scope
from infra.models import NOUNS, CableRoute, ChangeRecord, Installation, InternetPoint, Site
from infra.models.digests import Noun, frame_schema, version_digest, version_digests
from infra.selectors.frames import noun_frame
from infra.selectors.ledger import verify
from infra.services.frames import MANY, ids_reserve
from infra.services.ledger import Act, act
from infra.spatial.box import Box, installation_ids
from tests.factories import (
    AuthorityFactory,
    CableRouteFactory,
    InstallationFactory,
    InternetPointFactory,
    SiteFactory,
    clerk,
)

moments = st.integers(-(2**51), 2**52).map(lambda us: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=us))
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    pl.String: st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=20),
    pl.Float64: st.floats(allow_nan=False),
    pl.Int64: st.integers(-(2**62), 2**62),
    pl.Boolean: st.booleans(),
    pl.Date: st.dates(date(1876, 1, 1), date(2200, 1, 1)),
    pl.Time: st.times(),
    pl.Datetime("us", "UTC"): moments,
    pl.Binary: st.builds(lambda x, y: bytes(Point(x, y).wkb), st.floats(-180, 180), st.floats(-90, 90)),
}
OURS = [noun for noun in NOUNS if noun._meta.app_label == "infra"]


class Row:
    """A noun's values, as the digest of one row reads them."""

    def __init__(self, cells: dict[str, Any], noun: type[Noun]) -> None:
        for field in noun._meta.local_concrete_fields:
            value = cells[field.attname]
            if isinstance(value, bytes):
                value = GEOSGeometry(memoryview(value))
            if isinstance(field, models.JSONField) and value is not None:
                value = json.loads(value)
            setattr(self, field.attname, value)


@st.composite
def rows_of_a_noun(draw: st.DrawFn) -> tuple[type[Noun], dict[str, Any]]:
    """A noun with a value or nothing in each column; JSON as some text of it."""
    noun = draw(st.sampled_from(OURS))
    cells = {}
    for field in noun._meta.local_concrete_fields:
        value = draw(st.none() | VALUES[frame_schema(noun)[field.attname]])
        cells[field.attname] = json.dumps([value], indent=1) if isinstance(field, models.JSONField) else value
    return noun, cells


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows_of_a_noun(), st.integers(1, 2**40), moments)
def test_a_column_digests_like_its_rows(made: tuple[type[Noun], dict[str, Any]], key: int, since: datetime) -> None:
    noun, cells = made
    alone = version_digest(Row(cells, noun), noun, key, since, {"phone": "x"})  # type: ignore[arg-type]
    frame = pl.DataFrame({name: [cell] for name, cell in cells.items()}, schema=frame_schema(noun))
    frame = frame.with_columns(_key=pl.lit(key), _people=pl.lit('{"phone":  "x"}'))
    assert version_digests(frame, noun, key="_key", valid_from=since, personal="_people") == [alone]


# --- in the register ---


def copies(noun: type[Noun], count: int = 1, **columns: pl.Expr) -> pl.DataFrame:
    """Every row of *noun*, *count* times, under new keys."""
    frame = noun_frame(noun._default_manager.order_by("pk"))
    many = pl.concat([frame] * count)
    with transaction.atomic():
        keys = (
            ids_reserve(noun, many.height) if noun._meta.pk.attname == "id" else many[noun._meta.pk.attname].to_list()
        )
    return many.with_columns(pl.Series(noun._meta.pk.attname, keys)).with_columns(**columns)


def numbered(prefix: str, key: str = "id") -> pl.Expr:
    return pl.lit(prefix) + pl.col(key).cast(pl.String)


def write(authority: Any, kind: str, work: Any) -> Act:
    with act(actor=clerk(), authority=authority, kind=kind, reason="As columns") as ledger:
        work(ledger)
    return ledger


@pytest.mark.django_db
def test_columns_leave_what_rows_leave() -> None:
    site = SiteFactory(authority=AuthorityFactory(), name="Trần Lãm “1” \\ 2", address="", accuracy_m=3.5)
    frame = copies(Site, code=numbered("C-"))
    ledger = write(site.authority, "site.copied", lambda ledger: ledger.add_frame(Site, frame))
    copy = Site.objects.get(code=f"C-{frame['id'][0]}")
    same = [f.attname for f in Site._meta.local_concrete_fields if f.attname not in ("id", "code")]
    assert [getattr(copy, name) for name in same] == [getattr(site, name) for name in same]
    version = Site.version_model.objects.get(noun_id=copy.pk)  # type: ignore[attr-defined]
    assert (version.code, version.address, version.act) == (copy.code, "", ledger.record)
    assert ledger.record.counts == {"infra.site": {"added": 1}}
    assert list(verify()) == []


@pytest.mark.django_db
def test_only_what_differs_gets_a_new_version() -> None:
    authority = AuthorityFactory()
    first, second = SiteFactory(authority=authority), SiteFactory(authority=authority)
    frame = noun_frame(Site.objects.order_by("pk"))
    named = pl.when(pl.col("id") == second.pk).then(pl.lit("Tên mới")).otherwise(pl.col("name"))
    ledger = write(authority, "site.named", lambda ledger: ledger.change_frame(Site, frame.with_columns(name=named)))
    assert ledger.record.counts == {"infra.site": {"changed": 1}}
    versions = Site.version_model.objects.order_by("pk")  # type: ignore[attr-defined]
    assert [v.name for v in versions.filter(noun_id=second.pk)] == [second.name, "Tên mới"]
    assert versions.filter(noun_id=first.pk).count() == 1
    assert list(verify()) == []


@pytest.mark.django_db
def test_saving_the_same_columns_leaves_no_record() -> None:
    site = SiteFactory(authority=AuthorityFactory())
    before = ChangeRecord.objects.count()
    write(site.authority, "site.same", lambda ledger: ledger.change_frame(Site, noun_frame(Site.objects.all())))
    assert ChangeRecord.objects.count() == before


@pytest.mark.django_db
def test_lines_and_people_are_kept_by_columns_too() -> None:
    point = InternetPointFactory(owner_name="Nguyễn Văn A", phone="0912")
    CableRouteFactory()
    authority = point.installation.authority
    people = noun_frame(InternetPoint.objects.all()).with_columns(owner_name=pl.lit("Trần Thị B"))
    routes = noun_frame(CableRoute.objects.all()).with_columns(fibres=pl.lit(97, dtype=pl.Int64))

    def change(ledger: Act) -> None:
        ledger.change_frame(InternetPoint, people)
        ledger.change_frame(CableRoute, routes)

    ledger = write(authority, "many.changed", change)
    assert ledger.record.counts == {"infra.internetpoint": {"changed": 1}, "infra.cableroute": {"changed": 1}}
    version = InternetPoint.version_model.objects.get(noun_id=point.pk, valid_to=None)  # type: ignore[attr-defined]
    assert set(version.personal_digests) == {"owner_name", "phone"}
    assert len(version.salt) == 32
    assert list(verify()) == []


@pytest.mark.django_db
def test_history_starts_when_each_row_says() -> None:
    site = SiteFactory(authority=AuthorityFactory())
    frame = copies(Site, 2, code=numbered("H-"))
    days = [datetime(2012, 5, 1, tzinfo=UTC), datetime(2019, 7, 2, tzinfo=UTC)]
    write(site.authority, "history.loaded", lambda ledger: ledger.add_frame(Site, frame, since=pl.Series(days)))
    seen = [
        Site.objects.as_of(day).filter(code__startswith="H-").count()
        for day in (date(2010, 1, 1), date(2015, 1, 1), date(2020, 1, 1))
    ]
    assert seen == [0, 1, 2]
    assert list(verify()) == []


def triggers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_many_rows_are_found_on_the_map_and_leave_the_guards_standing(on_postgis: bool) -> None:
    installation = InstallationFactory()
    standing = 0 if on_postgis else triggers()
    frame = copies(Installation, MANY, code=numbered("I-"), registry_number=numbered("R-"))
    write(installation.authority, "copied", lambda ledger: ledger.add_frame(Installation, frame))
    point = installation.position
    box = Box(point.x - 0.001, point.y - 0.001, point.x + 0.001, point.y + 0.001)
    everything = Scope(everything=True)
    assert len(installation_ids(box, everything)) == MANY + 1
    moved = frame.with_columns(position=pl.lit(bytes(Point(point.x + 1, point.y).wkb)))
    write(installation.authority, "moved", lambda ledger: ledger.change_frame(Installation, moved))
    assert len(installation_ids(box, everything)) == 1
    off_earth = frame.with_columns(position=pl.lit(bytes(Point(point.x, 95).wkb)))
    with pytest.raises(IntegrityError):
        write(installation.authority, "lost", lambda ledger: ledger.change_frame(Installation, off_earth))
    assert on_postgis or triggers() == standing
    assert len(installation_ids(box, everything)) == 1
    assert list(verify()) == []


def found_by_words(text: str, on_postgis: bool) -> int:
    """How many installations hold *text*, asked as the search asks."""
    asked = "SELECT count(*) FROM words_infra_installation WHERE search_text LIKE %s", [f"%{text}%"]
    if not on_postgis:
        asked = "SELECT count(*) FROM words_infra_installation WHERE words_infra_installation MATCH %s", [f'"{text}"']
    with connection.cursor() as cursor:
        cursor.execute(*asked)
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_words_of_many_rows_are_indexed_as_those_of_single_rows_are(on_postgis: bool) -> None:
    installation = InstallationFactory()
    names = [f"nha may {place}" for place in range(MANY)]
    frame = copies(
        Installation, MANY, code=numbered("I-"), registry_number=numbered("R-"), search_text=pl.Series(names)
    )
    write(installation.authority, "copied", lambda ledger: ledger.add_frame(Installation, frame))
    even = pl.int_range(pl.len()) % 2 == 0
    renamed = frame.with_columns(
        search_text=pl.when(even).then(pl.lit("ben pha ") + pl.col("code")).otherwise(pl.col("search_text"))
    )
    write(installation.authority, "renamed", lambda ledger: ledger.change_frame(Installation, renamed))
    assert found_by_words("ben pha", on_postgis) == MANY // 2
    assert found_by_words("may 1", on_postgis) == sum(name.startswith("nha may 1") for name in names[1::2])
    if not on_postgis:
        with (
            connection.cursor() as cursor
        ):  # FTS5 itself compares its index with the table, and raises where they differ
            name = "words_infra_installation"
            cursor.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('integrity-check', 1)")
            cursor.execute(f"SELECT v FROM {name}_config WHERE k = 'automerge'")
            assert cursor.fetchone() == (4,)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("may", [True, False])
def test_a_key_that_leads_nowhere_stops_many_rows(may: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the role may have the keys checked together, or PostgreSQL asks for every row."""
    monkeypatch.setattr("infra.services.references._may", lambda _cursor: may)
    installation = InstallationFactory()
    frame = copies(Installation, MANY, code=numbered("I-"), registry_number=numbered("R-"))
    lost = frame.with_columns(mast_id=pl.lit(10**9, dtype=pl.Int64))
    with pytest.raises(IntegrityError):
        write(installation.authority, "copied", lambda ledger: ledger.add_frame(Installation, lost))
    write(installation.authority, "copied", lambda ledger: ledger.add_frame(Installation, frame))
    assert Installation.objects.count() == MANY + 1
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_columns_that_cannot_be_made_undo_those_before_them() -> None:
    site = SiteFactory(authority=AuthorityFactory())
    frame = copies(Site, code=numbered("C-"))

    def lost() -> pl.DataFrame:
        raise MemoryError("no room")

    def work(ledger: Act) -> None:
        ledger.add_frame(Site, frame)
        ledger.add_later(Installation, pl.Series([1]), lost)

    with pytest.raises(MemoryError):
        write(site.authority, "site.copied", work)
    assert Site.objects.count() == 1
    write(site.authority, "site.copied", lambda ledger: ledger.add_frame(Site, frame))
    assert Site.objects.count() == 2
    assert list(verify()) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_after_what_broke_off() -> None:
    site = SiteFactory(authority=AuthorityFactory())
    twice = pl.concat([copies(Site, code=numbered("C-"))] * 2)
    others = copies(Site, code=numbered("D-"))

    def work(ledger: Act) -> None:
        ledger.add_frame(Site, twice)
        ledger.add_frame(Site, others)

    with pytest.raises(IntegrityError):
        write(site.authority, "site.copied", work)
    assert Site.objects.count() == 1
    assert list(verify()) == []
