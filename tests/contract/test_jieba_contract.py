"""What we rely on in jieba 0.42.

Its dictionary's shape, the attributes we set, the one method we replace.
"""

from __future__ import annotations

import warnings
from importlib.resources import files
from pathlib import Path

import pytest

from pipeline.text.unbreakable import UNBREAKABLE_SPAN
from pipeline.text.word_segmenter import USER_DICTIONARY, Segmenter

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import jieba

TALKS = Path(__file__).parents[1] / "text" / "talks"
ROWS = [row for path in sorted(TALKS.glob("*.txt")) for row in path.read_text("utf-8").splitlines()]


def test_the_dictionary_is_three_columns() -> None:
    """Word, count, part of speech, apart by spaces; no word holds a space; one comes twice."""
    lines = files("jieba").joinpath("dict.txt").read_text("utf-8").splitlines()
    columns = [line.split(" ") for line in lines]
    assert len(lines) == 349_046
    assert {len(line) for line in columns} == {3}
    assert all(line[1].isdigit() for line in columns)
    assert len({line[0] for line in columns}) == len(lines) - 1


def test_our_way_into_the_dictionary_cuts_as_jieba_s_own(tmp_path: Path) -> None:
    """Without its table of prefixes and its cache file, jieba finds the same words.

    Tested on every Chinese run of four talks.
    """
    own = jieba.Tokenizer()
    own.tmp_dir = str(tmp_path)
    jieba.setLogLevel(60)
    for word in USER_DICTIONARY:
        own.add_word(word, max(300, own.FREQ.get(word, 0)) if own.initialized else 300)
    runs = [run for row in ROWS for run in UNBREAKABLE_SPAN.sub(" ", row).split() if len(run) > 1]
    tokenizer = Segmenter()._tokenizer  # noqa: SLF001 - it is what is compared
    assert len(runs) > 200
    assert [list(tokenizer.cut(run)) for run in runs] == [list(own.cut(run)) for run in runs]


@pytest.mark.parametrize("text", ["他来到了网易杭研大厦", "𠮷野家", "々〆〇", "abc，def", ""])
def test_cutting_loses_no_character(text: str) -> None:
    """Unknown words, characters beyond jieba's range, Latin and marks all come out again."""
    assert "".join(Segmenter()._tokenizer.cut(text)) == text  # noqa: SLF001 - the library's promise we build on
