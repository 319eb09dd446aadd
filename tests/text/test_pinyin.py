"""Pinyin as people write it."""

from __future__ import annotations

import pytest

from pipeline.text.normalization.pinyin import pinyin_syllables


@pytest.mark.parametrize(
    ("reading", "syllables"),
    [
        ("háng zhǎng", ("hang2", "zhang3")),
        ("hang2 zhang3", ("hang2", "zhang3")),
        ("Háng-Zhǎng", ("hang2", "zhang3")),
        ("nǚ ér", ("nv3", "er2")),
        ("nv3 er2", ("nv3", "er2")),
        ("lu:4", ("lv4",)),
        ("lǜ sè", ("lv4", "se4")),
        ("Xī'ān", ("xi1", "an1")),
        ("mā ma", ("ma1", "ma5")),
        ("de5", ("de5",)),
        ("ńg", ("ng2",)),
        ("zhuāng", ("zhuang1",)),
    ],
)
def test_pinyin_syllables_are_letters_with_a_tone_number(
    reading: str, syllables: tuple[str, ...]
) -> None:
    """Marks and numbers are the same to it; ü is v."""
    assert syllables == pinyin_syllables(reading)


@pytest.mark.parametrize(
    "reading", ["", "hang zhang", "G P T", "虫庆", "GPT 4 O", "X2", "hello", "háng长", "shh4", "3"]
)
def test_pinyin_syllables_are_none_without_tones_or_for_other_text(reading: str) -> None:
    """What has no tone may be English: it is said as it is written."""
    assert pinyin_syllables(reading) is None
