"""When each stretch of a cue's lines is sung, in the 1/100 s that ASS counts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.subtitles.shown import places
from pipeline.timebase import centisecond_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue, Word

Syllable = tuple[str, int]


def syllables(cue: Cue, lines: Sequence[str], start: int, end: int) -> tuple[tuple[Syllable, ...], ...]:
    """Return each line as (text, length) pieces that together last from `start` to `end` (1/100 s); () where no word times are known.

    Lengths are differences of absolute times, so they never drift. A piece
    with no text waits for the first word.
    """
    words = sorted(cue.words, key=lambda word: word.first)
    if not words:
        return ()
    pieces: list[tuple[int, str, int]] = []
    latest = start
    for number, (line, where) in enumerate(zip(lines, places(cue.source, lines), strict=True)):
        heard = [_heard(words, place) for place in where]
        for index, chars in groupby(range(len(line)), key=lambda char: heard[char]):
            latest = min(end, max(latest, centisecond_at(words[index].span.start)))
            pieces.append((number, "".join(line[char] for char in chars), latest))
    starts = [at for _, _, at in pieces]
    lengths = [after - at for at, after in zip(starts, [*starts[1:], end], strict=True)]
    out: list[list[Syllable]] = [[] for _ in lines]
    if starts[0] > start:
        out[0].append(("", starts[0] - start))
    for (number, text, _), length in zip(pieces, lengths, strict=True):
        out[number].append((text, length))
    return tuple(map(tuple, out))


def _heard(words: Sequence[Word], place: int) -> int:
    """Return which word a character of the source is heard with: its own, or the one before it (the first at the start)."""
    index = 0
    for number, word in enumerate(words):
        if word.first <= place:
            index = number
    return index
