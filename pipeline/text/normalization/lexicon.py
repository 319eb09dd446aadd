"""The pronunciation lexicon: words of the shown text, and what the voice is given for them."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pipeline.errors import InputError
from pipeline.messages import message
from pipeline.text.normalization.pinyin import pinyin_syllables
from pipeline.text.unicode_scripts import has_han, is_han

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipeline.text.word_segmenter import Segmenter, WordSpans

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


_MAX_LEXICON_CHARACTERS = 1_000_000
_MAX_TOKEN_CHARACTERS = 200
_MAX_READING_CHARACTERS = 1_000


def parse_lexicon(text: str, where: str) -> dict[str, str]:
    """Return the tokens and readings of a lexicon file.

    The file is TOML: `"token" = "reading"`, at the top or below `[pronunciation]`. An empty
    reading makes a token silent; the reading of a Chinese token may be pinyin, one syllable for
    each character. Raises InputError naming the token that is wrong.
    """
    if len(text) > _MAX_LEXICON_CHARACTERS:
        raise InputError(message("text.lexicon_too_large"), where=where)
    try:
        document = tomllib.loads(text.removeprefix("\N{BYTE ORDER MARK}"))
    except tomllib.TOMLDecodeError as fault:
        raise InputError(message("text.lexicon_not_toml", reason=fault), where=where) from fault
    except RecursionError as fault:
        raise InputError(message("text.lexicon_too_nested"), where=where) from fault
    table = document.pop("pronunciation", {})
    if not isinstance(table, dict):
        raise InputError(message("text.lexicon_not_table"), where=where)
    return {
        token: _checked_reading(token, reading, where)
        for token, reading in {**document, **table}.items()
    }


def _checked_reading(token: str, reading: object, where: str) -> str:
    if not token.strip() or len(token) > _MAX_TOKEN_CHARACTERS:
        raise InputError(
            message("text.lexicon_token", token=token[:40], limit=_MAX_TOKEN_CHARACTERS),
            where=where,
        )
    if not isinstance(reading, str) or len(reading) > _MAX_READING_CHARACTERS:
        raise InputError(
            message("text.lexicon_reading", token=token[:40], limit=_MAX_READING_CHARACTERS),
            where=where,
        )
    syllables = pinyin_syllables(reading)
    if syllables is not None and all(map(is_han, token)) and len(syllables) != len(token):
        raise InputError(
            message(
                "text.lexicon_pinyin",
                token=token[:40],
                characters=len(token),
                syllables=len(syllables),
            ),
            where=where,
        )
    return reading


def pinyin_of(token: str, reading: str) -> tuple[str, ...]:
    """Return the syllables if a reading is the pinyin of a Chinese token, else ()."""
    syllables = pinyin_syllables(reading) if all(map(is_han, token)) else None
    return syllables if syllables is not None and len(syllables) == len(token) else ()


class LexiconLookup:
    """Finds the longest token of a lexicon at a position of a text."""

    def __init__(self, lexicon: Mapping[str, str], segmenter: Segmenter | None = None) -> None:
        """Sort the tokens by their first character, longest first.

        `segmenter` says where Chinese words begin and end; without it, tokens are found anywhere.
        """
        self._lexicon = lexicon
        self._segmenter = segmenter
        self._last_words: tuple[str, WordSpans] = ("", ())
        self._tokens_by_first_character: dict[str, list[str]] = {}
        for token in sorted(lexicon, key=len, reverse=True):
            if token:
                self._tokens_by_first_character.setdefault(token[0], []).append(token)

    def longest_match(self, text: str, start: int) -> tuple[int, str] | None:
        """Return the end and the reading of the longest token at `start`, or None if there is none.

        A token that begins or ends in Latin letters or digits matches whole words only, and a
        Chinese one does not cut a word that the dictionary knows: 重庆 is not in 双重庆祝.
        """
        for token in self._tokens_by_first_character.get(text[start], ()):
            end = start + len(token)
            if (
                text.startswith(token, start)
                and not _is_one_word(text[start - 1 : start], token[0])
                and not _is_one_word(token[-1], text[end : end + 1])
                and self._keeps_words_whole(text, start, end)
            ):
                return end, self._lexicon[token]
        return None

    def pinyin_at(self, text: str, start: int, end: int) -> tuple[str, ...]:
        """Return the syllables that the lexicon gives for the token at [start, end), or ()."""
        if text[start:end] not in self._lexicon:
            return ()
        found = self.longest_match(text, start)
        return pinyin_of(text[start:end], found[1]) if found and found[0] == end else ()

    def _keeps_words_whole(self, text: str, start: int, end: int) -> bool:
        """Return whether a Chinese token is a word or words of the text, or an end of one.

        重庆 in 重庆市 is: a longer word may begin or end with the token. A single character is not
        looked for inside of words, as 单 in 单位.
        """
        if self._segmenter is None or not has_han(text[start:end]):
            return True
        segmenter = self._segmenter
        for first, last in self._words(text):
            is_cut = (first < start < last) or (first < end < last)
            if not is_cut or not segmenter.frequency(text[first:last]):
                continue
            is_end_of_word = first == start or last == end
            if not (first <= start and end <= last and is_end_of_word and end - start > 1):
                return False
        return True

    def _words(self, text: str) -> WordSpans:
        if self._segmenter is not None and self._last_words[0] != text:
            self._last_words = (text, self._segmenter.words(text))
        return self._last_words[1]


def _is_one_word(left: str, right: str) -> bool:
    """Return whether two characters belong to one Latin word or one number."""
    return (
        bool(left and right)
        and left.isascii()
        and right.isascii()
        and left.isalnum()
        and right.isalnum()
    )
