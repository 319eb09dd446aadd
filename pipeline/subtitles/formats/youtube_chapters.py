"""Chapters as YouTube reads them from a video's description.

Rules (YouTube Help, "Video chapters"): the list starts with 0:00 and has at least three time stamps
in ascending order; each chapter lasts at least ten seconds; a description cannot hold < or >.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.messages import message
from pipeline.text.line_joining import to_single_line
from pipeline.timebase import clock_text, second_at

if TYPE_CHECKING:
    from pipeline.model import ChapterMark, Timeline

MIN_CHAPTERS = 3
MIN_CHAPTER_S = 10
MAX_DESCRIPTION = 5_000
"""Characters (YouTube Help, "Edit video settings")."""

_ANGLE_QUOTES = str.maketrans("<>", "‹›")


def compose_chapters(
    timeline: Timeline, *, language: str = "", opening_title: str = "Intro"
) -> str:
    """Return the chapter list, one line each; "" if the timeline has no chapters.

    Titles are those in `language` where they exist. A first chapter that starts after ten seconds
    gets an entry `opening_title` before it; an earlier one is moved to 0:00 instead.
    """
    return "".join(
        f"{clock_text(start * 1000, hours=True)} {title}\n"
        for start, title in _chapter_entries(timeline, language, opening_title)
    )


def chapter_problems(
    timeline: Timeline, *, language: str = "", opening_title: str = "Intro"
) -> tuple[str, ...]:
    """Return a sentence for each reason why YouTube would not show these chapters."""
    entries = _chapter_entries(timeline, language, opening_title)
    if not entries:
        return (message("subtitles.youtube_none"),)
    problems = []
    if len(entries) < MIN_CHAPTERS:
        problems.append(message("subtitles.youtube_few", least=MIN_CHAPTERS, count=len(entries)))
    ends = [*(start for start, _ in entries[1:]), second_at(timeline.length)]
    problems += [
        message(
            "subtitles.youtube_short",
            least=MIN_CHAPTER_S,
            title=title,
            at=clock_text(start * 1000, hours=True),
            seconds=end - start,
        )
        for (start, title), end in zip(entries, ends, strict=True)
        if end - start < MIN_CHAPTER_S
    ]
    size = len(compose_chapters(timeline, language=language, opening_title=opening_title))
    if size > MAX_DESCRIPTION:
        problems.append(message("subtitles.youtube_long", limit=MAX_DESCRIPTION, size=size))
    return tuple(problems)


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
