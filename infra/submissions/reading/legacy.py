"""Vietnamese text in the encodings of old fonts: TCVN3 (ABC, ".VnTime") and VNI ("VNI-Times").

Such text was typed as if it were Western European: "TrÇn L·m", "Traàn Laõm" for "Trần Lãm". It is recognised by what it
becomes: a word counts as Vietnamese where its letters make a syllable, before or after the conversion.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import islice

import polars as pl

#: how bytes are read that are neither UTF-8 nor Windows-1258: each byte stays one character
LATIN = "latin-1"

_TCVN3 = str.maketrans(
    dict(
        zip(
            "¡¢£¤¥¦§¨©ª«¬\u00ad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
            "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
            strict=True,
        )
    )
)
#: VNI writes the mark behind the letter
_VNI_MARKS = dict(
    zip(
        "ùøûõïâáàåãäêéèúüë",
        (
            *("\u0301", "\u0300", "\u0309", "\u0303", "\u0323"),
            *(f"\u0302{tone}" for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")),
            *(f"\u0306{tone}" for tone in ("", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323")),
        ),
        strict=True,
    )
)
_VNI_LETTERS = dict(zip("ôöñíìæóòî", "ơưđíìỉĩịỵ", strict=True))
#: what no Vietnamese word has, but VNI writes all the time: a letter with its mark standing alone behind it
_NEVER = re.compile("[aeôö][" + "".join(_VNI_MARKS) + "]|[ouy][ùøûõïúüëåä]", re.IGNORECASE)
_VNI_PAIR = re.compile(f"([aeoôuöy])([{''.join(_VNI_MARKS)}])", re.IGNORECASE)

_TONES = "\u0300\u0301\u0303\u0309\u0323"
_SYLLABLE = re.compile(
    r"(?:ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdđghklmnpqrstvx])?"
    r"(?:uyê|uya|iê|yê|oă|oa|oe|oo|uâ|uê|uô|uơ|uy|ươ|ưa|ua|ia|ya|[aăâeêioôơuưy])"
    r"(?:ch|ng|nh|[cmnptiouy])?"
)
_BETWEEN_WORDS = re.compile(r"[\s,.;:()\[\]/\\\"'&+=_0-9–-]+")
_IS_ASCII = r"^[\x00-\x7F]*$"
#: words looked at, and how many are needed to tell
_WORDS_MAX, _WORDS_MIN = 2_000, 3
_SAMPLE_ROWS = 500
_SHARE = 0.6
_GAIN = 0.3


def from_tcvn3(text: str) -> str:
    """Return *text* typed in a TCVN3 font as Unicode."""
    return text.translate(_TCVN3)


def from_vni(text: str) -> str:
    """Return *text* typed in a VNI font as Unicode."""

    def paired(found: re.Match[str]) -> str:
        letter = _VNI_LETTERS.get(found[1].lower(), found[1].lower())
        whole = unicodedata.normalize("NFC", letter + _VNI_MARKS[found[2].lower()])
        return whole.upper() if found[1].isupper() else whole

    pieces = []
    last = 0
    for found in _VNI_PAIR.finditer(text):
        pieces += [_vni_letters(text[last : found.start()]), paired(found)]
        last = found.end()
    return "".join((*pieces, _vni_letters(text[last:])))


def _vni_letters(text: str) -> str:
    return "".join(
        (letter.upper() if one.isupper() else letter) if (letter := _VNI_LETTERS.get(one.lower())) else one
        for one in text
    )


FONTS: dict[str, Callable[[str], str]] = {"TCVN3 (ABC)": from_tcvn3, "VNI": from_vni}


def is_syllable(word: str) -> bool:
    """Tell whether the letters of *word* make a Vietnamese syllable with at most one tone, in its place."""
    if _NEVER.search(unicodedata.normalize("NFC", word)):
        return False
    decomposed = unicodedata.normalize("NFD", word.lower())
    bare = "".join(letter for letter in decomposed if letter not in _TONES)
    if len(decomposed) - len(bare) > 1:
        return False
    return _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def _words(texts: Iterable[str]) -> list[str]:
    """Return the words with letters beyond ASCII, the first of them."""
    found = (word for text in texts for word in _BETWEEN_WORDS.split(text) if not word.isascii())
    return list(islice(found, _WORDS_MAX))


def _share(words: list[str], convert: Callable[[str], str] = lambda word: word) -> float:
    return sum(is_syllable(convert(word)) for word in words) / len(words)


def font_of(texts: Iterable[str]) -> str | None:
    """Return the font whose encoding *texts* are in; None for Unicode, and where there is too little to tell."""
    words = _words(texts)
    if len(words) < _WORDS_MIN:
        return None
    as_it_is = _share(words)
    share, font = max((_share(words, convert), font) for font, convert in FONTS.items())
    return font if share >= _SHARE and share > as_it_is + _GAIN else None


def is_windows_1258(sample: bytes) -> bool:
    """Tell whether bytes that are no UTF-8 read better as Windows-1258 than as an old font's."""
    decoded = unicodedata.normalize("NFC", sample.decode("cp1258", errors="replace"))
    words = _words([decoded])
    return not words or font_of([sample.decode(LATIN)]) is None or _share(words) > _SHARE + _GAIN


def converted(frame: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Return the texts of *frame* in Unicode and the font they were typed in, "" where they were Unicode.

    The first rows tell the font; then only cells that become more Vietnamese are changed, because old and new text
    stand side by side in many files.
    """
    head = frame.head(_SAMPLE_ROWS)
    font = font_of(text for name in frame.columns for text in _foreign(head[name]))
    if font is None:
        return frame, ""
    convert = FONTS[font]
    for name in frame.columns:
        better = {text: made for text in _foreign(frame[name]) if (made := _better(text, convert)) != text}
        if better:
            frame = frame.with_columns(pl.col(name).replace(better))
    return frame, font


def _foreign(texts: pl.Series) -> list[str]:
    """Return the distinct texts with letters beyond ASCII."""
    return texts.filter(~texts.str.contains(_IS_ASCII)).drop_nulls().unique(maintain_order=True).to_list()


def _better(text: str, convert: Callable[[str], str]) -> str:
    words = _words([text])
    return convert(text) if words and _share(words, convert) > _share(words) else text
