"""Tiles that were made, kept in this process until memory is wanted for others, and compressed once."""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass, field

from django.conf import settings

#: smaller answers are not worth compressing
WORTH_BYTES = 500
LEVEL = 4
#: what an entry takes besides its bodies
OVERHEAD = 600


@dataclass
class Answer:
    """The body of a tile (empty for an empty tile) with its tag."""

    body: bytes
    etag: str
    zipped: bytes | None = field(default=None)

    def compressed(self) -> bytes | None:
        """Return the body compressed, None where that is not worth it."""
        if self.zipped is None and len(self.body) >= WORTH_BYTES:
            self.zipped = gzip.compress(self.body, LEVEL, mtime=0)
        return self.zipped

    @property
    def weight(self) -> int:
        return OVERHEAD + 2 * len(self.body)


class Answers:
    """The least recently used go first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, Answer] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def put(self, key: Hashable, answer: Answer) -> None:
        with self._lock:
            before = self._found.pop(key, None)
            if before is not None:
                self._weight -= before.weight
            self._found[key] = answer
            self._weight += answer.weight
            while self._weight > self._most and self._found:
                self._weight -= self._found.popitem(last=False)[1].weight

    def clear(self) -> None:
        with self._lock:
            self._found.clear()
            self._weight = 0


ANSWERS = Answers(settings.TILE_CACHE_BYTES)
