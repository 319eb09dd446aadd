"""What is said for each row: numbers, symbols and the lexicon's tokens as a presenter would say them, mapped back to what is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipeline.model import SpokenRow, Token
from pipeline.text.expressions import Reading, read_number
from pipeline.text.lexicon import Lookup
from pipeline.text.marks import STRONG, WEAK, clean_mark, heard, is_han, read_mark
from pipeline.text.numbers import cardinal, one_by_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.model import Row

Piece = tuple[int, int, str]
"""Shown characters [start, end), and what is said for them."""

_FULL_WIDTH = {code + 0xFEE0: code for code in (*b"$%+-./", *range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))} | {0xFFE5: 0xA5}
"""Full-width digits, letters and signs to half-width; one character each, so that positions stay."""

_ASCII_DIGITS = frozenset("0123456789")
_LATIN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿĀ-ſ]+(?:['’](?=[A-Za-z])[A-Za-z]+)*(?:-(?=[A-Za-z]{2,})[A-Za-z]+)*")
_RANKED = re.compile(r"(?<![0-9A-Za-z])[0-9]*(?:1[1-3]th|1st|2nd|3rd|[04-9]th)(?![A-Za-z0-9])")
_LINK = re.compile(r"(?:https?://(?:www\.)?|www\.)(?P<bare>[!-~]+?)(?=[.,:;!?/]*(?![!-~]))")
_TRADE = re.compile(r"(?<![A-Za-z0-9])([BCDGMOP])([24])([BCDGMP]|(?<=O2)O)(?![A-Za-z0-9])")
_RANK = re.compile(r"(?<![A-Za-z])(?:(?:No|NO)\.\s?|№\s?|#)(?=[0-9])")
_LISTED = re.compile(r"\s*(?:([0-9]{1,2})(?:[.、](?![0-9])|\s?[)）])|[(（]([0-9]{1,2})[)）])\s*(?=\w)")


def spoken_rows(rows: Sequence[Row], lexicon: Mapping[str, str], language: str = "zh") -> tuple[SpokenRow, ...]:
    """Return what is said for each row; a row of nothing but punctuation or emoji is said as "".

    `lexicon` holds exact shown tokens and what is said for them (numbers in a reading are read too); the longest match at a place wins,
    and one that begins or ends in Latin letters or digits matches whole words only. Numbers and symbols are read as a Chinese presenter
    reads them where `language` is Chinese; other languages keep their text, cleaned. Tokens cover shown and spoken text in order
    without gaps.
    """
    lookup = Lookup(lexicon)
    chinese = language.partition("-")[0] in {"zh", "cmn", "yue"}
    return tuple(_spoken(row, lookup, chinese=chinese) for row in rows)


def _spoken(row: Row, lookup: Lookup, *, chinese: bool) -> SpokenRow:
    pieces = _trimmed(_tidy(_pieces(row.text, lookup, chinese=chinese), last=""))
    if heard(row.text) and not any(heard(text) for _, _, text in pieces):  # a lexicon may silence a word, never a whole row
        pieces = _trimmed(_tidy(_pieces(row.text, Lookup({}), chinese=chinese), last=""))
    tokens = []
    at = 0
    for start, end, text in pieces:
        tokens.append(Token(start, end, at, at + len(text)))
        at += len(text)
    return SpokenRow(row.number, row.text, "".join(text for _, _, text in pieces), tuple(tokens))


def _pieces(shown: str, lookup: Lookup, *, chinese: bool) -> list[Piece]:
    text = shown.translate(_FULL_WIDTH)
    pieces: list[Piece] = []
    at = 0
    while at < len(text):
        found = lookup.longest(shown, at) or lookup.longest(text, at)
        if found is not None:
            end, reading = found
            said = "".join(piece[2] for piece in _tidy(_pieces(reading, Lookup({}), chinese=chinese), last="\0"))
        else:
            end, said = _chinese(text, at) if chinese else clean_mark(text, at)
        pieces.append((at, end, said))
        at = end
    return pieces


def _chinese(text: str, at: int) -> Reading:
    """Return where the stretch at `at` ends and how it is said in Chinese."""
    if is_han(text[at]):
        return at + 1, text[at]
    for read in (_listed, _linked, _ranked, _traded, read_number, _word):
        found = read(text, at)
        if found is not None:
            return found
    return read_mark(text, at)


def _listed(text: str, at: int) -> Reading | None:
    """Return the number of a point in a list, at the head of a row: "1. 首先" is 一，首先."""
    mark = _LISTED.match(text) if at == 0 else None
    return (mark.end(), f"{cardinal(mark[1] or mark[2])}，") if mark else None


def _linked(text: str, at: int) -> Reading | None:
    link = _LINK.match(text, at)
    if link is None:
        return None
    words = re.sub(r"[^0-9A-Za-z点]+", " ", link["bare"].replace(".", "点")).strip()
    return link.end(), re.sub(r"[0-9]+", lambda digits: one_by_one(digits[0]), words)


def _ranked(text: str, at: int) -> Reading | None:
    """Return 第 for No. and #, and an English 1st, 2nd as it is."""
    if mark := _RANK.match(text, at):
        return mark.end(), "第"
    rank = _RANKED.match(text, at)
    return (rank.end(), rank[0]) if rank else None


def _traded(text: str, at: int) -> Reading | None:
    """Return B2B as B to B."""
    trade = _TRADE.match(text, at)
    return (trade.end(), f"{trade[1]} {'to' if trade[2] == '2' else 'for'} {trade[3]}") if trade else None


def _word(text: str, at: int) -> Reading | None:
    """Return a Latin word as the voice gets it; the o of GPT-4o and o1 is a letter's name, not a sound."""
    match = _LATIN.match(text, at)
    if match is None:
        return None
    word = match[0].replace("’", "'")
    beside_number = any(side in _ASCII_DIGITS for side in (text[at - 1 : at], text[match.end() : match.end() + 1]))
    return match.end(), word.upper() if len(word) == 1 and beside_number else word


def _tidy(pieces: Sequence[Piece], *, last: str) -> list[Piece]:
    """Return the pieces without doubled pauses and spaces; `last` is the character before them ("": a row's beginning)."""
    said: list[Piece] = []
    for start, end, text in pieces:
        if last == "" or last in STRONG:
            fresh = text.lstrip(" " + STRONG + WEAK)
        elif last in " " + WEAK:
            fresh = text.lstrip(" ")
            if fresh and (fresh[0] in STRONG or (last == " " and (fresh[0] in WEAK or fresh == ", "))):
                _drop_last(said)
            elif last in WEAK:
                fresh = fresh.lstrip(WEAK)
        else:
            fresh = text
        said.append((start, end, fresh))
        last = fresh[-1:] or last
    return said


def _drop_last(pieces: list[Piece]) -> None:
    """Take the last character said off: a stronger pause stands in its place."""
    for index in range(len(pieces) - 1, -1, -1):
        start, end, text = pieces[index]
        if text:
            pieces[index] = (start, end, text[:-1])
            return


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces without spaces at the end, and all of them silent where nothing is heard."""
    if not any(heard(text) for _, _, text in pieces):
        return [(start, end, "") for start, end, _ in pieces]
    for index in range(len(pieces) - 1, -1, -1):
        start, end, text = pieces[index]
        pieces[index] = (start, end, text.rstrip(" "))
        if pieces[index][2]:
            break
    return pieces
