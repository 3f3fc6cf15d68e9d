"""Servers that are measured: the product as it is installed, and peers in an environment of their own."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from maps import warming

STARTS_WITHIN_S = 60
#: a server is at rest when it computes less than this share of so many looks in a row
QUIET_SHARE, QUIET_LOOKS, LOOK_S = 0.05, 4, 0.5
#: is answered when a process of the product has read what tiles and search are made from
READ_AHEAD = "/map/search.json?q=bne+tre"
BESIDE = Path(__file__).with_name("beside")


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, and the process at its top."""

    host: str
    port: int
    pid: int

    def peak_mib(self) -> float:
        """Return the most memory that one of its processes ever held, in MiB."""
        return max((_status_mib(pid, "VmHWM") for pid in _family(self.pid)), default=0.0)

    def now_mib(self) -> float:
        """Return what its largest process holds now."""
        return max((_status_mib(pid, "VmRSS") for pid in _family(self.pid)), default=0.0)

    def settle(self) -> None:
        """Wait until the product has read ahead what its tiles and search are made from, and is at rest.

        Without files to begin with it does that once, at its start; what is measured is a server that runs.
        """
        until = time.monotonic() + STARTS_WITHIN_S
        before, quiet = self._busy_s(), 0
        while quiet < QUIET_LOOKS and time.monotonic() < until:
            time.sleep(LOOK_S)
            now = self._busy_s()
            is_ahead = all((warming.FOLDER / f"{source.name}.npz").exists() for source in warming.HELD)
            quiet = quiet + 1 if is_ahead and now - before < QUIET_SHARE * LOOK_S else 0
            before = now

    def _busy_s(self) -> float:
        """Return how long its processes have computed so far, in seconds."""
        return sum(_computed_s(pid) for pid in _family(self.pid))

    def forget_peak(self) -> None:
        """Let peaks count from here on."""
        for pid in _family(self.pid):
            with contextlib.suppress(OSError):
                Path(f"/proc/{pid}/clear_refs").write_text("5")


class Visitor:
    """One connection that is kept alive."""

    def __init__(self, server: Server, headers: dict[str, str] | None = None) -> None:
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=900)
        self._headers = {"Accept-Encoding": "identity", **(headers or {})}

    def get(self, path: str) -> bytes:
        """Return the body; raise AssertionError for an answer that is none."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 204):
            raise AssertionError(f"{path} answered {answer.status}: {body[:300]!r}")
        return body

    def size(self, path: str) -> tuple[int, float]:
        """Return how many bytes came and after how many seconds the first; nothing is kept."""
        start = time.perf_counter()
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        total = len(answer.read(1))
        first = time.perf_counter() - start
        if answer.status != 200:
            raise AssertionError(f"{path} answered {answer.status}: {answer.read(300)!r}")
        while piece := answer.read(1 << 20):
            total += len(piece)
        return total, first


@contextlib.contextmanager
def product(application: str = "config.wsgi:application", workers: int = 2, **environment: str) -> Iterator[Server]:
    """Run the product's web server on the database that is measured."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", "4", "--no-ws", "--log-level", "warning", application]
    with running(command, port, {**_product_environment(), **environment}, cwd=settings.BASE_DIR) as server:
        server.settle()
        yield server


@contextlib.contextmanager
def product_on_gunicorn(workers: int = 2) -> Iterator[Server]:
    """Run the product under gunicorn, which comes from the peers' environment and nothing else from there."""
    port, python = free_port(), peers_python()
    assert python is not None
    where = subprocess.run(  # noqa: S603 -- our own peers
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    run = f"import sys; sys.path.append({where.stdout.strip()!r}); from gunicorn.app.wsgiapp import run; run()"
    command = [sys.executable, "-c", run, "config.wsgi:application", "-b", f"127.0.0.1:{port}", "-w", str(workers)]
    command += ["-k", "gthread", "--threads", "4", "--log-level", "warning"]
    with running(command, port, _product_environment(), cwd=settings.BASE_DIR) as server:
        server.settle()
        yield server


def _product_environment() -> dict[str, str]:
    """Return what the product is told; it is to read its tables, not to begin with those of the server before."""
    shutil.rmtree(warming.FOLDER, ignore_errors=True)
    return {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": database_url(),
        "DATA_DIR": str(settings.DATA_DIR),
        "SECRET_KEY": settings.SECRET_KEY,
        "LEDGER_KEY": settings.LEDGER_KEY,
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }


def peers_python() -> str | None:
    """Return the Python of the peers' environment, None where it was not made."""
    return os.environ.get("PEERS_PYTHON") or None


@contextlib.contextmanager
def django_peer(workers: int = 2) -> Iterator[Server]:
    """Run drf-gis and django-vectortiles (``beside/django_peer.py``) under gunicorn, as their users do."""
    port, python = free_port(), peers_python()
    assert python is not None
    command = [python, "-m", "gunicorn", "django_peer:application", "-b", f"127.0.0.1:{port}", "-w", str(workers)]
    command += ["-k", "gthread", "--threads", "2", "--timeout", "900", "--log-level", "warning"]
    with running(command, port, {"PEER_DSN": dsn()}, cwd=BESIDE) as server:
        yield server


@contextlib.contextmanager
def tipg_peer(table: str, workers: int = 2) -> Iterator[Server]:
    """Run tipg with its limits raised to the whole table, under uvloop."""
    port, python = free_port(), peers_python()
    assert python is not None
    command = [python, "-m", "uvicorn", "tipg.main:app", "--host", "127.0.0.1", "--port", str(port), "--loop", "uvloop"]
    command += ["--workers", str(workers), "--log-level", "warning", "--no-access-log"]
    env = {
        "DATABASE_URL": dsn(),
        "TIPG_DB_TABLES": f'["public.{table}"]',
        "TIPG_CATALOG_TTL": "36000",
        "TIPG_MAX_FEATURES_PER_TILE": "1000000",
        "TIPG_MAX_FEATURES_PER_QUERY": "1000000",
    }
    with running(command, port, env, cwd=BESIDE) as server:
        time.sleep(3)  # it reads the catalogue after it listens
        yield server


@contextlib.contextmanager
def running(command: Sequence[str], port: int, environment: dict[str, str], cwd: Path) -> Iterator[Server]:
    """Run a server in a process group of its own until it answers; stop that group at the end."""
    log = Path(settings.DATA_DIR) / f"server-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 -- our own commands
            command, cwd=cwd, env={**os.environ, **environment}, stdout=out, stderr=out, start_new_session=True
        )
        try:
            _wait(process, port, log)
            yield Server("127.0.0.1", port, process.pid)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    log.unlink(missing_ok=True)


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            time.sleep(1)
            return
        time.sleep(0.2)
    raise AssertionError(f"{process.args!r} does not answer: {log.read_text(errors='replace')[-2000:]}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def database_url() -> str:
    """Return the address of the database that is measured, as the product's settings take it."""
    kept = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"spatialite:///{quote(str(Path(str(kept['NAME'])).resolve()))}"
    return dsn().replace("postgresql://", "postgis://", 1)


def dsn() -> str:
    """Return the address of the PostgreSQL database that is measured."""
    kept = connection.settings_dict
    who = quote(str(kept["USER"]), safe="")
    if kept["PASSWORD"]:
        who += ":" + quote(str(kept["PASSWORD"]), safe="")
    host = str(kept["HOST"] or "")
    where = f"/{kept['NAME']}"
    if host.startswith("/"):
        return f"postgresql://{who}@{where}?host={quote(host, safe='')}&port={kept['PORT'] or 5432}"
    return f"postgresql://{who}@{host or 'localhost'}:{kept['PORT'] or 5432}{where}"


def _family(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in task.read_text().split():
                found += _family(int(child))
    return found


def _computed_s(pid: int) -> float:
    with contextlib.suppress(OSError):
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _status_mib(pid: int, name: str) -> float:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / 1024
    return 0.0
