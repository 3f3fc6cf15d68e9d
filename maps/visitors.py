"""Who stands behind a session or a key, remembered for some seconds: a burst of tiles asks the database once."""

import hashlib
import time
from collections import OrderedDict
from secrets import token_bytes
from threading import Lock
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from maps.queries.reader import Reader
from maps.queries.stamp import cache_word

#: a right that was taken away, in another process, ends after so long
REMEMBERED_S = 5.0
#: a password that was right is not checked again for so long; the account is
PASSWORD_S = 60.0
MOST = 10_000
_SALT = token_bytes(16)


class Visitors:
    """Credentials -> reader. What credentials are remembered by is salted: no memory holds a password or a key."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, tuple[str, float, Reader]] = OrderedDict()
        self._people: OrderedDict[bytes, tuple[str, float, int]] = OrderedDict()
        self._lock = Lock()

    def get(self, request: HttpRequest) -> Reader | None:
        """Return the reader behind *request*, None where it has to be found out; the public is always known."""
        card = _card(request)
        if card is None:
            return Reader.of_public()
        found = self._known.get(card)
        if found is None or found[0] != cache_word() or time.monotonic() - found[1] > REMEMBERED_S:
            return None
        return found[2]

    def person(self, request: HttpRequest) -> int | None:
        """Return the key of the person whose password came along and was found right a moment ago."""
        card = _card(request)
        found = self._people.get(card) if card is not None else None
        if found is None or found[0] != cache_word() or time.monotonic() - found[1] > PASSWORD_S:
            return None
        return found[2]

    def put_person(self, request: HttpRequest, key: int) -> None:
        """Remember whose password came along: checking one takes 0.1 s, and GDAL sends it with every page."""
        card = _card(request)
        if card is not None:
            with self._lock:
                self._people[card] = (cache_word(), time.monotonic(), key)
                while len(self._people) > MOST:
                    self._people.popitem(last=False)

    def put(self, request: HttpRequest, reader: Reader) -> None:
        card = _card(request)
        if card is None:
            return
        with self._lock:
            self._known[card] = (cache_word(), time.monotonic(), reader)
            self._known.move_to_end(card)
            while len(self._known) > MOST:
                self._known.popitem(last=False)

    def forget(self, *_args: Any, **_kwargs: Any) -> None:
        """Forget everybody: somebody signed out, or an act may have changed what people may see."""
        with self._lock:
            self._known.clear()
            self._people.clear()


def _card(request: HttpRequest) -> bytes | None:
    """Return what the credentials of *request* are remembered by, None without any."""
    header = request.META.get("HTTP_AUTHORIZATION", "")
    shown = header or request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return hashlib.blake2b(shown.encode(), key=_SALT, digest_size=16).digest() if shown else None


VISITORS = Visitors()
