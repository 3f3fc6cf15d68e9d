"""The tables that tiles and search are made from, read before anybody waits for them, and renewed behind the scenes.

A web server's process begins this once; a command or a test reads its tables when it needs them. It begins with the
tables that it wrote to files when it last ran, and reads them anew after the first rush of visitors: what was changed
past the ledger meanwhile shows after a minute, too.
"""

import logging
import threading
from pathlib import Path

from django.conf import settings
from django.db import Error, connections
from django.utils import timezone

from maps.queries.spelling import vocabulary
from maps.queries.unit_names import unit_names
from maps.tiles import register
from maps.tiles.answers import ANSWERS
from maps.tiles.register import table_of
from maps.tiles.sources.events import FINDINGS, PERMITS
from maps.tiles.sources.installations import INSTALLATIONS
from maps.tiles.sources.places import MASTS, SITES

#: after so long the tables are looked at again: what others wrote meanwhile, and the turn of the day
EVERY_S = 60.0

#: where the tables lie between two runs
FOLDER = settings.DATA_DIR / "tables"

#: what the first look at the map asks for: its tiles, the counts beside its layers, the words of its search
HELD = (INSTALLATIONS, SITES, MASTS, PERMITS)

logger = logging.getLogger(__name__)


def warm() -> None:
    """Read or renew what the first tile and the first search need."""
    today = timezone.localdate()
    for source in (*HELD, FINDINGS):
        table_of(source, None, today)
    unit_names()
    vocabulary(today)


def keep_warm(every: float = EVERY_S, folder: Path = FOLDER) -> threading.Event:
    """Begin to warm in a thread of its own, again and again; set the event that is returned to end it."""
    ended = threading.Event()
    register.keep_in(folder)

    def go_on() -> None:
        is_first = True
        while not ended.is_set():
            try:
                warm()
                if not is_first:
                    _read_anew()
                is_first = False
                _write()
            except Error as error:  # not migrated yet, or away for a moment: the first visitor reads, as ever
                logger.info("The tables of the map are not read ahead: %s", error)
            finally:
                connections.close_all()
            ended.wait(every)

    threading.Thread(target=go_on, name="warming", daemon=True).start()
    return ended


def _read_anew() -> None:
    """Read again as a whole what came from files, and forget the tiles that were made from them."""
    for source in HELD:
        if register.is_from_file(source):
            register.read_anew(source, timezone.localdate())
            ANSWERS.clear()


def _write() -> None:
    try:
        register.write_files(HELD)
    except (OSError, TypeError) as error:  # a full disk: the next start reads the register, as ever
        logger.warning("The tables of the map are not kept in files: %s", error)
