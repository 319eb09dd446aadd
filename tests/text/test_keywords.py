"""What cards say: terms, lines, years, quotations and lists, all in the author's words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text.display_width import display_width
from pipeline.text.topics.keywords import (
    enumerated_items,
    key_figure,
    key_terms,
    key_year,
    quotable_line,
    quotations,
)
from pipeline.text.word_segmenter import Segmenter
from tests.text.strategies import mixed_text, quick

SHARED = Segmenter()


def test_key_terms_keeps_names_and_products_whole() -> None:
    """Words of a name are one term; no term comes again in another case or in another term."""
    rows = [
        "Sam Altman创办了OpenAI",
        "OPENAI发布了GPT-4o",
        "Sam Altman说GPT-4o很快",
        "Altman和OpenAI的人都去了",
    ]
    assert set(key_terms(rows, SHARED, 3)) == {"Sam Altman", "OpenAI", "GPT-4o"}


def test_key_terms_keeps_book_titles_and_foreign_phrases_whole() -> None:
    """A book title is one term, and so are foreign words in a row; everyday words are not."""
    rows = ["Walker写了《Why We Sleep》", "他研究gut microbiome", "还有《三体》和circadian rhythm"]
    assert set(key_terms(rows, SHARED, 6)) >= {
        "Why We Sleep",
        "gut microbiome",
        "三体",
        "circadian rhythm",
    }
    assert "gut the" not in " ".join(key_terms(["他说gut the fish", "再说gut the fish"], SHARED, 5))


def test_key_terms_keeps_words_apart_in_english_talks() -> None:
    """An English sentence is no phrase."""
    assert all(
        term.count(" ") == 0
        for term in key_terms(["yeast makes bread rise slowly", "bread needs yeast"], SHARED, 4)
    )


def test_key_terms_leaves_honorifics_out_of_names() -> None:
    """The CEO's name is the name."""
    assert "Demis Hassabis" in key_terms(
        ["DeepMind的CEO Demis Hassabis来了", "Demis Hassabis走了"], SHARED, 3
    )


def test_key_terms_joins_words_that_come_together() -> None:
    """A compound jieba does not know is found from the text itself."""
    rows = ["情感神经元是一个意外", "他们发现了情感神经元", "情感神经元的论文"]
    assert key_terms(rows, SHARED, 1) == ("情感神经元",)


def test_key_terms_leaves_general_words_out() -> None:
    """Pronouns, time, the show itself, greetings."""
    rows = [
        "大家好，欢迎收看本期节目",
        "我们今天说的事情很重要",
        "感谢大家观看本期视频",
        "我们下期再见",
    ]
    assert key_terms(rows, SHARED, 5) == ()


def test_key_terms_weighs_words_of_the_whole_talk_less() -> None:
    """With the whole talk given, a chapter's terms are what sets it apart."""
    talk = [
        "胰岛素降低血糖",
        "胰岛素是激素",
        "胰岛素很重要",
        "胰岛素和苹果",
        "苹果含有果糖",
        "苹果和胰岛素",
    ]
    assert key_terms(talk[3:], SHARED, 1) == ("胰岛素",)
    assert key_terms(talk[3:], SHARED, 1, talk=talk) == ("苹果",)


def test_key_terms_of_the_talks_are_their_subjects(talks: dict[str, tuple[str, ...]]) -> None:
    """The first five terms of each talk hold its subject."""
    subjects = {
        "medicine": "胰岛素",
        "cooking": "红烧肉",
        "history": "朱棣",
        "code": "dataclass",
        "ilya-sutskever": "OpenAI",
    }
    for name, subject in subjects.items():
        assert subject in key_terms(talks[name], SHARED, 5), name


@quick
@given(st.lists(mixed_text, min_size=1, max_size=12), st.integers(1, 6))
def test_key_terms_come_from_the_rows(rows: list[str], count: int) -> None:
    """Never more than asked for, none invented, none twice."""
    terms = key_terms(rows, SHARED, count)
    assert len(terms) <= count
    assert all(any(term in row for row in rows) for term in terms)
    assert len({term.casefold() for term in terms}) == len(terms)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        (
            ["不过，Ilya也曾经说过一句", "只有变化是唯一的不变", "最后大飞我希望"],
            "只有变化是唯一的不变",
        ),
        (
            ["他最后说", "“东方的航海家中没有一个是为了征服而来的。”"],
            "东方的航海家中没有一个是为了征服而来的",
        ),
        (["健康从来不是一件遥远的事。", "谢谢大家的收听"], "健康从来不是一件遥远的事"),
    ],
)
def test_quotable_line_returns_a_short_complete_line(rows: list[str], line: str) -> None:
    """A quotation before a plain row; without its full stop."""
    assert quotable_line(rows, SHARED) == line


@pytest.mark.parametrize(
    "rows",
    [
        ["然后他去了学校"],
        ["大家好，欢迎收看本期节目"],
        ["而这是最重要的"],
        ["他认为最重要的是"],
        ["这篇题为《最好的"],
        ["不知道大家有没有想过"],
        ["优于大多数最先进的模型"],
        ["病人有没有想过换一家医院"],
        [],
    ],
)
def test_quotable_line_returns_none_without_a_complete_row(rows: list[str]) -> None:
    """Fragments, greetings and open brackets are not put on a card."""
    assert quotable_line(rows, SHARED) is None


def test_quotable_line_of_the_talks_is_in_them(talks: dict[str, tuple[str, ...]]) -> None:
    """Every tenth of every Chinese talk: a line is a row or a quotation, and fits a card."""
    for name, rows in talks.items():
        if name.endswith(".en"):
            continue
        for start in range(0, len(rows), 10):
            line = quotable_line(rows[start : start + 10], SHARED)
            if line is not None:
                assert any(line in row for row in rows)
                assert display_width(line, "visual") <= 24


def test_quotations_may_run_over_rows() -> None:
    """Both kinds of quotation marks, in order; an unclosed one is none."""
    assert quotations(["他说“学会", "感受AGI”", "「好」", "还有“没说完"]) == ("学会感受AGI", "好")


@pytest.mark.parametrize(
    ("rows", "figure"),
    [
        (["效率比清醒时高出60%", "还有20%"], "60%"),
        (["微软投资了100亿美元"], "100亿美元"),
        (["一共1,750亿个参数"], "1,750亿"),
        (["快了2.5倍"], "2.5倍"),
        (["估值$1.5万亿", "很高"], "$1.5万亿"),
        (["奖金是¥300000"], "¥300000"),
        (["GPT-4o有3个版本", "2005年7月", "第2万亿次太空", "温度是18°C"], None),
        (["一倍和几万人"], None),
    ],
)
def test_key_figure_returns_the_first_share_sum_or_large_number(
    rows: list[str], figure: str | None
) -> None:
    """In the author's characters; versions, years, ordinals and small counts are none."""
    assert key_figure(rows) == figure


@pytest.mark.parametrize(
    ("rows", "year"),
    [
        (["在2015年成立", "到了2017年", "2017年的论文"], "2017"),
        (["1405年起航，1433年结束"], "1405"),
        (["第2017次", "12017年", "共2300人"], None),
        ([], None),
    ],
)
def test_key_year_returns_the_most_frequent_year(rows: list[str], year: str | None) -> None:
    """The first of equals; a number that is no year is none."""
    assert key_year(rows) == year


@pytest.mark.parametrize(
    ("rows", "items"),
    [
        (
            ["第一个是空腹血糖", "正常人应该更低", "第二个是餐后血糖", "第三个，糖化血红蛋白"],
            ("空腹血糖", "餐后血糖", "糖化血红蛋白"),
        ),
        (
            ["首先是模型的性能", "大模型很强", "其次是安全", "最后是成本。"],
            ("模型的性能", "安全", "成本"),
        ),
        (["1. 准备食材", "2、下锅", "3) 出锅"], ("准备食材", "下锅", "出锅")),
        (["最后在多伦多大学毕业", "然后在2014年的一天"], ()),
        (["第二天他走了", "第三天他来了"], ()),
        (["第一次见面", "很久以后"], ()),
        (["1.5亿人", "2.5亿人"], ()),
    ],
)
def test_enumerated_items_reads_lists_in_order(rows: list[str], items: tuple[str, ...]) -> None:
    """Counted from the first on; one item is no list, and neither is what only begins like one."""
    assert enumerated_items(rows) == items
