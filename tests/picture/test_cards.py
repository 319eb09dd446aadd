"""Which cards an episode gets, and how they are set."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Chapter, Row, Transcript
from pipeline.picture.canvas import Canvas
from pipeline.picture.cards.card import Card, CardKind
from pipeline.picture.cards.card_sheet import CardSheet
from pipeline.picture.cards.highlights import find_highlights
from pipeline.picture.cards.layouts.card_drawing import draw_card
from pipeline.picture.cards.selection import select_cards
from pipeline.picture.colours import contrast_ratio
from pipeline.picture.style.theme import resolve_theme
from pipeline.picture.typography.fonts import resolve_fonts
from pipeline.picture.typography.text_renderer import TextRenderer
from pipeline.settings import ChannelSettings, Settings, parse_settings
from pipeline.settings.sections import StyleSettings
from pipeline.text.linebreak.line_balance import balance_lines
from pipeline.text.linebreak.opportunities import BreakOpportunity
from pipeline.text.topics.chapters import chapters_for
from pipeline.text.word_segmenter import Segmenter

KINDS: tuple[CardKind, ...] = (
    "title",
    "chapter",
    "key_line",
    "quotation",
    "list",
    "year",
    "figure",
    "closing",
)
SIZES = ((640, 360), (360, 640), (400, 400))
STROKES = (
    "大家好，欢迎来到急诊室的故事",
    "我是主持人小周",
    "今天说一说怎样识别中风",
    "中风每年夺走很多人的生命",
    "可是大多数人认不出它的信号",
    "医生常说“时间就是大脑，一分钟也不能等”",
    "所以越早送医越好",
    "我们先看它是怎么发生的",
    "血管被堵住或者破裂",
    "大脑的一部分就得不到氧气",
    "脑细胞在几分钟之内开始死亡",
    "这就是为什么每一分钟都要紧",
    "1996年，溶栓药物第一次获准使用",
    "治疗的窗口是四个半小时",
    "之后的取栓手术又把窗口延长到二十四小时",
    "不过大多数医院还做不到这一点",
    "所以识别信号仍然是第一位的",
    "那么怎么识别呢",
    "第一，看脸是不是歪了",
    "第二，看手臂能不能抬起来",
    "第三，听说话清不清楚",
    "只要有一样不对就马上打电话叫救护车",
    "不要自己开车去医院",
    "也不要等着看它会不会好",
    "今天的节目就到这里",
    "感谢收看，我们下期再见",
)


@pytest.fixture(scope="module")
def segmenter() -> Segmenter:
    """Cut words with one dictionary."""
    return Segmenter()


@pytest.fixture(scope="module")
def text_renderer() -> TextRenderer:
    """Draw with the bundled fonts."""
    return TextRenderer.for_fonts(resolve_fonts(""))


def transcript_of(texts: tuple[str, ...]) -> Transcript:
    """Return rows as a transcript."""
    return Transcript(
        "stroke", tuple(Row(n, n, text) for n, text in enumerate(texts, 1)), (), "utf-8", ()
    )


def strokes(toml: str, segmenter: Segmenter) -> tuple[Card, ...]:
    """Return the cards of the talk on strokes in three chapters."""
    chapters = (
        Chapter(1, "信号"),
        Chapter(8, "发生了什么", (("en", "What Happens"),)),
        Chapter(18, "怎样识别"),
    )
    return select_cards(transcript_of(STROKES), chapters, parse_settings(toml, "test"), segmenter)


def test_select_cards_orders_title_chapters_closing(segmenter: Segmenter) -> None:
    """The title first, every chapter's card, the thanks last; rows never go back."""
    cards = strokes('title = "识别中风"', segmenter)
    assert (cards[0].kind, cards[-1].kind) == ("title", "closing")
    assert {card.chapter for card in cards if card.kind == "chapter"} == {1, 2, 3}
    assert all(before.row <= after.row for before, after in pairwise(cards))


def test_select_cards_shows_the_first_chapter_after_the_greeting(segmenter: Segmenter) -> None:
    """The title stays while the host greets.

    Then chapter one has its card too, though it begins at row 1.
    """
    cards = strokes("", segmenter)
    first = next(card for card in cards if card.kind == "chapter")
    assert (first.chapter, first.row) == (1, 2)


def test_select_cards_closes_with_the_farewell(segmenter: Segmenter) -> None:
    """The closing card is shown from the first row that only says goodbye.

    If there is none, it is shown after the last row.
    """
    assert strokes("", segmenter)[-1].row == 26
    talk = transcript_of(("我们讲量子计算", "它很难", "但是很有趣"))
    assert select_cards(talk, (Chapter(1, "量子"),), Settings(), segmenter)[-1].row == 4


def test_chapter_card_has_number_title_translation_and_terms(segmenter: Segmenter) -> None:
    """A chapter's card has its number and its title.

    Below are the English title, small, and up to three terms of its own rows.
    """
    card = next(card for card in strokes('title = "识别中风"', segmenter) if card.chapter == 2)
    assert (card.figure, card.heading, card.translation, card.position, card.running_head) == (
        "02",
        "发生了什么",
        "What Happens",
        "2 / 3",
        "识别中风",
    )
    said = "".join(STROKES[7:17])
    assert 1 <= len(card.items) <= 3
    assert all(term in said for term in card.items)


def test_select_cards_numbers_the_authors_chapters(segmenter: Segmenter) -> None:
    """Rows before the first chapter have the title's card and no number.

    Quotations in them get cards of their own, and the title comes back.
    """
    toml = (
        'title = "识别中风"\n'
        '[[chapter]]\nrow = 15\ntitle = "之后"\n'
        '[[chapter]]\nrow = 18\ntitle = "怎样识别"'
    )
    given_settings = parse_settings(toml, "test")
    talk = replace(transcript_of(STROKES), name="stroke")
    cards = select_cards(
        talk, chapters_for(talk, given_settings, segmenter), given_settings, segmenter
    )
    chapters = [(card.figure, card.position, card.row) for card in cards if card.kind == "chapter"]
    assert chapters[0] == ("01", "1 / 2", 15)
    assert {mark for mark, *_ in chapters} == {"01", "02"}
    before = [card for card in cards if card.row < 15]
    assert [card.kind for card in before if card.kind != "title"] != []
    assert {card.heading for card in before if card.kind == "title"} == {"识别中风"}
    assert [card.kind for card in before][-1] == "title"


def test_select_cards_gives_english_episodes_no_translation(segmenter: Segmenter) -> None:
    """Where the episode is in English its title is not said twice."""
    given_settings = parse_settings(
        'title = "Strokes"\nlanguage = "en"\ntitle_en = "Strokes"', "test"
    )
    cards = select_cards(
        transcript_of(("Hello.", "Goodbye.")),
        (Chapter(1, "Start", (("en", "Start"),)),),
        given_settings,
        segmenter,
    )
    assert {card.translation for card in cards} == {""}
    assert cards[-1].heading == "Thank you for watching"


def test_select_cards_uses_author_and_closing_text(segmenter: Segmenter) -> None:
    """The author signs the title and the end.

    The settings' own closing words replace the thanks.
    """
    cards = strokes('author = "小周"\n[style]\nclosing = "下周见"', segmenter)
    assert (cards[0].note, cards[-1].note, cards[-1].heading) == ("小周", "小周", "下周见")


def test_select_cards_shows_the_chapter_again_after_a_highlight(segmenter: Segmenter) -> None:
    """Inside a chapter a highlight is shown for some seconds.

    Then the same chapter card comes back.
    """
    texts = (
        *STROKES[:2],
        *(f"这里是第{n}段铺垫的内容，说得很慢" for n in range(9)),
        "1996年，溶栓药物第一次获准使用",
        *STROKES[13:17] * 3,
    )
    cards = select_cards(transcript_of(texts), (Chapter(1, "历史"),), Settings(), segmenter)
    kinds = [card.kind for card in cards]
    assert kinds[:4] == ["title", "chapter", "year", "chapter"]
    assert (cards[2].figure, cards[2].heading, cards[2].row) == (
        "1996",
        "1996年，溶栓药物第一次获准使用",
        12,
    )
    assert (cards[3].heading, cards[3].items) == (cards[1].heading, cards[1].items)
    plain = select_cards(
        transcript_of(texts),
        (Chapter(1, "历史"),),
        parse_settings('[style]\ncards = "chapters"', "test"),
        segmenter,
    )
    assert [card.kind for card in plain] == ["title", "chapter", "closing"]


def test_find_highlights_finds_each_kind(segmenter: Segmenter) -> None:
    """A list, a quotation, a year and a figure each give their own kind of card.

    The cards use the author's own words.
    """
    quiet = tuple(f"下面我们慢慢地说第{n}件平常的小事情" for n in range(8))
    for row, kind, text in (
        ("医生常说“时间就是大脑，一分钟也不能等”", "quotation", "时间就是大脑，一分钟也不能等"),
        ("1996年，溶栓药物第一次获准使用", "year", "1996"),
        ("每年因此去世的人超过200万", "figure", "200万"),
    ):
        found = [
            moment
            for moment in find_highlights((*quiet, row, *quiet), segmenter)
            if moment.first_row == 8
        ]
        assert [(moment.kind, moment.texts[0]) for moment in found] == [(kind, text)]
    listed = find_highlights((*quiet, *STROKES[18:21], *quiet), segmenter)
    assert [(moment.kind, moment.first_row) for moment in listed][:1] == [("list", 8)]
    assert len(listed[0].texts) == 3


def test_find_highlights_leaves_time_for_the_chapters_card(segmenter: Segmenter) -> None:
    """A highlight right after the start of a chapter gets no card.

    Two changes in a row would be restless.
    """
    quiet = tuple(f"下面我们慢慢地说第{n}件平常的小事情" for n in range(8))
    assert find_highlights(("1996年，溶栓药物第一次获准使用", *quiet), segmenter) == ()


def test_find_highlights_joins_a_date_with_the_next_row(segmenter: Segmenter) -> None:
    """Where a row holds only a date, the card takes the next row with it."""
    quiet = tuple(f"下面我们慢慢地说第{n}件平常的小事情" for n in range(8))
    found = [
        moment
        for moment in find_highlights(
            (*quiet, "1969年7月20日", "人类第一次踏上月球", *quiet), segmenter
        )
        if moment.kind == "year"
    ]
    assert [moment.texts for moment in found] == [("1969", "1969年7月20日，人类第一次踏上月球")]


def drawn(
    card: Card,
    size: tuple[int, int],
    text_renderer: TextRenderer,
    segmenter: Segmenter,
    theme: str = "dark",
) -> np.ndarray:
    """Draw a card whose content ends at 78 % of the height."""
    palette = resolve_theme(
        StyleSettings(theme="light" if theme == "light" else "dark"), ChannelSettings()
    )
    return draw_card(card, size, size[1] * 0.78, palette, text_renderer, segmenter)


def full_card(
    kind: CardKind,
    heading: str = "怎样识别中风的三个信号",
    second: str = "How to Recognise the Three Signs of a Stroke",
) -> Card:
    """Return a card of a kind with everything it can have."""
    items = (
        ("看脸", "抬手臂", "听说话")
        if kind != "list"
        else ("看脸是不是歪了", "看手臂能不能抬起来", "听说话清不清楚", "打电话", "记时间", "多")
    )
    return Card(
        kind,
        3,
        2,
        heading,
        second,
        items,
        {"year": "1996", "figure": "1.5万亿美元"}.get(kind, "02"),
        "急诊室的故事",
        "识别中风",
        "2 / 3",
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["dark", "light"])
def test_draw_card_keeps_captions_and_margins_free(
    kind: CardKind,
    size: tuple[int, int],
    theme: str,
    text_renderer: TextRenderer,
    segmenter: Segmenter,
) -> None:
    """Every layout keeps the caption area, and the margins on all sides, free."""
    width, height = size
    pixels = drawn(full_card(kind), size, text_renderer, segmenter, theme)
    ink = (pixels != pixels[-1, -1]).any(axis=2)
    assert ink.any()
    assert not ink[round(height * 0.78) + 1 :].any()
    assert not ink[: round(height * 0.06)].any()
    assert not ink[:, : round(width * 0.06)].any()
    assert not ink[:, round(width * 0.935) :].any()


@given(
    kind=st.sampled_from(KINDS),
    size=st.sampled_from(SIZES),
    heading=st.text("天然酵母面包的历史与科学Sourdough GPT-4o，。！？：《》“”1996年 ", max_size=160)
    | st.text(max_size=60),
)
@settings(max_examples=60, deadline=None)
def test_draw_card_keeps_any_text_inside_the_page(
    kind: CardKind, size: tuple[int, int], heading: str
) -> None:
    """No layout fails on long or strange words.

    None draws below the foot or over the side margins.
    """
    text_renderer, segmenter = _SHARED
    card = full_card(kind, heading, heading)
    pixels = drawn(card, size, text_renderer, segmenter)
    ink = (pixels != pixels[-1, -1]).any(axis=2)
    assert not ink[round(size[1] * 0.78) + 2 :].any()
    assert not ink[:, : round(size[0] * 0.055)].any()
    assert not ink[:, round(size[0] * 0.945) :].any()


_SHARED = (TextRenderer.for_fonts(resolve_fonts("")), Segmenter())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("length", [4, 20, 60, 120])
def test_chapter_card_keeps_terms_below_the_title(
    size: tuple[int, int], length: int, text_renderer: TextRenderer, segmenter: Segmenter
) -> None:
    """Where a long title and its translation leave no room, terms go.

    They never lie over other writing.
    """
    heading = ("怎样识别中风的三个信号和一个误区" * 8)[:length]
    card = full_card(
        "chapter",
        heading,
        "How to Recognise the Three Signs of a Stroke, and One Misconception"
        if length > 10
        else "",
    )
    with_terms, without = (
        drawn(one, size, text_renderer, segmenter) for one in (card, replace(card, items=()))
    )
    added = (with_terms != without).any(axis=2)
    if added.any():
        rows, columns = np.flatnonzero(added.any(axis=1)), np.flatnonzero(added.any(axis=0))
        under = without[rows[0] - 2 : rows[-1] + 1, columns[0] : columns[-1] + 1]
        assert (under == without[-1, -1]).all()


def test_fit_block_keeps_to_its_height(text_renderer: TextRenderer, segmenter: Segmenter) -> None:
    """Text that would be higher than its room is set smaller.

    It is cut short where that is not enough.
    """
    sheet = CardSheet(
        Canvas.blank(1920, 1080, (0, 0, 0), text_renderer),
        resolve_theme(StyleSettings(), ChannelSettings()),
        800.0,
        segmenter,
    )
    text = "怎样识别中风的三个信号和一个误区" * 4
    free, low = (
        sheet.fit_block(text, 100, 1000, max_lines=9),
        sheet.fit_block(text, 100, 1000, max_lines=9, max_height=150),
    )
    assert free.height > 500
    assert low.height <= 150
    assert low.size < free.size
    assert low.lines[-1].endswith("…")


def test_draw_card_is_deterministic(text_renderer: TextRenderer, segmenter: Segmenter) -> None:
    """A card gives the same bytes whenever it is drawn."""
    card = full_card("chapter")
    assert (
        drawn(card, (640, 360), text_renderer, segmenter)
        == drawn(card, (640, 360), TextRenderer.for_fonts(resolve_fonts("")), segmenter)
    ).all()


def test_draw_card_scales_type_with_the_picture(
    text_renderer: TextRenderer, segmenter: Segmenter
) -> None:
    """A card at twice the size is the same card: reduced, it differs by edges only."""
    small = drawn(full_card("chapter"), (640, 360), text_renderer, segmenter).astype(int)
    large = drawn(full_card("chapter"), (1280, 720), text_renderer, segmenter).astype(int)
    halved = large.reshape(360, 2, 640, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved - small).mean() < 3


def test_theme_secondary_text_has_contrast() -> None:
    """Text, secondary text and accent keep the contrast WCAG asks for on the theme's background."""
    for name in ("dark", "light"):
        theme = resolve_theme(
            StyleSettings(theme="light" if name == "light" else "dark"), ChannelSettings()
        )
        assert contrast_ratio(theme.text, theme.background) > 14
        assert contrast_ratio(theme.muted, theme.background) > 4.5
        assert contrast_ratio(theme.accent, theme.background) > 4.5


def lines_of(
    text: str, places: tuple[BreakOpportunity, ...], width: float, most: int = 4
) -> tuple[str, ...] | None:
    """Return a text's lines with every character one wide."""
    found = balance_lines(text, places, width, lambda first, last: float(last - first), most)
    return None if found is None else found[0]


def test_balance_lines_breaks_only_at_given_places() -> None:
    """A break never falls elsewhere.

    If there is none, a text that does not fit is refused.
    """
    assert lines_of("一二三四五六七八", (BreakOpportunity(3, 5),), 5) == ("一二三", "四五六七八")
    assert lines_of("一二三四五六七八", (BreakOpportunity(2, 5),), 5) is None
    assert lines_of("一二三四五六七八", (), 8) == ("一二三四五六七八",)


def test_balance_lines_is_even_and_prefers_good_places() -> None:
    """Of two possible breaks the better one is taken if the lines are equally even.

    The more even lines are taken if both breaks are equally good.
    """
    assert lines_of("一二三四五六七八", (BreakOpportunity(3, 5), BreakOpportunity(4, 5)), 6) == (
        "一二三四",
        "五六七八",
    )
    assert lines_of("一二三四五六七八", (BreakOpportunity(3, 0), BreakOpportunity(4, 40)), 6) == (
        "一二三",
        "四五六七八",
    )


def test_balance_lines_begins_sentences_on_new_lines() -> None:
    """A line is broken after a question mark rather than read over it."""
    places = tuple(BreakOpportunity(at, 6) for at in range(1, 12))
    assert lines_of("她是谁？她去了哪里呢？", places, 8) == ("她是谁？", "她去了哪里呢？")


def test_balance_lines_leaves_no_orphan() -> None:
    """No orphan, though the place before the last character is far the better one to break at."""
    text = "一二三四五六七八九十" * 2 + "一"
    assert lines_of(text, (BreakOpportunity(10, 120), BreakOpportunity(20, 0)), 20) == (
        text[:10],
        text[10:],
    )
