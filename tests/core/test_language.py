"""Language codes: one answer to what is Chinese, what is full width, what containers call it."""

from __future__ import annotations

import pytest

from pipeline.language import (
    base_language,
    is_chinese,
    iso_639_2,
    language_name,
    uses_full_width,
)
from pipeline.picture.captions.caption_style import caption_size, make_caption_style


@pytest.mark.parametrize(
    "code", ["zh", "zh-Hans", "zh-TW", "ZH-hant", "cmn", "yue", "wuu", "nan", "zho"]
)
def test_every_kind_of_chinese_is_chinese(code: str) -> None:
    """The macrolanguage, its members and their regional forms all count."""
    assert is_chinese(code)
    assert uses_full_width(code)
    assert base_language(code) == "zh"
    assert iso_639_2(code) == "zho"


@pytest.mark.parametrize("code", ["en", "ja", "ko", "za", "zhx", "de-CH", ""])
def test_other_languages_are_not_chinese(code: str) -> None:
    """A code that only begins with the same letters is another language."""
    assert not is_chinese(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("ja", True), ("ko-KR", True), ("jpn", True), ("en", False), ("vi", False)],
)
def test_full_width_covers_japanese_and_korean(code: str, *, expected: bool) -> None:
    """Kana and Hangul are set on the same grid as Han characters."""
    assert uses_full_width(code) is expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("en-GB", "eng"), ("ja", "jpn"), ("ger", "ger"), ("xx", "und"), ("nb", "nob")],
)
def test_iso_639_2_code_of_other_languages(code: str, expected: str) -> None:
    """Two letters are looked up, three are kept, what is unknown is `und`."""
    assert iso_639_2(code) == expected


@pytest.mark.parametrize("code", ["cmn", "yue", "zh-Hant"])
def test_captions_of_every_kind_of_chinese_are_set_alike(code: str) -> None:
    """Captions have the size and the grid of Chinese, whatever the code."""
    style = make_caption_style(1920, 1080)
    assert caption_size(style, code, 0) == caption_size(style, "zh", 0)
    assert caption_size(style, code, 0) > caption_size(style, "en", 0)


def test_language_name_is_the_languages_own() -> None:
    """Players show it in the menu of tracks."""
    assert [language_name(code) for code in ("cmn", "zh-Hans", "en-GB", "sw")] == [
        "中文",
        "中文",
        "English",
        "sw",
    ]
