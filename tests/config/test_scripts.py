"""The scripts that start the product."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import polib
import pytest

from scripts import compile_messages, prepared, serve

ROOT = Path(__file__).resolve().parents[2]
LASTING = [sys.executable, "-c", "import time; time.sleep(60)"]
ENDING = [sys.executable, "-c", "raise SystemExit(3)"]


def catalogue(root: Path) -> Path:
    folder = root / "locale" / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = polib.POFile()
    source.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    source.append(polib.POEntry(msgid="mast", msgstr="cột ăng ten"))
    source.append(polib.POEntry(msgid="%d mast", msgid_plural="%d masts", msgstr_plural={0: "%d cột"}))
    source.append(polib.POEntry(msgid="unsure", msgstr="chưa chắc", flags=["fuzzy"]))
    source.save(str(folder / "django.po"))
    return folder / "django.mo"


def test_catalogues_are_compiled_without_gettext_and_only_when_they_changed(tmp_path: Path) -> None:
    target = catalogue(tmp_path)
    assert compile_messages.compile_catalogues(tmp_path) == 1
    entries = {entry.msgid: entry.msgstr or entry.msgstr_plural for entry in polib.mofile(str(target))}
    assert entries == {"mast": "cột ăng ten", "%d mast": {0: "%d cột"}}
    assert compile_messages.compile_catalogues(tmp_path) == 0


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", ""])
def test_wrong_port_is_said_in_one_sentence(port: str) -> None:
    with pytest.raises(SystemExit, match="PORT must be a whole number from 1 to 65535"):
        serve.check_address("127.0.0.1", port)


def test_taken_port_is_said_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit, match=f"127.0.0.1:{port} is not"):
            serve.check_address("127.0.0.1", str(port))


@pytest.mark.parametrize(
    ("allowed", "name"),
    [
        ("", "localhost"),
        ("sotram.lan,192.168.1.20", "sotram.lan"),
        (".example.vn, sotram.example.vn", "sotram.example.vn"),
    ],
)
def test_readiness_is_asked_under_a_name_that_is_answered(
    allowed: str, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", allowed)
    assert serve.own_name() == name
    serve.welcome("0.0.0.0", 8443)
    assert f"http://{name}:8443/" in capsys.readouterr().out


def installation(root: Path) -> tuple[Path, Path]:
    """A source tree and a data directory with what a prepared installation holds."""
    source, data = root / "infra" / "models.py", root / "var"
    source.parent.mkdir()
    source.write_text("first")
    (data / "static").mkdir(parents=True)
    (data / "static" / "staticfiles.json").write_text("{}")
    (data / "sotram.sqlite3").write_text("rows")
    return source, data


def test_prepared_until_code_settings_or_database_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, data = installation(tmp_path)
    before = prepared.digest(tmp_path, data)
    (data / "sotram.sqlite3").write_text("more rows")
    assert prepared.digest(tmp_path, data) == before

    source.write_text("changed")
    changed = prepared.digest(tmp_path, data)
    assert changed != before

    monkeypatch.setenv("DEMO", "0")
    without_demo = prepared.digest(tmp_path, data)
    assert without_demo != changed

    (tmp_path / "restored").write_text("other rows")
    (tmp_path / "restored").replace(data / "sotram.sqlite3")
    assert prepared.digest(tmp_path, data) != without_demo


def test_missing_database_is_not_prepared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr(sys, "argv", ["prepared.py"])
    assert prepared.main() == 1


def test_database_elsewhere_is_always_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgis://localhost/sotram")
    assert prepared.main() == 1


def wait_for(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


def supervisor(monkeypatch: pytest.MonkeyPatch, **commands: list[str]) -> serve.Supervisor:
    monkeypatch.setattr(serve, "commands", lambda _host, _port: commands)
    made = serve.Supervisor("127.0.0.1", 1)
    made.start()
    return made


def test_when_one_process_ends_the_other_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made = supervisor(monkeypatch, web=LASTING, worker=ENDING)
    assert made.wait() == ["worker"]
    made.end()
    assert made.processes["worker"].returncode == 3
    assert made.processes["web"].returncode == -signal.SIGTERM


def test_being_asked_to_end_ends_both(monkeypatch: pytest.MonkeyPatch) -> None:
    made = supervisor(monkeypatch, web=LASTING, worker=LASTING)
    threading.Timer(0.1, made.ask_to_end, (signal.SIGINT, None)).start()
    assert made.wait() == []
    made.end()
    assert [process.returncode for process in made.processes.values()] == [-signal.SIGTERM, -signal.SIGTERM]


def test_process_that_does_not_listen_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
    monkeypatch.setattr(serve, "END_WITHIN_S", 0.2)
    made = supervisor(monkeypatch)
    made.processes["web"] = subprocess.Popen(
        [sys.executable, "-c", deaf], stdout=subprocess.PIPE, start_new_session=True
    )
    made.processes["web"].stdout.readline()
    made.end()
    assert made.processes["web"].returncode == -signal.SIGKILL


def test_killed_supervisor_leaves_no_process_behind(tmp_path: Path) -> None:
    """A port that stays taken would stop the next start."""
    noted = tmp_path / "pid"
    child = f"import os, time, pathlib; pathlib.Path({str(noted)!r}).write_text(str(os.getpid())); time.sleep(60)"
    parent = (
        "import sys; from scripts import serve\n"
        f"serve.commands = lambda host, port: {{'web': [sys.executable, '-c', {child!r}]}}\n"
        "made = serve.Supervisor('127.0.0.1', 1); made.start(); made.wait()"
    )
    process = subprocess.Popen([sys.executable, "-c", parent], cwd=ROOT)
    wait_for(lambda: noted.exists() and noted.read_text() != "")
    process.kill()
    process.wait()
    wait_for(lambda: not is_running(int(noted.read_text())))


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "scripts").glob("*.sh")))
def test_shell_scripts_are_well_formed(script: str) -> None:
    path = ROOT / "scripts" / script
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0
    assert script == "packages.sh" or os.access(path, os.X_OK)


def test_where_nothing_may_be_installed_the_command_is_named(tmp_path: Path) -> None:
    """Without root and sudo the set-up stops and says what somebody else has to run."""
    shell = '. scripts/packages.sh; as_root() { return 1; }; install_packages "the embedded database" libsqlite3-mod-x'
    done = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "the embedded database needs libsqlite3-mod-x" in done.stderr
    assert "apt-get install" in done.stderr


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-node.txt"])
def test_locks_carry_hashes_and_name_no_index(name: str) -> None:
    lines = (ROOT / name).read_text("utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith((" ", "#"))]
    assert pinned
    assert all("==" in line and line.endswith("\\") for line in pinned)
    assert not [line for line in lines if "://" in line or line.startswith("--")]


def test_front_end_lock_names_no_registry() -> None:
    assert '"resolved"' not in (ROOT / "package-lock.json").read_text("utf-8")
