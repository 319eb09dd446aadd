"""Burnt-in cues whose lines are too wide for the picture, broken anew where a subtitler would.

A row that fits one line of a wide picture needs two of an upright one. The subtitle files keep their own lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.picture.balance import balanced
from pipeline.picture.caption_lines import SMALLEST, joined_lines
from pipeline.picture.captions import MOST_LINES, is_chinese, size_of
from pipeline.text.breaks import INSIDE, places
from pipeline.text.grammar import FORBIDDEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue, Track
    from pipeline.picture.captions import CaptionStyle
    from pipeline.picture.shaping import Shaper
    from pipeline.text.words import Segmenter


def refit(tracks: Sequence[Track], style: CaptionStyle, shaper: Shaper, segmenter: Segmenter) -> tuple[Track, ...]:
    """Return the tracks as they are burnt in, the first on top: cues wider than the picture allows have new lines, the rest their own."""
    return tuple(
        replace(track, cues=tuple(_refitted(cue, track.language, number, style, shaper, segmenter) for cue in track.cues))
        for number, track in enumerate(tracks)
    )


def _refitted(cue: Cue, language: str, number: int, style: CaptionStyle, shaper: Shaper, segmenter: Segmenter) -> Cue:
    size = size_of(style, language, number)
    room = style.room / size
    if max(map(len, cue.lines), default=0) <= room:  # no character is wider than an em
        return cue
    chinese = is_chinese(language)
    if max(shaper.line(line, "bold", 1.0, chinese=chinese).width for line in cue.lines) * SMALLEST <= room:
        return cue
    text = joined_lines(cue.lines)
    ends = (0.0, *shaper.line(text, "bold", 1.0, chinese=chinese).ends)
    found = places(text, text, lambda first, last: ends[last] - ends[first] <= room, segmenter)
    allowed = [place for place in found if place.cost < FORBIDDEN or place.cost >= INSIDE / 2]
    lines = balanced(text, allowed, room, lambda first, last: ends[last] - ends[first], MOST_LINES)
    return cue if lines is None else replace(cue, lines=lines[0])
