"""The language of a text, where its script or its most frequent words show it plainly."""

from __future__ import annotations

import re

from pipeline.text.traditional import is_traditional
from pipeline.text.unicode_scripts import HANGUL, KANA, han_count
from pipeline.text.word_lists import english_function_words

_SAMPLE_CHARACTERS = 200_000
_KANA = re.compile(f"[{KANA}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_LATIN_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_MIN_KANA_SHARE = 0.2
"""Of kana and Chinese characters: running Japanese has about 0.6, a quotation in Chinese less."""

_MIN_CJK_SHARE = 0.1
"""Of all letters: English talks that quote a Chinese word stay below."""

_MIN_FUNCTION_WORDS = 0.15
"""Of all words: English texts have about 0.45, other languages in Latin script below 0.1."""

_FEW_WORDS = 8
_ALSO_FOREIGN = frozenset({"a", "am", "an", "as", "at", "do", "in", "me", "no", "on", "so", "was"})
"""English function words that are words of other languages too, and prove nothing."""


def language_of_text(text: str) -> str | None:
    """Return `en`, `ja`, `ko`, `zh` or `zh-TW` (Traditional Chinese); None where it is not plain.

    A text with Chinese characters and no sign of another language is Chinese. One in Latin script
    is English if it has the words without which no English is written.
    """
    sample = text[:_SAMPLE_CHARACTERS]
    kana, hangul, han = len(_KANA.findall(sample)), len(_HANGUL.findall(sample)), han_count(sample)
    letters = sum(map(str.isalpha, sample))
    if kana + hangul + han > letters * _MIN_CJK_SHARE:
        if hangul > kana + han:
            return "ko"
        if kana > 1 and kana >= (kana + han) * _MIN_KANA_SHARE:
            return "ja"
        return "zh-TW" if is_traditional(sample) else "zh"
    words = [word.lower().replace("’", "'") for word in _LATIN_WORD.findall(sample)]
    proving_words = english_function_words() - _ALSO_FOREIGN
    known = sum(word in proving_words for word in words)
    few = known and len(words) < _FEW_WORDS and sample.isascii()
    return "en" if words and (few or known >= len(words) * _MIN_FUNCTION_WORDS) else None
