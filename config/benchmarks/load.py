"""Many connections that ask for one address as fast as it is answered. A program of its own: ``load.py HOST PORT …``.

Usage: load.py HOST PORT PATH SECONDS CONNECTIONS [HEADER: VALUE …] → one JSON object: requests, seconds, wrong.
"""

import json
import selectors
import socket
import sys
import time

LIMIT = 1 << 20


def main() -> None:
    """Ask over and over; count what came back whole."""
    host, port, path, seconds, connections = sys.argv[1:6]
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *sys.argv[6:], "", ""]
    question = "\r\n".join(lines).encode()
    chooser = selectors.DefaultSelector()
    for _ in range(int(connections)):
        line = socket.create_connection((host, int(port)))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(question)
        chooser.register(line, selectors.EVENT_READ, [b"", 0])
    done = wrong = 0
    start = time.perf_counter()
    end = start + float(seconds)
    while time.perf_counter() < end:
        for key, _events in chooser.select(timeout=1):
            state = key.data
            data = key.fileobj.recv(LIMIT)  # type: ignore[union-attr]
            if not data:
                raise SystemExit("the server closed a connection")
            state[0] += data
            if not state[1]:
                head, blank, _rest = state[0].partition(b"\r\n\r\n")
                if not blank:
                    continue
                state[1] = len(head) + 4 + _length(head)
                wrong += not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304"))
            if len(state[0]) >= state[1]:
                done += 1
                state[0], state[1] = b"", 0
                key.fileobj.sendall(question)  # type: ignore[union-attr]
    taken = time.perf_counter() - start
    sys.stdout.write(json.dumps({"requests": done, "seconds": taken, "wrong": wrong}))


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise SystemExit(f"an answer without a length: {head!r}")


if __name__ == "__main__":
    main()
