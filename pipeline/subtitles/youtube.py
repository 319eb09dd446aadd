"""Chapters as YouTube reads them from a video's description.

Rules (YouTube Help, "Video chapters"): the list starts with 0:00, at least three time stamps in ascending order, each chapter at
least ten seconds; a description cannot hold < or >.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipeline.subtitles.clock import short_stamp_of
from pipeline.subtitles.literal import one_line
from pipeline.timebase import second_at

if TYPE_CHECKING:
    from pipeline.model import ChapterMark, Timeline

FEWEST = 3
SHORTEST_S = 10
LONGEST_DESCRIPTION = 5_000
_ANGLES = str.maketrans("<>", "‹›")


def chapters(timeline: Timeline, *, language: str = "", opening: str = "Intro") -> str:
    """Return the chapter list, one line each; "" where the timeline has no chapters.

    Titles are those in `language` where there are some. A first chapter that starts late gets an `opening` before it; within the
    first ten seconds it is moved to 0:00 instead.
    """
    return "".join(f"{short_stamp_of(at)} {title}\n" for at, title in _listed(timeline, language, opening))


def problems(timeline: Timeline, *, language: str = "", opening: str = "Intro") -> tuple[str, ...]:
    """Return a sentence for each reason why YouTube would not show these chapters; none where it would."""
    listed = _listed(timeline, language, opening)
    if not listed:
        return ("There are no chapters.",)
    found = []
    if len(listed) < FEWEST:
        found.append(f"YouTube wants at least {FEWEST} chapters; there are {len(listed)}.")
    ends = [*(at for at, _ in listed[1:]), second_at(timeline.length)]
    for (at, title), end in zip(listed, ends, strict=True):
        if end - at < SHORTEST_S:
            found.append(f"YouTube wants chapters of at least {SHORTEST_S} s; “{title}” at {short_stamp_of(at)} has {end - at} s.")
    size = len(chapters(timeline, language=language, opening=opening))
    if size > LONGEST_DESCRIPTION:
        found.append(f"A YouTube description holds {LONGEST_DESCRIPTION:,} characters; the chapters alone have {size:,}.")
    return tuple(found)


def _listed(timeline: Timeline, language: str, opening: str) -> list[tuple[int, str]]:
    listed = [(second_at(mark.at), _title(mark, language)) for mark in timeline.chapters]
    if not listed:
        return []
    if listed[0][0] >= SHORTEST_S:
        return [(0, opening), *listed]
    return [(0, listed[0][1]), *listed[1:]]


def _title(mark: ChapterMark, language: str) -> str:
    title = dict(mark.chapter.titles).get(language) or mark.chapter.title
    return one_line(title).translate(_ANGLES) or f"Row {mark.chapter.row}"
