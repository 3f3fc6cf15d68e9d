"""Settings: a wrong value stops the start with one sentence that names the variable."""

import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config import env

ROOT = Path(__file__).resolve().parents[2]


def start(tmp_path: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Start the product's command line in a process of its own with these variables only."""
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **variables}
    return subprocess.run(
        [sys.executable, "manage.py", "version"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "mysql://localhost/x"),
        ("SECRET_KEY", "short"),
        ("TERRITORY", "Hưng Yên"),
        ("DATA_DIR", "/proc/sotram"),
        ("COVERAGE_STORE", "ftp://somewhere/else"),
        ("DASK_SCHEDULER", "10.0.0.5"),
        ("COVERAGE_GRID", "north"),
        ("MAP_LABELS", "/nowhere/labels.json"),
        ("EMAIL_URL", "mail.example.vn"),
        ("PUBLIC_URL", "sotram.example.vn"),
    ],
)
def test_wrong_value_stops_the_start_with_one_sentence(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, **{name: value})
    assert done.returncode == 1
    assert done.stdout == ""
    [sentence] = done.stderr.strip().splitlines()
    assert sentence.startswith(f"{name} must ")
    assert sentence.endswith(".")


def test_right_values_start(tmp_path: Path) -> None:
    done = start(tmp_path, TERRITORY="33, 31", HTTPS="1", PROXIES="1", ALLOWED_HOSTS="sotram.example.vn,[::1],.local")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("reader", "value", "part"),
    [
        (lambda: env.flag("X"), "ja", "1 or 0"),
        (lambda: env.integer("X", 1, least=0, most=5), "6", "from 0 to 5"),
        (lambda: env.integer("X", 1, least=0, most=5), "-1", "from 0 to 5"),
        (lambda: env.integer("X", 1, least=0, most=5), "١", "from 0 to 5"),
        (lambda: env.choice("X", "vi", ("vi", "en")), "fr", "vi, en"),
        (lambda: env.unit_codes("X", "33"), "33,x", "digits"),
        (lambda: env.host_names("X", ""), "https://a.vn", "without scheme or port"),
        (lambda: env.host_names("X", ""), "a.vn:8000", "without scheme or port"),
        (lambda: env.origins("X"), "a.vn", "https://"),
        (lambda: env.origins("X"), "https://a.vn/path", "https://"),
        (lambda: env.background("X", "/here/{z}/{x}/{y}"), "https://a.vn/{z}/{x}.png", "{y}"),
        (lambda: env.background("X", "/here/{z}/{x}/{y}"), "/nowhere/ground.pmtiles", "PMTiles file"),
        (lambda: env.database("X", Path("/nowhere")), "postgis://u:p@h:port/db", "postgis://user"),
        (lambda: env.database("X", Path("/nowhere")), "postgis://u:p@h/", "postgis://user"),
        (lambda: env.database("X", Path("/nowhere")), "postgis://u:p@h/db?jit=on", "jit"),
        (lambda: env.database("X", Path("/nowhere")), "spatialite://", "a file"),
    ],
)
def test_each_reader_names_the_variable_and_what_it_wants(
    monkeypatch: pytest.MonkeyPatch, reader: Any, value: str, part: str
) -> None:
    monkeypatch.setenv("X", value)
    with pytest.raises(env.WrongSettingError) as stopped:
        reader()
    assert str(stopped.value).startswith("X ")
    assert part in str(stopped.value)


def test_a_background_is_xyz_wmts_or_an_archive(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X", "https://a.vn/wmts?TILEMATRIX={TileMatrix}&TILEROW={TileRow}&TILECOL={TileCol}")
    assert env.background("X", "")[0] == "https://a.vn/wmts?TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
    monkeypatch.setenv("X", "https://{s}.a.vn/{z}/{x}/{y}.png")
    assert env.background("X", "")[0] == "https://a.a.vn/{z}/{x}/{y}.png"
    file = tmp_path / "ground.pmtiles"
    file.touch()
    monkeypatch.setenv("X", str(file))
    assert env.background("X", "/here/{z}/{x}/{y}") == ("/here/{z}/{x}/{y}", file)
    monkeypatch.setenv("X", "https://a.vn/ground.pmtiles")
    assert env.background("X", "/here/{z}/{x}/{y}") == ("https://a.vn/ground.pmtiles", None)
    monkeypatch.setenv("X", "")
    assert env.background("X", "/here/{z}/{x}/{y}") == ("", None)


def test_empty_value_means_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "")
    assert env.flag("X") is False
    assert env.integer("X", 3, least=0, most=5) == 3
    assert env.choice("X", "vi", ("vi", "en")) == "vi"


def test_postgis_address_keeps_odd_passwords_and_switches_jit_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgis://us%40er:p%2Fw%3A@db.example.vn:5433/so%20tram?sslmode=require")
    found = env.database("X", Path("/nowhere"))
    assert (found["USER"], found["PASSWORD"], found["HOST"], found["PORT"], found["NAME"]) == (
        "us@er",
        "p/w:",
        "db.example.vn",
        "5433",
        "so tram",
    )
    assert found["OPTIONS"] == {
        "options": env.POSTGIS_SESSION,
        "prepare_threshold": env.PREPARE_FROM,
        "sslmode": "require",
    }
    assert "jit=off" in env.POSTGIS_SESSION


def test_a_pooler_between_can_have_statements_unprepared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgis://sotram@db.example.vn/sotram?prepared=0")
    assert env.database("X", Path("/nowhere"))["OPTIONS"]["prepare_threshold"] is None
    monkeypatch.setenv("X", "postgis://sotram@db.example.vn/sotram?prepared=perhaps")
    with pytest.raises(SystemExit, match="prepared must be 1 or 0"):
        env.database("X", Path("/nowhere"))


def test_postgis_address_may_name_a_socket(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("X", "postgresql:///sotram?host=/run/postgresql")
    assert env.database("X", Path("/nowhere"))["HOST"] == "/run/postgresql"


@pytest.mark.parametrize(
    ("address", "path"), [("spatialite:////srv/a b.sqlite3", "/srv/a b.sqlite3"), ("sqlite:///srv/x.db", "/srv/x.db")]
)
def test_spatialite_address_names_a_file(monkeypatch: pytest.MonkeyPatch, address: str, path: str) -> None:
    monkeypatch.setenv("X", address)
    assert env.database("X", Path("/nowhere"))["NAME"] == path


def test_spatialite_waits_for_writers_and_lets_readers_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    found: dict[str, Any] = env.database("X", tmp_path)
    assert found["NAME"] == str(tmp_path / "sotram.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


def test_key_is_made_once_and_only_its_owner_can_read_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    file = tmp_path / "secret.key"
    first = env.secret("X", file)
    assert len(first) >= 50
    assert env.secret("X", file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_truncated_key_file_stops_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("X", raising=False)
    file = tmp_path / "secret.key"
    file.write_text("abc", "ascii")
    with pytest.raises(env.WrongSettingError, match="at least 32"):
        env.secret("X", file)
