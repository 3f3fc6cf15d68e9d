"""The modes of the console, in the order of their tabs; the first one opens when the address names none."""

from maps.pages.modes.cases import CASES
from maps.pages.modes.coverage import COVERAGE
from maps.pages.modes.mode import Mode
from maps.pages.modes.register import REGISTER
from maps.queries.reader import Reader

MODES: tuple[Mode, ...] = (REGISTER, CASES, COVERAGE)


def modes_for(reader: Reader) -> list[Mode]:
    """Return the modes that *reader* may open."""
    return [mode for mode in MODES if reader.can(mode.permission)]


def mode_named(name: str, reader: Reader) -> Mode:
    """Return the mode called *name*, the first one for any other word."""
    offered = modes_for(reader)
    return next((mode for mode in offered if mode.name == name), offered[0])
