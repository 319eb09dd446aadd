"""Characters of the same sound for readings in pinyin, for engines that take only text.

An engine reads 航掌 as háng zhǎng, whatever it makes of 行长. The text keeps its length, so the
times of its characters stay those of the row.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipeline.text.word_segmenter import Segmenter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import PinyinReading

_MIN_FREQUENCY = 500
"""Count in 60 million words below which a voice may not know a character."""

_FIRST_HAN, _LAST_HAN = 0x4E00, 0x9FFF


def with_homophones(text: str, readings: Sequence[PinyinReading]) -> str:
    """Return a text of equal length in which the readings' characters can be read in no other way.

    A syllable that no character has for its only reading (de5) leaves the author's character.
    """
    characters = list(text)
    for reading in readings:
        for index, syllable in enumerate(reading.syllables, reading.start):
            characters[index] = _respelled(characters[index], syllable)
    return "".join(characters)


def _respelled(character: str, syllable: str) -> str:
    own_readings = _own_readings(character)
    homophone, frequency = _homophones().get(syllable, (character, 0))
    is_usual_reading = own_readings[:1] == [syllable]
    if own_readings == [syllable] or (is_usual_reading and frequency < _MIN_FREQUENCY):
        return character
    return homophone


@cache
def _homophones() -> dict[str, tuple[str, int]]:
    """Return the most frequent character of each syllable that has no other, and its frequency."""
    frequency = Segmenter().frequency
    known = [chr(code) for code in range(_FIRST_HAN, _LAST_HAN + 1) if frequency(chr(code))]
    found: dict[str, tuple[str, int]] = {}
    for character in sorted(known, key=lambda character: (-frequency(character), character)):
        readings = _own_readings(character)
        if len(readings) == 1:
            found.setdefault(readings[0], (character, frequency(character)))
    return found


def _own_readings(character: str) -> list[str]:
    """Return all readings of a character with tone numbers; ü is v, 5 is the neutral tone."""
    from pypinyin import Style, pinyin

    if not _FIRST_HAN <= ord(character) <= _LAST_HAN:
        return []
    found = pinyin(
        character, style=Style.TONE3, heteronym=True, neutral_tone_with_five=True, errors="ignore"
    )
    return list(found[0]) if found else []
