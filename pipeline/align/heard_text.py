"""Text with times, from whatever heard it: another aligner, a recogniser, a person's subtitles."""

from __future__ import annotations

from typing import NamedTuple


class HeardText(NamedTuple):
    """A character, a word or a whole cue, heard from `start` to `end` seconds."""

    text: str
    start: float
    end: float
