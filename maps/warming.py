"""The tables that tiles and search are made from, read before anybody waits for them, and renewed behind the scenes.

A web server's process begins this once; a command or a test reads its tables when it needs them.
"""

import logging
import threading

from django.db import Error, connections
from django.utils import timezone

from maps.queries.spelling import vocabulary
from maps.queries.unit_names import unit_names
from maps.tiles.register import table_of
from maps.tiles.sources.installations import INSTALLATIONS
from maps.tiles.sources.places import SITES

#: after so long the tables are looked at again: what others wrote meanwhile, and the turn of the day
EVERY_S = 60.0

logger = logging.getLogger(__name__)


def warm() -> None:
    """Read or renew what the first tile and the first search need."""
    today = timezone.localdate()
    for source in (INSTALLATIONS, SITES):
        table_of(source, None, today)
    unit_names()
    vocabulary(today)


def keep_warm(every: float = EVERY_S) -> threading.Event:
    """Begin to warm in a thread of its own, again and again; set the event that is returned to end it."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.is_set():
            try:
                warm()
            except Error as error:  # not migrated yet, or away for a moment: the first visitor reads, as ever
                logger.info("The tables of the map are not read ahead: %s", error)
            finally:
                connections.close_all()
            ended.wait(every)

    threading.Thread(target=go_on, name="warming", daemon=True).start()
    return ended
