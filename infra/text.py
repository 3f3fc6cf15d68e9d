"""Text as people type it, made comparable: NFC at the door, folded for search."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    """Return *text* in NFC, on one line, without leading, trailing or doubled blanks."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


def fold(text: str) -> str:
    """Return *text* for searching: lower case, no accents, ``đ`` as ``d``, one line.

    "Thái Thuỵ", "Thái Thụy" and "thai thuy" all give ``thai thuy``. SQLite's FTS5 and PostgreSQL's
    ``unaccent`` disagree about ``đ``, so that both databases search the text this function made.
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return clean("".join(c for c in decomposed if not unicodedata.combining(c)))
