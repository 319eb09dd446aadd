"""Which cards an episode gets, and how they are set."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model import Chapter, Row, Transcript
from pipeline.picture.canvas import Canvas
from pipeline.picture.cards.backdrop import backdrop
from pipeline.picture.cards.card import Card, CardKind, CardPoint
from pipeline.picture.cards.card_sheet import CardSheet
from pipeline.picture.cards.icons import FIRST_CODE_POINT, ICON_FONT, icon_for, icon_names
from pipeline.picture.cards.layouts.card_drawing import draw_card
from pipeline.picture.cards.selection import select_cards
from pipeline.picture.colours import contrast_ratio
from pipeline.picture.style.theme import TEXT_CONTRAST, THEME_NAMES, Theme, resolve_theme
from pipeline.picture.typography.fonts import resolve_fonts
from pipeline.picture.typography.text_renderer import TextRenderer
from pipeline.settings import ChannelSettings, Settings, parse_settings
from pipeline.settings.sections import StyleSettings
from pipeline.text.linebreak.line_balance import balance_lines
from pipeline.text.linebreak.opportunities import BreakOpportunity
from pipeline.text.topics.chapters import chapters_for
from pipeline.text.word_segmenter import Segmenter

KINDS: tuple[CardKind, ...] = get_args(CardKind)
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


def test_chapter_opens_with_its_number_and_title_and_is_built(segmenter: Segmenter) -> None:
    """A chapter opens with its number, its title and the English one.

    Then it gets more points and never loses one while its slide stands.
    """
    cards = [card for card in strokes('title = "识别中风"', segmenter) if card.chapter == 2]
    card = cards[0]
    assert (card.figure, card.heading, card.translation, card.position) == (
        "02",
        "发生了什么",
        "What Happens",
        "2 / 3",
    )
    said = "".join(STROKES[7:17])
    for before, after in pairwise(cards):
        assert before.progress <= after.progress
        if (before.kind, before.points) == (after.kind, after.points):
            assert before.shown <= after.shown
            assert before.terms_shown <= after.terms_shown
    assert any(card.points for card in cards)
    for card in cards:
        assert all(point.text in said for point in card.points if card.kind == "chapter")
        assert card.lit < card.shown <= len(card.points)


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
    chapters = [(card.figure, card.position, card.row) for card in cards if card.chapter]
    assert chapters[0] == ("01", "1 / 2", 15)
    assert {mark for mark, *_ in chapters} == {"01", "02"}
    before = [card for card in cards if card.row < 15]
    assert before
    assert {card.heading for card in before if card.kind == "title"} == {"识别中风"}


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


def test_select_cards_shows_agenda_and_recap(segmenter: Segmenter) -> None:
    """A talk of three chapters begins with what it will say; goodbye is said over what it said."""
    rows = (*STROKES[:-2], *STROKES[:7], "今天的节目就到这里", "感谢收看", "我们下期再见")
    chapters = (Chapter(1, "信号"), Chapter(15, "发生了什么"), Chapter(20, "怎样识别"))
    cards = select_cards(transcript_of(rows), chapters, Settings(), segmenter)
    titles = ["信号", "发生了什么", "怎样识别"]
    contents = [card for card in cards if card.kind in {"agenda", "recap"}]
    assert [card.kind for card in contents] == ["agenda", "recap"]
    assert all([point.text for point in card.points] == titles for card in contents)
    assert (cards[-2].kind, cards[-1].kind, cards[-1].row) == ("recap", "closing", len(rows))


def test_select_cards_changes_where_nothing_is_new_for_long(segmenter: Segmenter) -> None:
    """In rows that give no point the chapter's progress moves, at least every twenty seconds."""
    rows = ("大家好", *(["嗯这个那个就是说嘛对吧然后呢"] * 40), "再见")
    cards = select_cards(transcript_of(rows), (Chapter(1, "题"),), Settings(), segmenter)
    starts = [card.row for card in cards]
    assert all((after - before) * 14 / 4.5 <= 20 for before, after in pairwise(starts))
    assert len({card.progress for card in cards}) > 5


def theme_of(name: str) -> Theme:
    """Return a theme by its name."""
    return resolve_theme(StyleSettings.model_validate({"theme": name}), ChannelSettings())


def drawn(
    card: Card,
    size: tuple[int, int],
    text_renderer: TextRenderer,
    segmenter: Segmenter,
    theme: str = "dark",
) -> np.ndarray:
    """Draw a card whose content ends at 78 % of the height."""
    return draw_card(card, size, size[1] * 0.78, theme_of(theme), text_renderer, segmenter)


def ink(pixels: np.ndarray, card: Card, theme: str = "dark") -> np.ndarray:
    """Return where something is drawn on the background."""
    height, width, _ = pixels.shape
    colours = theme_of(theme)
    place = max(card.chapter - 1, 0)
    own, second = (colours.accents[(place + shift) % len(colours.accents)] for shift in (0, 1))
    drawing: np.ndarray = (pixels != backdrop(width, height, colours, own, second)).any(axis=2)
    return drawing


def full_card(
    kind: CardKind,
    heading: str = "怎样识别中风的三个信号",
    second: str = "How to Recognise the Three Signs of a Stroke",
) -> Card:
    """Return a card of a kind with everything it can have."""
    points = (
        CardPoint(heading, "2018年", 12.0, "left"),
        CardPoint("看手臂能不能抬起来", "1.5万亿美元", 150.0, "right"),
        CardPoint(second, "2022年11月", 3.0, "left"),
        CardPoint("打电话叫救护车", "", 7.0, "right"),
    )
    return Card(
        kind,
        3,
        2,
        heading,
        second,
        figure="02",
        note="急诊室的故事",
        running_head="识别中风",
        position="2 / 3",
        chapters=3,
        points=points,
        shown=3,
        lit=1,
        terms=("溶栓", "取栓手术", second),
        terms_shown=2,
        icon="brain",
        progress=0.4,
    )


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("theme", ["dark", "mist"])
def test_draw_card_keeps_captions_and_margins_free(
    kind: CardKind,
    size: tuple[int, int],
    theme: str,
    text_renderer: TextRenderer,
    segmenter: Segmenter,
) -> None:
    """Every layout keeps the caption area, and the margins on all sides, free."""
    width, height = size
    card = full_card(kind)
    drawing = ink(drawn(card, size, text_renderer, segmenter, theme), card, theme)
    assert drawing.any()
    assert not drawing[round(height * 0.78) + 1 :].any()
    assert not drawing[: round(height * 0.05)].any()
    assert not drawing[:, : round(width * 0.05)].any()
    assert not drawing[:, round(width * 0.945) :].any()


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
    drawing = ink(drawn(card, size, text_renderer, segmenter), card)
    assert not drawing[round(size[1] * 0.78) + 2 :].any()
    assert not drawing[:, : round(size[0] * 0.045)].any()
    assert not drawing[:, round(size[0] * 0.955) :].any()


_SHARED = (TextRenderer.for_fonts(resolve_fonts("")), Segmenter())


@pytest.mark.parametrize("kind", ["chapter", "steps", "timeline", "bars", "comparison"])
def test_a_new_point_moves_nothing_that_is_there(
    kind: CardKind, text_renderer: TextRenderer, segmenter: Segmenter
) -> None:
    """Between two states of a slide only the points change that were said and are being said."""
    card = replace(full_card(kind), lit=-1)
    before, after = (
        ink(drawn(one, (640, 360), text_renderer, segmenter), one)
        for one in (replace(card, shown=2), replace(card, shown=3))
    )
    lost = before & ~after
    assert lost.sum() <= 0.01 * before.sum()
    assert after.sum() > before.sum()


@pytest.mark.parametrize("name", THEME_NAMES)
@pytest.mark.parametrize("accent", [None, "#203040", "#fefefe", "#d02020"])
def test_every_text_can_be_read_on_every_ground(name: str, accent: str | None) -> None:
    """Text, secondary text and accents have a contrast of 4.5 on plain ground, glow and panel."""
    style = StyleSettings.model_validate({"theme": name, "accent": accent})
    theme = resolve_theme(style, ChannelSettings())
    for own in theme.accents:
        for ground in theme.grounds(own):
            for colour in (theme.text, theme.muted, own):
                assert contrast_ratio(colour, ground) >= TEXT_CONTRAST
        assert contrast_ratio(theme.background, own) >= TEXT_CONTRAST


@pytest.mark.parametrize("name", THEME_NAMES)
def test_backdrop_is_more_than_a_colour_and_stays_near_it(name: str) -> None:
    """The background has many colours, and none that text could not be read on."""
    theme = theme_of(name)
    pixels = backdrop(640, 360, theme, theme.accents[1], theme.accents[2])
    colours = {tuple(map(int, colour)) for colour in pixels.reshape(-1, 3)[::7]}
    assert len(colours) > 20
    assert min(contrast_ratio(theme.text, (r, g, b)) for r, g, b in colours) >= TEXT_CONTRAST


def test_every_icon_of_the_list_is_in_the_font(text_renderer: TextRenderer) -> None:
    """Each name has a glyph of its own, and words in both languages find icons."""
    glyphs = [
        text_renderer.glyphs.glyph_index(ICON_FONT, chr(FIRST_CODE_POINT + place))
        for place in range(len(icon_names()))
    ]
    assert 0 not in glyphs
    assert len(set(glyphs)) == len(glyphs)
    assert (icon_for("一枚火箭升空"), icon_for("The hospital is full")) == ("rocket", "stethoscope")
    assert icon_for("平常的话") == icon_for("Smart lawyers") == ""


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
