"""A sheet as it lies in the file: every row from the first on, every cell as text."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

#: written into a cell to say that it is empty
_EMPTY_WORDS = ("-", "--", "---", "–", "—", "n/a", "N/A", "#N/A", "NULL", "null", "NaN", "nan", "None")
_BLANKS = r"[\s\u00a0\u200b\ufeff]+"


@dataclass(frozen=True)
class Grid:
    """Cells of one sheet. Row *i* of ``frame`` is row ``i + 1`` of the spreadsheet; columns are "0", "1", …

    ``first_column`` is the index in the spreadsheet of column "0". An empty cell is null, text is NFC and stripped.
    ``font`` names the old Vietnamese font that the text was converted from. In a file of features the first row holds
    the names of the attributes, the others a feature each. ``crs`` is the system that such a file declares ("" for
    none), ``hidden`` lists the letters of columns that the spreadsheet does not show.
    """

    name: str
    frame: pl.DataFrame
    first_column: int = 0
    visible: bool = True
    encoding: str = ""
    font: str = ""
    is_features: bool = False
    crs: str = ""
    hidden: tuple[str, ...] = ()


def tidy(frame: pl.DataFrame) -> pl.DataFrame:
    """Return *frame* with its text in NFC, stripped, and empty cells as null; columns are numbered from "0"."""
    numbered = frame.rename({name: str(index) for index, name in enumerate(frame.columns)})
    return numbered.with_columns(TIDY).with_columns(EMPTIED)


_TEXT = pl.all().cast(pl.String)
#: an apostrophe that our CSV files put before what a spreadsheet would run as a formula
_GUARDED = r"^'([=+@|%-])"
#: ASCII and the composed letters of Latin scripts: NFC already, and no blank among them
_LETTERS = r"!-~\u00c0-\u024f\u1e00-\u1eff"
#: what almost every cell is: words with one space between them, no apostrophe before the first
_IS_TIDY = rf"^[{_LETTERS.replace('!-~', '!-&(-~')}][{_LETTERS}]*(?: [{_LETTERS}]+)*$"
_NEEDS_TIDYING = ~_TEXT.str.contains(_IS_TIDY)
_TIDIED = (
    pl.when(_NEEDS_TIDYING)
    .then(_TEXT)  # nothing else is worked on
    .str.normalize("NFC")
    .str.replace_all(_BLANKS, " ")
    .str.strip_chars()
    .str.replace(_GUARDED, "${1}")
)
#: text in NFC, on one line, stripped
TIDY = pl.when(_NEEDS_TIDYING).then(_TIDIED).otherwise(_TEXT)
#: where a cell says that there is nothing, null
EMPTIED = pl.when(pl.all().is_in(["", *_EMPTY_WORDS])).then(None).otherwise(pl.all()).name.keep()


def frame_of_rows(rows: Sequence[Sequence[str]], width: int) -> pl.DataFrame:
    """Return a frame of *rows*, each filled up to *width* cells."""
    padded = (row if len(row) == width else [*row, *[None] * (width - len(row))] for row in rows)
    columns = zip(*padded, strict=True)
    return pl.DataFrame(
        [pl.Series(str(index), column, dtype=pl.String) for index, column in enumerate(columns)],
    )
