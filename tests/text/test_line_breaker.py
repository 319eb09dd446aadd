"""Rows become cues of lines: nothing is lost, cut or too wide, and breaks are an editor's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.subtitle_profiles import CUE_LIMITS, CueLimits
from pipeline.text.linebreak.line_breaker import CueText, break_row, display_width
from pipeline.text.linebreak.penalties_zh import CLOSING_PUNCTUATION, OPENING_PUNCTUATION
from pipeline.text.word_segmenter import Segmenter
from tests.text.strategies import UNBREAKABLE_TOKENS, any_text, mixed_text, quick

if TYPE_CHECKING:
    from collections.abc import Sequence

SHARED = Segmenter()
NARROW = CueLimits("narrow", 16, 2, 9)
STRICT = CueLimits("strict", 16, 2, 9, width_kind="strict")
LIMITS = (
    *CUE_LIMITS.values(),
    NARROW,
    STRICT,
    CueLimits("one", 20, 1, 9),
    CueLimits("three", 12, 3, 9),
)
WIDE_ENOUGH = [limits for limits in LIMITS if limits.characters >= 16]
limits_of_every_kind = st.sampled_from(LIMITS)


def lines_of(text: str, limits: CueLimits) -> list[str]:
    """Return all lines of a row, over its cues."""
    return [line for part in break_row(text, limits, SHARED) for line in part.lines]


def cuts_of(text: str, limits: CueLimits) -> set[int]:
    """Return where a verbatim row is cut: found by laying its lines over it."""
    cuts, at = set(), 0
    for part in break_row(text, limits, SHARED):
        inside = at
        for line in part.lines:
            start = text.index(line, inside)
            cuts.add(start)
            inside = start + len(line)
        at += len(part.source)
    return cuts - {0}


@quick
@given(mixed_text, limits_of_every_kind)
def test_break_row_keeps_the_text_of_a_row(text: str, limits: CueLimits) -> None:
    """Joining the sources is the author's row, character for character."""
    assert "".join(part.source for part in break_row(text, limits, SHARED)) == text


@quick
@given(any_text, limits_of_every_kind)
def test_break_row_accepts_any_text(text: str, limits: CueLimits) -> None:
    """For any Unicode text: nothing lost, no line too wide, none too many, none empty."""
    parts = break_row(text, limits, SHARED)
    assert "".join(part.source for part in parts) == text
    for part in parts:
        assert 1 <= len(part.lines) <= limits.lines
        assert all(
            display_width(line, limits.width_kind) <= limits.characters for line in part.lines
        )
        assert all(line == line.strip() for line in part.lines)


@quick
@given(mixed_text, limits_of_every_kind)
def test_break_row_makes_no_line_wider_than_the_limit(text: str, limits: CueLimits) -> None:
    """By the count of the profile."""
    assert (
        max(display_width(line, limits.width_kind) for line in lines_of(text, limits))
        <= limits.characters
    )


@quick
@given(
    mixed_text, st.sampled_from([limits for limits in LIMITS if limits.punctuation == "verbatim"])
)
def test_break_row_verbatim_shows_every_character(text: str, limits: CueLimits) -> None:
    """What is shown, without its spaces, is the row without its spaces."""
    assert re.sub(r"\s", "", "".join(lines_of(text, limits))) == re.sub(r"\s", "", text)


@quick
@given(
    mixed_text,
    st.sampled_from([limits for limits in WIDE_ENOUGH if limits.punctuation == "verbatim"]),
)
def test_break_row_breaks_no_unbreakable_token(text: str, limits: CueLimits) -> None:
    """A word, a number with its unit or a name is whole if it fits a line with its punctuation."""
    spans = SHARED.words(text)
    widest = max(
        display_width(text[_glued_before(text, start) : _glued_after(text, end)], limits.width_kind)
        for start, end in spans
    )
    assume(widest <= limits.characters)
    inside = {at for start, end in spans for at in range(start + 1, end)}
    assert cuts_of(text, limits) & inside == set()


def _glued_after(text: str, at: int) -> int:
    while at < len(text) and text[at] in CLOSING_PUNCTUATION:
        at += 1
    return at


def _glued_before(text: str, at: int) -> int:
    while at and text[at - 1] in OPENING_PUNCTUATION:
        at -= 1
    return at


@pytest.mark.parametrize("token", UNBREAKABLE_TOKENS)
def test_break_row_keeps_a_token_whole_at_any_position(token: str) -> None:
    """Pushed along the line one character at a time."""
    for filler in range(1, 24):
        text = (
            "这里是一段用来把后面的东西推到行尾的文字没有标点"[:filler]
            + token
            + "之后还有一些文字才会结束"
        )
        assert not cuts_of(text, NARROW) & set(range(filler + 1, filler + len(token)))


PIECES = (
    "我们 这个模型 训练了 一个实验室 的想法 他说 因为 所以 在2005年 OpenAI 发布了 "
    "GPT-4o 之后 大家 知道吗 不会 离开 "
    "“你好” 《连线》杂志 ， 。 、 ！"
)
SENTENCES = st.lists(st.sampled_from(PIECES.split()), min_size=6, max_size=30).map("".join)


@quick
@given(SENTENCES)
def test_break_row_keeps_punctuation_rules(text: str) -> None:
    """No closing mark and no 的 了 吗 at a line's beginning, no opening mark at its end."""
    for limits in (CUE_LIMITS["verbatim"], NARROW, STRICT):
        for line in lines_of(text, limits)[1:]:
            assert line[0] not in CLOSING_PUNCTUATION | set("的了吗")
        assert not OPENING_PUNCTUATION & {line[-1] for line in lines_of(text, limits)}


@quick
@given(mixed_text, limits_of_every_kind)
def test_break_row_keeps_a_short_row_on_one_line(text: str, limits: CueLimits) -> None:
    """And only a wider one is broken."""
    parts = break_row(text, replace(limits, punctuation="verbatim"), SHARED)
    assert (len(parts) == 1 and len(parts[0].lines) == 1) == (
        display_width(text, limits.width_kind) <= limits.characters
    )


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "联合创始人兼首席科学家Ilya Sutskever宣布离职",
            ["联合创始人兼首席科学家", "Ilya Sutskever宣布离职"],
        ),
        (
            "其实本质上就是Hinton在多伦多大学所从事研究工作的一个衍生项目",
            ["其实本质上就是Hinton在多伦多大学", "所从事研究工作的一个衍生项目"],
        ),
        (
            "因为字典的键是字符串，写错一个字母就会报错",
            ["因为字典的键是字符串，", "写错一个字母就会报错"],
        ),
        ("2型糖尿病则占到了所有患者的90%以上", ["2型糖尿病", "则占到了所有患者的90%以上"]),
        (
            "英国学者李约瑟在《中国科学技术史》里感叹道",
            ["英国学者李约瑟", "在《中国科学技术史》里感叹道"],
        ),
        (
            "根据国际糖尿病联盟（IDF）在2021年公布的数据",
            ["根据国际糖尿病联盟（IDF）", "在2021年公布的数据"],
        ),
        (
            "然后现在DeepMind的CEO Demis Hassabis又说服他不要加入",
            ["然后现在DeepMind的CEO", "Demis Hassabis又说服他不要加入"],
        ),
        ('比如输入todo add "买牛奶"就会新增一条', ["比如输入todo add", '"买牛奶"就会新增一条']),
        (
            "如果两次检查都高于7.0 mmol/L，就可以诊断为糖尿病",
            ["如果两次检查都高于7.0 mmol/L，", "就可以诊断为糖尿病"],
        ),
        ("全世界大约有5.37亿成年人患有糖尿病", ["全世界大约有5.37亿成年人", "患有糖尿病"]),
        (
            "他们把这种提取物注射给了一个14岁的男孩伦纳德·汤普森",
            ["他们把这种提取物注射给了", "一个14岁的男孩伦纳德·汤普森"],
        ),
        ("它反映的是过去2到3个月里血糖的平均水平", ["它反映的是过去2到3个月里", "血糖的平均水平"]),
        (
            "他跟着朱棣南征北战 在靖难之役中立下了战功",
            ["他跟着朱棣南征北战", "在靖难之役中立下了战功"],
        ),
    ],
)
def test_break_row_breaks_chinese_like_a_subtitler(text: str, lines: list[str]) -> None:
    """Names, complements, prepositions, glosses, quotations and clauses, at 16 characters."""
    assert break_row(text, NARROW, SHARED) == (CueText(text, tuple(lines)),)


KEPT_TOGETHER = (
    *("感觉到", "意识到", "影响到", "联系到", "极有可能", "总结一下", "讨论一番", "患者隐私"),
    *("20到30%", "20%到30%", "10万到20万美元", "1923年3月14日", "上个世纪80年代", "第三次"),
    *("不喜欢", "非常好", "李约瑟", "这四个人", "说服他", "诺贝尔奖", "keep going"),
    "machine learning",
)


@pytest.mark.parametrize("together", KEPT_TOGETHER)
def test_break_row_keeps_together_what_belongs_together(together: str) -> None:
    """Pushed along the line one character at a time, between two ordinary clauses."""
    for filler in range(4, 15):
        before = "后来这个研究团队在美国工作的时候"[:filler]
        text = f"{before}{together}所以我们今天想和大家聊聊这个问题"
        first = text.index(together)
        assert not cuts_of(text, NARROW) & set(range(first + 1, first + len(together)))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "但是热的肉突然遇到冷水，表面的蛋白质会迅速收缩，吃起来就会又硬又柴",
            ["但是热的肉突然遇到冷水|表面的蛋白质会迅速收缩", "吃起来就会又硬又柴"],
        ),
        (
            "朱棣的皇位来路不正，所以他特别需要“万国来朝”的场面来证明自己才是天命所归",
            ["朱棣的皇位来路不正", "所以他特别需要“万国来朝”的场面|来证明自己才是天命所归"],
        ),
        (
            "代码不到100行，但是会用到dataclass、argparse和json这三个标准库",
            ["代码不到100行", "但是会用到dataclass、|argparse和json这三个标准库"],
        ),
    ],
)
def test_break_row_changes_cues_at_the_end_of_a_clause(text: str, lines: list[str]) -> None:
    """And lines inside of one, even where the cues then are less even."""
    parts = break_row(text, CUE_LIMITS["netflix-zh"], SHARED)
    assert ["|".join(part.lines) for part in parts] == lines


JAPANESE_ROWS = (
    "人工知能の研究は1950年代に始まり、現在では私たちの生活のあらゆる場面で使われています。",
    "OpenAIが発表したGPT-4oは、音声と画像を同時に処理できるモデルです",
    "彼は大学を卒業したあと、シリコンバレーのスタートアップで働くことにしました",
    "これはとても面白い話だと思いますが、皆さんはどう考えますか",
    "ちょっと待ってください、もっと詳しく説明しますね",
    "彼女が Machine Learning を学び始めたのは 2015年 のことでした",
    "今日は新しい言語モデルの仕組みについてお話ししたいと思います",
    "この問題を解決するためには、より多くのデータと計算資源が必要になります",
)


@pytest.mark.parametrize("row", JAPANESE_ROWS)
@pytest.mark.parametrize("characters", [13, 16, 22])
def test_break_row_begins_no_japanese_line_with_a_particle(row: str, characters: int) -> None:
    """Nor with small kana or a mark that lengthens a vowel; a particle stays with its word."""
    lines = lines_of(row, CueLimits("ja", characters, 2, 9))
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", row)
    for line in lines[1:]:
        assert not re.match(r"[ぁぃぅぇぉっゃゅょァィゥェォッャュョーをんがへねよ]", line)
        assert not re.match(r"(?:は|に|で|と|の|も|か)(?![ぁ-ゖ])|ついて|です|ます", line)


def test_break_row_breaks_japanese_between_phrases() -> None:
    """After a topic, an object or a clause, as read by a person."""
    limits = CueLimits("ja", 16, 2, 9)
    assert lines_of(JAPANESE_ROWS[2], limits) == [
        "彼は大学を卒業したあと、",
        "シリコンバレーのスタートアップで",
        "働くことにしました",
    ]
    assert lines_of(JAPANESE_ROWS[4], limits) == [
        "ちょっと待ってください、",
        "もっと詳しく説明しますね",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (
            "Co-founder and chief scientist Ilya Sutskever announced he was leaving.",
            "Co-founder and chief scientist|Ilya Sutskever announced he was leaving.",
        ),
        (
            "This suggests models should have a latent ability to learn to generalize.",
            "This suggests models should have|a latent ability to learn to generalize.",
        ),
        (
            "Finally, at the University of Toronto under Geoffrey Hinton,",
            "Finally, at the University of Toronto|under Geoffrey Hinton,",
        ),
        (
            "It became the fastest-growing consumer software tool in history.",
            "It became the fastest-growing|consumer software tool in history.",
        ),
        (
            "He said the meeting with Mr. Anderson lasted 25 minutes and was tense.",
            "He said the meeting with Mr. Anderson|lasted 25 minutes and was tense.",
        ),
        (
            "Add 500 ml of warm water, then stir gently until it dissolves.",
            "Add 500 ml of warm water,|then stir gently until it dissolves.",
        ),
    ],
)
def test_break_row_breaks_english_like_a_subtitler(text: str, lines: str) -> None:
    """Before conjunctions and prepositions, never inside a name or before a noun or a unit."""
    assert lines_of(text, CUE_LIMITS["netflix-en"]) == lines.split("|")


def test_break_row_prefers_a_longer_bottom_line() -> None:
    """Where the middle cannot be hit, the shorter line goes on top."""
    top, bottom = lines_of("苹果西瓜荔枝草莓芒果柚子榴莲葡萄香蕉", CueLimits("t", 12, 2, 9))
    assert display_width(top, "visual") <= display_width(bottom, "visual")


def test_break_row_makes_several_cues_only_if_two_lines_are_too_few() -> None:
    """As few cues as the text needs."""
    text = "然后他们在旧金山的一间办公室里开了一个会，" * 5
    parts = break_row(text, CUE_LIMITS["verbatim"], SHARED)
    assert [part.source for part in parts] == [text[:42], text[42:84], text[84:]]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("你好，世界。", ["你好 世界"]),
        ("他说：“好。”然后走了……", ["他说：“好”然后走了…"]),
        ("真的吗?!他问", ["真的吗？！他问"]),
        ("第１２期:ＡＩ的未来(上)", ["第12期：AI的未来（上）"]),
        ('这是"人工智能"吗', ["这是“人工智能”吗"]),
        ("约翰•史密斯...走了", ["约翰·史密斯…走了"]),
        ("调用os.replace()改名", ["调用os.replace()改名"]),
        ("It costs 1,000, he said.", ["It costs 1,000, he said."]),
        (
            "我们先来看第一个问题，然后再看第二个问题。",
            ["我们先来看第一个问题", "然后再看第二个问题"],
        ),
        ("。", ["。"]),
    ],
)
def test_break_row_shows_netflix_punctuation(text: str, lines: list[str]) -> None:
    """No 。 and ， on screen, one-character ellipsis, half-width digits, full-width punctuation."""
    parts = break_row(text, CUE_LIMITS["netflix-zh"], SHARED)
    assert [line for part in parts for line in part.lines] == lines
    assert "".join(part.source for part in parts) == text


@pytest.mark.parametrize(
    ("text", "strict", "visual"),
    [
        ("你好", 2, 2),
        ("GPT-4o", 6, 3),
        ("“好”…—", 5, 5),
        ("e\u0301", 1, 0.5),
        ("👨‍👩‍👧", 1, 1),
        ("🇨🇳", 1, 1),
        ("❤\ufe0f", 1, 1),
        ("Ａ１", 2, 2),
        ("한글", 2, 2),
        ("", 0, 0),
        ("a b", 3, 1.5),
    ],
)
def test_display_width_counts_both_ways(text: str, strict: float, visual: float) -> None:
    """Every character 1, or half-width ones ½; accents and the parts of an emoji nothing."""
    assert (display_width(text, "strict"), display_width(text, "visual")) == (strict, visual)


EXTREME = {
    "a word of 5,000 letters": "a" * 5_000,
    "Chinese without marks": "模型训练了一个关于人工智能的实验室" * 600,
    "one character": "好" * 10_000,
    "one mark": "！" * 10_000,
    "openers": "《" * 5_000,
    "nested brackets": "（" * 3_000 + "）" * 3_000,
    "spaces": "a" + " " * 9_000 + "b",
    "a path": "https://example.com/" + "long-part/" * 900,
    "short words": "a b " * 2_500,
    "flags": "🇨🇳" * 5_000,
    "accents": "e" + "\u0301" * 5_000,
    "straight quotes": '"好"' * 3_000,
}


@pytest.mark.parametrize("name", EXTREME)
def test_break_row_keeps_limits_on_extreme_rows(name: str) -> None:
    """The longest rows a transcript may have, of the worst kinds."""
    text, limits = EXTREME[name], CUE_LIMITS["netflix-zh"]
    parts = break_row(text, limits, SHARED)
    assert "".join(part.source for part in parts) == text
    assert (
        max(display_width(line, limits.width_kind) for part in parts for line in part.lines)
        <= limits.characters
    )


def test_break_row_breaks_a_long_word_at_its_joints() -> None:
    """An address breaks after a slash, and never inside a visible character."""
    assert lines_of("链接是https://github.com/example/todo-cli", NARROW) == [
        "链接是https://github.com/",
        "example/todo-cli",
    ]
    assert all(not line.startswith("\u0301") for line in lines_of("e\u0301" * 60, STRICT))


def test_break_row_on_the_talks_meets_its_figures(talks: dict[str, tuple[str, ...]]) -> None:
    """The seed and four talks in every profile: no token split, no line too wide, few cues."""
    for name, rows in talks.items():
        for limits in (
            (CUE_LIMITS["netflix-en"],)
            if name.endswith(".en")
            else (
                CUE_LIMITS["verbatim"],
                NARROW,
                CUE_LIMITS["netflix-zh"],
                CUE_LIMITS["ted-zh"],
            )
        ):
            parts = [break_row(row, limits, SHARED) for row in rows]
            assert ["".join(part.source for part in of_row) for of_row in parts] == list(rows)
            assert [
                line
                for of_row in parts
                for part in of_row
                for line in part.lines
                if display_width(line, limits.width_kind) > limits.characters
            ] == []
            split = [
                row
                for row in rows
                if limits.punctuation == "verbatim" and cuts_of(row, limits) & _inside(row, limits)
            ]
            assert split == []
            assert sum(map(len, parts)) <= len(rows) * 1.06


def _inside(row: str, limits: CueLimits) -> set[int]:
    """Return the places inside words that fit a line."""
    return {
        at
        for start, end in SHARED.words(row)
        if display_width(row[start:end], limits.width_kind) <= limits.characters
        for at in range(start + 1, end)
    }


def test_break_row_takes_a_measure_in_pixels() -> None:
    """The width of a line may have any unit; here Han are 40 px and the rest 22 px wide."""

    def measure(characters: Sequence[str]) -> list[float]:
        return [40.0 if char > "\u2e7f" else 22.0 * len(char) for char in characters]

    text = "今天我们聊一聊天然酵母面包的历史，以及sourdough bread为什么会发酸"
    limits = replace(CUE_LIMITS["verbatim"], characters=620)
    lines = [line for cue in break_row(text, limits, SHARED, measure) for line in cue.lines]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert len(lines) > 1
    assert all(sum(measure(line)) <= 620 for line in lines)
