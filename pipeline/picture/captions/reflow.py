"""New line breaks for burnt-in cues that are too wide for the picture.

A row that fits on one line of a wide picture needs two lines in an upright one. The subtitle files
keep their own lines.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.language import uses_full_width
from pipeline.picture.captions.caption_lines import (
    MIN_CAPTION_SCALE,
    join_caption_lines,
)
from pipeline.picture.captions.caption_style import (
    MAX_CAPTION_LINES,
    caption_size,
)
from pipeline.text.linebreak.line_balance import balance_lines
from pipeline.text.linebreak.opportunities import permitted_opportunities

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue, Track
    from pipeline.picture.captions.caption_style import CaptionStyle
    from pipeline.picture.typography.shaping import TextShaper
    from pipeline.text.word_segmenter import Segmenter


def reflow_tracks(
    tracks: Sequence[Track], style: CaptionStyle, shaper: TextShaper, segmenter: Segmenter
) -> tuple[Track, ...]:
    """Return the tracks as they are burnt in, the first on top.

    Cues that are wider than the picture allows get new lines; the others keep theirs.
    """
    return tuple(
        replace(
            track,
            cues=tuple(
                _reflow_cue(cue, track.language, number, style, shaper, segmenter)
                for cue in track.cues
            ),
        )
        for number, track in enumerate(tracks)
    )


def _reflow_cue(
    cue: Cue,
    language: str,
    track_index: int,
    style: CaptionStyle,
    shaper: TextShaper,
    segmenter: Segmenter,
) -> Cue:
    size = caption_size(style, language, track_index)
    width_in_em = style.max_line_width / size
    if max(map(len, cue.lines), default=0) <= width_in_em:  # no character is wider than an em
        return cue
    full_width = uses_full_width(language)
    if (
        max(shaper.shape_line(line, "bold", 1.0, full_width=full_width).width for line in cue.lines)
        * MIN_CAPTION_SCALE
        <= width_in_em
    ):
        return cue
    text = join_caption_lines(cue.lines)
    ends = (0.0, *shaper.shape_line(text, "bold", 1.0, full_width=full_width).character_ends)
    break_places = permitted_opportunities(
        text, lambda first, last: ends[last] - ends[first] <= width_in_em, segmenter
    )
    lines = balance_lines(
        text,
        break_places,
        width_in_em,
        lambda first, last: ends[last] - ends[first],
        MAX_CAPTION_LINES,
    )
    return cue if lines is None else replace(cue, lines=lines[0])
