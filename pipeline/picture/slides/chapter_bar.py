"""The bar of chapters along the lower edge, the current one in the accent colour.

It changes only with the chapter, so that it costs one picture per chapter and not one per frame.
The parts are in proportion to the text, not to the time, so that a retimed episode keeps its
pictures. A slide with a bar is named by the slide's key and the chapter: `KEY~3`.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING

from pipeline.picture.colours import mix_colours
from pipeline.timebase import frame_from_samples

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    from pipeline.model import Chapter, Timeline, Transcript
    from pipeline.picture.scene import SlideFrames
    from pipeline.picture.style.theme import Theme

_CHAPTER_SEPARATOR = "~"
_BAR_HEIGHT, _BAR_GAP = 0.0075, 0.003  # of the picture's height and width
_DONE_MIX = 0.45


def count_chapter_characters(
    transcript: Transcript, chapters: Sequence[Chapter]
) -> tuple[int, ...]:
    """Return how many characters each chapter has, at least one."""
    bounds = [chapter.row for chapter in chapters] + [len(transcript.rows) + 1]
    return tuple(
        max(sum(len(row.text) for row in transcript.rows[a - 1 : b - 1]), 1)
        for a, b in pairwise(bounds)
    )


def add_chapter_bars(frames: SlideFrames, timeline: Timeline) -> SlideFrames:
    """Return the slides with a bar each, changing with the chapters too."""
    chapter_starts = [
        frame_from_samples(mark.start_sample, timeline.fps) for mark in timeline.chapters
    ]
    slide_starts = [first for first, _ in frames]
    edges = sorted({*slide_starts, *(start for start in chapter_starts if start > 0)})

    def slide_with_bar(edge: int) -> str:
        slide = frames[bisect_right(slide_starts, edge) - 1][1]
        chapter = max(bisect_right(chapter_starts, edge), 1)
        return f"{slide}{_CHAPTER_SEPARATOR}{chapter}"

    return tuple((edge, slide_with_bar(edge)) for edge in edges)


def split_slide_key(slide: str) -> tuple[str, int]:
    """Return a slide's key in the store and the chapter that its bar shows (0: no bar)."""
    key, _, number = slide.partition(_CHAPTER_SEPARATOR)
    return key, int(number or 0)


def draw_chapter_bar(
    pixels: NDArray[np.uint8], current_chapter: int, chapter_lengths: Sequence[int], theme: Theme
) -> NDArray[np.uint8]:
    """Return the picture (RGB, shape (height, width, 3)) with the bar along its lower edge."""
    page = pixels.copy()
    height, width, _ = page.shape
    top = height - max(round(height * _BAR_HEIGHT), 2)
    gap = max(round(width * _BAR_GAP), 1)
    total, before = sum(chapter_lengths), 0
    for chapter, length in enumerate(chapter_lengths, 1):
        left, right = (width * edge // total for edge in (before, before + length))
        before += length
        done = mix_colours(theme.background, theme.accent, _DONE_MIX)
        page[top:, left : max(right - (gap if right < width else 0), left + 1)] = (
            theme.accent
            if chapter == current_chapter
            else done
            if chapter < current_chapter
            else theme.hairline
        )
    return page
