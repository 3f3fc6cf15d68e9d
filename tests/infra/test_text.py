"""Text made comparable, and found however it is spelt."""

import re

import polars as pl

from infra.text import fold, fold_column, spelt

LETTERS = [chr(code) for code in (*range(0x20, 0x7F), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)) if chr(code).strip()]


def test_every_spelling_is_found_by_its_fold() -> None:
    single = [letter for letter in LETTERS if len(fold(letter)) == 1]
    assert len(single) > 400
    assert [letter for letter in single if not re.fullmatch(spelt(fold(letter)), letter)] == []
    assert re.search(spelt("thai thuy"), "Xã THÁI THUỴ")
    assert re.search(spelt("duong"), "ĐƯỜNG")
    assert not re.search(spelt("(a.c)"), "abc")


def test_a_column_is_folded_like_its_texts() -> None:
    texts = [*LETTERS, "  Thái   Thuỵ ", "Tháí Ｔhụy", "ĐƯỜNG số 5", None]
    assert fold_column(pl.Series(texts)).to_list() == [None if text is None else fold(text) for text in texts]
