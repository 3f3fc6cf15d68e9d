"""Text as people type it, made comparable: NFC at the door, folded for search."""

import re
import unicodedata

import polars as pl

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


#: letters of which the columnar folding below knows everything; other texts are folded one by one
_KNOWN = r"^[\x20-\x7EÀ-ÖØ-Ýà-öø-ýÿĂăĐđĨĩŨũƠơƯưẠ-ỹ\u0300-\u036F–—‘’“”…°²³·]*$"
#: small letters of it → what they fold to; a mark of its own to nothing
_PLAIN = {
    letter: fold(letter)
    for letter in map(
        chr,
        [*range(0xE0, 0xF7), *range(0xF8, 0x100), *range(0x100, 0x1B1), *range(0x300, 0x370), *range(0x1EA0, 0x1EFA)],
    )
    if letter.islower() or unicodedata.combining(letter)
}


def fold_column(texts: pl.Series) -> pl.Series:
    """Return what :func:`fold` makes of each text of a column (null stays null), without a call for each."""
    known = texts.str.contains(_KNOWN).fill_null(value=True)
    plain = texts.str.to_lowercase().str.replace_many(list(_PLAIN), list(_PLAIN.values()))
    folded = plain.str.replace_all(r"\s+", " ").str.strip_chars()
    if known.all():
        return folded
    alone = {text: fold(text) for text in texts.filter(~known).to_list()}
    return folded.zip_with(known, texts.replace_strict(alone, default=None, return_dtype=pl.String))


#: folded letter → all the letters, small and capital, that fold to it
_SPELT: dict[str, str] = {}
for _letter in map(chr, [*range(0x41, 0x5B), *range(0x61, 0x7B), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)]):
    _SPELT[fold(_letter)] = _SPELT.get(fold(_letter), "") + _letter


def spelt(folded: str) -> str:
    """Return the regular expression (Python's and PostgreSQL's) of every way to write what :func:`fold` returned."""
    return "".join(_spellings(letter) for letter in folded)


def _spellings(letter: str) -> str:
    if letter.isalpha():
        letters = _SPELT.get(letter) or "".join({letter: None, letter.upper()[:1]: None})
        return f"[{letters}]" if len(letters) > 1 else letters
    return letter if letter.isalnum() else f"\\{letter}"
