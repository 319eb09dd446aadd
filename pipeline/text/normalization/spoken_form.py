"""The spoken form of each row, mapped back to the shown text character by character.

Numbers, symbols and the tokens of the lexicon are read as a presenter would read them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.language import base_language
from pipeline.model import PinyinReading, SpokenRow, Token
from pipeline.text.normalization.cardinals import cardinal_reading, digit_reading
from pipeline.text.normalization.expressions import SpokenMatch, read_number
from pipeline.text.normalization.formulas import formula_span
from pipeline.text.normalization.lexicon import LexiconLookup, pinyin_of
from pipeline.text.normalization.markup import markup_end
from pipeline.text.normalization.reading_copy import in_traditional, is_traditional, reading_copy
from pipeline.text.normalization.roman_numerals import read_roman_numeral
from pipeline.text.normalization.symbols import (
    CLAUSE_PAUSES,
    SENTENCE_PAUSES,
    clean_symbol,
    is_pronounceable,
    read_english_symbol,
    read_symbol,
)
from pipeline.text.unicode_scripts import is_han
from pipeline.text.word_segmenter import Segmenter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Row

SpokenPiece = tuple[int, int, str]
"""Shown characters [start, end), and what is said for them."""

_ASCII_DIGITS = frozenset("0123456789")

_LATIN = re.compile(
    r"[A-Za-zÀ-ÖØ-öø-ÿĀ-ſ]+(?:['’](?=[A-Za-z])[A-Za-z]+)*(?:-(?=[A-Za-z]{2,})[A-Za-z]+)*"
)

_ENGLISH_ORDINAL = re.compile(
    r"(?<![0-9A-Za-z])[0-9]*(?:1[1-3]th|1st|2nd|3rd|[04-9]th)(?![A-Za-z0-9])"
)

_LINK = re.compile(r"(?:https?://(?:www\.)?|www\.)(?P<bare>[!-~]+?)(?=[.,:;!?/]*(?![!-~]))")
_TRADE_ACRONYM = re.compile(r"(?<![A-Za-z0-9])([BCDGMOP])([24])([BCDGMP]|(?<=O2)O)(?![A-Za-z0-9])")
_NUMBER_SIGN = re.compile(r"(?<![A-Za-z])(?:(?:No|NO)\.\s?|№\s?|#)(?=[0-9])")

_LIST_NUMBER = re.compile(
    r"\s*(?:([0-9]{1,2})(?:[.、](?![0-9])|\s?[)）])|[(（]([0-9]{1,2})[)）])\s*(?=\w)"
)


def spoken_rows(
    rows: Sequence[Row],
    lexicon: Mapping[str, str],
    language: str = "zh",
    segmenter: Segmenter | None = None,
) -> tuple[SpokenRow, ...]:
    """Return what is said for each row; a row of nothing but punctuation or emoji is said as "".

    `lexicon` maps shown tokens to what is said for them; numbers in a reading are read too. The
    longest match wins, a token that begins or ends in Latin letters or digits matches whole words
    only, and a Chinese token cuts no word of the `segmenter`. A reading in pinyin leaves the
    characters as they are and goes into `readings`. If `language` is Chinese, numbers and symbols
    are read in Chinese; English keeps its numbers, and other languages their text, without symbols
    that no voice says. The tokens of a row cover shown and spoken text in order and without gaps.
    """
    lookup = LexiconLookup(lexicon, segmenter or Segmenter())
    return tuple(_spoken_row(row, lookup, base_language(language)) for row in rows)


def _spoken_row(row: Row, lookup: LexiconLookup, language: str) -> SpokenRow:
    pieces = _strip_trailing_spaces(
        _without_double_pauses(_spoken_pieces(row.text, lookup, language), previous="")
    )
    if is_pronounceable(row.text) and not any(
        is_pronounceable(text) for _, _, text in pieces
    ):  # a lexicon may silence a word, but not a whole row
        pieces = _strip_trailing_spaces(
            _without_double_pauses(
                _spoken_pieces(row.text, LexiconLookup({}), language), previous=""
            )
        )
    tokens = []
    readings = []
    spoken_start = 0
    for start, end, text in pieces:
        spoken_end = spoken_start + len(text)
        tokens.append(Token(start, end, spoken_start, spoken_end))
        syllables = lookup.pinyin_at(row.text, start, end)
        if syllables and text == row.text[start:end]:
            readings.append(PinyinReading(spoken_start, spoken_end, syllables))
        spoken_start = spoken_end
    spoken = "".join(text for _, _, text in pieces)
    return SpokenRow(row.number, row.text, spoken, tuple(tokens), tuple(readings))


def _spoken_pieces(shown: str, lookup: LexiconLookup, language: str) -> list[SpokenPiece]:
    text = reading_copy(shown)
    chinese = language == "zh"
    read = _READERS.get(language, clean_symbol)
    traditional = chinese and is_traditional(shown)
    pieces: list[SpokenPiece] = []
    start = 0
    while start < len(text):
        entry = lookup.longest_match(shown, start) or lookup.longest_match(text, start)
        if entry is not None:
            end, reading = entry
            is_pinyin = pinyin_of(shown[start:end], reading)
            spoken = (
                shown[start:end]
                if is_pinyin
                else "".join(
                    piece[2]
                    for piece in _without_double_pauses(
                        _spoken_pieces(reading, LexiconLookup({}), language), previous="\0"
                    )
                )
            )
        elif (markup := markup_end(text, start)) is not None:
            end, spoken = markup, ""
        elif (formula := formula_span(text, start, chinese=chinese)) is not None:
            end, spoken = formula
        elif is_han(shown[start]):
            end, spoken = start + 1, shown[start]
        else:
            end, spoken = read(text, start)
            spoken = in_traditional(spoken) if traditional else spoken
        pieces.append((start, end, spoken))
        start = end
    return pieces


def _read_chinese(text: str, start: int) -> SpokenMatch:
    """Return where the part at `start` ends and its spoken form in Chinese."""
    if is_han(text[start]):
        return start + 1, text[start]
    for reader in (
        _read_list_number,
        _read_link,
        _read_ordinal,
        _read_trade_acronym,
        read_number,
        read_roman_numeral,
        _read_latin_word,
    ):
        result = reader(text, start)
        if result is not None:
            return result
    return read_symbol(text, start)


_READERS = {"zh": _read_chinese, "en": read_english_symbol}
"""How a part of a text is read, by language; in other languages it is left as it is."""


def _read_list_number(text: str, start: int) -> SpokenMatch | None:
    """Return the number of a point in a list, at the head of a row: "1. 首先" is 一，首先."""
    match = _LIST_NUMBER.match(text) if start == 0 else None
    return (match.end(), f"{cardinal_reading(match[1] or match[2])}，") if match else None


def _read_link(text: str, start: int) -> SpokenMatch | None:
    match = _LINK.match(text, start)
    if match is None:
        return None
    words = re.sub(r"[^0-9A-Za-z点]+", " ", match["bare"].replace(".", "点")).strip()
    return match.end(), re.sub(r"[0-9]+", lambda digits: digit_reading(digits[0]), words)


def _read_ordinal(text: str, start: int) -> SpokenMatch | None:
    """Return 第 for No. and #, and an English 1st, 2nd as it is."""
    if mark := _NUMBER_SIGN.match(text, start):
        return mark.end(), "第"
    rank = _ENGLISH_ORDINAL.match(text, start)
    return (rank.end(), rank[0]) if rank else None


def _read_trade_acronym(text: str, start: int) -> SpokenMatch | None:
    """Return B2B as B to B."""
    trade = _TRADE_ACRONYM.match(text, start)
    return (
        (trade.end(), f"{trade[1]} {'to' if trade[2] == '2' else 'for'} {trade[3]}")
        if trade
        else None
    )


def _read_latin_word(text: str, start: int) -> SpokenMatch | None:
    """Return the end of a Latin word and its spoken form: the o of GPT-4o and o1 becomes O."""
    match = _LATIN.match(text, start)
    if match is None:
        return None
    word = match[0].replace("’", "'")
    beside_number = any(
        side in _ASCII_DIGITS
        for side in (text[start - 1 : start], text[match.end() : match.end() + 1])
    )
    return match.end(), word.upper() if len(word) == 1 and beside_number else word


def _without_double_pauses(pieces: Sequence[SpokenPiece], *, previous: str) -> list[SpokenPiece]:
    """Return the pieces without doubled pauses and spaces.

    `previous` is the character before them; "" is the beginning of a row.
    """
    tidy: list[SpokenPiece] = []
    for start, end, text in pieces:
        if previous == "" or previous in SENTENCE_PAUSES:
            remaining = text.lstrip(" " + SENTENCE_PAUSES + CLAUSE_PAUSES)
        elif previous in " " + CLAUSE_PAUSES:
            remaining = text.lstrip(" ")
            if remaining and (
                remaining[0] in SENTENCE_PAUSES
                or (previous == " " and (remaining[0] in CLAUSE_PAUSES or remaining == ", "))
            ):
                _drop_last_character(tidy)
            elif previous in CLAUSE_PAUSES:
                remaining = remaining.lstrip(CLAUSE_PAUSES)
        else:
            remaining = text
        tidy.append((start, end, remaining))
        previous = remaining[-1:] or previous
    return tidy


def _drop_last_character(pieces: list[SpokenPiece]) -> None:
    """Remove the last spoken character, because a stronger pause follows."""
    for index in range(len(pieces) - 1, -1, -1):
        start, end, text = pieces[index]
        if text:
            pieces[index] = (start, end, text[:-1])
            return


def _strip_trailing_spaces(pieces: list[SpokenPiece]) -> list[SpokenPiece]:
    """Return the pieces without spaces at the end; all are silent if none has a letter or digit."""
    if not any(is_pronounceable(text) for _, _, text in pieces):
        return [(start, end, "") for start, end, _ in pieces]
    for index in range(len(pieces) - 1, -1, -1):
        start, end, text = pieces[index]
        pieces[index] = (start, end, text.rstrip(" "))
        if pieces[index][2]:
            break
    return pieces
