"""The five safety states as people see them: word, symbol, order; and where they come from.

What decides them is not said here: an upper app names a :class:`Source` in its ``AppConfig.ready()``.
"""

from collections.abc import Collection, Mapping
from typing import Any, Literal, Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: code -> word, worst first
STATES: dict[str, str | Promise] = {
    "unsafe": _("Unsafe"),
    "overdue": _("Overdue"),
    "due": _("Due soon"),
    "unknown": _("Not known yet"),
    "compliant": _("Compliant"),
}

#: code -> drawing in a box of 16 × 16; form and colour differ, so that neither carries the state alone
SYMBOLS = {
    "compliant": (
        '<circle cx="8" cy="8" r="7" stroke="none"/>'
        '<path d="M4.8 8.2l2.2 2.2 4.2-4.6" fill="none" stroke-width="1.8" stroke-linecap="round" '
        'stroke-linejoin="round"/>'
    ),
    "due": '<path d="M8 1.2L14.800 8 8 14.800 1.200 8z" stroke-width="1.2" stroke-linejoin="round"/>',
    "overdue": '<path d="M8 1.500L15 14.200H1z"/>',
    "unsafe": (
        '<path d="M5.200 1h5.600L15 5.200v5.600L10.800 15H5.200L1 10.800V5.200z"/>'
        '<path class="st-symbol__mark" d="M8 4v4.800M8 11.400v.3" fill="none" stroke-width="2" stroke-linecap="round"/>'
    ),
    "unknown": '<circle cx="8" cy="8" r="6.200" stroke-width="1.8" stroke-dasharray="2.600 2.270"/>',
}


def state_of(state: str | Mapping[str, Any] | None) -> str:
    """Return the code in *state*, which is a code or a mapping with one; what is not a state is not known."""
    code = state.get("state") if isinstance(state, Mapping) else state
    return code if isinstance(code, str) and code in STATES else "unknown"


def label_of(code: str) -> str:
    return str(STATES[code])


class Source(Protocol):
    """Whoever keeps the states. A state is told as ``{state, since, reasons: [{code, text, date}]}``."""

    def of_installations(self, ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
        """Return installation id -> state; the ids are ones that the person asking may see."""

    def of_holders(
        self, holder: Literal["site_id", "mast_id"], ids: Collection[int], person: Any
    ) -> Mapping[int, Mapping[str, Any]]:
        """Return site (or mast) id -> the worst state of its installations that *person* may see."""

    def condition(self, states: Collection[str]) -> models.Q:
        """Return the condition on installations that they are in one of *states* today."""


_sources: list[Source] = []


def set_source(source: Source) -> None:
    """Name the one source of safety states."""
    _sources[:] = [source]


def source() -> Source | None:
    """Return the source of safety states, None where no app keeps any."""
    return _sources[0] if _sources else None
