"""Tables in files: a server that starts draws from them at once, and never draws what is not so any more."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from infra.models import Site
from infra.services.sites import site_move
from inspections.models import SafetyState
from maps import warming
from maps.tiles import files, register
from maps.tiles.answers import ANSWERS
from maps.tiles.register import table_of
from maps.tiles.sources.installations import INSTALLATIONS
from maps.tiles.sources.places import SITES
from maps.tiles.sources.source import Source
from tests.maps.tiles.test_held_tables import TODAY, rows_of
from tests.world import SignIn, World, at

HELD = warming.HELD


@pytest.fixture
def folder(world: World, tmp_path: Path) -> Iterator[Path]:
    """What a server left behind when it ended, whose process is gone."""
    register.keep_in(tmp_path)
    for source in HELD:
        table_of(source, None, TODAY)
    register.write_files(HELD)
    register._tables.clear()
    yield tmp_path
    register.keep_in(None)
    register._tables.clear()


def read_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the tables that are read as a whole from now on."""
    names: list[str] = []
    load = Source.load

    def noted(source: Source, *arguments: Any) -> Any:
        names.append(source.name)
        return load(source, *arguments)

    monkeypatch.setattr(Source, "load", noted)
    return names


def test_a_start_reads_only_what_was_done_since(world: World, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site_move(actor=world.officer, site=world.harbour, to=at(106.61, 20.61), reason="Measured")
    anew = {source.name: rows_of(source.load("", None)) for source in HELD}
    names = read_as_a_whole(monkeypatch)
    assert {source.name: rows_of(table_of(source, None, TODAY)) for source in HELD} == anew
    assert not names


def test_tiles_of_a_start_are_those_of_a_reading(world: World, folder: Path, as_person: SignIn) -> None:
    client = as_person(world.officer)
    address = "/tiles/installations/5/25/14.mvt"
    begun = client.get(address)
    assert register.is_from_file(INSTALLATIONS)
    register._tables.clear()
    register.keep_in(None)
    ANSWERS.clear()
    read = client.get(address)
    assert not register.is_from_file(INSTALLATIONS)
    assert begun.status_code == 200
    assert begun.content == read.content


def _damage(folder: Path) -> None:
    path = folder / "sites.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


def _cut(folder: Path) -> None:
    path = folder / "sites.npz"
    path.write_bytes(path.read_bytes()[:500])


def _of_another_ledger(folder: Path) -> None:
    written = files.read(folder, SITES)
    assert written is not None
    heads = {pk: (number, "0" * 64) for pk, (number, _digest) in written.heads.items()}
    files.write(folder, SITES, replace(written, heads=heads))


def _without_a_ledger(folder: Path) -> None:
    written = files.read(folder, SITES)
    assert written is not None
    files.write(folder, SITES, replace(written, heads={}))


@pytest.mark.parametrize("spoil", [_damage, _cut, _of_another_ledger, _without_a_ledger])
def test_a_file_that_does_not_fit_is_as_good_as_none(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch, spoil: Any
) -> None:
    spoil(folder)
    names = read_as_a_whole(monkeypatch)
    assert rows_of(table_of(SITES, None, TODAY)) == rows_of(SITES.load("", None))
    assert names == ["sites", "sites"]


def test_a_file_of_another_form_is_not_used(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FORM", files.FORM + 1)
    assert files.read(folder, SITES) is None


def test_what_was_changed_past_the_ledger_shows_after_a_minute(world: World, folder: Path) -> None:
    row = "code", "name"
    Site.objects.filter(pk=world.harbour.pk).update(name="Bến mới")
    before = rows_of(table_of(SITES, None, TODAY))[world.harbour.pk]
    warming._read_anew()
    after = rows_of(table_of(SITES, None, TODAY))[world.harbour.pk]
    assert [before[name] for name in row] == ["HYN-00001", world.harbour.name]
    assert [after[name] for name in row] == ["HYN-00001", "Bến mới"]
    assert not register.is_from_file(SITES)


def test_nobody_else_reads_the_files(folder: Path) -> None:
    assert folder.stat().st_mode & 0o077 == 0
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    assert sorted(path.name for path in folder.iterdir()) == [
        "installations.npz",
        "masts.npz",
        "permits.npz",
        "sites.npz",
    ]


def test_the_turn_of_the_day_reads_the_safety_states_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in HELD:
        table_of(source, None, TODAY)
    kept = SafetyState.objects.filter(installation=world.station.installation)
    assert kept.update(state="unsafe", changes_on=None) == 1
    anew = {source.name: rows_of(source.load("", None)) for source in HELD}
    names = read_as_a_whole(monkeypatch)
    tomorrow = TODAY + timedelta(days=1)
    assert {source.name: rows_of(table_of(source, None, tomorrow)) for source in HELD} == anew
    assert not names
