"""Pinyin as people write it, as syllables with tone numbers: háng zhǎng is hang2 zhang3."""

from __future__ import annotations

import re
import unicodedata

_TONE_MARKS = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4", "\u0306": "3"}
_NEUTRAL = "5"
_FINALS = (
    r"(?:i(?:a(?:o|ng?)?|e|ng?|u|ong)?|u(?:a(?:i|ng?)?|o|i|n|e|an)?|v(?:e|an|n)?"
    r"|a(?:i|o|ng?)?|o(?:u|ng)?|e(?:i|r|ng?)?)"
)
_SYLLABLE = re.compile(
    rf"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?{_FINALS}|r|m|n|ng|hm)(?P<tone>[1-5])"
)


def pinyin_syllables(reading: str) -> tuple[str, ...] | None:
    """Return the syllables of a reading in pinyin, or None if it is none.

    Syllables are parted by blanks, hyphens or apostrophes; tones are marks or the numbers 1 to 5,
    at least one of them written. In the result ü is v, and 5 is the neutral tone.
    """
    parts = re.split(r"[\s'’·-]+", reading.strip().lower())
    numbered = [_numbered_syllable(part) for part in parts]
    has_tone = any(part and not part.endswith(_NEUTRAL) for part in numbered) or any(
        part.endswith(_NEUTRAL) for part in parts
    )
    syllables = tuple(part for part in numbered if part)
    return syllables if has_tone and len(syllables) == len(parts) else None


def _numbered_syllable(part: str) -> str:
    """Return a syllable with its tone number, or "" if it is no syllable."""
    letters, tones = "", ""
    plain = part.replace("u:", "v").replace("ü", "v")
    for character in unicodedata.normalize("NFD", plain):
        if character in _TONE_MARKS:
            tones += _TONE_MARKS[character]
        elif character == "\u0308":
            letters = f"{letters[:-1]}v"
        else:
            letters += character
    if tones and not letters[-1:].isdigit():
        letters += tones
    elif not letters[-1:].isdigit():
        letters += _NEUTRAL
    return letters if _SYLLABLE.fullmatch(letters) else ""
