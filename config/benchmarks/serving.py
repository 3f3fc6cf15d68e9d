"""The product's own web server for a bench that looks at it from outside, and the browser that looks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

READY_WITHIN_S = 60


def chromium_here() -> str | None:
    """Return the browser to look with; None without one, or without playwright (``scripts/setup.sh dev``)."""
    if find_spec("playwright") is None:
        return None
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def served() -> Iterator[str]:
    """Run the web server on a free port, on the database that is being measured."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "DATABASE_URL": _database()}
    server = subprocess.Popen(  # noqa: S603 -- our own server
        [*command, "--no-ws", "--log-level", "warning", "config.wsgi:application"],
        cwd=settings.BASE_DIR, env=environment, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        address = f"http://localhost:{port}"
        _wait_for(f"{address}/health/live")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _database() -> str:
    """Return the address of the database behind the connection, which is not the configured one."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"spatialite:///{Path(name).resolve()}"
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{name}"))


def _wait_for(address: str) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 -- our own server
                return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(f"{address} does not answer.")
