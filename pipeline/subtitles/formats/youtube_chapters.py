"""Chapters as YouTube reads them from a video's description.

Rules (YouTube Help, "Video chapters"): the list starts with 0:00, at least three time stamps in ascending order, each chapter at
least ten seconds; a description cannot hold < or >.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.subtitles.formats.timestamps import format_short_timestamp
from pipeline.text.line_joining import to_single_line
from pipeline.timebase import second_at

if TYPE_CHECKING:
    from pipeline.model import ChapterMark, Timeline

MIN_CHAPTERS = 3
MIN_CHAPTER_S = 10
MAX_DESCRIPTION = 5_000
_ANGLE_QUOTES = str.maketrans("<>", "‹›")


def compose_chapters(
    timeline: Timeline, *, language: str = "", opening_title: str = "Intro"
) -> str:
    """Return the chapter list, one line each; "" where the timeline has no chapters.

    Titles are those in `language` where there are some. A first chapter that starts late gets an `opening` before it; within the
    first ten seconds it is moved to 0:00 instead.
    """
    return "".join(
        f"{format_short_timestamp(at)} {title}\n"
        for at, title in _chapter_entries(timeline, language, opening_title)
    )


def chapter_problems(
    timeline: Timeline, *, language: str = "", opening_title: str = "Intro"
) -> tuple[str, ...]:
    """Return a sentence for each reason why YouTube would not show these chapters; none where it would."""
    entries = _chapter_entries(timeline, language, opening_title)
    if not entries:
        return ("There are no chapters.",)
    sentences = []
    if len(entries) < MIN_CHAPTERS:
        sentences.append(
            f"YouTube wants at least {MIN_CHAPTERS} chapters; there are {len(entries)}."
        )
    ends = [*(at for at, _ in entries[1:]), second_at(timeline.length)]
    for (at, title), end in zip(entries, ends, strict=True):
        if end - at < MIN_CHAPTER_S:
            sentences.append(
                f"YouTube wants chapters of at least {MIN_CHAPTER_S} s; “{title}” at {format_short_timestamp(at)} has {end - at} s."
            )
    size = len(compose_chapters(timeline, language=language, opening_title=opening_title))
    if size > MAX_DESCRIPTION:
        sentences.append(
            f"A YouTube description holds {MAX_DESCRIPTION:,} characters; the chapters alone have {size:,}."
        )
    return tuple(sentences)


def _chapter_entries(
    timeline: Timeline, language: str, opening_title: str
) -> list[tuple[int, str]]:
    entries = [
        (second_at(mark.start_sample), _chapter_title(mark, language)) for mark in timeline.chapters
    ]
    if not entries:
        return []
    if entries[0][0] >= MIN_CHAPTER_S:
        return [(0, opening_title), *entries]
    return [(0, entries[0][1]), *entries[1:]]


def _chapter_title(mark: ChapterMark, language: str) -> str:
    title = dict(mark.chapter.titles).get(language) or mark.chapter.title
    return to_single_line(title).translate(_ANGLE_QUOTES) or f"Row {mark.chapter.row}"
