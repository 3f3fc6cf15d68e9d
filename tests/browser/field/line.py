"""The line between phone and server: a small proxy that can be cut, that drops requests, and that can speak TLS."""

import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass, field

CHUNK = 65536


@dataclass
class Line:
    """Listens on a port of its own and carries each request to the server on a new connection.

    ``every_third``: each third request of the API is dropped, by turns before it reaches the server and after the
    server has done it but before its answer is back. ``portal`` is the page with which somebody in between answers
    everything of the API, as hotels do.
    """

    server: tuple[str, int]
    tls: ssl.SSLContext | None = None
    every_third: bool = False
    portal: bytes = b""
    seen: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    port: int = 0
    _listener: socket.socket | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: set[socket.socket] = field(default_factory=set)

    @property
    def address(self) -> str:
        return f"{'https' if self.tls else 'http'}://localhost:{self.port}"

    def connect(self) -> None:
        """Start to listen, again on the port that the phone knows."""
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Refuse what comes and break what is under way."""
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, plain: socket.socket) -> None:
        with contextlib.suppress(OSError, ValueError):
            connection = self.tls.wrap_socket(plain, server_side=True) if self.tls else plain
            with self._lock:
                self._open.add(connection)
            try:
                request = _request(connection)
                if request:
                    self._answer(connection, request)
            finally:
                with self._lock:
                    self._open.discard(connection)
                connection.close()

    def _answer(self, connection: socket.socket, request: bytes) -> None:
        name = request.split(b"\r\n", 1)[0].decode("latin-1").rsplit(" ", 1)[0]
        fate = self._fate(name)
        if fate == "before":
            return
        if self.portal and "/api/" in name:
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
            connection.sendall(head + self.portal)
            return
        with socket.create_connection(self.server) as upstream:
            upstream.sendall(request)
            while part := upstream.recv(CHUNK):
                if fate == "carried":
                    connection.sendall(part)

    def _fate(self, name: str) -> str:
        with self._lock:
            self.seen.append(name)
            if not self.every_third or "/api/" not in name:
                return "carried"
            if sum("/api/" in one for one in self.seen) % 3:
                return "carried"
            self.dropped.append(name)
            return "before" if len(self.dropped) % 2 else "after"


def _request(connection: socket.socket) -> bytes:
    """Read one whole request and ask the server to close after it."""
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(CHUNK)
        if not part:
            return b""
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        part = connection.recv(CHUNK)
        if not part:
            return b""
        body += part
    return b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body
