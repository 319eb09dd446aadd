"""The karaoke times of a cue: how long each part of its lines is heard, in the 1/100 s of ASS."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from pipeline.subtitles.source_positions import source_indices
from pipeline.timebase import centisecond_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue, Word

TimedSyllable = tuple[str, int]


def karaoke_syllables(
    cue: Cue, lines: Sequence[str], start: int, end: int
) -> tuple[tuple[TimedSyllable, ...], ...]:
    """Return each line as (text, length) syllables; () if the times of the words are not known.

    All times are in 1/100 s; together the syllables last from `start` to `end`. Lengths are
    differences of absolute times, so they never drift. A syllable without text waits for the first
    word.
    """
    words = sorted(cue.word_times, key=lambda word: word.shown_start)
    if not words:
        return ()
    pieces: list[tuple[int, str, int]] = []
    latest = start
    for number, (line, indices) in enumerate(
        zip(lines, source_indices(cue.source, lines), strict=True)
    ):
        word_indices = [_word_index_of(words, character) for character in indices]
        for index, chars in groupby(range(len(line)), key=lambda char: word_indices[char]):
            latest = min(end, max(latest, centisecond_at(words[index].span.start)))
            pieces.append((number, "".join(line[char] for char in chars), latest))
    starts = [piece_start for _, _, piece_start in pieces]
    lengths = [after - before for before, after in pairwise([*starts, end])]
    out: list[list[TimedSyllable]] = [[] for _ in lines]
    if starts[0] > start:
        out[0].append(("", starts[0] - start))
    for (number, text, _), length in zip(pieces, lengths, strict=True):
        out[number].append((text, length))
    return tuple(map(tuple, out))


def _word_index_of(words: Sequence[Word], character_index: int) -> int:
    """Return the index of the word that a character of the source is heard with.

    That is its own word, or the word before it; the first word for characters before any.
    """
    index = 0
    for number, word in enumerate(words):
        if word.shown_start <= character_index:
            index = number
    return index
