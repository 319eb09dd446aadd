"""Chapters: the author's, or found where the talk turns, with titles that read well."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from pipeline.errors import InputError
from pipeline.model import Chapter, Row, Transcript
from pipeline.settings import parse_settings
from pipeline.text.display_width import display_width
from pipeline.text.topics.chapters import chapters_for
from pipeline.text.topics.segmentation import MIN_CHAPTER_ROWS, chapter_starts
from pipeline.text.transcript import read_transcript
from pipeline.text.word_segmenter import Segmenter
from tests.text.strategies import mixed_text, quick

SHARED = Segmenter()


def plain(rows: list[str] | tuple[str, ...]) -> Transcript:
    """Return a transcript of rows alone."""
    return Transcript(
        "talk",
        tuple(Row(number, number, text) for number, text in enumerate(rows, 1)),
        (),
        "utf-8",
        (),
    )


def chapters(text: str, toml: str = "") -> tuple[Chapter, ...]:
    """Return the chapters of a text file and a settings file."""
    return chapters_for(
        read_transcript(text.encode(), "talk", "talk.txt"),
        parse_settings(toml, "talk.toml"),
        SHARED,
    )


def test_chapters_for_joins_directives_and_settings() -> None:
    """By row, whichever they come from; other languages' titles stay with them."""
    toml = '[[chapter]]\nrow = 3\ntitle = "丙"\ntitle_en = "C"\n[[chapter]]\nrow = 1\ntitle = "甲"'
    assert chapters("一\n@chapter 乙\n二\n三\n", toml) == (
        Chapter(1, "甲"),
        Chapter(2, "乙"),
        Chapter(3, "丙", (("en", "C"),)),
    )


def test_chapters_for_adds_a_chapter_at_row_1() -> None:
    """Players and YouTube require one there; it has the episode's title, or is the opening."""
    assert chapters("一\n二\n@chapter 乙\n三") == (Chapter(1, "开场"), Chapter(3, "乙"))
    assert chapters("一\n@chapter 乙\n三", 'title = "片名"\ntitle_en = "Name"')[0] == Chapter(
        1, "片名", (("en", "Name"),)
    )


@pytest.mark.parametrize(
    ("text", "toml", "sentence"),
    [
        (
            "一\n@chapter 甲\n二",
            '[[chapter]]\nrow = 2\ntitle = "乙"',
            "There are two chapters at row 2: “甲” (line 2) and “乙” (the settings). Keep one",
        ),
        (
            "一\n二",
            '[[chapter]]\nrow = 3\ntitle = "乙"',
            "The chapter “乙” (the settings) is set at row 3, but the rows are 1 to 2.",
        ),
        (
            "一\n二\n@chapter 尾",
            "",
            "The chapter “尾” (line 3) is set at row 3, but the rows are 1 to 2.",
        ),
        ("一", "[[chapter]]\nrow = 1", "The chapter at row 1 has no title."),
        (
            "一",
            '[[chapter]]\nrow = 1\ntitle = "甲"\n[[chapter]]\nrow = 1\ntitle = "乙"',
            "There are two chapters at row 1",
        ),
    ],
)
def test_chapters_for_refuses_impossible_chapters(text: str, toml: str, sentence: str) -> None:
    """One sentence with the row, the titles, and what rows there are."""
    with pytest.raises(InputError) as caught:
        chapters(text, toml)
    assert sentence in str(caught.value)


def test_chapters_for_finds_chapters_in_long_and_short_talks(
    talks: dict[str, tuple[str, ...]],
) -> None:
    """3 to 14 in a long talk, 1 to 3 in a short one; none too short, no title twice."""
    wanted = {
        "ilya-sutskever": 6,
        "ilya-sutskever.en": 6,
        "medicine": 3,
        "history": 3,
        "cooking": 3,
        "code": 2,
    }
    for name, rows in talks.items():
        found = chapters_for(plain(rows), parse_settings("", "x"), SHARED)
        begins = [chapter.row for chapter in found]
        assert len(found) == wanted[name], name
        assert begins[0] == 1
        assert (
            min(
                after - before
                for before, after in zip(begins, [*begins[1:], len(rows) + 1], strict=True)
            )
            >= MIN_CHAPTER_ROWS
        )
        titles = [chapter.title for chapter in found]
        assert len(set(titles)) == len(titles)


def test_title_chapters_uses_whole_words_of_the_talk(talks: dict[str, tuple[str, ...]]) -> None:
    """Each part of a title stands in the talk, ends at a word's end, and fits a list."""
    for name, rows in talks.items():
        for chapter in chapters_for(plain(rows), parse_settings("", "x"), SHARED):
            assert display_width(chapter.title, "visual") <= 21
            for words in re.split("：|、|, ", chapter.title):
                holding = [row for row in rows if words.casefold() in row.casefold()]
                assert holding or words in {"结语", "开场", "Closing words"}, (name, chapter.title)
                ends = (
                    row.casefold().index(words.casefold()) + len(words)
                    in {end for _, end in SHARED.words(row)}
                    for row in holding
                )
                assert not holding or any(ends), (name, chapter.title)


def test_title_chapters_prefers_what_the_speaker_announces(
    talks: dict[str, tuple[str, ...]],
) -> None:
    """接下来我们看看…, 第四步…, 今天做一道…: the listener is told, so is the viewer."""
    titles = {
        name: [
            chapter.title for chapter in chapters_for(plain(rows), parse_settings("", "x"), SHARED)
        ]
        for name, rows in talks.items()
    }
    assert "糖尿病有哪些类型" in titles["medicine"]
    assert {"红烧肉", "第四步：加调料和热水"} <= set(titles["cooking"])
    assert titles["code"][0] == "命令行的待办事项工具"


def test_a_heading_above_the_talk_is_its_first_title() -> None:
    """A short row without a stop above sentences; a first sentence is none."""
    rows = ["Honeybees leave the hive every morning.", "The dance tells other bees the way."]
    title = chapters_for(plain(["How bees find home", *rows]), parse_settings("", "x"), SHARED)
    assert title[0].title == "How bees find home"
    without = chapters_for(plain(["The bees find home.", *rows]), parse_settings("", "x"), SHARED)
    assert without[0].title != "The bees find home."
    chinese = ("天然酵母面包", "我们今天要做面包", "面粉要过筛", "水要温")
    assert chapters_for(plain(chinese), parse_settings("", "x"), SHARED)[0].title == "天然酵母面包"


@pytest.mark.parametrize(
    ("rows", "cut"),
    [
        (("第一天到了海边", "海风很大", "我们住在海边"), "天到了海边"),
        (("第二次世界大战爆发", "工厂转为生产军火", "军火工厂很忙"), "次世界大战爆发"),
        (("第三方支付平台", "第三方支付平台发展很快", "支付平台赚钱"), "方支付平台"),
        (("第一季度营收增长", "营收增长很快", "第一季度利润也增长"), "季度营收增长"),
        (("第一印象很重要", "印象很难改变", "人们相信印象"), "印象很重要"),
    ],
)
def test_titles_never_lose_an_ordinal_that_is_part_of_a_word(
    rows: tuple[str, ...], cut: str
) -> None:
    """第N counts only before a comma, 是 or a counted noun."""
    titles = [one.title for one in chapters_for(plain(rows), parse_settings("", "x"), SHARED)]
    assert cut not in titles


@pytest.mark.parametrize(
    "row",
    [
        "第一天到了海边",
        "第二次世界大战爆发",
        "第三方支付平台",
        "第一季度营收增长",
        "第一印象很重要",
        "第三个孩子出生了",
        "第5代处理器发布",
    ],
)
def test_a_number_inside_a_word_is_not_cut_out_of_a_title(row: str) -> None:
    """第N goes only where it counts the points of a talk."""
    rows = (row, "另一行说一点别的", "还有一行继续说下去")
    (chapter,) = chapters_for(plain(rows), parse_settings("", "x"), SHARED)
    assert not row.removeprefix("第")[1:].startswith(chapter.title)


def test_titles_of_traditional_text_are_those_of_its_simplified_twin(
    talks: dict[str, tuple[str, ...]],
) -> None:
    """They are found on a simplified copy and shown in the author's own characters."""
    traditional = OpenCC("s2t")
    simplified = OpenCC("t2s")
    settings = parse_settings('language = "zh-TW"', "x")
    same = found_titles = 0
    for rows in talks.values():
        twin = tuple(map(traditional.convert, rows))
        expected = chapters_for(plain(rows), parse_settings("", "x"), SHARED)
        found = chapters_for(plain(twin), settings, SHARED)
        whole = "".join(twin).casefold()
        for chapter in found:
            for words in re.split("：|、|, ", chapter.title.casefold()):
                assert words in whole or words in {"結語", "開場"}
        titles = {simplified.convert(chapter.title) for chapter in found}
        same += len(titles & {chapter.title for chapter in expected})
        found_titles += len(expected)
    assert same >= 0.9 * found_titles


def test_chapter_starts_finds_changes_of_subject() -> None:
    """Three subjects in every order: the chapters begin between them, within one row."""
    stretches = {
        "猫": [
            "猫喜欢吃鱼",
            "猫的胡须很长",
            "小猫跟着母猫睡觉",
            "猫在夜里捉老鼠",
            "猫的眼睛会发光",
            "这只猫很懒",
            "猫怕水",
            "猫的爪子很尖",
            "猫睡在垫子上",
            "母猫生了小猫",
        ]
        * 3,
        "桥": [
            "大桥跨过长江",
            "桥墩用混凝土浇筑",
            "工程师计算桥的荷载",
            "钢索拉住桥面",
            "桥面铺上沥青",
            "工程师检查钢索",
            "桥墩扎进河床",
            "大桥通车了",
            "混凝土要养护",
            "荷载不能超过",
        ]
        * 3,
        "茶": [
            "绿茶不经过发酵",
            "红茶要发酵",
            "茶叶长在山上",
            "采茶的人起得早",
            "茶汤颜色很亮",
            "水温影响茶汤",
            "发酵的时间很长",
            "茶叶放进茶壶",
            "茶壶是紫砂的",
            "山上云雾很多",
        ]
        * 3,
    }
    for order in ("猫桥茶", "茶猫桥", "桥茶猫"):
        rows = [row for name in order for row in stretches[name]]
        begins = chapter_starts(rows, SHARED)
        assert all(any(abs(begin - edge) <= 1 for begin in begins) for edge in (30, 60)), (
            order,
            begins,
        )


def test_chapter_starts_makes_no_short_chapter() -> None:
    """Three subjects of six rows each between two long ones make no chapter of six rows."""
    things = (
        ["山上的云雾"] * 41
        + ["紫砂的茶壶"] * 6
        + ["跨江的大桥"] * 6
        + ["夜里的老虎"] * 6
        + ["海边的灯塔"] * 41
    )
    rows = [
        ("说到" if number in {41, 47, 53, 59} else "") + f"{thing}，{thing[-2:]}。"
        for number, thing in enumerate(things)
    ]
    begins = chapter_starts(rows, SHARED)
    assert len(begins) == 3
    assert all(two - one >= MIN_CHAPTER_ROWS for one, two in pairwise([*begins, 100]))


@quick
@given(st.lists(mixed_text, min_size=1, max_size=90))
def test_chapters_for_accepts_any_rows(rows: list[str]) -> None:
    """The first chapter is at row 1, they are in order, none is too short, each has a title."""
    found = chapters_for(plain(rows), parse_settings("", "x"), SHARED)
    begins = [chapter.row for chapter in found]
    assert begins[0] == 1
    assert begins == sorted(set(begins))
    assert all(after - before >= MIN_CHAPTER_ROWS for before, after in pairwise(begins))
    assert all(chapter.title.strip() for chapter in found)


def test_chapters_for_handles_the_longest_transcript(talks: dict[str, tuple[str, ...]]) -> None:
    """Thousands of rows: still a few chapters, in time that grows with the rows."""
    rows = [
        row
        for _ in range(8)
        for row in (*talks["ilya-sutskever"], *talks["history"], *talks["cooking"])
    ]
    assert len(chapters_for(plain(rows), parse_settings("", "x"), SHARED)) == 14
