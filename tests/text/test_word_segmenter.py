"""Words cover the text, and what a person reads as one thing is one word."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given

from pipeline.process import worker_pool
from pipeline.text.graphemes import grapheme_spans
from pipeline.text.word_segmenter import Segmenter
from tests.text.strategies import UNBREAKABLE_TOKENS, any_text, mixed_text, quick

SHARED = Segmenter()


def cut(text: str) -> list[str]:
    """Return the words of a text."""
    return [text[start:end] for start, end in SHARED.words(text)]


def run(program: str, temporary: Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a new interpreter with warnings as errors and its own temporary folder."""
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
    environment = {**os.environ, **folders, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment, check=True, timeout=60
    )


@quick
@given(mixed_text)
def test_segmenter_words_cover_mixed_text(text: str) -> None:
    """In order, without gaps, none empty."""
    spans = SHARED.words(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(one[1] == two[0] for one, two in pairwise(spans))
    assert all(start < end for start, end in spans)


@quick
@given(any_text)
def test_segmenter_words_cover_any_text(text: str) -> None:
    """Whatever Unicode holds; and no word begins inside a visible character."""
    spans = SHARED.words(text)
    assert "".join(text[start:end] for start, end in spans) == text
    starts = {start for start, _ in grapheme_spans(text)}
    assert {start for start, _ in spans} <= starts


@pytest.mark.parametrize("token", UNBREAKABLE_TOKENS)
@pytest.mark.parametrize(
    ("before", "after"),
    [("", ""), ("我们看到", "之后的结果"), ("（", "）"), ("在", "，"), (" ", " ")],
)
def test_segmenter_keeps_unbreakable_tokens_whole(token: str, before: str, after: str) -> None:
    """Alone, between Chinese, in brackets, before a comma, between spaces."""
    assert token in cut(f"{before}{token}{after}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("加入二十克盐，煮三十分钟", "加入 二十克 盐 ， 煮 三十分钟"),
        ("仅仅四个月后", "仅仅 四个月 后"),
        ("损失数百万美元", "损失 数百万美元"),
        ("足够好地预测下一个Token", "足够 好 地 预测 下一个 Token"),
        ("第3版和第4版", "第3版 和 第4版"),
        ("我在约翰·冯·诺依曼之后", "我 在 约翰·冯·诺依曼 之后"),
        ("Ilya和亚历克斯·克里热夫斯基Alex K", "Ilya 和 亚历克斯·克里热夫斯基 Alex K"),
        ("马斯克在最近的一次采访中是这么说的", "马斯克 在 最近 的 一次 采访 中 是 这么 说 的"),
        ("深度学习和大语言模型", "深度学习 和 大语言模型"),
        ("请看https://openai.com/blog?x=1。", "请 看 https://openai.com/blog?x=1 。"),
        ("我每天24/7学习C++、.NET和Node.js", "我 每天 24/7 学习 C++ 、 .NET 和 Node.js"),
        ("大约20亿", "大约 20亿"),
        ("从2005年到2010年", "从 2005年 到 2010年"),
        ("1/4决赛", "1/4 决赛"),
    ],
)
def test_segmenter_cuts_chinese_words(text: str, words: str) -> None:
    """Numbers keep units, names keep dots, and jieba's guesses swallow no function words."""
    assert [word for word in cut(text) if not word.isspace()] == words.split()


@pytest.mark.parametrize(
    "text",
    [
        *(
            "一" * 10_000,
            "龘" * 10_000,
            "a" * 10_000,
            "1," * 5_000,
            "1年" * 5_000,
            "·" * 10_000,
            "马·" * 5_000,
            "https://" + "a/" * 4_000,
        ),
        *(
            "-1" * 5_000,
            "百分之一点" * 2_000,
            "第一" * 5_000,
            "1" * 10_000,
            "1-" * 5_000,
            "a@a." * 2_500,
            "/a" * 5_000,
            "👨\u200d" * 5_000,
            "🇨" * 10_000,
        ),
    ],
    ids=range(17),
)
def test_segmenter_accepts_extreme_text(text: str) -> None:
    """The longest row allowed, of one kind of character only."""
    spans = SHARED.words(text)
    assert (spans[0][0], spans[-1][1]) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("e\u0301a", ["e\u0301", "a"]),
        ("👨‍👩‍👧一", ["👨‍👩‍👧", "一"]),
        ("🇨🇳🇺🇸", ["🇨🇳", "🇺🇸"]),
        ("👩🏽❤️", ["👩🏽", "❤️"]),
        ("", []),
    ],
)
def test_grapheme_spans_are_visible_characters(text: str, seen: list[str]) -> None:
    """Accents, tints and joiners belong to the character before them; flags come in pairs."""
    assert [text[start:end] for start, end in grapheme_spans(text)] == seen


def test_segmenter_keeps_combining_marks_with_their_character() -> None:
    """A combining mark after Chinese is never a word of its own."""
    assert [word for word in cut("好\u20dd的\u0301") if word[0] in "\u20dd\u0301"] == []


def test_segmenter_tag_and_frequency_come_from_the_dictionary() -> None:
    """Parts of speech and counts, and nothing for what it does not know."""
    assert (SHARED.tag("实验室")[0], SHARED.tag("发布"), SHARED.tag("亚历克斯·")) == ("n", "v", "")
    assert SHARED.frequency("我们") > SHARED.frequency("神经") > SHARED.frequency("龘龘") == 0


def test_segmenter_pickles_without_its_dictionary() -> None:
    """A pickle of it is tiny, and what comes out cuts alike."""
    carried = pickle.dumps(SHARED)
    assert len(carried) < 100
    again: Segmenter = pickle.loads(carried)  # noqa: S301 - made here
    assert again.words("深度学习的实验室") == SHARED.words("深度学习的实验室")


@pytest.mark.slow
def test_segmenter_cuts_alike_in_workers() -> None:
    """Fresh processes at once, each with its own dictionary, give the same words."""
    rows = ["他在以色列的开放大学攻读计算机科学", "最后在多伦多大学师从Geoffrey Hinton"]
    with worker_pool(2) as executor:
        assert list(executor.map(SHARED.words, rows * 2)) == [SHARED.words(row) for row in rows * 2]


def test_segmenter_ignores_the_shared_cache_of_jieba(tmp_path: Path) -> None:
    """Anyone can write the temporary folder: a cache there is not read, none is written."""
    planted = tmp_path / "jieba.cache"
    planted.write_bytes(b"\x00 not what jieba wrote")
    program = (
        "from pipeline.text.word_segmenter import Segmenter; s = Segmenter(); "
        "print(len(s.words('他来到了网易杭研大厦')))"
    )
    done = run(program, tmp_path)
    assert (done.stderr, int(done.stdout) > 3) == ("", True)
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]
    assert planted.read_bytes() == b"\x00 not what jieba wrote"


def test_segmenter_does_not_load_the_dictionary_for_latin_rows(tmp_path: Path) -> None:
    """English needs no dictionary; it is read at the first Chinese word."""
    program = (
        "import sys; from pipeline.text.word_segmenter import Segmenter; s = Segmenter(); "
        "s.words('Hello: 24/7'); a = 'jieba' in sys.modules; "
        "s.words('好'); print(a, 'jieba' in sys.modules)"
    )
    assert run(program, tmp_path).stdout.split() == ["False", "True"]
