"""Where tiles, lists of tiles and finished files lie: a folder, or an object store by its address.

A key says what its content was made from, so a value never changes: writing twice writes the same, and what an
interrupted run has left is found by the next. A file appears whole or not at all.
"""

import os
import uuid
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec

#: how many objects are asked for at once where each question is a request over a network
AT_ONCE = 16


class Store:
    """Bytes by key. *address* is a folder, or anything fsspec can open (``s3://bucket/prefix``, ``memory://x``)."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._local = Path(address) if "://" not in address else None
        self._remote: Any = None
        self._root = ""
        if self._local is None:
            self._remote, self._root = fsspec.core.url_to_fs(address)

    def _path(self, key: str) -> str:
        return f"{self._root.rstrip('/')}/{key}"

    def has(self, key: str) -> bool:
        if self._local is not None:
            return (self._local / key).is_file()
        return bool(self._remote.exists(self._path(key)))

    def existing(self, keys: Iterable[str]) -> set[str]:
        """Return those of *keys* that are there."""
        asked = list(keys)
        if self._local is not None:
            return {key for key in asked if (self._local / key).is_file()}
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return {key for key, found in zip(asked, pool.map(self.has, asked), strict=True) if found}

    def read(self, key: str) -> bytes:
        """Return the value of *key*; raises FileNotFoundError without one."""
        if self._local is not None:
            return (self._local / key).read_bytes()
        return bytes(self._remote.cat_file(self._path(key)))

    def write(self, key: str, value: bytes) -> None:
        """Keep *value* under *key*, whole or not at all."""
        if self._local is None:
            self._remote.pipe_file(self._path(key), value)
            return
        path = self._local / key
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}")
        try:
            part.write_bytes(value)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)

    def delete(self, key: str) -> None:
        """Forget *key*; nothing happens where it is not there."""
        if self._local is not None:
            (self._local / key).unlink(missing_ok=True)
        elif self.has(key):
            self._remote.rm_file(self._path(key))

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield every key below *prefix* (a folder), in no order."""
        if self._local is not None:
            folder = self._local / prefix
            for path in folder.rglob("*") if folder.is_dir() else ():
                if path.is_file() and not path.name.startswith("."):
                    yield path.relative_to(self._local).as_posix()
            return
        root = self._root.rstrip("/") + "/"
        for path in self._remote.find(self._path(prefix)):
            yield str(path).removeprefix(root).lstrip("/")
