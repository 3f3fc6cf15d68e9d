"""Columns that SQLite reads from a file of their own: what comes in, and what is left of the file."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.models import Site
from infra.selectors.frames import noun_frame
from infra.selectors.ledger import verify
from infra.services.frames import MANY, frame_insert, ids_reserve, staged_ahead
from infra.services.ledger import act
from infra.services.staging import Stage, plain
from tests.factories import AuthorityFactory, SiteFactory, clerk
from tests.infra.test_frames import VALUES

#: what SQLite can take of each type: it has no larger integers, and text without NUL
CELLS = {dtype: st.none() | values for dtype, values in VALUES.items()}


@pytest.fixture(autouse=True)
def _only_on_spatialite(on_postgis: bool) -> None:
    if on_postgis:
        pytest.skip("PostgreSQL takes columns by COPY")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where staged files are made; nothing else is in it."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def attached() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        return [name for _number, name, _file in cursor.fetchall() if name not in ("main", "temp")]


def pages_in_log() -> int:
    """From how many pages on this connection carries the log over when it commits; 0 for never."""
    with connection.cursor() as cursor:
        return int(cursor.execute("PRAGMA wal_autocheckpoint").fetchone()[0])


def sites(count: int, prefix: str = "S-") -> pl.DataFrame:
    """Rows of new sites, in every column what a standing one has."""
    frame = pl.concat([noun_frame(Site.objects.order_by("pk")[:1])] * count)
    with transaction.atomic():
        keys = pl.Series("id", ids_reserve(Site, count), dtype=pl.Int64)
    return frame.with_columns(keys, code=prefix + keys.cast(pl.String))


@st.composite
def frames(draw: st.DrawFn) -> pl.DataFrame:
    """Some columns of any type, some the same in all rows."""
    height = draw(st.integers(2, 5))
    columns = draw(st.lists(st.sampled_from(list(CELLS)), min_size=1, max_size=6))
    made = {}
    for place, dtype in enumerate(columns):
        one = st.lists(CELLS[dtype], min_size=height, max_size=height)
        same = CELLS[dtype].map(lambda value, height=height: [value] * height)
        made[f"c{place}"] = pl.Series(draw(one | same), dtype=dtype)
    return pl.DataFrame(made)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(frame=frames())
def test_values_are_read_as_a_statement_would_have_bound_them(frame: pl.DataFrame, folder: Path) -> None:
    staged = Stage().put(frame)
    names = sorted(staged.columns)
    with closing(sqlite3.connect(next(folder.glob("*.staged")))) as own:
        for name in names:
            read = own.execute(f'SELECT "{name}", typeof("{name}") FROM {staged.table} ORDER BY rowid').fetchall()
            values = plain(frame.select(name))[name].to_list()
            assert read == [own.execute("SELECT ?1, typeof(?1)", [value]).fetchone() for value in values]
    for name in set(frame.columns) - staged.columns:
        assert frame[name].n_unique() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("room", [True, False])
def test_rows_are_the_same_whether_sqlite_has_room_for_the_file_or_not(
    room: bool, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not room:
        monkeypatch.setattr(connection, "attach", lambda _path: None)
    site = SiteFactory(authority=AuthorityFactory(), accuracy_m=2.5)
    frame = sites(MANY)
    with act(actor=clerk(), authority=site.authority, kind="site.copied", reason="As columns") as ledger:
        ledger.add_frame(Site, frame)
    assert noun_frame(Site.objects.exclude(pk=site.pk).order_by("pk")).equals(frame)
    assert list(verify()) == []
    assert attached() == []
    assert list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_more_files_than_sqlite_takes_are_written_all_the_same(folder: Path) -> None:
    SiteFactory(authority=AuthorityFactory())
    many = [sites(MANY, f"{number}-") for number in range(12)]
    with transaction.atomic():
        for frame in many:
            frame_insert(Site, frame)
        assert len(attached()) == 10
    assert Site.objects.count() == 12 * MANY + 1
    assert attached() == []
    assert list(folder.iterdir()) == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_of_what_is_refused(folder: Path) -> None:
    SiteFactory(authority=AuthorityFactory())
    twice = sites(MANY).with_columns(code=pl.lit("ONE"))

    def insert() -> None:
        with transaction.atomic():
            frame_insert(Site, twice)

    with pytest.raises(IntegrityError):
        insert()
    assert (Site.objects.count(), attached(), list(folder.iterdir())) == (1, [], [])
    assert pages_in_log() == 1_000


@pytest.mark.django_db(transaction=True)
def test_keys_that_the_columns_lack_count_on(folder: Path) -> None:
    site = SiteFactory(authority=AuthorityFactory())
    versions: Any = Site.version_model  # type: ignore[attr-defined]
    frame = noun_frame(versions.objects.all()).drop("id")
    many = pl.concat([frame] * MANY).with_columns(noun_id=pl.int_range(1, MANY + 1) + site.pk)
    last = versions.objects.latest("pk").pk
    with transaction.atomic():
        staged = staged_ahead(many.drop("act_id"))
        frame_insert(versions, many, staged=staged)
    new = versions.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "noun_id", "act_id")
    act_id = frame["act_id"][0]
    assert list(new) == [(last + n, site.pk + n, act_id) for n in range(1, MANY + 1)]


def test_what_a_killed_process_left_is_taken_away(folder: Path) -> None:
    old, fresh, other = folder / "sotram-a.staged", folder / "sotram-b.staged", folder / "theirs"
    for one in (old, fresh, other):
        one.write_bytes(b"")
    for one in (old, other):
        os.utime(one, (time.time() - 4_000,) * 2)
    Stage().put(pl.DataFrame({"a": [1, 2]}))
    assert {one.name for one in folder.iterdir()} == {"sotram-b.staged", "theirs"}


def test_a_file_that_goes_meanwhile_disturbs_nobody(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process deletes its own staged file after ours saw it and before ours looks at it."""
    gone = folder / "sotram-gone.staged"
    found = Path.glob
    monkeypatch.setattr(Path, "glob", lambda own, pattern: [*found(own, pattern), gone])
    assert Stage().put(pl.DataFrame({"a": [1, 2]})).columns == {"a"}


@pytest.mark.django_db(transaction=True)
def test_the_log_is_carried_over_by_nobody_who_waits(settle: Callable[[Callable[[], bool]], None]) -> None:
    """Who commits much does not carry the log over; it is, all the same, and small commits do it again afterwards."""
    SiteFactory(authority=AuthorityFactory())
    with transaction.atomic():
        frame_insert(Site, sites(5 * MANY))

    def pages() -> tuple[int, int]:
        with connection.cursor() as cursor:
            _busy, written, done = cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            return written, done

    settle(lambda: len(set(pages())) == 1)
    assert pages_in_log() == 0
    settle(_usual_again)


def _usual_again() -> bool:
    with transaction.atomic():
        Site.objects.update(accuracy_m=1.0)
    return pages_in_log() == 1_000


@pytest.fixture
def settle() -> Callable[[Callable[[], bool]], None]:
    """Wait until something holds; fail after ten seconds."""

    def until(holds: Callable[[], bool]) -> None:
        for _ in range(200):
            if holds():
                return
            time.sleep(0.05)
        raise AssertionError("it does not come about")

    return until
