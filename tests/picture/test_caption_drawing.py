"""Captions: their positions, the pixels they change, and that they never overflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.picture.captions.caption_drawing import (
    draw_captions,
    lay_out_captions,
)
from pipeline.picture.captions.caption_lines import (
    MIN_CAPTION_SCALE,
    fit_caption_lines,
)
from pipeline.picture.captions.caption_style import (
    TITLE_SAFE_MARGIN,
    CaptionStyle,
    captions_top,
    make_caption_style,
)
from pipeline.picture.scene import Caption
from pipeline.picture.typography.fonts import resolve_fonts
from pipeline.picture.typography.text_renderer import TextRenderer

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZES = ((640, 360), (360, 640), (400, 400), (1280, 720))
ZH = Caption("zh", ("烤箱预热到230°C，再放一杯水",))
EN = Caption("en", ("Heat the oven to 230 °C and put in a cup of water.",))
LETTERS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=70)
CHINESE = st.text(
    "酵母菌和乳酸在二十五度的环境下，约需四小时。Mailard 反应GPT-4o2012年", max_size=70
)


@pytest.fixture(scope="module")
def text_renderer() -> TextRenderer:
    """Draw with the bundled fonts."""
    return TextRenderer.for_fonts(resolve_fonts(""))


def noise(width: int, height: int) -> NDArray[np.uint8]:
    """Return a busy picture, so that no pixel hides a change."""
    return np.random.default_rng(7).integers(0, 256, (height, width, 3), dtype=np.uint8)


def changed(
    base: NDArray[np.uint8],
    captions: tuple[Caption, ...],
    style: CaptionStyle,
    text_renderer: TextRenderer,
) -> NDArray[np.bool_]:
    """Return which pixels the captions change, shape (height, width)."""
    drawn = draw_captions(base, captions, style, text_renderer)
    assert drawn is not None
    top, band = drawn
    mask = np.zeros(base.shape[:2], bool)
    mask[top : top + len(band)] = (band != base[top : top + len(band)]).any(axis=2)
    return mask


@pytest.mark.parametrize("look", ["outline", "box"])
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_draw_captions_returns_a_band_of_even_rows(
    width: int, height: int, look: str, text_renderer: TextRenderer
) -> None:
    """What a caption changes is a band of whole rows with an even top and an even height."""
    style = make_caption_style(width, height, "box" if look == "box" else "outline")
    drawn = draw_captions(noise(width, height), (ZH, EN), style, text_renderer)
    assert drawn is not None
    top, band = drawn
    assert (top % 2, len(band) % 2, band.shape[1:]) == (0, 0, (width, 3))
    assert top + len(band) <= height


@given(
    first=CHINESE | LETTERS,
    second=LETTERS,
    size=st.sampled_from(SIZES),
    look=st.sampled_from(["outline", "box"]),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_captions_stay_inside_the_title_safe_area(
    first: str, second: str, size: tuple[int, int], look: str
) -> None:
    """Captions keep 5 % free at both sides and at the foot, and have no empty lines.

    The text is arbitrary, in one language or two.
    """
    text_renderer = TextRenderer.for_fonts(resolve_fonts(""))
    style = make_caption_style(*size, "box" if look == "box" else "outline")
    for line, x, baseline, _ in lay_out_captions(
        (Caption("zh", (first,)), Caption("en", (second,))), style, text_renderer
    ):
        assert line.text.strip()
        assert x >= size[0] * TITLE_SAFE_MARGIN - 1
        assert x + line.width <= size[0] * (1 - TITLE_SAFE_MARGIN) + 1
        assert baseline - line.size >= size[1] * TITLE_SAFE_MARGIN
        assert baseline <= size[1] * (1 - TITLE_SAFE_MARGIN)


def test_draw_captions_changes_only_the_surroundings_of_the_text(
    text_renderer: TextRenderer,
) -> None:
    """Pixels change near the letters only.

    Nothing changes at the picture's sides or above what two lines need.
    """
    style = make_caption_style(1280, 720)
    mask = changed(noise(1280, 720), (ZH,), style, text_renderer)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    line = lay_out_captions((ZH,), style, text_renderer)[0].line
    assert columns[-1] - columns[0] == pytest.approx(line.width, abs=style.size)
    assert rows[0] > captions_top(style, ["zh"])
    assert rows[-1] < 720 * (1 - TITLE_SAFE_MARGIN) + style.size * 0.3


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", ["outline", "box"])
def test_captions_top_is_above_the_longest_cue(
    size: tuple[int, int], look: str, text_renderer: TextRenderer
) -> None:
    """A cue as long as any profile allows stays below the row where cards end.

    It is shown in both languages.
    """
    style = make_caption_style(*size, "box" if look == "box" else "outline")
    long = (
        Caption("zh", ("酵" * 22, "母" * 22)),
        Caption(
            "en",
            (
                "Heat the oven to 230 °C and put in a cup,",
                "then wait for it to boil, and so on to it.",
            ),
        ),
    )
    for captions in (long[:1], long):
        mask = changed(noise(*size), captions, style, text_renderer)
        assert np.flatnonzero(mask.any(axis=1))[0] >= captions_top(
            style, [caption.language for caption in captions]
        )


def test_captions_put_the_first_language_on_top_and_larger(text_renderer: TextRenderer) -> None:
    """Chinese stands above, English below it and smaller."""
    placed = lay_out_captions((ZH, EN), make_caption_style(1280, 720), text_renderer)
    upper, lower = sorted(placed, key=lambda item: item.baseline)
    assert (upper.line.text, lower.line.text) == (ZH.lines[0], EN.lines[0])
    assert upper.line.size > lower.line.size * 1.4


def test_make_caption_style_scales_with_the_picture() -> None:
    """Type is 5.2 % of a wide picture's height.

    An upright one is set by its width; the setting's factor scales both.
    """
    assert make_caption_style(1920, 1080).size == pytest.approx(56.2, abs=0.1)
    assert make_caption_style(3840, 2160).size == pytest.approx(112.3, abs=0.1)
    assert make_caption_style(1080, 1920).size == pytest.approx(60.5, abs=0.1)
    assert make_caption_style(1920, 1080, scale=1.5).size == pytest.approx(84.2, abs=0.1)


def test_caption_style_leaves_room_for_player_buttons_in_upright_pictures() -> None:
    """In an upright picture captions end above the lowest sixth."""
    assert make_caption_style(1080, 1920).bottom == pytest.approx(1920 * 0.83)
    assert make_caption_style(1920, 1080).bottom == pytest.approx(1080 * 0.95)


def test_captions_are_outlined(text_renderer: TextRenderer) -> None:
    """On a white picture.

    On a black one, both the letter's white and the outline's dark are there.
    """
    style = make_caption_style(640, 360)
    for shade in (0, 255):
        base = np.full((360, 640, 3), shade, np.uint8)
        drawn = draw_captions(base, (ZH,), style, text_renderer)
        assert drawn is not None
        assert drawn[1].max() == 255
        assert drawn[1].min() < 20


def test_captions_with_a_box_have_a_plate_behind_the_letters(text_renderer: TextRenderer) -> None:
    """In box style the background around the letters is one dark tone.

    It lets a little of the picture through.
    """
    base = np.full((360, 640, 3), 255, np.uint8)
    style = make_caption_style(640, 360, "box")
    drawn = draw_captions(base, (ZH,), style, text_renderer)
    assert drawn is not None
    tones, counts = np.unique(drawn[1][..., 0][drawn[1][..., 0] < 250], return_counts=True)
    plate = int(tones[counts.argmax()])
    assert 40 < plate < 90
    assert counts.max() > 0.5 * counts.sum()


def test_draw_captions_highlights_characters_by_colour_only(text_renderer: TextRenderer) -> None:
    """A highlight recolours its characters.

    No pixel moves, and none outside their columns changes.
    """
    base = noise(1280, 720)
    style = make_caption_style(1280, 720)
    line = lay_out_captions((ZH,), style, text_renderer)[0]
    plain = draw_captions(base, (ZH,), style, text_renderer)
    lit = draw_captions(base, (Caption("zh", ZH.lines, (2, 4)),), style, text_renderer)
    assert plain is not None
    assert lit is not None
    assert plain[0] == lit[0]
    columns = np.flatnonzero((plain[1] != lit[1]).any(axis=(0, 2)))
    assert line.x + line.line.character_ends[1] - 2 <= columns[0]
    assert columns[-1] <= line.x + line.line.character_ends[3] + 2
    assert (
        tuple(lit[1].reshape(-1, 3)[(lit[1] == style.highlight_colour).all(axis=2).ravel()][0])
        == style.highlight_colour
    )


def test_highlighted_range_counts_over_joined_lines(text_renderer: TextRenderer) -> None:
    """In an upright picture a long caption breaks again.

    The highlighted characters stay the same ones.
    """
    text = "联合创始人兼首席科学家Ilya Sutskever宣布离职"
    first = text.index("Ilya")
    placed = lay_out_captions(
        (Caption("zh", (text[:8], text[8:]), (first, first + 4)),),
        make_caption_style(360, 640),
        text_renderer,
    )
    assert len(placed) > 1
    lit = "".join(
        item.line.text[place] for item in reversed(placed) for place in sorted(item.highlighted)
    )
    assert lit == "Ilya"


def test_draw_captions_returns_none_without_text(text_renderer: TextRenderer) -> None:
    """No caption, and one of blanks only, change nothing."""
    base = noise(320, 240)
    style = make_caption_style(320, 240)
    assert draw_captions(base, (), style, text_renderer) is None
    assert (
        draw_captions(base, (Caption("zh", ()), Caption("en", ("", "  "))), style, text_renderer)
        is None
    )


def test_draw_captions_is_deterministic(text_renderer: TextRenderer) -> None:
    """The same caption over the same picture gives the same bytes.

    It does not matter whether the text renderer is warm or new.
    """
    base = noise(640, 360)
    style = make_caption_style(640, 360)
    once, again = (
        draw_captions(base, (ZH, EN), style, one)
        for one in (text_renderer, TextRenderer.for_fonts(resolve_fonts("")))
    )
    assert once is not None
    assert again is not None
    assert (once[1] == again[1]).all()


def em(text: str) -> float:
    """Measure a text: Han 1, everything else a half."""
    return sum(1.0 if character > "\u2e7f" else 0.5 for character in text)


def test_fit_caption_lines_keeps_lines_that_fit() -> None:
    """Lines within the width keep their breaks and their size."""
    assert [part[0] for part in fit_caption_lines(["第一行", "第二行字"], 4.0, em, 3)[0]] == [
        "第一行",
        "第二行字",
    ]
    assert fit_caption_lines(["第一行", "第二行字"], 4.0, em, 3)[1] == 1.0


def test_fit_caption_lines_shrinks_a_line_slightly_too_wide() -> None:
    """A line less than a fifth too wide is set smaller, not broken."""
    parts, scale = fit_caption_lines(["一二三四五六七八九十"], 9.0, em, 3)
    assert [part[0] for part in parts] == ["一二三四五六七八九十"]
    assert scale == 0.9
    assert scale > MIN_CAPTION_SCALE


def test_fit_caption_lines_breaks_a_wide_line_evenly() -> None:
    """A line twice too wide becomes two of like length, at full size, without cutting a word."""
    parts, scale = fit_caption_lines(
        ["今天我们聊一聊天然酵母面包sourdough bread的历史"], 18.0, em, 3
    )
    assert scale == 1.0
    assert len(parts) == 2
    assert any("sourdough bread" in text for text, _ in parts)
    assert abs(em(parts[0][0]) - em(parts[1][0])) <= 5


def test_fit_caption_lines_breaks_at_punctuation() -> None:
    """No line begins with a mark that closes or ends with one that opens.

    This holds even if the halves would be more even.
    """
    parts, _ = fit_caption_lines(["一二三四五六七八九十，一二三四五六七（八九十）"], 12.0, em, 3)
    assert [part[0] for part in parts] == ["一二三四五六七八九十，", "一二三四五六七（八九十）"]
    parts, _ = fit_caption_lines(["一二三四五六七八九十（一二三四五六七八九）"], 12.0, em, 3)
    assert parts[0][0] == "一二三四五六七八九十"


def test_fit_caption_lines_keeps_korean_spaces() -> None:
    """Korean is written on the full-width grid, but its words have spaces and are not cut."""
    parts, scale = fit_caption_lines(
        ["인공지능 연구자들이 발표한", "모델은 대단합니다"], 9.0, em, 3
    )
    texts = [text for text, _ in parts]
    assert scale == 1.0
    assert " ".join(texts) == "인공지능 연구자들이 발표한 모델은 대단합니다"


@given(st.lists(CHINESE | LETTERS, max_size=3), st.integers(3, 30), st.integers(1, 4))
@settings(deadline=None)
def test_fit_caption_lines_keeps_every_character(lines: list[str], width: int, most: int) -> None:
    """Whatever is broken.

    Characters other than spaces come out once, in order, each with its place in the joined lines.
    """
    joined = "".join(lines)
    parts, scale = fit_caption_lines(lines, float(width), em, most)
    places = [place for _, numbers in parts for place in numbers if place >= 0]
    assert places == sorted(set(places))
    assert all(
        joined[place] == text[at]
        for text, numbers in parts
        for at, place in enumerate(numbers)
        if place >= 0
    )
    assert {place for place, character in enumerate(joined) if not character.isspace()} <= set(
        places
    )
    assert all(em(text) * scale <= width + 1e-6 for text, _ in parts)
