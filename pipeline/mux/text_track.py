"""Cues as samples of a soft subtitle track: 3GPP TS 26.245 timed text, `tx3g`.

ffmpeg calls this codec mov_text.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from pipeline.errors import OutputFault
from pipeline.messages import message
from pipeline.mux.boxes import box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model import Cue

_MAX_SAMPLE_BYTES = 0xFFFF
_LITERAL_CHARACTERS = {ord("{"): "｛", ord("}"): "｝", ord("\\"): "\\\N{WORD JOINER}"}
EMPTY_SAMPLE = b"\0\0"
"""A sample without text, which fills the time between cues."""


def timed_text_samples(cues: Sequence[Cue], length: int) -> list[tuple[int, bytes]]:
    """Return (duration in samples at 48 kHz, bytes) that cover `length` samples.

    Raises OutputFault if cues overlap or lie outside the episode.
    """
    timed_samples: list[tuple[int, bytes]] = []
    position = 0
    for cue in cues:
        if cue.span.start < position or cue.span.end > length or not cue.span.length:
            raise OutputFault(message("mux.cue_overlaps", row=cue.row))
        if cue.span.start > position:
            timed_samples.append((cue.span.start - position, EMPTY_SAMPLE))
        timed_samples.append((cue.span.length, cue_sample(cue)))
        position = cue.span.end
    if position < length:
        timed_samples.append((length - position, EMPTY_SAMPLE))
    return timed_samples


def literal_text(cue: Cue) -> str:
    r"""Return a cue's text as stored in the track, so that every player shows it literally.

    Timed text has no markup, but players built on libass parse it as ASS: `{…}` disappears and `\N`
    breaks the line. Braces therefore become full-width, and a word joiner follows each backslash.
    """
    return "\n".join(cue.lines).translate(_LITERAL_CHARACTERS)


def cue_sample(cue: Cue) -> bytes:
    """Return a cue's sample: text length in bytes, then text. Raises OutputFault over 64 KB."""
    data = literal_text(cue).encode("utf-8", "replace")
    if len(data) > _MAX_SAMPLE_BYTES:
        raise OutputFault(message("mux.cue_too_long"), row=cue.row)
    return struct.pack(">H", len(data)) + data


def tx3g_sample_entry(height: int) -> bytes:
    """Return the `tx3g` entry: white text, centred at the bottom.

    The size fits a picture that is `height` pixels high.
    """
    style = struct.pack(">HHHBBI", 0, 0, 1, 0, min(255, height // 18), 0xFFFFFFFF)
    font = box(b"ftab", struct.pack(">HHB", 1, 1, 10), b"Sans-Serif")
    # display flags, centre, bottom, no background, the whole area of the track
    head = struct.pack(">IbbI4H", 0, 1, -1, 0, 0, 0, 0, 0)
    return box(b"tx3g", bytes(6), struct.pack(">H", 1), head, style, font)
