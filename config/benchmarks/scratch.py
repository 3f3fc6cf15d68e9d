"""A database of its own for measuring: made beside the configured one, filled with a country, dropped afterwards.

The operator's register is never opened. The name is the configured one with ``-bench`` behind it; what a killed run
left is replaced by the next.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.utils import DatabaseError, OperationalError, ProgrammingError
from django.utils import timezone

from config.demo.bulk import write_country
from infra.access import Role
from infra.models import Authority, User
from infra.services.people import membership_grant, system_user


class NoScratchError(RuntimeError):
    """The scratch database could not be made; the text says why."""


@contextmanager
def scratch_database() -> Iterator[None]:
    """Turn the default connection to a new, migrated, empty database; drop it at the end, whatever happens."""
    configured = str(connection.settings_dict["NAME"])
    connection.settings_dict["TEST"]["NAME"] = _name(configured)
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    except (DatabaseError, OperationalError, ProgrammingError, SystemExit) as error:
        raise NoScratchError(f"The database {_name(configured)} for measuring cannot be made: {error}") from error
    try:
        yield
    finally:
        connection.creation.destroy_test_db(configured, verbosity=0)
        for companion in ("-wal", "-shm"):
            if connection.vendor == "sqlite":
                Path(f"{_name(configured)}{companion}").unlink(missing_ok=True)


def _name(configured: str) -> str:
    if connection.vendor == "sqlite":
        path = Path(configured)
        return str(path.with_name(f"{path.stem}-bench{path.suffix}"))
    return f"{configured}_bench"


def fill(stations: int, say: Callable[[str], None]) -> User:
    """Load the reference data and a country of *stations*; return a manager who may see all of it."""
    call_command("load_reference", verbosity=0)
    write_country(stations=stations, say=say)
    authority = Authority.objects.order_by("id")[0]
    manager = User.objects.create(username="bench-manager", display_name="Bench", language="vi")
    membership_grant(
        actor=system_user(),
        authority=authority,
        user=manager,
        organization=authority.organization,
        role=Role.MANAGER,
        reason="Measuring",
        valid_from=timezone.localdate(),
    )
    return manager
