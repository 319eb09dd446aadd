"""A subtitle track on the frame grid: which caption is burnt into each frame."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from pipeline.picture.scene import Caption
from pipeline.subtitles.source_positions import source_indices
from pipeline.timebase import frame_at, frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipeline.model import Cue, Track

_ScheduledCaption = tuple[int, int, Caption]
"""First frame, frame after the last, caption."""


class CaptionSchedule:
    """The captions of a track by frame, and the frames at which the caption changes."""

    def __init__(self, track: Track, fps: int, *, karaoke: bool) -> None:
        """Put the track on the grid of `fps`.

        With `karaoke`, a cue becomes one caption for each of its timed words.
        """
        self._entries = [
            entry
            for cue in track.cues
            for entry in _scheduled_captions(cue, track.language, fps, karaoke=karaoke)
        ]
        self._start_frames = [start for start, _, _ in self._entries]

    @property
    def change_frames(self) -> Iterator[int]:
        """Every frame at which the caption changes."""
        for start, end, _ in self._entries:
            yield from (start, end)

    def captions_at(self, frame: int) -> Iterator[Caption]:
        """Yield the caption shown at a frame, if any."""
        index = bisect_right(self._start_frames, frame) - 1
        if index >= 0 and frame < self._entries[index][1]:
            yield self._entries[index][2]


def _scheduled_captions(
    cue: Cue, language: str, fps: int, *, karaoke: bool
) -> Iterator[_ScheduledCaption]:
    """Yield (first frame, frame after the last, caption) of a cue, one per highlighted word."""
    start, end = frame_from_samples(cue.span.start, fps), frame_from_samples(cue.span.end, fps)
    highlights = list(_word_highlights(cue, fps)) if karaoke else []
    highlights = [(max(start, frame), word) for frame, word in highlights if frame < end]
    steps: dict[int, tuple[int, int] | None] = {start: None, **dict(highlights)}
    for frame, after in zip(steps, [*list(steps)[1:], end], strict=True):
        if frame < after:
            yield frame, after, Caption(language, cue.lines, steps[frame])


def _word_highlights(cue: Cue, fps: int) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the frame at which each word of a cue begins, and the range of its characters.

    Frames rise; characters are counted in the joined lines.
    """
    character_places = [place for line in source_indices(cue.source, cue.lines) for place in line]
    latest_frame = 0
    for word in sorted(cue.word_times, key=lambda word: word.shown_start):
        character_indexes = [
            number
            for number, place in enumerate(character_places)
            if word.shown_start <= place < word.shown_end
        ]
        if character_indexes:
            latest_frame = max(latest_frame, frame_at(word.span.start, fps))
            yield latest_frame, (character_indexes[0], character_indexes[-1] + 1)
