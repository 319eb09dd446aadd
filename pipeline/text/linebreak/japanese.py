"""Where a Japanese line may end: between phrases, so that no line begins with a particle.

A phrase (bunsetsu) is a word with the particles after it. BudouX finds them with a small model
that comes in its package. Source of the characters that begin no line: JIS X 4051.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from pipeline.text.unicode_scripts import KANA

if TYPE_CHECKING:
    from collections.abc import Sequence

    from budoux import Parser

NEVER_BEGINS_LINE = frozenset(
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶーゝゞヽヾ々ㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
)
"""Small kana, and the marks that lengthen or repeat what stands before them."""

_KANA = re.compile(f"[{KANA}]")
_LETTER = re.compile(r"[^\W\d_]")
_KANA_SHARE = 0.2
"""Of a row's letters; a Chinese row may quote a の, Japanese has kana in every phrase."""

_LONE_PARTICLE = re.compile(
    r"(?:は|が|を|に|で|と|の|も|へ|や|か|ね|よ|な|ん|から|まで|より|だけ|しか|など|には|では|とは|"
    r"ので|のに|って|です|ます|でも|ながら|ため)(?![ぁ-ゖ])"
)

_PAIR_AHEAD = re.compile(
    "に(?:ついて|よって|より|よる|よれ|とって|おいて|おけ|関し|関する|対し|対する)|と(?:して|いう|いった)"
)
"""Particles of two words, such as について: the second begins no line."""


def is_japanese(text: str) -> bool:
    """Return whether a text is Japanese: at least a fifth of its letters are kana."""
    kana = len(_KANA.findall(text))
    return kana > 0 and kana >= _KANA_SHARE * len(_LETTER.findall(text))


def phrase_spans(text: str, words: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the phrases of a Japanese text as ranges that cover all of it.

    `words` are its words as a segmenter for Chinese gives them: marks and spaces stay by
    themselves, and no phrase ends inside a number or a Latin word.
    """
    starts = {
        start
        for start in accumulate(map(len, _phrase_parser().parse(text)))
        if start < len(text) and not begins_with_particle(text, start)
    }
    for start, end in words:
        if not text[start:end].isalnum():
            starts |= {start, end}
        elif any(char.isascii() for char in text[start:end]):
            starts -= set(range(start + 1, end))
    bounds = [0, *sorted(starts - {0, len(text)}), len(text)]
    return list(pairwise(bounds))


def begins_with_particle(text: str, start: int) -> bool:
    """Return whether no line may begin at a place: with a particle, small kana or a long mark."""
    return (
        text[start] in NEVER_BEGINS_LINE
        or text[start] == "を"
        or _LONE_PARTICLE.match(text, start) is not None
        or _PAIR_AHEAD.match(text, max(0, start - 1)) is not None
    )


def phrase_break_penalty(left: str) -> float:
    """Return the points of a break after a phrase: few after a topic or a clause, many after の."""
    if left.endswith(_ENDS_OF_CLAUSES):
        return _AFTER_CLAUSE
    return _AFTER_MODIFIER if left.endswith("の") else _AFTER_PHRASE


_ENDS_OF_CLAUSES = (
    "は",
    "て",
    "が",
    "ば",
    "たら",
    "ので",
    "のに",
    "から",
    "けど",
    "ながら",
    "ため",
)
_AFTER_CLAUSE, _AFTER_PHRASE, _AFTER_MODIFIER = 8.0, 20.0, 34.0


@cache
def _phrase_parser() -> Parser:
    import budoux

    return budoux.load_default_japanese_parser()
