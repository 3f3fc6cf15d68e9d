"""Registers a submission in a process of its own that is killed on the way: ``python -m … DATABASE SUBMISSION STEP``.

STEP counts the tables written before the end comes, or is ``committing``: all is written and nothing is committed.
"""

import os
import signal
import sys
from typing import Any


def _die(*_args: Any, **_kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(database: str, submission: int, step: str) -> None:
    import django

    django.setup()
    from django.db import connection

    from infra.services import frames
    from infra.submissions import applying

    connection.settings_dict["NAME"] = database
    if step == "committing":
        written = applying._note_rows

        def mark_and_die(*args: Any, **how: Any) -> None:
            written(*args, **how)
            _die()

        applying._note_rows = mark_and_die
    else:
        name = "_copy" if connection.vendor == "postgresql" else "_insert"
        write, calls = getattr(frames, name), iter(range(int(step)))

        def write_or_die(*args: Any, **kwargs: Any) -> Any:
            if next(calls, None) is None:
                _die()
            return write(*args, **kwargs)

        setattr(frames, name, write_or_die)
    applying.finish(submission)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
