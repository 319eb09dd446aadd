"""Characters of the same sound for readings in pinyin."""

from __future__ import annotations

import pytest
from pypinyin import Style, lazy_pinyin, pinyin

from pipeline.model import PinyinReading
from pipeline.speech.homophones import with_homophones


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("他是银行行长", PinyinReading(4, 6, ("hang2", "zhang3"))),
        ("重庆", PinyinReading(0, 2, ("chong2", "qing4"))),
        ("单于", PinyinReading(0, 2, ("chan2", "yu2"))),
        ("乐", PinyinReading(0, 1, ("yue4",))),
        ("女儿", PinyinReading(0, 2, ("nv3", "er2"))),
    ],
)
def test_with_homophones_gives_characters_with_the_wanted_reading(
    text: str, reading: PinyinReading
) -> None:
    """The length stays, the rest of the text stays; a new character has no other reading."""
    respelled = with_homophones(text, (reading,))
    assert len(respelled) == len(text)
    assert respelled[: reading.start] == text[: reading.start]
    assert list(reading.syllables) == lazy_pinyin(
        respelled[reading.start :],
        style=Style.TONE3,
        neutral_tone_with_five=True,
        v_to_u=False,
    )
    changed = set(respelled[reading.start : reading.end]) - set(text)
    for character in changed:
        assert len(pinyin(character, style=Style.TONE3, heteronym=True)[0]) == 1


def test_with_homophones_keeps_characters_that_are_read_so_anyway() -> None:
    """亿 has one reading: nothing has to change."""
    assert with_homophones("亿", (PinyinReading(0, 1, ("yi4",)),)) == "亿"


def test_with_homophones_leaves_a_syllable_that_no_character_has_for_itself() -> None:
    """Rather the author's character than a wrong one."""
    assert with_homophones("好", (PinyinReading(0, 1, ("hm5",)),)) == "好"
