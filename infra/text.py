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
