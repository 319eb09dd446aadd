"""The plain transcript with time codes: one row a line, for show notes and for reading."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.subtitles.formats.timestamps import format_timestamp
from pipeline.text.line_joining import to_single_line
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pipeline.model import Track


def compose(track: Track) -> str:
    """Return one line a row: [HH:MM:SS.mmm] where its first cue starts, and the row's own text. The first bracket is always ours."""
    rows = [list(cues) for _, cues in groupby(track.cues, key=lambda cue: cue.row)]
    return "".join(
        f"[{format_timestamp(ms_from_samples(cues[0].span.start), '.')}] {to_single_line(''.join(cue.source for cue in cues))}\n"
        for cues in rows
    )
