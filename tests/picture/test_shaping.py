"""From text to glyphs: fallback runs, spacing between scripts, punctuation."""

from __future__ import annotations

import math
import pickle
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.picture.typography.fonts import Font, resolve_fonts
from pipeline.picture.typography.glyph_cache import GlyphCache
from pipeline.picture.typography.shaping import AUTOSPACE, TextShaper
from tests.small_fonts import small_font

if TYPE_CHECKING:
    from pathlib import Path

EM = 100.0


@pytest.fixture(scope="module")
def shaper() -> TextShaper:
    """Shape with the bundled fonts."""
    return TextShaper(resolve_fonts(""))


def width(shaper: TextShaper, text: str, *, chinese: bool = True) -> float:
    """Return a text's width in bold at 100 px an em."""
    return shaper.shape_line(text, "bold", EM, full_width=chinese).width


def test_shape_line_sets_han_one_em_wide(shaper: TextShaper) -> None:
    """Chinese stands on the full-width grid."""
    assert width(shaper, "面包的科学") == 5 * EM


def test_shape_line_spaces_latin_and_han(shaper: TextShaper) -> None:
    """A thin space stands where Han meets Latin or a number.

    None is added to one the author typed.
    """
    parts = width(shaper, "在") + width(shaper, "X") + width(shaper, "上")
    assert width(shaper, "在X上") == pytest.approx(parts + 2 * AUTOSPACE * EM)
    assert width(shaper, "在 X") == pytest.approx(
        width(shaper, "在") + width(shaper, " ") + width(shaper, "X")
    )
    assert width(shaper, "占20%的") == pytest.approx(
        width(shaper, "占") + width(shaper, "20%") + width(shaper, "的") + 2 * AUTOSPACE * EM
    )


def test_shape_line_sets_adjacent_punctuation_half_width(shaper: TextShaper) -> None:
    """Of two marks that meet one is set half-width, as is a mark at a line's end.

    A mark between words keeps its place.
    """
    assert width(shaper, "好，坏") == 3 * EM
    assert width(shaper, "好》，坏") == 3.5 * EM
    assert width(shaper, "好。") == 1.5 * EM
    assert width(shaper, "《好") == 1.5 * EM


def test_shape_line_sets_latin_quotation_marks_proportionally(shaper: TextShaper) -> None:
    """An apostrophe takes no full-width cell in English text.

    The same holds inside a Latin word of a Chinese line.
    """
    assert width(shaper, "Let’s") < 2.6 * EM
    assert width(shaper, "他说Let’s go") < width(shaper, "他说Lets go") + 0.4 * EM
    assert width(shaper, "say “go” now", chinese=False) < width(shaper, "say “go” now") - 0.8 * EM


def test_shape_line_kerns(shaper: TextShaper) -> None:
    """HarfBuzz's kerning is applied."""
    assert width(shaper, "AV") < width(shaper, "A") + width(shaper, "V")


def test_shape_line_falls_back_for_single_characters(tmp_path: Path) -> None:
    """A character the first font lacks comes from the next one that has it, its neighbours stay."""
    small_font(tmp_path / "latin.ttf", "AB", "Latin Only")
    shaper = TextShaper(resolve_fonts("latin.ttf", tmp_path, ["A中B"]))
    assert [
        (glyph.font_number, glyph.character_index)
        for glyph in shaper.shape_line("A中B", "bold", EM).glyphs
    ] == [(0, 0), (1, 1), (0, 2)]


def test_shape_line_keeps_combining_marks_with_their_letter(tmp_path: Path) -> None:
    """A letter and the mark above it are drawn from one font.

    The first font has the letter but not the mark.
    """
    small_font(tmp_path / "latin.ttf", "xB", "Latin Only")
    shaper = TextShaper(resolve_fonts("latin.ttf", tmp_path, ["x\u0301中"]))
    assert (
        len({glyph.font_number for glyph in shaper.shape_line("x\u0301", "bold", EM).glyphs}) == 1
    )
    assert [glyph.font_number for glyph in shaper.shape_line("x", "bold", EM).glyphs] == [0]


def test_shape_line_draws_a_word_from_one_font(shaper: TextShaper) -> None:
    """A name with a letter that the Chinese font lacks is drawn whole from the next font.

    Han beside it stays in the Chinese font.
    """
    assert [glyph.font_number for glyph in shaper.shape_line("见Žižek", "bold", EM).glyphs] == [
        0,
        1,
        1,
        1,
        1,
        1,
    ]
    assert [glyph.font_number for glyph in shaper.shape_line("见Zizek", "bold", EM).glyphs] == [
        0
    ] * 6


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=40))
@settings(max_examples=60, deadline=None)
def test_shape_line_character_ends_rise(text: str) -> None:
    """The ends of a text's characters never go back.

    The last one is the line's width.
    """
    line = TextShaper(resolve_fonts("")).shape_line(text, "regular", 20.0)
    assert list(line.character_ends) == sorted(line.character_ends)
    assert math.isclose(line.character_ends[-1] if text else 0.0, line.width, abs_tol=1e-6)


def test_shaper_and_glyph_cache_are_pickled(shaper: TextShaper) -> None:
    """Both pickle, and shape and draw the same where they arrive."""
    there = pickle.loads(pickle.dumps((shaper, GlyphCache())))  # noqa: S301 - our own bytes
    assert there[0].shape_line("酵母 yeast", "bold", 40.0) == shaper.shape_line(
        "酵母 yeast", "bold", 40.0
    )
    glyph = shaper.shape_line("酵", "bold", 40.0).glyphs[0].glyph_id
    font = shaper.fonts.bold
    assert (
        there[1].glyph_bitmap(font, glyph, 40.0).coverage
        == GlyphCache().glyph_bitmap(font, glyph, 40.0).coverage
    ).all()


def test_glyph_bitmap_stroke_widens_on_every_side(shaper: TextShaper) -> None:
    """The outline covers all the letter does and reaches the pen's width beyond it."""
    glyph = shaper.shape_line("口", "bold", 60.0).glyphs[0].glyph_id
    plain, wide = (
        GlyphCache().glyph_bitmap(shaper.fonts.bold, glyph, 60.0, stroke_width=pen)
        for pen in (0.0, 4.0)
    )
    assert (wide.left, wide.top) == (plain.left - 4, plain.top + 4)
    assert wide.coverage.shape == (plain.coverage.shape[0] + 8, plain.coverage.shape[1] + 8)
    assert (wide.coverage[4:-4, 4:-4][plain.coverage == 255] == 255).all()


def test_glyph_bitmap_draws_bold_of_a_variable_font(tmp_path: Path) -> None:
    """The weight reaches the pixels of a font with a weight axis."""
    path = small_font(tmp_path / "variable.ttf", "A", "Varies", variable=True)
    thin, thick = (
        GlyphCache().glyph_bitmap(Font(path, weight_axis=weight), 1, 50.0).coverage.shape[1]
        for weight in (400, 900)
    )
    assert thick > thin
