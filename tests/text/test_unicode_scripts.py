"""Scripts and widths of characters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import pipeline
from pipeline.text.unicode_scripts import (
    han_count,
    has_han,
    is_cjk_letter,
    is_full_width,
    is_han,
    is_spaceless,
)

ROOT = Path(pipeline.__file__).parent


@pytest.mark.parametrize("character", ["中", "〇", "々", "㐀", "豈", "\U00020000", "\U00030000"])
def test_is_han_accepts_every_block_of_chinese_characters(character: str) -> None:
    """Extensions and compatibility characters count."""
    assert is_han(character)
    assert is_cjk_letter(character)
    assert is_spaceless(character)
    assert is_full_width(character)


@pytest.mark.parametrize("character", ["", "a", "。", "あ", "한", "䷀", "1", "😀"])
def test_is_han_rejects_other_characters(character: str) -> None:
    """Kana, Hangul, punctuation and the hexagrams between two Han blocks are not Han."""
    assert not is_han(character)


def test_hangul_is_full_width_and_has_spaces() -> None:
    """Korean is set on the full-width grid, but its words have spaces between them."""
    assert is_cjk_letter("한")
    assert is_full_width("한")
    assert not is_spaceless("한")


@pytest.mark.parametrize("character", ["ก", "、", "，", "カ"])
def test_is_spaceless_covers_thai_and_full_width_punctuation(character: str) -> None:
    """Nothing is put beside these characters when lines are joined."""
    assert is_spaceless(character)


def test_has_han_and_han_count_look_at_a_whole_text() -> None:
    """One Chinese character is enough for `has_han`."""
    assert has_han("GPT 模型")
    assert not has_han("GPT-4o")
    assert han_count("GPT 模型, 2.") == 2


def test_only_unicode_scripts_names_ranges_of_chinese_characters() -> None:
    """Every other module asks it."""
    bounds = re.compile(r"\\u(?:3400|4e00|9fff)|\[一-|一-龥|east_asian_width", re.IGNORECASE)
    modules = {
        str(path.relative_to(ROOT))
        for path in ROOT.rglob("*.py")
        if bounds.search(path.read_text("utf-8"))
    }
    assert modules == {str(Path("text", "unicode_scripts.py"))}
