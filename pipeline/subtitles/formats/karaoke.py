"""When each stretch of a cue's lines is sung, in the 1/100 s that ASS counts."""

from __future__ import annotations

from itertools import groupby
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
    """Return each line as (text, length) pieces that together last from `start` to `end` (1/100 s); () where no word times are known.

    Lengths are differences of absolute times, so they never drift. A piece
    with no text waits for the first word.
    """
    words = sorted(cue.word_times, key=lambda word: word.shown_start)
    if not words:
        return ()
    pieces: list[tuple[int, str, int]] = []
    latest = start
    for number, (line, indices) in enumerate(
        zip(lines, source_indices(cue.source, lines), strict=True)
    ):
        word_indices = [_word_index_of(words, place) for place in indices]
        for index, chars in groupby(range(len(line)), key=lambda char: word_indices[char]):
            latest = min(end, max(latest, centisecond_at(words[index].span.start)))
            pieces.append((number, "".join(line[char] for char in chars), latest))
    starts = [at for _, _, at in pieces]
    lengths = [after - at for at, after in zip(starts, [*starts[1:], end], strict=True)]
    out: list[list[TimedSyllable]] = [[] for _ in lines]
    if starts[0] > start:
        out[0].append(("", starts[0] - start))
    for (number, text, _), length in zip(pieces, lengths, strict=True):
        out[number].append((text, length))
    return tuple(map(tuple, out))


def _word_index_of(words: Sequence[Word], character_index: int) -> int:
    """Return which word a character of the source is heard with: its own, or the one before it (the first at the start)."""
    index = 0
    for number, word in enumerate(words):
        if word.shown_start <= character_index:
            index = number
    return index
