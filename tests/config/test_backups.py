"""Backup and restore: a real round trip while somebody writes; damage is refused before anything changes."""

import json
import shutil
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from config.backups import making, manifest, postgis, restoring, spatialite
from config.backups.making import engine, engine_name, make
from config.backups.manifest import BackupError, Facts, KeptFile, Manifest
from infra.models import ChangeRecord, LedgerHead, Site
from infra.selectors.acts import act_title
from infra.selectors.ledger import verify
from infra.services.attachments import attachment_add, path_of
from tests import factories
from tests.world import World

Say = Callable[[str], None]


def silent(_sentence: str) -> None:
    """Nobody listens."""


@pytest.fixture
def data_dir(settings: Any, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    settings.DATA_DIR = folder
    settings.ATTACHMENTS_DIR = folder / "files"
    (folder / "ledger.key").write_text("a key", "ascii")
    (folder / "static").mkdir()
    (folder / "static" / "site.css").write_text("made anew", "ascii")
    return folder


def written_by_another(sql: str) -> Any:
    """Leave a write of another connection open, as a server in the middle of a long act does."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute(sql)
    return other


def damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(bytes(content))


@pytest.mark.django_db(transaction=True)
def test_a_register_comes_back_as_it_was(world: World, data_dir: Path, tmp_path: Path) -> None:
    kept = attachment_add(
        actor=world.officer, authority=world.authority, organization=None, name="biên bản.pdf", chunks=[b"%PDF " * 99]
    )
    (data_dir / "ledger-heads.jsonl").write_text("", "utf-8")
    records, name = ChangeRecord.objects.count(), world.harbour.name
    other = written_by_another("UPDATE infra_site SET name = 'not yet said' WHERE code = 'HYN-00001'")
    try:
        said = StringIO()
        call_command("backup", tmp_path / "backup", stdout=said)
    finally:
        other.rollback()
        other.close()
    backup = tmp_path / "backup"
    described = manifest.read(backup)
    assert list(manifest.faults(backup, described)) == []
    assert described.facts.rows["infra_site"] == Site.objects.count()
    assert [head["authority"] for head in described.facts.heads] == ["HPG", "HYN"]
    paths = {file.path for file in described.files}
    assert paths == {engine().NAME, "data/ledger-heads.jsonl", f"data/files/{kept.sha256[:2]}/{kept.sha256}"}
    assert str(backup) in said.getvalue()
    assert json.loads((data_dir / making.LAST).read_text("utf-8"))["directory"] == str(backup)

    with factories.one_act(world.authority):
        factories.SiteFactory(authority=world.authority, code="HYN-99999")
    later = LedgerHead.objects.get(authority=world.authority)
    (data_dir / "ledger-heads.jsonl").write_text("{}", "utf-8")
    path_of(kept.sha256).unlink()
    spoilt = shutil.copytree(backup, tmp_path / "spoilt")
    damage(spoilt / engine().NAME)
    with pytest.raises(CommandError, match=engine().NAME):
        call_command("restore", spoilt, stdout=StringIO())
    (spoilt / engine().NAME).write_bytes(b"no database any more " * 999)
    with_new_sums(spoilt, described)
    with pytest.raises(CommandError):
        call_command("restore", spoilt, stdout=StringIO())
    assert Site.objects.filter(code="HYN-99999").exists()
    assert not path_of(kept.sha256).exists()

    call_command("restore", backup, stdout=StringIO())

    assert not Site.objects.filter(code="HYN-99999").exists()
    assert Site.objects.get(code="HYN-00001").name == name
    assert path_of(kept.sha256).read_bytes() == b"%PDF " * 99
    assert list(verify()) == []
    assert ChangeRecord.objects.count() == records + 2
    told = ChangeRecord.objects.get(authority=world.authority, kind="register.restored")
    assert told.details["replaced"] == {"sequence": later.sequence, "digest": later.digest}
    assert act_title(told.kind) != told.kind
    assert (data_dir / "ledger-heads.jsonl").read_text("utf-8") == ""
    assert [path.read_text("utf-8") for path in data_dir.glob("ledger-heads.before-*.jsonl")] == ["{}"]
    (aside,) = data_dir.glob("replaced-*")
    assert (aside / engine().NAME).stat().st_size > 0
    with pytest.raises(CommandError, match=r"backup"):
        call_command("backup", backup, stdout=StringIO())


def with_new_sums(directory: Path, described: Manifest) -> None:
    """Write the manifest of a forger who keeps the checksums right."""
    files = [manifest.describe(directory, directory / file.path) for file in described.files]
    fields = {name: getattr(described, name) for name in Manifest.__dataclass_fields__}
    manifest.write(directory, Manifest(**{**fields, "files": files}))


# --- what is refused before anything is touched -----------------------------------------------------------------------


def described(directory: Path, **more: Any) -> Manifest:
    """Write a small backup of files only."""
    (directory / "data").mkdir(parents=True, exist_ok=True)
    (directory / engine().NAME).write_bytes(b"a database of another kind of bytes")
    (directory / "data" / "note.txt").write_text("ghi chú", "utf-8")
    files = [manifest.describe(directory, directory / path) for path in (engine().NAME, "data/note.txt")]
    fields: dict[str, Any] = {
        "made_at": "2026-11-26T03:00:00+00:00",
        "engine": engine_name(),
        "engine_version": "1",
        "database": engine().NAME,
        "ledger_key": manifest.key_mark(),
        "facts": Facts(rows={"infra_site": 1, "infra_installation": 1}),
        "files": files,
    }
    made = Manifest(**{**fields, **more})
    manifest.write(directory, made)
    return made


def refused(directory: Path) -> str:
    with pytest.raises(BackupError) as refusal:
        restoring.examine(directory)
    return str(refusal.value)


def test_a_directory_without_a_manifest_is_no_backup(tmp_path: Path) -> None:
    assert str(tmp_path) in refused(tmp_path)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.sha256", "data/note.txt"])
def test_a_changed_file_is_named(tmp_path: Path, name: str) -> None:
    described(tmp_path)
    damage(tmp_path / name)
    assert name in refused(tmp_path)


def test_every_missing_and_every_cut_file_is_named_at_once(tmp_path: Path) -> None:
    described(tmp_path)
    (tmp_path / "data" / "note.txt").unlink()
    (tmp_path / engine().NAME).write_bytes(b"a data")
    said = refused(tmp_path)
    assert "data/note.txt" in said
    assert f"{engine().NAME}: 6 bytes" in said or f"{engine().NAME}: 6 " in said


@pytest.mark.parametrize("path", ["/etc/passwd", "data/../../etc/passwd"])
def test_a_path_that_leads_out_of_the_backup_is_refused(tmp_path: Path, path: str) -> None:
    made = described(tmp_path)
    described(tmp_path, files=[*made.files, KeptFile(path, 1, "0" * 64)])
    assert path in refused(tmp_path)


def test_a_link_in_the_place_of_a_file_is_refused(tmp_path: Path) -> None:
    described(tmp_path)
    note = tmp_path / "data" / "note.txt"
    note.rename(tmp_path / "elsewhere")
    note.symlink_to(tmp_path / "elsewhere")
    assert "data/note.txt" in refused(tmp_path)


def test_another_kind_of_database_is_refused(tmp_path: Path) -> None:
    described(tmp_path, engine="oracle")
    assert "oracle" in refused(tmp_path)


def test_a_backup_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    described(tmp_path, facts=Facts(migrations={"infra": ["0001_initial", "9999_of_tomorrow"]}))
    assert "infra.9999_of_tomorrow" in refused(tmp_path)


def test_a_database_that_is_none_is_refused_though_its_checksum_is_right(tmp_path: Path) -> None:
    described(tmp_path)
    assert refused(tmp_path)


def test_a_manifest_of_another_format_is_refused(tmp_path: Path) -> None:
    described(tmp_path)
    content = json.loads((tmp_path / manifest.NAME).read_text("utf-8"))
    (tmp_path / manifest.NAME).write_text(json.dumps({**content, "format": 99}), "utf-8")
    (tmp_path / manifest.CHECKSUM).write_text(f"{manifest.digest_of(tmp_path / manifest.NAME)}  x\n", "ascii")
    assert "99" in refused(tmp_path)


def test_a_missing_program_of_postgresql_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.backups.postgis.Path.glob", lambda *_: [])
    monkeypatch.setattr("config.backups.postgis.shutil.which", lambda _name: None)
    with pytest.raises(BackupError, match="postgresql-client"):
        postgis.program("pg_dump")


def test_a_backup_that_fails_leaves_nothing_behind(
    data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_directory: Path) -> Facts:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engine(), "dump", full)
    with pytest.raises(BackupError, match="No space left"):
        make(tmp_path / "backup", silent)
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_a_file_that_the_disk_has_lost_is_told(data_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = data_dir / "files" / "ab"
    folder.mkdir(parents=True)
    (folder / ("ab" + "0" * 62)).write_bytes(b"other bytes than its name says")

    def dump(directory: Path) -> Facts:
        (directory / engine().NAME).write_bytes(b"")
        return Facts()

    monkeypatch.setattr(engine(), "dump", dump)
    monkeypatch.setattr(engine(), "version", lambda: "1")
    with pytest.raises(CommandError, match="ab0000"):
        call_command("backup", tmp_path / "backup", stdout=StringIO())
    assert (tmp_path / "backup" / manifest.NAME).exists()


def test_a_ledger_signed_with_another_key_is_told_and_not_signed_anew(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made = described(tmp_path)
    settings.LEDGER_KEY = "the key of another machine, long enough"
    said: list[str] = []
    restoring._record(made, Facts(), said.append)
    assert "LEDGER_KEY" in said[0]


def test_both_engines_offer_the_same() -> None:
    wanted = {"NAME", "version", "exists", "dump", "check", "replace", "settle", "facts_now"}
    for module in (spatialite, postgis):
        assert wanted <= set(vars(module))
