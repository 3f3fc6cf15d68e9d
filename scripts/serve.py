"""Run the web server and the background worker in the foreground, as one thing: both end when either does.

Usage: serve.py HOST PORT

TLS_CERTIFICATE and TLS_KEY (files in PEM; scripts/make_certificate.py makes them for a local network) let it speak
HTTPS itself; HTTPS=1 goes with them.
"""

import ctypes
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
READY_WITHIN_S = 60
END_WITHIN_S = 20
WEB_THREADS = "4"
#: addresses that stand for all of a machine, with the one under which it reaches itself
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104 (compared, not bound)
PR_SET_PDEATHSIG = 1  # prctl(2)


def say(sentence: str) -> None:
    print(sentence, flush=True)


def commands(host: str, port: int) -> dict[str, list[str]]:
    python = sys.executable
    granian = [python, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    granian += ["--workers", os.environ.get("WEB_WORKERS", "1"), "--blocking-threads", WEB_THREADS]
    if certificate := tls_files():
        granian += ["--ssl-certificate", str(certificate[0]), "--ssl-keyfile", str(certificate[1])]
        granian += ["--ssl-protocol-min", "tls1.2"]  # phones of 2018 know no newer one
    granian += ["--no-ws", "--log-level", "warning", "--workers-kill-timeout", "10"]
    return {
        "web server": [*granian, "config.wsgi:application"],
        "worker": [python, "manage.py", "worker", "--queue-name=*", "--no-startup-delay", "--no-reload"],
    }


def tls_files() -> tuple[Path, Path] | None:
    """Certificate and key, None without; stops with one sentence where only one is given or a file is missing."""
    names = ("TLS_CERTIFICATE", "TLS_KEY")
    given = [os.environ.get(name, "").strip() for name in names]
    if not any(given):
        return None
    for name, value in zip(names, given, strict=True):
        if not value or not Path(value).is_file():
            sys.exit(f"{name} must be a file in PEM, not “{value}”; it goes together with {names[name == names[0]]}.")
    if os.environ.get("HTTPS", "").strip() not in {"1", "true", "yes", "on"}:
        sys.exit("HTTPS must be 1 when TLS_CERTIFICATE and TLS_KEY are set.")
    return Path(given[0]), Path(given[1])


def scheme() -> str:
    return "https" if tls_files() else "http"


def own_name() -> str:
    """A name under which the program answers: the first of ALLOWED_HOSTS that is a whole name."""
    names = [name.strip() for name in os.environ.get("ALLOWED_HOSTS", "").split(",")]
    return next((name for name in names if name and not name.startswith((".", "*"))), "localhost")


def end_with_parent() -> None:
    """Ask the kernel to end this process when its parent is killed; otherwise the port would stay taken."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Starts the processes, waits for the first that ends, then ends the others. Nothing is restarted silently."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_end = False

    def start(self) -> None:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
        for name, command in commands(self.host, self.port).items():
            # A session of its own: Ctrl-C reaches only us, and we end both in order.
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 (there are no threads here)
            )

    def ask_to_end(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked_to_end = True

    def ended(self) -> list[str]:
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def wait_until_ready(self) -> bool:
        """True when /health/ready answers yes; False when a process ended or we are asked to end before that."""
        host = EVERYWHERE.get(self.host, self.host)
        until = time.monotonic() + READY_WITHIN_S
        # Our own process on our own machine, asked by a name that its certificate need not hold.
        context = ssl._create_unverified_context() if tls_files() else None  # noqa: SLF001, S323
        address = f"{scheme()}://{host}:{self.port}/health/ready"
        while not self.asked_to_end and not self.ended() and time.monotonic() < until:
            request = urllib.request.Request(address, headers={"Host": own_name()})  # noqa: S310 (our own address)
            try:
                with urllib.request.urlopen(request, timeout=5, context=context):  # noqa: S310
                    return True
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        return False

    def wait(self) -> list[str]:
        while not self.asked_to_end and not self.ended():
            time.sleep(0.2)
        return self.ended()

    def end(self) -> None:
        for process in self.processes.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        until = time.monotonic() + END_WITHIN_S
        for name, process in self.processes.items():
            try:
                process.wait(timeout=max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                say(f"sotram: the {name} did not end by itself within {END_WITHIN_S} s and is stopped")
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def check_address(host: str, port_text: str) -> int:
    """The port as a number, when it is one and free; else stops with one sentence."""
    if not (port_text.isascii() and port_text.isdigit() and 1 <= int(port_text) <= 65535):
        sys.exit(f"PORT must be a whole number from 1 to 65535, not “{port_text}”.")
    port = int(port_text)
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except socket.gaierror:
        sys.exit(f"HOST must be an address of this machine, not “{host}”.")
    except OSError as error:
        sys.exit(f"HOST and PORT must be free to listen on; {host}:{port} is not: {error.strerror}.")
    return port


def welcome(host: str, port: int) -> None:
    shown = own_name() if host in EVERYWHERE else f"[{host}]" if ":" in host else host
    say("")
    say(f"  Sổ Trạm is ready:  {scheme()}://{shown}:{port}/")
    if os.environ.get("DEMO", "1").strip().lower() not in {"0", "false", "no", "off"}:
        say("  Demo accounts:     viettel, vnpt, mobifone, vnpost (operators); inspector, officer, manager, admin")
        say("  Password of all:   sotram-demo")
    say("  End with Ctrl-C.")
    say("")


def main() -> int:
    host = sys.argv[1]
    port = check_address(host, sys.argv[2])
    tls_files()
    if sys.argv[3:] == ["--check"]:
        return 0
    supervisor = Supervisor(host, port)
    signal.signal(signal.SIGINT, supervisor.ask_to_end)
    signal.signal(signal.SIGTERM, supervisor.ask_to_end)
    supervisor.start()
    try:
        if supervisor.wait_until_ready():
            welcome(host, port)
        elif not supervisor.ended() and not supervisor.asked_to_end:
            say(f"sotram: not ready after {READY_WITHIN_S} s; see /health/ready")
        ended = supervisor.wait()
    finally:
        supervisor.end()
    if supervisor.asked_to_end:
        return 0
    for name in ended:
        say(f"sotram: the {name} ended by itself (exit code {supervisor.processes[name].returncode})")
    return 1


if __name__ == "__main__":
    sys.exit(main())
