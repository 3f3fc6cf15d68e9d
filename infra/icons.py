"""Outline icons of the icon set, drawn into the page, so that they take the text's colour and cost no request.

Each file is read once per process. A name that does not exist stops the page; a system check finds it before that.
"""

import re
from functools import cache
from pathlib import Path

from django.conf import settings

_BODY = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = '<path stroke="none" d="M0 0h24v24H0z" fill="none" />'


class UnknownIconError(LookupError):
    """The icon set has no icon of that name, or the set is not installed."""


@cache
def drawing(name: str) -> str:
    """Return what stands inside the ``<svg>`` of the outline icon *name* (24 × 24 units)."""
    path = Path(settings.ICONS_DIR) / "outline" / f"{name}.svg"
    if not re.fullmatch(r"[a-z0-9-]+", name) or not path.is_file():
        raise UnknownIconError(f"There is no outline icon “{name}” in {path.parent}.")
    found = _BODY.search(path.read_text("utf-8"))
    if found is None:
        raise UnknownIconError(f"{path} holds no drawing.")
    return " ".join(found.group(1).replace(_FRAME, "").split())
