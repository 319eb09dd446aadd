"""The plain transcript with time codes (.txt): one row a line, for show notes and for reading."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from pipeline.subtitles.formats.base import SubtitleFormat
from pipeline.subtitles.formats.timestamps import format_timestamp
from pipeline.text.line_joining import to_single_line
from pipeline.timebase import ms_from_samples

if TYPE_CHECKING:
    from pipeline.model import Track


def compose(track: Track) -> str:
    """Return one line a row: [HH:MM:SS.mmm] of its first cue, then the row's own text.

    The first bracket of a line is always the time, whatever the text holds.
    """
    lines = []
    for _, row_cues in groupby(track.cues, key=lambda cue: cue.row):
        cues = list(row_cues)
        time = format_timestamp(ms_from_samples(cues[0].span.start), ".")
        lines.append(f"[{time}] {to_single_line(''.join(cue.source for cue in cues))}\n")
    return "".join(lines)


FORMAT = SubtitleFormat(
    name="txt",
    label="transcript",
    suffixes=(".txt",),
    holds="language",
    compose=lambda tracks, _: compose(tracks[0]),
)
