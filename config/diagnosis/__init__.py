"""What may be wrong with an installation, in plain words. ``./manage.py doctor`` prints it."""

from collections.abc import Callable, Iterator

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.utils.translation import gettext as _

from config.diagnosis import database, machine, register, safety
from config.diagnosis.finding import Finding

#: in the order in which one would repair what they find
EXAMINATIONS: tuple[Callable[[], Iterator[Finding]], ...] = (
    machine.python,
    machine.packages,
    machine.native_libraries,
    machine.data_directory,
    database.database,
    database.tables,
    machine.background_work,
    register.kept_tables,
    register.units,
    register.unverified_rows,
    register.files,
    register.ledger,
    register.accounts,
    machine.static_files,
    machine.languages,
    machine.time_zone,
    machine.printing,
    safety.settings_of_safety,
    safety.certificate,
    machine.framework,
)


#: what has nothing to look at where the database does not open
_OF_DATABASE = frozenset({database.tables, machine.background_work})


def diagnose() -> Iterator[Finding]:
    """Every finding, in the order in which one would repair them; a database that does not open is said once."""
    is_open = True
    for examine in EXAMINATIONS:
        if not is_open and (examine in _OF_DATABASE or examine.__module__ == register.__name__):
            continue
        try:
            yield from examine()
        except (DatabaseError, OSError, ImproperlyConfigured) as error:
            is_open = is_open and examine is not database.database
            subject = examine.__name__.replace("_", " ").strip()
            reason = " ".join(str(error).split()) or type(error).__name__
            yield Finding(subject, _("could not be examined: %(error)s") % {"error": reason}, wrong=True)


__all__ = ["EXAMINATIONS", "Finding", "diagnose"]
