"""The outline: whole clauses at their rows, facts that are plain, nothing claimed otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model import Chapter
from pipeline.text.topics.clauses import ClauseFinder
from pipeline.text.topics.outline import LAYOUTS, OutlineSlide, build_outline
from pipeline.text.word_segmenter import Segmenter
from tests.text.strategies import mixed_text, quick

SHARED = Segmenter()


def slides(*rows: str) -> list[OutlineSlide]:
    """Return the slides of a text with one chapter."""
    outline = build_outline(rows, [Chapter(1, "题目")], SHARED)
    return list(outline.chapters[0].slides)


def only(layout: str, *rows: str) -> list[OutlineSlide]:
    """Return the slides of one layout."""
    return [slide for slide in slides(*rows) if slide.layout == layout]


@pytest.mark.parametrize(
    ("row", "following"),
    [
        ("阿里也决定将最好的资源", "投入云计算"),
        ("AI行业必须证明", "技术带来了价值"),
        ("亚瑟特别强调", "数据很重要"),
        ("蔡崇信坦言", "人才很难找"),
        ("阿里作为拥有大量用户的互联网巨头", "工程师很多"),
        ("商学院的教育会告诉创业者", "市场很大"),
        ("软件工程师们自发使用 AI 的热情", "越来越高"),
        ("它彻底改变了这个行业", "人们很高兴"),
        ("客户既需要顶尖的模型", "也需要服务"),
        ("蔡崇信给出了最核心的答案", "人很重要"),
        ("的时候模型已经完成训练", "工程师很高兴"),
    ],
)
def test_a_clause_that_is_cut_or_says_nothing_alone_is_no_point(row: str, following: str) -> None:
    """An object that is missing, a half of a pair, a pronoun, an empty announcement."""
    clause = ClauseFinder((row, following), SHARED).at(0)
    assert clause is None or clause.text != row


@pytest.mark.parametrize(
    "row",
    [
        "阿里巴巴最初有十八位联合创始人",
        "读书是穷人改变命运的唯一出路",
        "企业必须深入业务的细节",
        "OpenAI 依然视自己为挑战者",
        "模型只是组件，编排层才是核心",
    ],
)
def test_a_whole_clause_is_a_point_at_its_row(row: str) -> None:
    """It has a subject and a predicate, and the rows around it are finished."""
    clause = ClauseFinder(("工厂开工了", row, "人们很高兴"), SHARED).at(1)
    assert clause is not None
    assert (clause.first_row, clause.text) == (1, row)


def test_items_lose_their_counter_whole() -> None:
    """第二层是 goes, not 第二 alone; steps are steps."""
    (steps,) = only(
        "steps", "第一步，把面粉过筛", "要细", "第二步是加水和面", "水要温", "第三步：醒发一小时"
    )
    assert [(point.label, point.text) for point in steps.points] == [
        ("1", "把面粉过筛"),
        ("2", "加水和面"),
        ("3", "醒发一小时"),
    ]


@pytest.mark.parametrize(
    ("rows", "items"),
    [
        (("第一，多喝水", "第二，早睡觉"), ("多喝水", "早睡觉")),
        (("第一个原因是价格太高", "第二个原因是质量太差"), ("价格太高", "质量太差")),
        (
            ("第一个是空腹血糖", "正常人应该更低", "第二个是餐后血糖", "第三个，糖化血红蛋白"),
            ("空腹血糖", "餐后血糖", "糖化血红蛋白"),
        ),
        (
            ("首先是模型的性能", "大模型很强", "其次是安全", "最后是成本。"),
            ("模型的性能", "安全", "成本"),
        ),
        (("1. 准备食材", "2、下锅", "3) 出锅"), ("准备食材", "下锅", "出锅")),
        (("第一层是平台层", "第二层是应用层"), ("平台层", "应用层")),
        (("第一天到了海边", "第二天去了山里"), ()),
        (("第一次见面很紧张", "第二次就熟悉了"), ()),
        (("第一季度营收增长", "第二季度营收下降"), ()),
        (("第一代产品失败", "第二代产品成功"), ()),
        (("最后在多伦多大学毕业", "然后在2014年的一天"), ()),
        (("第二天他走了", "第三天他来了"), ()),
        (("第一次见面", "很久以后"), ()),
        (("1.5亿人", "2.5亿人"), ()),
    ],
)
def test_only_counted_points_are_a_list(rows: tuple[str, ...], items: tuple[str, ...]) -> None:
    """Counted from the first on; days and quarters are no list, and neither is one item."""
    found = [
        tuple(point.text for point in slide.points)
        for slide in slides(*rows)
        if slide.points and slide.points[0].label == "1"
    ]
    assert found == ([items] if items else [])


def test_dates_in_order_are_a_timeline_and_money_is_no_year() -> None:
    """Three dated events; 1100亿美元 is a figure, never the year 1100."""
    (timeline,) = only(
        "timeline",
        "2016年，OpenAI Gym发布",
        "2018年，预训练语言模型GPT诞生",
        "2020年，175B参数的GPT-3引爆全网",
        "公司投资1100亿美元",
    )
    assert [point.label for point in timeline.points] == ["2016年", "2018年", "2020年"]
    assert not any(
        point.label.rstrip("年") == "1100"
        for slide in slides("公司投资1100亿美元", "工厂开工", "公司投资1100亿美元建工厂")
        for point in slide.points
    )


def test_a_figure_keeps_its_unit_and_what_is_denied_is_not_claimed() -> None:
    """不是32倍 shows no 32倍; 约70.9% keeps its sign."""
    assert only("figure", "新模型的速度不是32倍", "人们弄错了") == []
    (figure,) = only("figure", "新模型在约70.9%的任务中胜出", "人们很高兴")
    assert figure.points[0].label == "约70.9%"


def test_words_in_marks_are_a_quotation_only_if_somebody_says_them() -> None:
    """A title in marks is none; the speaker is named."""
    assert only("quotation", "寒武纪大爆发是地球生命史上的一个“奇迹般的时刻”", "化石很多") == []
    (quotation,) = only("quotation", "乔布斯说：“求知若饥，虚心若愚，永不止步”", "人们鼓掌")
    assert (quotation.points[0].label, quotation.points[0].text) == (
        "乔布斯",
        "求知若饥，虚心若愚，永不止步",
    )


@quick
@given(st.lists(mixed_text, min_size=1, max_size=40))
def test_any_rows_have_an_outline_that_keeps_their_order(rows: list[str]) -> None:
    """Layouts are known; slides, points and terms are in order of their rows, inside the talk."""
    outline = build_outline(rows, [Chapter(1, "题目")], SHARED)
    (chapter,) = outline.chapters
    positions = [slide.row for slide in chapter.slides]
    assert positions == sorted(set(positions))
    for slide in chapter.slides:
        assert slide.layout in LAYOUTS
        assert all(0 <= point.row < len(rows) for point in (*slide.points, *slide.terms))
        assert [point.row for point in slide.points] == sorted(point.row for point in slide.points)


def test_every_point_of_the_talks_is_in_their_rows(talks: dict[str, tuple[str, ...]]) -> None:
    """Nothing is made up: a point's text is in the rows from its own on, but for spaces."""
    for name, rows in talks.items():
        for chapter in build_outline(rows, [Chapter(1, "题目")], SHARED).chapters:
            for slide in chapter.slides:
                for point in slide.points:
                    said = "".join(rows[point.row : point.row + 3]).replace(" ", "").casefold()
                    text = point.text.replace(" ", "").casefold()
                    assert text in said, (name, point)
